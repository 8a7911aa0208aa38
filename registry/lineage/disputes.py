"""Objections to edges: anybody may object, an operator decides, and the history tells of it."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.db.tables.lineage import COUNTED_STATES, Dispute, Edge, EdgeEvent, EdgeState
from registry.errors import Conflict, InvalidInput, NotFound
from registry.lineage.announce import announce_edge
from registry.lineage.reading.rows import edge_rows, edge_view
from registry.lineage.readmodels import DisputeCase, DisputeView
from registry.lineage.totals import refresh_totals

CATEGORIES: Final = (
    "not_reuse", "wrong_direction", "common_source", "wrong_body", "personal_data", "other",
)  # fmt: skip
STATES: Final = ("open", "accepted", "rejected")
MAX_OPEN: Final = 20
MAX_OPEN_IN_ALL: Final = 2_000
MIN_REASON: Final = 10
MAX_REASON: Final = 2_000
_SHOWN: Final = 1_000
# Control characters, halves of pairs, and marks that turn the direction of text.
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def open_dispute(session: Session, key: str, category: str, reason: str, now: datetime) -> int:
    """Write down an objection for review and return its number; the edge stays as it is.

    Raises `InvalidInput` for a reason that says nothing, `Conflict` when too many wait already.
    """
    if category not in CATEGORIES:
        raise InvalidInput(f"category must be one of {', '.join(CATEGORIES)}")
    text = _clean(reason, "reason", MIN_REASON)
    edge_id = session.exec(select(Edge.id).where(col(Edge.key) == key)).first()
    if edge_id is None:
        raise NotFound(f"there is no evidence {key[:60]!r}")
    if _open(session, edge_id) >= MAX_OPEN:
        raise Conflict("many objections to this evidence wait for review: they will be read first")
    if _open(session) >= MAX_OPEN_IN_ALL:
        raise Conflict("too many objections wait for review: please come back later")
    dispute = Dispute(edge_id=edge_id, category=category, reason=text, created_at=now)
    session.add(dispute)
    session.flush()
    return dispute.id or 0


def review_dispute(
    session: Session, number: int, *, accept: bool, reply: str, now: datetime
) -> DisputeView:
    """Decide on an objection and return it.

    Accepted, the edge is disputed from now on, which takes it out of every number. The reply is
    public, in the history of the edge.
    """
    dispute = session.get(Dispute, number)
    if dispute is None:
        raise NotFound(f"there is no objection {number}")
    if dispute.state != "open":
        raise Conflict(f"objection {number} was {dispute.state} already")
    answer = _clean(reply, "reply", 1)
    edge = session.exec(select(Edge).where(col(Edge.id) == dispute.edge_id)).one()
    if accept and edge.state in COUNTED_STATES:
        edge.state, edge.changed_at = EdgeState.DISPUTED, now
        announce_edge(session, edge, "reuse.disputed", now)
    dispute.state = "accepted" if accept else "rejected"
    dispute.reply, dispute.reviewed_at = answer, now
    line = f"objection {number} ({dispute.category}) was {dispute.state}: {answer}"
    session.add(
        EdgeEvent(edge_id=dispute.edge_id, at=now, state=edge.state.value, reason=line[:_SHOWN])
    )
    session.flush()
    if edge.origin_id is not None:
        refresh_totals(session, [edge.origin_id], now)
    return _view(dispute)


def list_disputes(session: Session, state: str | None, limit: int) -> tuple[DisputeCase, ...]:
    """Return objections with their text and edge, the oldest first."""
    if state is not None and state not in STATES:
        raise InvalidInput(f"state must be one of {', '.join(STATES)}, not {state[:60]!r}")
    statement = select(Dispute).order_by(col(Dispute.id)).limit(limit)
    if state is not None:
        statement = statement.where(col(Dispute.state) == state)
    disputes = session.exec(statement).all()
    wanted = edge_rows().where(col(Edge.id).in_({dispute.edge_id for dispute in disputes}))
    edges = {row.id: edge_view(row) for row in session.execute(wanted)}
    return tuple(DisputeCase(dispute=_view(x), edge=edges[x.edge_id]) for x in disputes)


def _open(session: Session, edge_id: int | None = None) -> int:
    statement = select_columns(func.count()).where(col(Dispute.state) == "open")
    if edge_id is not None:
        statement = statement.where(col(Dispute.edge_id) == edge_id)
    return int(session.execute(statement).scalar_one())


def _clean(text: str, name: str, least: int) -> str:
    """Return a text as people wrote it, line by line, without signs that steer a display."""
    lines = (_INVISIBLE.sub("", line) for line in text.splitlines())
    kept = "\n".join(lines).strip()
    if not least <= len(kept) <= MAX_REASON:
        raise InvalidInput(f"{name} must have {least} to {MAX_REASON:,} characters")
    return kept


def _view(dispute: Dispute) -> DisputeView:
    return DisputeView(
        id=dispute.id or 0, category=dispute.category, state=dispute.state,
        created_at=dispute.created_at, reason=dispute.reason, reply=dispute.reply,
        reviewed_at=dispute.reviewed_at,
    )  # fmt: skip
