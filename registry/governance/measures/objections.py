"""Objections to affiliations: what is disputed is attributed to nobody until it was decided."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts import audit
from registry.db.tables import Affiliation, Dispute
from registry.disputes.reasons import MAX_REASON, MIN_REASON, known_category
from registry.errors import Conflict, NotFound
from registry.governance.measures.affiliations import WITHDRAWN
from registry.texts import plain_text

CATEGORIES: Final = ("wrong_body", "wrong_dates", "personal_data", "other")


def object_to_affiliation(
    session: Session, key: str, category: str, reason: str, now: datetime
) -> None:
    """Put an objection of the operator on record, with effect at once.

    Raises `InvalidInput`, `NotFound`, or `Conflict` where it is disputed or withdrawn already.
    """
    category = known_category(category, CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    row = _locked(session, key)
    if row.state != "current":
        raise Conflict(f"this affiliation is {row.state} already")
    dispute = Dispute(affiliation_id=row.id, category=category, reason=text, created_at=now)
    session.add(dispute)
    _change(session, row, "disputed", now)
    _note(session, dispute, row, "opened", now)


def decide_objection(
    session: Session, key: str, *, accept: bool, reply: str, now: datetime
) -> None:
    """Withdraw what is disputed, or let it stand; raises `Conflict` where nothing is disputed."""
    text = plain_text(reply, "reply", MAX_REASON)
    row = _locked(session, key)
    query = select(Dispute).where(
        col(Dispute.affiliation_id) == row.id, col(Dispute.state) == "open"
    )
    dispute: Dispute | None = session.execute(query.with_for_update()).scalar()
    if dispute is None:
        raise Conflict("nobody disputes this affiliation")
    dispute.reply, dispute.reviewed_at = text, now
    dispute.state = "accepted" if accept else "rejected"
    session.add(dispute)
    _change(session, row, WITHDRAWN if accept else "current", now)
    _note(session, dispute, row, dispute.state, now)


def _locked(session: Session, key: str) -> Affiliation:
    query = select(Affiliation).where(col(Affiliation.key) == key.replace("\0", ""))
    row: Affiliation | None = session.execute(query.with_for_update()).scalar()
    if row is None:
        raise NotFound("there is no affiliation of this key")
    return row


def _change(session: Session, row: Affiliation, state: str, now: datetime) -> None:
    row.state, row.changed_at = state, now
    session.add(row)
    session.flush()


def _note(
    session: Session, dispute: Dispute, row: Affiliation, happening: str, now: datetime
) -> None:
    detail: dict[str, audit.JsonValue] = {"affiliation": row.key, "category": dispute.category}
    audit.append(
        session, actor=None, action=f"dispute.{happening}", subject=f"dispute:{dispute.id}",
        detail=detail, at=now,
    )  # fmt: skip
