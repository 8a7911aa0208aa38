"""Files about governance: bytes and paths to counts and places; pure, run in the sandbox."""
