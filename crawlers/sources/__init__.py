"""Lists of government organisations and repositories, read into source entries."""
