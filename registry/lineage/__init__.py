"""Lineage: who reuses whose code, measured from evidence."""
