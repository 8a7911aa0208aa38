"""Who is a fork of whom, by the edges of shared commits that stand and whose direction is known."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Component, Edge, EdgeKind
from registry.db.tables.lineage import COUNTED_STATES
from registry.lineage.findings import DIRECTION_KNOWN

MAX_GENERATIONS: Final = 20


def parents(session: Session, repositories: Iterable[int]) -> dict[int, set[int]]:
    """Return of each repository that is a fork those that it is a fork of."""
    origin, reuser = aliased(Component), aliased(Component)
    found: dict[int, set[int]] = defaultdict(set)
    for batch in batches(sorted(set(repositories)), 500):
        rows = session.execute(
            select(col(reuser.repository_id), col(origin.repository_id))
            .select_from(Edge)
            .join(reuser, col(reuser.id) == col(Edge.reuser_id))
            .join(origin, col(origin.id) == col(Edge.origin_id))
            .where(
                col(reuser.repository_id).in_(batch),
                col(Edge.kind) == EdgeKind.SHARED_COMMITS,
                col(Edge.direction) == DIRECTION_KNOWN,
                col(Edge.state).in_(COUNTED_STATES),
            )
        )
        for fork, parent in rows:
            found[fork].add(parent)
    return dict(found)


def ancestors(session: Session, repository_id: int) -> frozenset[int]:
    """Return the repositories that one descends from, up to `MAX_GENERATIONS` above it."""
    found: set[int] = set()
    front = {repository_id}
    for _ in range(MAX_GENERATIONS):
        above = parents(session, front).values()
        front = set().union(*above) - found - {repository_id}
        if not front:
            break
        found |= front
    return frozenset(found)
