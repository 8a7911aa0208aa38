"""Needs: what a body looks for before it builds, what there is, and a dated statement of both."""
