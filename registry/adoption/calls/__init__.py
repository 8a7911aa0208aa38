"""Calls for partners: an organisation looks for people or means for a component or a body."""
