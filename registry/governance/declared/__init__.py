"""What repositories say of their own governance, in files that the crawler read."""
