"""How many examples properties are tried on: few in the default suite, all when all tests run."""

from hypothesis import settings

ALL = 100
FEW = 20


def share(count: int) -> int:
    """Return as many of `count` examples as the profile of this run has of `ALL`."""
    return max(count * settings().max_examples // ALL, min(count, 5))
