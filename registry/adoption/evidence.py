"""Whether a repository is a copy of a component: what the crawler measured between the two."""

from typing import Literal

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, and_, col, or_

from registry.catalogue.sources import find_repository
from registry.db.tables import ClusterMember, Component, Edge, EdgeKind, EdgeTag
from registry.db.tables.lineage import COUNTED_STATES


class Proven(Struct, frozen=True):
    """What is known of an address: not read yet, read, or measured by an edge with a key."""

    state: Literal["unknown", "found", "measured"]
    edge_key: str | None = None
    component: int | None = None


def proven(session: Session, component_id: int, url: str) -> Proven:
    """Return what is known of a repository as a copy of a component.

    Lineage joins a fork with its nearest relative, which may be another fork of the family: an
    edge of shared commits at the copy counts where both are of one family.
    """
    repository = find_repository(session, url)
    if repository is None or repository.last_crawled_at is None:
        return Proven("unknown")
    copy = session.scalar(
        select(col(Component.id)).where(col(Component.repository_id) == repository.id)
    )
    if copy is None:
        return Proven("unknown")
    key = _between(session, component_id, copy)
    if key is None and _are_family(session, component_id, repository.id or 0):
        key = _of_family(session, copy)
    return Proven("measured" if key else "found", key, copy)


def _between(session: Session, one: int, other: int) -> str | None:
    ends = or_(
        and_(col(Edge.origin_id) == one, col(Edge.reuser_id) == other),
        and_(col(Edge.origin_id) == other, col(Edge.reuser_id) == one),
    )
    kinds = session.execute(
        select(col(Edge.kind), col(Edge.key)).where(
            ends, col(Edge.tag) == EdgeTag.MEASURED, col(Edge.state).in_(COUNTED_STATES)
        )
    ).all()
    found = sorted((kind != EdgeKind.SHARED_COMMITS, key) for kind, key in kinds)
    return found[0][1] if found else None


def _are_family(session: Session, component_id: int, repository_id: int) -> bool:
    cluster = select(col(ClusterMember.cluster_id))
    own = cluster.join(
        Component, col(Component.repository_id) == col(ClusterMember.repository_id)
    ).where(col(Component.id) == component_id)
    theirs = cluster.where(col(ClusterMember.repository_id) == repository_id)
    return session.scalar(theirs.where(col(ClusterMember.cluster_id).in_(own))) is not None


def _of_family(session: Session, copy: int) -> str | None:
    return session.scalar(
        select(col(Edge.key))
        .where(
            or_(col(Edge.reuser_id) == copy, col(Edge.origin_id) == copy),
            col(Edge.kind) == EdgeKind.SHARED_COMMITS,
            col(Edge.state).in_(COUNTED_STATES),
        )
        .order_by(col(Edge.reuser_id) != copy, col(Edge.id))
    )
