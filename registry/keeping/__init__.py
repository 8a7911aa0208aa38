"""publiccode.yml files that the registry keeps for owners who cannot put them into the repository.

What such a file says is shown as theirs, after the repository's own file and before all others.
"""
