"""One edge with its proof and its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.db.tables.lineage import Edge, EdgeEvent
from registry.db.tables.removal import Takedown
from registry.db.tombstones import gone
from registry.domain.crawl import is_partial
from registry.errors import NotFound
from registry.lineage.reading.rows import (
    ORIGIN,
    ORIGIN_REPOSITORY,
    REUSER,
    REUSER_REPOSITORY,
    edge_rows,
    edge_view,
)
from registry.lineage.readmodels import EdgeEventView, EdgeView, EvidenceView


def load_evidence(session: Session, key: str) -> EvidenceView:
    """Return all about an edge, whatever its state, or raise `NotFound`."""
    statement = edge_rows().add_columns(
        col(Edge.proof), col(Edge.proof_digest), col(Edge.origin_id), col(Edge.origin_source_id),
        col(Edge.reuser_id), col(ORIGIN.licence).label("origin_licence"),
        col(REUSER.licence).label("reuser_licence"),
        col(ORIGIN_REPOSITORY.last_checked_at).label("origin_checked"),
        col(REUSER_REPOSITORY.last_checked_at).label("reuser_checked"),
        col(ORIGIN_REPOSITORY.flags).label("origin_flags"),
        col(REUSER_REPOSITORY.flags).label("reuser_flags"),
    )  # fmt: skip
    row = session.execute(statement.where(col(Edge.key) == key)).first()
    if row is None:
        raise missing_evidence(session, key)
    return EvidenceView(
        edge=edge_view(row),
        proof=row.proof,
        proof_digest=row.proof_digest,
        events=_events(session, row.id),
        others=_others(session, row),
        checked_at=_checked(row),
        partial=_partial(row),
        origin_licence=row.origin_licence,
        reuser_licence=row.reuser_licence,
    )


def missing_evidence(session: Session, key: str) -> NotFound:
    """Return the error for evidence that is not shown; `Gone` where an end was taken down."""
    removed = session.exec(
        select(Takedown)
        .join(Edge, col(Edge.key) == key)
        .where(
            col(Takedown.lifted_at).is_(None),
            or_(
                col(Takedown.component_id) == col(Edge.origin_id),
                col(Takedown.component_id) == col(Edge.reuser_id),
            ),
        )
    ).first()
    return gone(removed) if removed else NotFound(f"there is no evidence {key[:60]!r}")


def _checked(row: Any) -> datetime | None:
    """Return since when neither side was looked at; a source without a repository never is."""
    times = [row.reuser_checked] if row.origin_id is None else [
        row.origin_checked, row.reuser_checked
    ]  # fmt: skip
    return None if None in times else min(times)


def _partial(row: Any) -> tuple[str, ...]:
    ends = (("origin", row.origin_flags), ("reuser", row.reuser_flags))
    return tuple(end for end, flags in ends if any(is_partial(flag) for flag in flags or ()))


def _events(session: Session, edge_id: int) -> tuple[EdgeEventView, ...]:
    rows = session.execute(
        select_columns(col(EdgeEvent.at), col(EdgeEvent.state), col(EdgeEvent.reason))
        .where(col(EdgeEvent.edge_id) == edge_id)
        .order_by(col(EdgeEvent.at), col(EdgeEvent.id))
    )
    return tuple(EdgeEventView(at=at, state=state, reason=reason) for at, state, reason in rows)


def _others(session: Session, row: Any) -> tuple[EdgeView, ...]:
    """Return the edges of other kinds between the same ends, either way round."""
    if row.origin_id is None:
        same = [col(Edge.origin_source_id) == row.origin_source_id,
                col(Edge.reuser_id) == row.reuser_id]  # fmt: skip
    else:
        ends = (row.origin_id, row.reuser_id)
        same = [col(Edge.origin_id).in_(ends), col(Edge.reuser_id).in_(ends)]
    found = edge_rows().where(*same, col(Edge.id) != row.id).order_by(col(Edge.key))
    return tuple(edge_view(other) for other in session.execute(found))
