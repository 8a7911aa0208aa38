"""The formulae of co-governance: how concentrated work, votes and money are.

Shares are of bodies, `unknown` is the part that nobody is known to have done. Every figure has a
low bound, where all of the unknown is the largest body's, a high one, where it is spread over
infinitely many, and a value, where it is shared out like the rest.

Sources: CHAOSS, "Contributor Absence Factor" and "Elephant Factor"; Simpson, Nature 163 (1949) 688;
the effective number of parties is that of Laakso and Taagepera (1979).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

MIN_SHARE: Final = 0.05  # a body counts as one of those that govern from here on
MIN_COVERAGE: Final = 0.6  # an index of less would mostly tell of what is not known
HALF: Final = 0.5


class Bounds(Struct, frozen=True):
    """A figure with what it is at least and at most; `None` is not known, or without bound."""

    low: float | None
    value: float | None
    high: float | None


def absence_factor(counts: Iterable[int]) -> int:
    """Return how few hold half of all: the smallest k whose k largest have 50 %; 0 of nothing.

    The contributor absence factor (once "bus factor") of people, the elephant factor of bodies.
    """
    return _half([float(count) for count in counts], 0.0) or 0


def elephant_factor(shares: Iterable[float], unknown: float = 0.0) -> Bounds:
    """Return how few bodies did half of the work."""
    known = _known(shares)
    low = _half(_with_largest(known, unknown), 0.0)
    high = _half(known, unknown) if known else None
    value = _half(known, 0.0) if known else None
    return Bounds(low, value, high)


def simpson(shares: Iterable[float], unknown: float = 0.0) -> Bounds:
    """Return D = 1 − Σp²: the chance that two pieces of work are of two bodies."""
    squares = _squares(shares, unknown)
    return Bounds(*(None if x is None else max(0.0, 1 - x) for x in squares))


def effective_number(shares: Iterable[float], unknown: float = 0.0) -> Bounds:
    """Return N_eff = 1 / Σp²: how many bodies of equal size would be as diverse."""
    return Bounds(*(None if not x else 1 / x for x in _squares(shares, unknown)))


def evenness(shares: Iterable[float]) -> float | None:
    """Return X' = D · N / (N − 1) over the N bodies with 5 % or more: 0 for one, 1 where equal.

    The shares of these bodies are taken as the whole; `None` where there is no such body.
    """
    large = [share for share in shares if share >= MIN_SHARE]
    if not large:
        return None
    if len(large) == 1:
        return 0.0
    total = sum(large)
    diversity = 1 - sum((share / total) ** 2 for share in large)
    return min(1.0, max(0.0, diversity * len(large) / (len(large) - 1)))


class Dimension(Struct, frozen=True):
    """One side of co-governance: its evenness, and which part of it is known."""

    evenness: float | None
    coverage: float


class Index(Struct, frozen=True):
    """G, or what is missing for it, with its parts."""

    value: float | None
    parts: dict[str, float | None]
    missing: tuple[str, ...]


def index(dimensions: Mapping[str, Dimension]) -> Index:
    """Return G = (W'·V'·F')^(1/3) with W' = ½(work + merges); no value where 0.6 is not known.

    `dimensions` has `work`, `merges`, `votes` and `money`.
    """
    missing = tuple(
        name for name in PARTS if not _is_enough(dimensions.get(name, Dimension(None, 0.0)))
    )
    known = {name: dimensions[name].evenness for name in PARTS if name not in missing}
    parts = {name: known.get(name) for name in PARTS}
    if missing:
        return Index(None, parts, missing)
    work, merges, votes, money = (parts[name] or 0.0 for name in PARTS)
    return Index(((work + merges) / 2 * votes * money) ** (1 / 3), parts, ())


PARTS: Final = ("work", "merges", "votes", "money")


def _is_enough(dimension: Dimension) -> bool:
    return dimension.evenness is not None and dimension.coverage >= MIN_COVERAGE


def _known(shares: Iterable[float]) -> list[float]:
    return sorted((share for share in shares if share > 0), reverse=True)


def _with_largest(known: Sequence[float], unknown: float) -> list[float]:
    return [known[0] + unknown, *known[1:]] if known else [unknown]


def _squares(shares: Iterable[float], unknown: float) -> tuple[float, float | None, float]:
    """Return Σp² with the unknown at the largest body, shared out like the rest, and spread."""
    known = _known(shares)
    total = math.fsum(known)
    spread = math.fsum(share**2 for share in known)
    concentrated = math.fsum(share**2 for share in _with_largest(known, unknown))
    return concentrated, spread / total**2 if total else None, spread


def _half(counts: Sequence[float], beside: float) -> int | None:
    """Return the smallest k whose k largest have half of all with `beside`; `None` if none has."""
    total = math.fsum(counts) + beside
    if total <= 0:
        return None
    held = 0.0
    for number, count in enumerate(sorted(counts, reverse=True), start=1):
        held += count
        if held >= total * HALF or math.isclose(held, total * HALF):
            return number
    return None
