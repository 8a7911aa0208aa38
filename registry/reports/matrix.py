"""The matrix of a report, made of its rows: who reuses the portfolio's components where and when.

Cells mean what those of the public matrix mean (`registry.lineage.reading.matrix`).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from registry.errors import InvalidInput
from registry.lineage.readmodels import MatrixCell
from registry.lineage.vocabulary import GROUPS, KINDS, PERIODS, TAGS
from registry.reports.rows import EdgeRow
from registry.reports.selecting import RowFilter, pair_of, period_of, select

ALL: Final = "all"
# Group → the attributes of a row that name its two ends.
_ENDS: Final = {
    "country": ("origin_country", "country"),
    "region": ("origin_place", "place"),
    "organisation": ("origin_organisation", "organisation"),
}


class MatrixChoice(Struct, frozen=True, kw_only=True):
    """What a matrix shows: one tag at a time, so that tags are never added together.

    `group` is country, region or organisation, `period` all, year or quarter; `kind` narrows it to
    one kind of evidence.
    """

    group: str = "country"
    period: str = ALL
    tag: str = "measured"
    kind: str = ""


class ReportMatrix(Struct, frozen=True, kw_only=True):
    """Cells, sorted; `labels` name the groups, `edges` counts the rows in the cells.

    `unplaced` are rows that lack a group or, where the period matters, a date.
    """

    choice: MatrixChoice
    cells: tuple[MatrixCell, ...]
    labels: dict[str, str]
    edges: int
    unplaced: int


def checked_choice(choice: MatrixChoice) -> MatrixChoice:
    """Return the choice, or raise `InvalidInput` naming what it may be."""
    known = {"group": GROUPS, "period": PERIODS, "tag": TAGS, "kind": ("", *KINDS)}
    for name, values in known.items():
        if getattr(choice, name) not in values:
            raise InvalidInput(f"{name} must be one of {', '.join(filter(None, values))}")
    return choice


def matrix_of(rows: Sequence[EdgeRow], choice: MatrixChoice) -> ReportMatrix:
    """Return the matrix of rows; raise `InvalidInput` for a choice that there is not."""
    checked_choice(choice)
    wanted = select(rows, RowFilter(tag=choice.tag, kind=choice.kind))
    origin, reuser = _ENDS[choice.group]
    cells: dict[tuple[str, str, str], list[EdgeRow]] = defaultdict(list)
    unplaced = 0
    for row in wanted:
        ends, period = (getattr(row, origin), getattr(row, reuser)), _period(row, choice.period)
        if None in ends or period is None:
            unplaced += 1
        else:
            cells[ends[0], ends[1], period].append(row)
    return ReportMatrix(
        choice=choice,
        cells=tuple(
            MatrixCell(
                origin=key[0], reuser=key[1], period=key[2], edges=len(found),
                pairs=len(set(map(pair_of, found))), components=len({row.origin for row in found}),
            )
            for key, found in sorted(cells.items())
        ),
        labels=_labels(wanted, choice.group),
        edges=len(wanted) - unplaced,
        unplaced=unplaced,
    )  # fmt: skip


def cell_rows(choice: MatrixChoice, origin: str, reuser: str, period: str = ALL) -> RowFilter:
    """Return the filter of the rows behind a cell; an empty end stands for all."""
    return RowFilter(
        tag=choice.tag, kind=choice.kind, period="" if period == ALL else period,
        **{f"from_{choice.group}": origin, f"to_{choice.group}": reuser},
    )  # fmt: skip


def _period(row: EdgeRow, length: str) -> str | None:
    if length == ALL:
        return ALL
    return None if row.first_seen is None else period_of(row.first_seen, length)


def _labels(rows: Sequence[EdgeRow], group: str) -> dict[str, str]:
    """Return the names of organisations; those of the portfolio are named by the caller."""
    if group != "organisation":
        return {}
    return {
        row.organisation: row.organisation_name or row.organisation
        for row in rows
        if row.organisation is not None
    }
