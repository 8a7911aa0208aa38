"""HTTP in front of the use cases: the API and the pages."""
