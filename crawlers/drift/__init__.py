"""Measuring how far forks and copies are from where they come from."""
