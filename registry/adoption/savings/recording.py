"""Use cases of reported savings: recorded, superseded and withdrawn, in the caller's transaction.

Who reports for an organisation holds a role in it, as for adopters. An operator may enter what a
public document says. What was recorded is never changed: a later saving supersedes it.
"""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.adoption.actions import find_component
from registry.adoption.savings.checking import CheckUrl, checked
from registry.adoption.savings.models import NewSaving
from registry.db.organisations import find_organisation
from registry.db.tables import Component, Organisation, ReportedSaving
from registry.errors import Conflict, NotFound
from registry.texts import WrongField

MAX_SAVINGS: Final = 200
"""How many an organisation may report of one component, superseded ones among them."""


def record(
    session: Session, actor: Actor, new: NewSaving, now: datetime, check_url: CheckUrl,
    *, as_operator: bool = False,
) -> ReportedSaving:  # fmt: skip
    """Write down what an organisation reports; the same sent twice is recorded once.

    Raises `NotFound`, `Gone`, `Forbidden`, `Unauthenticated`, `Conflict`, or `WrongField`.
    `as_operator` is for the command line, where no account acts.
    """
    body = find_organisation(session, new.organisation)
    if not as_operator:
        authorise(actor, Action.REPORT_SAVING, body.id)
    component, _ = find_component(session, new.component)
    if component.organisation_id == body.id:
        raise WrongField("organisation", "own", "has the component itself")
    by_operator = as_operator or not speaks_for(actor, Action.REPORT_SAVING, body.id)
    values = checked(new, now, check_url)
    if by_operator and values["source_url"] is None:
        raise WrongField("url", "empty", "must name the public document that says so")
    values |= {
        "component_id": component.id, "organisation_id": body.id, "is_by_operator": by_operator,
    }  # fmt: skip
    known = _same(session, values, new.supersedes)
    if known is not None:
        return known
    _refuse_too_many(session, component, body)
    amended = _amended(session, new.supersedes, component, body)
    saving = ReportedSaving(
        **values, account_id=actor.account, recorded_at=now, supersedes_id=amended
    )
    session.add(saving)
    note(session, saving, "recorded", actor.account, now, {"supersedes": amended})
    return saving


def withdraw(
    session: Session, actor: Actor, number: int, now: datetime, *, as_operator: bool = False
) -> ReportedSaving:
    """Take a saving back; it is no longer in lists, and its address tells of it. Twice is once."""
    saving = locked(session, number)
    if not as_operator:
        authorise(actor, Action.REPORT_SAVING, saving.organisation_id)
    if saving.withdrawn_at is None:
        saving.withdrawn_at = now
        session.add(saving)
        note(session, saving, "withdrawn", actor.account, now, {})
    return saving


def speaks_for(actor: Actor, action: Action, organisation: int | None) -> bool:
    """Say whether somebody acts as one of an organisation, and not as an operator alone."""
    return is_allowed(replace(actor, is_operator=False), action, organisation)


def locked(session: Session, number: int) -> ReportedSaving:
    """Return a saving for a change, or raise `NotFound`, also where its component is hidden."""
    saving = session.exec(
        select(ReportedSaving)
        .join(Component, col(Component.id) == col(ReportedSaving.component_id))
        .where(col(ReportedSaving.id) == number, col(Component.is_taken_down).is_(False))
        .with_for_update()
    ).first()
    if saving is None:
        raise NotFound(f"there is no reported saving {number}")
    return saving


def note(
    session: Session, saving: ReportedSaving, happened: str, account: int | None, now: datetime,
    detail: dict[str, Any],
) -> None:  # fmt: skip
    """Write what happened into the audit log."""
    session.flush()
    component = session.get_one(Component, saving.component_id)
    said: dict[str, Any] = {
        "component": component.slug, "organisation": saving.organisation_id,
        "class": saving.kind.value, "low": saving.low, "high": saving.high,
        "currency": saving.currency,
    }  # fmt: skip
    audit.append(
        session, actor=account, action=f"saving.{happened}", subject=f"saving:{saving.id}",
        detail=said | detail, at=now,
    )  # fmt: skip


def _same(
    session: Session, values: dict[str, Any], supersedes: int | None
) -> ReportedSaving | None:
    """Return what was recorded before in the same words, as by a form that was sent twice."""
    told = {name: value for name, value in values.items() if name != "precision"}
    query = select(ReportedSaving).where(
        *(getattr(ReportedSaving, name) == value for name, value in told.items()),
        col(ReportedSaving.withdrawn_at).is_(None),
        col(ReportedSaving.supersedes_id) == supersedes,
    )
    rows = session.exec(query.order_by(col(ReportedSaving.id)))
    return next((row for row in rows if row.precision == values["precision"]), None)


def _amended(
    session: Session, number: int | None, component: Component, body: Organisation
) -> int | None:
    """Return the number of the saving that is superseded: one of the same two, and in force."""
    if number is None:
        return None
    saving = session.get(ReportedSaving, number, with_for_update=True)
    if saving is None or (saving.component_id, saving.organisation_id) != (component.id, body.id):
        raise WrongField("supersedes", "unknown", "is no saving of this organisation and component")
    is_amended = select(ReportedSaving.id).where(col(ReportedSaving.supersedes_id) == number)
    if saving.withdrawn_at is not None or session.exec(is_amended).first() is not None:
        raise Conflict(f"saving {number} was withdrawn or superseded already")
    return number


def _refuse_too_many(session: Session, component: Component, body: Organisation) -> None:
    query = select(func.count()).select_from(ReportedSaving).where(
        col(ReportedSaving.component_id) == component.id,
        col(ReportedSaving.organisation_id) == body.id,
    )  # fmt: skip
    if session.exec(query).one() >= MAX_SAVINGS:
        raise Conflict(f"an organisation reports at most {MAX_SAVINGS} savings of a component here")
