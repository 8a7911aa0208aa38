"""Charts that the server draws: geometry in Python, markup in the templates."""
