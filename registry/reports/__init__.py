"""Reports for funders: who reuses the components of a portfolio, and how that is known."""
