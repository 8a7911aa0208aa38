"""Snapshots: a report frozen with all that its numbers are made of."""
