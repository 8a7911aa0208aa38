"""Who took how much of what: one pair for each organisation that reuses a component.

However many repositories of an organisation reuse a component, it would have built it once.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from registry.reports.rows import EdgeRow

LEAST_PROBABILITY: Final = 0.80
"""Below it an edge is not counted as avoided cost (governance-and-reports, 3.2)."""


class Pair(Struct, frozen=True, kw_only=True, gc=False):
    """A component and an organisation that reuses it; all unknown organisations are one.

    `measured` is P·f of the edge with the largest one, `edge` its key. `referenced` is P of the
    surest edge that shows use without a share: a dependency, a submodule, a named source.
    """

    origin: str
    organisation: str | None
    country: str | None
    measured: float
    referenced: float
    edge: str


class Pairs(Struct, frozen=True, kw_only=True):
    """The pairs of a report, and how many counted rows were left out of them for which reason."""

    pairs: tuple[Pair, ...]
    unsure: int
    not_evaluated: int
    same_organisation: int


def pairs_of(rows: Iterable[EdgeRow]) -> Pairs:
    """Return the pairs of counted rows; declared reuse is stated by people and left out."""
    found: dict[tuple[str, str | None], Pair] = {}
    unsure = not_evaluated = same = 0
    for row in rows:
        if not row.is_counted or row.tag == "declared":
            continue
        if row.organisation is not None and row.organisation == row.origin_organisation:
            same += 1
        elif row.probability is None:
            not_evaluated += 1
        elif row.probability < LEAST_PROBABILITY:
            unsure += 1
        else:
            key = (row.origin, row.organisation)
            found[key] = _better(found.get(key), row, row.probability)
    return Pairs(
        pairs=tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or ""))),
        unsure=unsure, not_evaluated=not_evaluated, same_organisation=same,
    )  # fmt: skip


def _better(known: Pair | None, row: EdgeRow, probability: float) -> Pair:
    measured = probability * row.share if row.share is not None else 0.0
    referenced = probability if row.share is None else 0.0
    if known is None:
        return Pair(
            origin=row.origin, organisation=row.organisation, country=row.country,
            measured=measured, referenced=referenced, edge=row.edge,
        )  # fmt: skip
    is_larger = measured > known.measured
    return Pair(
        origin=row.origin, organisation=row.organisation,
        country=known.country or row.country,
        measured=max(measured, known.measured), referenced=max(referenced, known.referenced),
        edge=row.edge if is_larger else known.edge,
    )  # fmt: skip
