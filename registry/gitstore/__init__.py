"""The git repositories that were fetched: where they are, and reading of their contents."""
