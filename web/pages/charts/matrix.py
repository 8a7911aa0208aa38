"""Who reuses whose code, as a table with shaded cells: each number is a link to its evidence."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from registry.lineage.readmodels import MatrixCell

MOST: Final = 20
# The least value of each shade; the key under the table is made from them.
BINS: Final = (1, 2, 5, 10, 25, 100)

Name = Callable[[str], str]
Address = Callable[[str, str], str]


class Group(Struct, frozen=True):
    """A country, region or organisation: its code, and its name in the language of the page."""

    code: str
    name: str


class Shaded(Struct, frozen=True):
    """A number with its shade from 1 to 6 and its link; nothing has neither."""

    value: int = 0
    shade: int = 0
    href: str = ""


class MatrixRow(Struct, frozen=True):
    """What one group gives: to all, then to each column."""

    group: Group
    total: Shaded
    cells: tuple[Shaded, ...]


class Bin(Struct, frozen=True):
    """A line of the key: the values of a shade; the last one has no end."""

    shade: int
    least: int
    most: int | None


class MatrixTable(Struct, frozen=True):
    """The table: the 20 groups that give and take most, and how many are left out."""

    columns: tuple[Group, ...]
    rows: tuple[MatrixRow, ...]
    hidden_rows: int
    hidden_columns: int
    bins: tuple[Bin, ...]


class Flow(Struct, frozen=True):
    """One number of a matrix that is too wide for a table."""

    origin: Group
    reuser: Group
    value: int
    href: str


def matrix_table(
    cells: Sequence[MatrixCell], name: Name, address: Address, *, most: int = MOST
) -> MatrixTable:
    """Return the table; `address` gives the link of a cell, an empty reuser stands for all."""
    given: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        given[cell.origin] += cell.pairs
        taken[cell.reuser] += cell.pairs
        pairs[cell.origin, cell.reuser] += cell.pairs
    rows, columns = _largest(given, name, most), _largest(taken, name, most)

    def shaded(value: int, origin: str, reuser: str) -> Shaded:
        return Shaded(value, shade(value), address(origin, reuser)) if value else Shaded()

    return MatrixTable(
        columns=tuple(Group(code, name(code)) for code in columns),
        rows=tuple(
            MatrixRow(
                Group(origin, name(origin)),
                shaded(given[origin], origin, ""),
                tuple(shaded(pairs[origin, reuser], origin, reuser) for reuser in columns),
            )
            for origin in rows
        ),
        hidden_rows=len(given) - len(rows),
        hidden_columns=len(taken) - len(columns),
        bins=_bins(max((*pairs.values(), *given.values()), default=0)),
    )


def flows(cells: Sequence[MatrixCell], name: Name, address: Address, most: int) -> tuple[Flow, ...]:
    """Return the largest numbers as lines, for groups whose names head no column."""
    largest = sorted(cells, key=lambda x: (-x.pairs, name(x.origin), name(x.reuser)))[:most]
    return tuple(
        Flow(
            Group(cell.origin, name(cell.origin)),
            Group(cell.reuser, name(cell.reuser)),
            cell.pairs,
            address(cell.origin, cell.reuser),
        )
        for cell in largest
    )


def shade(value: int) -> int:
    """Return the shade of a number, 0 for none."""
    return sum(value >= least for least in BINS)


def _largest(counts: Counter[str], name: Name, most: int) -> list[str]:
    return sorted(counts, key=lambda code: (-counts[code], name(code)))[:most]


def _bins(largest: int) -> tuple[Bin, ...]:
    ends = [least - 1 for least in BINS[1:]]
    limits = zip(BINS, [*ends, None], strict=True)
    every = (Bin(number, low, high) for number, (low, high) in enumerate(limits, start=1))
    return tuple(x for x in every if x.least <= largest)
