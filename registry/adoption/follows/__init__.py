"""Following: who wants to be told of what happens to a component or an organisation, and how."""
