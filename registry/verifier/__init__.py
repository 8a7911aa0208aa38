"""Checks proofs of reuse with git and the repositories alone: nothing of the registry is used.

Written apart from the detectors, so that a mistake there is not made here again. Only the Python
standard library and git are needed: `python -m registry.verifier PROOF.json`.
"""
