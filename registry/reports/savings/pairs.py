"""Who took how much of what: one pair for each organisation that reuses a component.

However many repositories of an organisation reuse a component, it would have built it once.
"""

import math
from collections import defaultdict
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


class Group(Struct, frozen=True, kw_only=True, gc=False):
    """The pairs of a component with reusers in one country: `measured` sums those `with_share`.

    Sums do not change with what is assumed, so that a changed assumption costs little.
    """

    origin: str
    country: str | None
    measured: float
    with_share: int
    without_share: int


class Pairs(Struct, frozen=True, kw_only=True):
    """The pairs of a report, and how many counted rows were left out of them for which reason.

    `groups` are the same pairs by component and country.
    """

    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
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
    pairs = tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or "")))
    return Pairs(
        pairs=pairs, groups=grouped(pairs),
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


def grouped(pairs: Iterable[Pair], reference: float = 0.0) -> tuple[Group, ...]:
    """Return pairs by component and country; `reference` is the share that a mere reference has."""
    found: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    for pair in pairs:
        share = max(pair.measured, pair.referenced * reference)
        found[pair.origin, pair.country].append(share)
    return tuple(
        Group(
            origin=key[0], country=key[1], measured=math.fsum(shares),
            with_share=sum(1 for share in shares if share > 0),
            without_share=sum(1 for share in shares if share <= 0),
        )
        for key, shares in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    )  # fmt: skip
