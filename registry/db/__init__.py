"""The canonical store: tables, sessions and migrations."""
