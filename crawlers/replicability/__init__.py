"""Bytes at HEAD → signs of what stands in the way of using software elsewhere."""
