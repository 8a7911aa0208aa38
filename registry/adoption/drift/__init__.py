"""Drift of forks and copies: which pairs are compared, what was found, and who is told."""
