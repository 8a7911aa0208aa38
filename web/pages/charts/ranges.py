"""Ranges as bars from low to high with a mark at the likely value; never a single figure.

The table beside it is its source: every number stands there too.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from registry.reports.savings.draws import Range

WIDTH: Final = 320


class RangeBar(Struct, frozen=True):
    """Where a range begins, how wide it is, and where its likely value stands, in units of SVG."""

    x: float
    width: float
    mark: float


class Ranges(Struct, frozen=True):
    """Bars on one scale; `zero` is where nothing stands on it."""

    bars: tuple[RangeBar, ...]
    zero: float
    width: int = WIDTH


def ranges(found: Sequence[Range]) -> Ranges:
    """Return the bars of some ranges on one scale, which has zero on it."""
    least = min((0.0, *(item.low for item in found)))
    most = max((0.0, *(item.high for item in found)))
    unit = WIDTH / (most - least) if most > least else 0.0

    def at(value: float) -> float:
        return round((value - least) * unit, 1)

    return Ranges(
        bars=tuple(
            RangeBar(
                at(item.low), max(1.0, round(at(item.high) - at(item.low), 1)), at(item.likely)
            )
            for item in found
        ),
        zero=at(0.0),
    )


def _width(begin: float, end: float) -> float:
    return max(1.0, round(end - begin, 1))
