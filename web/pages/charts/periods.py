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
_LETTER: Final = 8  # how wide a letter of a label is, with some room beside it


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
    every = _columns_of(max(len(step.period) for step in steps))
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


def _columns_of(letters: int) -> int:
    """Return how many columns a label takes up: of those in between none has one."""
    return -(-letters * _LETTER // (COLUMN + GAP))
