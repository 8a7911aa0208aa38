"""Samples that are the same each time: of a list too long to be read or shown whole."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(items: Sequence[T], most: int) -> list[T]:
    """Return at most `most` (two or more) of the items, evenly over the whole, both ends with
    them."""
    if len(items) <= most:
        return list(items)
    step = (len(items) - 1) / (most - 1)
    return [items[round(number * step)] for number in range(most)]
