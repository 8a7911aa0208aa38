"""The outside world turned into facts."""
