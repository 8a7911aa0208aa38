"""How reuse grows: a column for each quarter, or each year where the quarters are too many.

The table beside it is its source: every number stands there too, with its link.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from registry.reports.figures import Step

MOST: Final = 24
HEIGHT: Final = 160
TOP: Final = 22
LEFT: Final = 8
COLUMN: Final = 30
GAP: Final = 6
_FEW: Final = 12  # of more columns not every one has a label


class Bar(Struct, frozen=True):
    """A column with its number above; `label` is empty where it would not fit."""

    x: int
    y: float
    height: float
    value: int
    label: str


class Periods(Struct, frozen=True):
    """All that the template draws."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    baseline: int


def periods(steps: Sequence[Step]) -> Periods | None:
    """Return the chart, or nothing where nothing has a date."""
    most = max((step.new for step in steps), default=0)
    if not most:
        return None
    every = 1 if len(steps) <= _FEW else 2 if len(steps) <= 2 * _FEW else 4
    bars = []
    for number, step in enumerate(steps):
        height = round(HEIGHT * step.new / most, 1)
        label = step.period if number % every == 0 else ""
        x = LEFT + number * (COLUMN + GAP)
        bars.append(Bar(x, round(TOP + HEIGHT - height, 1), height, step.new, label))
    return Periods(
        bars=tuple(bars),
        width=2 * LEFT + len(steps) * (COLUMN + GAP) + 40,
        height=TOP + HEIGHT + 24,
        baseline=TOP + HEIGHT,
    )
