"""The background index of third-party code: made from packages of the npm and PyPI registries.

The registries' own clients fetch each archive, and run nothing of it; its bytes are read in the
sandbox; only hashes are kept. `registry.lineage.background` holds the index itself.
"""
