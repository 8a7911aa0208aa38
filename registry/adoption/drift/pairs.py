"""Which components are compared: a fork or copy with everything that its code comes from.

An edge joins neighbours alone. A fork of a fork can lack what its own upstream took, so it is
compared with each ancestor from which commits came down to it, up to `MAX_DISTANCE` edges away.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Component, Edge, EdgeKind
from registry.db.tables.lineage import COUNTED_STATES

KINDS: Final = (EdgeKind.SHARED_COMMITS, EdgeKind.SHARED_FILES, EdgeKind.SIMILAR_FILES)
MAX_DISTANCE: Final = 4
MAX_ANCESTORS: Final = 10


class Pair(Struct, frozen=True):
    """A component and one that its code comes from, by their ids; `edge` is the nearest edge."""

    origin: int
    reuser: int
    edge: int
    distance: int = 1


def ancestors(session: Session, reuser: int) -> list[Pair]:
    """Return everything that the code of a component comes from, the nearest first."""
    found: dict[int, Pair] = {}
    level = {reuser: 0}
    for distance in range(1, MAX_DISTANCE + 1):
        following: dict[int, int] = {}
        kinds = KINDS if distance == 1 else KINDS[:1]
        for edge, origin, via in _edges(session, level, col(Edge.reuser_id), kinds):
            if origin == reuser or origin in found or len(found) >= MAX_ANCESTORS:
                continue
            first = level[via] or edge
            found[origin] = Pair(origin, reuser, first, distance)
            following[origin] = first
        level = following
    return list(found.values())


def descendants(session: Session, origin: int) -> set[int]:
    """Return the components whose code comes from one, near or far."""
    found: set[int] = set()
    level = {origin}
    for _ in range(MAX_DISTANCE):
        rows = [reuser for _, _, reuser in _edges(session, level, col(Edge.origin_id), KINDS)]
        level = set(rows) - found - {origin}
        found |= level
    return found


def pairs_at(session: Session, repository_id: int) -> list[Pair]:
    """Return the pairs with the component of a repository on either side."""
    component = session.execute(
        select(col(Component.id)).where(col(Component.repository_id) == repository_id)
    ).scalar()
    if component is None:
        return []
    below = (
        pair
        for reuser in sorted(descendants(session, component))
        for pair in ancestors(session, reuser)
        if pair.origin == component
    )
    return [*ancestors(session, component), *below]


def all_pairs(session: Session) -> Iterator[Pair]:
    """Yield every pair that there is."""
    reusers = select(col(Edge.reuser_id)).where(col(Edge.kind).in_(KINDS), *_COUNTS).distinct()
    for reuser in session.execute(reusers.order_by(col(Edge.reuser_id))).scalars().all():
        yield from ancestors(session, reuser)


_COUNTS: Final = (
    col(Edge.state).in_(COUNTED_STATES),
    col(Edge.direction) == "known",
    col(Edge.confidence) != "possible",
    col(Edge.origin_id).is_not(None),
)


def _edges(
    session: Session, at: Iterable[int], end: Any, kinds: Sequence[EdgeKind]
) -> list[tuple[int, int, int]]:
    """Return (edge, origin, reuser) where one end is among `at`, those of shared commits first."""
    found: list[tuple[int, int, int, int]] = []
    for batch in batches(sorted(set(at)), 400):
        rows = session.execute(
            select(col(Edge.kind), col(Edge.id), col(Edge.origin_id), col(Edge.reuser_id)).where(
                col(Edge.kind).in_(kinds), *_COUNTS, end.in_(batch)
            )
        )
        found += [(KINDS.index(row[0]), row[1], row[2], row[3]) for row in rows]
    return [(edge, origin, reuser) for _, edge, origin, reuser in sorted(found)]
