"""Edges of components that are taken down: withdrawn with them, and back when they come back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registry.db.tables import Component
from registry.db.tables.lineage import Edge, EdgeEvent, EdgeState
from registry.lineage.reading.rows import touches
from registry.lineage.totals import refresh_totals

TAKEN_DOWN: Final = "one side was taken down"
LIFTED: Final = "the takedown was lifted"


def withdraw_edges(session: Session, component_id: int, now: datetime) -> int:
    """Withdraw every edge of a component in the caller's transaction; return how many."""
    edges = session.exec(
        select(Edge).where(touches(component_id), col(Edge.state) != EdgeState.WITHDRAWN)
    ).all()
    for edge in edges:
        _change(session, edge, EdgeState.WITHDRAWN, TAKEN_DOWN, now)
    _count_again(session, edges, now)
    return len(edges)


def restore_edges(session: Session, component_id: int, now: datetime) -> int:
    """Give the edges that a takedown withdrew their former state back; return how many.

    Those whose other side is still taken down stay withdrawn, and come back with that one.
    """
    hidden = select(Component.id).where(col(Component.is_taken_down).is_(True))
    edges = session.exec(
        select(Edge).where(
            touches(component_id),
            col(Edge.state) == EdgeState.WITHDRAWN,
            col(Edge.reuser_id).not_in(hidden),
            or_(col(Edge.origin_id).is_(None), col(Edge.origin_id).not_in(hidden)),
        )
    ).all()
    restored = []
    for edge in edges:
        last = session.exec(
            select(EdgeEvent)
            .where(col(EdgeEvent.edge_id) == edge.id)
            .order_by(col(EdgeEvent.id).desc())
            .limit(2)
        ).all()
        if last and last[0].reason == TAKEN_DOWN:
            former = EdgeState(last[1].state) if len(last) > 1 else EdgeState.CURRENT
            _change(session, edge, former, LIFTED, now)
            restored.append(edge)
    _count_again(session, restored, now)
    return len(restored)


def _change(session: Session, edge: Edge, state: EdgeState, reason: str, now: datetime) -> None:
    edge.state, edge.changed_at = state, now
    session.add(edge)
    session.add(EdgeEvent(edge_id=edge.id or 0, at=now, state=state.value, reason=reason))


def _count_again(session: Session, edges: Iterable[Edge], now: datetime) -> None:
    session.flush()
    origins = {edge.origin_id for edge in edges if edge.origin_id is not None}
    refresh_totals(session, origins, now)
