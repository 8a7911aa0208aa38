"""Objections to edges, answers of the other side, and what both make of the edge.

An edge is `disputed` while an organisation on one side objects, `withdrawn` once an operator
agreed, and else as it was measured. A detector goes on measuring it all the while.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.db.changes import note_change
from registry.db.tables import ChangeKind, Component, Dispute, Edge, EdgeEvent, EdgeState
from registry.db.tables.lineage import COUNTED_STATES
from registry.disputes.labels import deny, take_back
from registry.disputes.reasons import EDGE_CATEGORIES, MAX_REASON, MIN_REASON, known_category
from registry.disputes.sides import OTHER_SIDE, Side, locked_edge, name_of, sides_of
from registry.errors import Conflict, Forbidden
from registry.lineage.announce import announce_edge
from registry.lineage.totals import refresh_totals
from registry.texts import plain_text

MAX_OPEN: Final = 20
MAX_OPEN_IN_ALL: Final = 2_000
_OVER: Final = frozenset({EdgeState.WITHDRAWN, EdgeState.SUPERSEDED})
_SHOWN: Final = 1_000


def object_to_edge(
    session: Session, actor: Actor, key: str, category: str, reason: str, now: datetime
) -> Dispute:
    """Write down an objection; of a member of an organisation on one side, it disputes the edge.

    Raises `InvalidInput` for a reason that says nothing, `NotFound` or `Gone`, and `Conflict` for
    an edge that stands no more, a second objection of one side, or too many that wait.
    """
    category = known_category(category, EDGE_CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    edge = locked_edge(session, key)
    if edge.state in _OVER:
        raise Conflict(f"this evidence is {edge.state.value} already: it is in no number")
    side = _free_side(session, actor, edge)
    if side is None:
        refuse_flood(session, col(Dispute.edge_id) == edge.id)
    dispute = Dispute(
        edge_id=edge.id, category=category, reason=text, account_id=actor.account, created_at=now,
        organisation_id=side.organisation if side else None, side=side.side if side else None,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    if side is not None:
        _dispute_at_once(session, edge, dispute, side, now)
    return dispute


def answer_objection(
    session: Session, actor: Actor, dispute: Dispute, text: str, now: datetime
) -> None:
    """Put down what the other side says; raises `Forbidden` for everybody else."""
    if dispute.edge_id is None or dispute.side is None:
        raise Conflict("only what an organisation objects to is answered by the other side")
    edge = edge_of(session, dispute)
    other = OTHER_SIDE[dispute.side]
    mine = [x for x in sides_of(session, actor, Action.ANSWER_DISPUTE, edge) if x.side == other]
    if not mine:
        authorise(actor, Action.ANSWER_DISPUTE)
        raise Forbidden("members of the organisation on the other side answer it")
    if dispute.state != "open":
        raise Conflict(f"objection {dispute.id} was {dispute.state} already")
    if dispute.answer is not None:
        raise Conflict(f"objection {dispute.id} was answered already")
    dispute.answer, dispute.answered_at = plain_text(text, "answer", MAX_REASON), now
    session.flush()
    body = mine[0].organisation
    _note(session, edge, f"{name_of(session, body)} answered objection {dispute.id}", now)
    note_audit(session, dispute, "answered", actor.account, now, {"organisation": body})


def settle_decided(session: Session, dispute: Dispute, now: datetime) -> None:
    """Give an edge the state that follows from a decision, and tell of it."""
    edge = edge_of(session, dispute)
    if dispute.state == "accepted":
        deny(session, edge, dispute, now)
    settle(session, edge, now)
    line = f"objection {dispute.id} ({dispute.category}) was {dispute.state}: {dispute.reply}"
    _note(session, edge, line, now)


def settle_withdrawn(session: Session, dispute: Dispute, now: datetime) -> None:
    """Give an edge the state that is left once an objection is withdrawn."""
    edge = edge_of(session, dispute)
    settle(session, edge, now)
    _note(session, edge, f"objection {dispute.id} ({dispute.category}) was withdrawn", now)


def settle(session: Session, edge: Edge, now: datetime) -> None:
    """Give an edge the state that its objections lead to; who listens is told where it changed."""
    former, said = edge.state, _said(session, edge)
    measured = edge.measured_state or edge.state
    edge.state, edge.measured_state = said or measured, measured if said else None
    if edge.state == former:
        return
    edge.changed_at = now
    session.add(edge)
    session.flush()
    announce_edge(session, edge, "reuse.disputed", now)
    if edge.state == EdgeState.WITHDRAWN:
        announce_edge(session, edge, "reuse.removed", now)
    if edge.origin_id is not None:
        refresh_totals(session, [edge.origin_id], now)
    if former in COUNTED_STATES and edge.state in COUNTED_STATES:  # no total tells of it
        _note_changes(session, edge, now)


def edge_of(session: Session, dispute: Dispute) -> Edge:
    """Return the edge of an objection, for a change."""
    found = select(Edge.key).where(col(Edge.id) == dispute.edge_id)
    return locked_edge(session, session.exec(found).one())


def refuse_flood(session: Session, same: Any) -> None:
    """Refuse another objection that people have to read where many of the same wait already."""
    if _count_open(session, same) >= MAX_OPEN:
        raise Conflict("many objections to this wait for review: they will be read first")
    if _count_open(session) >= MAX_OPEN_IN_ALL:
        raise Conflict("too many objections wait for review: please come back later")


def note_audit(
    session: Session,
    dispute: Dispute,
    happening: str,
    by: int | None,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    """Write what happened to an objection into the audit log."""
    audit.append(
        session, actor=by, action=f"dispute.{happening}", subject=f"dispute:{dispute.id}",
        detail={"category": dispute.category, **detail}, at=now,
    )  # fmt: skip


def _free_side(session: Session, actor: Actor, edge: Edge) -> Side | None:
    """Return the side for which the actor objects, none for anybody; one objection for each."""
    mine = sides_of(session, actor, Action.DISPUTE_AT_ONCE, edge)
    query = select(Dispute).where(
        col(Dispute.edge_id) == edge.id,
        col(Dispute.state) == "open",
        col(Dispute.side).is_not(None),
    )
    taken = {found.side: found.id for found in session.exec(query)}
    free = [x for x in mine if x.side not in taken]
    if mine and not free:
        number = taken[mine[0].side]
        raise Conflict(f"your side objects to this evidence already: see objection {number}")
    return free[0] if free else None


def _dispute_at_once(
    session: Session, edge: Edge, dispute: Dispute, side: Side, now: datetime
) -> None:
    take_back(session, edge, side.organisation)
    settle(session, edge, now)
    name = name_of(session, side.organisation)
    _note(session, edge, f"{name} objects ({dispute.category}): objection {dispute.id}", now)
    detail = {"evidence": edge.key, "organisation": side.organisation, "side": side.side}
    note_audit(session, dispute, "opened", dispute.account_id, now, detail)


def _said(session: Session, edge: Edge) -> EdgeState | None:
    query = select(Dispute.state, Dispute.side).where(col(Dispute.edge_id) == edge.id)
    found = session.exec(query).all()
    if any(state == "accepted" for state, _ in found):
        return EdgeState.WITHDRAWN
    is_disputed = any(state == "open" and side is not None for state, side in found)
    return EdgeState.DISPUTED if is_disputed else None


def _count_open(session: Session, *conditions: Any) -> int:
    statement = select_columns(func.count(col(Dispute.id))).where(
        col(Dispute.state) == "open", col(Dispute.side).is_(None), *conditions
    )
    return int(session.execute(statement).scalar_one())


def _note(session: Session, edge: Edge, line: str, now: datetime) -> None:
    session.add(
        EdgeEvent(edge_id=edge.id or 0, at=now, state=edge.state.value, reason=line[:_SHOWN])
    )
    session.flush()


def _note_changes(session: Session, edge: Edge, now: datetime) -> None:
    detail = {"evidence": edge.key, "state": edge.state.value}
    for key in (edge.origin_id, edge.reuser_id):
        component = session.get(Component, key) if key is not None else None
        if component is not None:
            note_change(session, component, ChangeKind.EDGE, now, detail)
