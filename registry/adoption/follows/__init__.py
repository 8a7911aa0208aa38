"""Following: who wants to be told of what happens to a component, an organisation or a search."""
