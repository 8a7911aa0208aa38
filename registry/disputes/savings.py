"""Objections to savings that organisations report: what they say that reuse saved them.

What a member of the organisation that is said to report it, or of the component's own, objects to
is marked as disputed from that moment on, wherever it is listed. Others are read by an operator
first. Once one agreed, the saving is withdrawn: it leaves every list, and its address tells of it.
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, is_allowed
from registry.db.changes import note_change
from registry.db.tables import ChangeKind, Component, Dispute, Organisation, ReportedSaving
from registry.disputes.edges import note_audit, refuse_flood
from registry.disputes.reasons import MAX_REASON, MIN_REASON, SAVING_CATEGORIES, known_category
from registry.disputes.sides import ORIGIN, Side
from registry.errors import Conflict, NotFound
from registry.texts import plain_text

REPORTER: Final = "reporter"


def object_to_saving(
    session: Session, actor: Actor, number: int, category: str, reason: str, now: datetime
) -> Dispute:
    """Write down that a reported saving is wrong.

    Raises `InvalidInput`, `NotFound`, and `Conflict` for one that is not in force any more, a
    second objection of one side, or too many that wait.
    """
    category = known_category(category, SAVING_CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    saving = _locked(session, number)
    if not _is_in_force(session, saving):
        raise Conflict(f"saving {number} was withdrawn or superseded already")
    side = _free_side(session, actor, saving)
    if side is None:
        refuse_flood(session, col(Dispute.saving_id) == saving.id)
    dispute = Dispute(
        saving_id=saving.id, category=category, reason=text, account_id=actor.account,
        organisation_id=side.organisation if side else None, side=side.side if side else None,
        created_at=now,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    if side is not None:
        _tell(session, saving, now)
        detail = {"saving": number, "organisation": side.organisation, "side": side.side}
        note_audit(session, dispute, "opened", actor.account, now, detail)
    return dispute


def settle_saving(session: Session, dispute: Dispute, now: datetime) -> None:
    """Withdraw the saving where an operator agreed, and tell that it is disputed no more."""
    saving = _locked(session, dispute.saving_id or 0)
    if dispute.state == "accepted" and saving.withdrawn_at is None:
        saving.withdrawn_at = now
        session.add(saving)
        audit.append(
            session, actor=None, action="saving.withdrawn", subject=f"saving:{saving.id}",
            detail={"objection": dispute.id}, at=now,
        )  # fmt: skip
    if dispute.state == "accepted" or dispute.side is not None:
        _tell(session, saving, now)


def speakers(session: Session, actor: Actor, number: int) -> list[str]:
    """Return the organisations, by name, for which somebody may object to a saving at once."""
    saving = session.get(ReportedSaving, number)
    if saving is None:
        raise NotFound(f"there is no reported saving {number}")
    bodies = [x.organisation for x in _sides(session, actor, saving)]
    names = {x: session.get_one(Organisation, x).name for x in bodies}
    return list(dict.fromkeys(names[x] for x in bodies))


def _locked(session: Session, number: int) -> ReportedSaving:
    saving = session.exec(
        select(ReportedSaving)
        .join(Component, col(Component.id) == col(ReportedSaving.component_id))
        .where(col(ReportedSaving.id) == number, col(Component.is_taken_down).is_(False))
        .with_for_update()
    ).first()
    if saving is None:
        raise NotFound(f"there is no reported saving {number}")
    return saving


def _is_in_force(session: Session, saving: ReportedSaving) -> bool:
    later = select(ReportedSaving.id).where(col(ReportedSaving.supersedes_id) == saving.id)
    return saving.withdrawn_at is None and session.exec(later).first() is None


def _sides(session: Session, actor: Actor, saving: ReportedSaving) -> list[Side]:
    if not actor.roles:
        return []
    component = session.get_one(Component, saving.component_id)
    bodies = ((REPORTER, saving.organisation_id), (ORIGIN, component.organisation_id))
    return [
        Side(side, body)
        for side, body in bodies
        if body is not None and is_allowed(actor, Action.DISPUTE_AT_ONCE, body)
    ]


def _free_side(session: Session, actor: Actor, saving: ReportedSaving) -> Side | None:
    """Return the side for which the actor objects, none for anybody; one objection for each."""
    mine = _sides(session, actor, saving)
    query = select(Dispute.side, Dispute.id).where(
        col(Dispute.saving_id) == saving.id,
        col(Dispute.state) == "open",
        col(Dispute.side).is_not(None),
    )
    taken = dict(session.exec(query).all())
    free = [x for x in mine if x.side not in taken]
    if mine and not free:
        raise Conflict(f"your side objects already: see objection {taken[mine[0].side]}")
    return free[0] if free else None


def _tell(session: Session, saving: ReportedSaving, now: datetime) -> None:
    """Tell the change log, by which pages and reports know that they are out of date."""
    component = session.get_one(Component, saving.component_id)
    note_change(session, component, ChangeKind.UPDATED, now)
