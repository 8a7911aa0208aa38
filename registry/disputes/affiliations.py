"""Objections to affiliations: whom a domain or an organisation works for.

What a member of an organisation that is concerned, or the operator, objects to is `disputed` from
that moment on: it attributes nothing until it was decided. Others are read by an operator first.
Once one agreed, the affiliation is `withdrawn`.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, is_allowed
from registry.db.tables import Affiliation, Dispute, Organisation
from registry.disputes.edges import note_audit, refuse_flood
from registry.disputes.reasons import (
    AFFILIATION_CATEGORIES,
    MAX_REASON,
    MIN_REASON,
    known_category,
)
from registry.errors import Conflict, NotFound
from registry.texts import plain_text

AFFILIATED = "affiliated"
DISPUTED = "disputed"
WITHDRAWN = "withdrawn"


def object_to_affiliation(
    session: Session, actor: Actor | None, key: str, category: str, reason: str, now: datetime
) -> Dispute:
    """Write down that an affiliation is wrong; `None` is the operator.

    Raises `InvalidInput`, `NotFound`, or `Conflict` where it is withdrawn, where the same side
    objects already, or where too many objections wait.
    """
    category = known_category(category, AFFILIATION_CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    row = _locked(session, key)
    body = _body_of(session, actor, row) if actor is not None else None
    is_at_once = actor is None or body is not None
    if row.state == WITHDRAWN or (is_at_once and row.state == DISPUTED):
        raise Conflict(f"this affiliation is {row.state} already")
    if not is_at_once:
        refuse_flood(session, col(Dispute.affiliation_id) == row.id)
    account = actor.account if actor is not None else None
    dispute = Dispute(
        affiliation_id=row.id, category=category, reason=text, account_id=account,
        organisation_id=body, side=AFFILIATED if is_at_once else None, created_at=now,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    if is_at_once:
        _settle(session, row, now)
        note_audit(session, dispute, "opened", account, now, {"affiliation": row.key})
    return dispute


def settle_affiliation(session: Session, dispute: Dispute, now: datetime) -> str:
    """Give an affiliation the state that follows from a decision; return its key."""
    found = select(Affiliation).where(col(Affiliation.id) == dispute.affiliation_id)
    row = session.exec(found.with_for_update()).one()
    _settle(session, row, now)
    return row.key


def open_objection(session: Session, key: str) -> int:
    """Return the number of the objection for which an affiliation is disputed, or `Conflict`."""
    query = (
        select(Dispute.id)
        .join(Affiliation, col(Affiliation.id) == col(Dispute.affiliation_id))
        .where(col(Affiliation.key) == key, col(Dispute.state) == "open")
        .order_by(col(Dispute.side).is_(None), col(Dispute.id))
    )
    number = session.exec(query).first()
    if number is None:
        raise Conflict("nobody disputes this affiliation")
    return number


def bodies_of(session: Session, actor: Actor, affiliation: Affiliation) -> list[Organisation]:
    """Return the organisations of an affiliation for which somebody may object at once."""
    if not actor.roles:
        return []
    names = (affiliation.organisation, affiliation.subject)
    query = select(Organisation).where(
        or_(
            col(Organisation.slug).in_(names),
            func.lower(col(Organisation.name)) == affiliation.name.lower(),
        )
    )
    return [
        body for body in session.exec(query) if is_allowed(actor, Action.DISPUTE_AT_ONCE, body.id)
    ]


def _body_of(session: Session, actor: Actor, affiliation: Affiliation) -> int | None:
    return next((body.id for body in bodies_of(session, actor, affiliation)), None)


def _settle(session: Session, row: Affiliation, now: datetime) -> None:
    query = select(Dispute.state, Dispute.side).where(col(Dispute.affiliation_id) == row.id)
    found = session.exec(query).all()
    state = "current"
    if any(said == "accepted" for said, _ in found):
        state = WITHDRAWN
    elif any(said == "open" and side is not None for said, side in found):
        state = DISPUTED
    if row.state != state:
        row.state, row.changed_at = state, now
        session.add(row)
        session.flush()


def _locked(session: Session, key: str) -> Affiliation:
    query = select(Affiliation).where(col(Affiliation.key) == key.replace("\0", ""))
    row = session.exec(query.with_for_update()).first()
    if row is None:
        raise NotFound("there is no affiliation of this key")
    return row
