"""Shares over the years as columns of 100 %: the largest organisations, the rest, who is not known.

Each part has a number that the table repeats, so that no colour has to be told from another.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from registry.governance.measures.shares import LensView

MOST: Final = 5
HEIGHT: Final = 200
TOP: Final = 10
COLUMN: Final = 36
GAP: Final = 8
LEFT: Final = 44
LEGIBLE: Final = 16  # a part that is lower has no number in it
# Fill and text of each part, from the colours of the style sheet; the last is of who is not known.
FILLS: Final = (
    ("var(--registry-shade-e)", "#ffffff"),
    ("var(--registry-shade-b)", "#17211f"),
    ("var(--registry-shade-d)", "#ffffff"),
    ("var(--registry-shade-a)", "#17211f"),
    ("var(--registry-shade-c)", "#17211f"),
    ("var(--registry-mark)", "#17211f"),
)
UNKNOWN: Final = ("var(--govuk-body-background-colour)", "#17211f")


class Part(Struct, frozen=True):
    """A part of a column; `label` is empty where it would not fit."""

    x: int
    y: float
    height: float
    fill: str
    ink: str
    label: str


class Year(Struct, frozen=True):
    """A year below its column."""

    x: int
    label: str


class Key(Struct, frozen=True):
    """A line of the key: `name` is empty for the rest (`+`) and for who is not known (`?`)."""

    label: str
    name: str
    fill: str


class Columns(Struct, frozen=True):
    """All that the template draws."""

    parts: tuple[Part, ...]
    years: tuple[Year, ...]
    keys: tuple[Key, ...]
    width: int
    height: int


def columns(lens: LensView, years: Sequence[int]) -> Columns | None:
    """Return the chart of a lens, or nothing where no year has any work."""
    rows = _rows(lens, len(years))
    totals = [sum(row[3][n] for row in rows) for n in range(len(years))]
    if not any(totals):
        return None
    parts: list[Part] = []
    for number, total in enumerate(totals):
        x, bottom = LEFT + number * (COLUMN + GAP), float(TOP + HEIGHT)
        for label, _, (fill, ink), counts in rows:
            height = HEIGHT * counts[number] / total if total else 0.0
            if height:
                bottom -= height
                text = label if height >= LEGIBLE else ""
                parts.append(Part(x, round(bottom, 1), round(height, 1), fill, ink, text))
    places = [LEFT + number * (COLUMN + GAP) + COLUMN // 2 for number in range(len(years))]
    return Columns(
        parts=tuple(parts),
        years=tuple(Year(x, str(year)) for x, year in zip(places, years, strict=True)),
        keys=tuple(Key(label, name, colours[0]) for label, name, colours, _ in rows),
        width=LEFT + len(years) * (COLUMN + GAP),
        height=TOP + HEIGHT + 24,
    )


_Row = tuple[str, str, tuple[str, str], Sequence[int]]


def _rows(lens: LensView, years: int) -> list[_Row]:
    """Return what is drawn from the bottom up: label, name, colours, counts by year."""
    large, small = lens.parties[:MOST], lens.parties[MOST:]
    rows: list[_Row] = [
        (str(number), party.name, FILLS[number - 1], party.years)
        for number, party in enumerate(large, start=1)
    ]
    if small:
        rest = [sum(party.years[n] for party in small) for n in range(years)]
        rows.append(("+", "", FILLS[MOST], rest))
    if lens.unattributed.count:
        rows.append(("?", "", UNKNOWN, lens.unattributed.years))
    return rows
