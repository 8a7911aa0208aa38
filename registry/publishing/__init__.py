"""Publishing: validating a publiccode.yml, and drafting one from what is known."""
