"""Publishing: validating and drafting files, ownership, objections, takedown and erasure."""
