"""Reusing what is there: who needs it, who offers it, who uses it, and who wants to be told."""
