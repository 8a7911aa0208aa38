"""Use cases of those who confirm a reported saving: another organisation, or an audit body."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.adoption.savings.checking import CheckUrl, source_columns
from registry.adoption.savings.models import NewAudit, NewConfirmation
from registry.adoption.savings.recording import locked, note, speaks_for
from registry.db.organisations import find_organisation
from registry.db.tables import Membership, Organisation, ReportedSaving, SavingConfirmation
from registry.errors import Conflict, Forbidden, NotFound
from registry.texts import WrongField, public_line

MAX_AUDITOR = 200


def confirm(
    session: Session, actor: Actor, number: int, new: NewConfirmation, now: datetime,
    check_url: CheckUrl, *, as_operator: bool = False,
) -> ReportedSaving:  # fmt: skip
    """Let another organisation say that a saving is right; saying it twice is saying it once.

    Nobody of the organisation that reported it, and not who recorded it, confirms it. An operator
    enters only what a public document says.
    """
    saving = _in_force(session, number)
    body = find_organisation(session, new.organisation)
    if not as_operator:
        authorise(actor, Action.CONFIRM_SAVING, body.id)
    by_operator = as_operator or not speaks_for(actor, Action.CONFIRM_SAVING, body.id)
    _refuse_own(session, saving, body, actor, by_operator=by_operator)
    if saving.source_url is None:
        raise Conflict("it names no public source: only what can be read is confirmed")
    columns = source_columns(new.url, new.on, new.sha256, now, check_url)
    if by_operator and columns["source_url"] is None:
        raise WrongField("url", "empty", "must name the public document that says so")
    values = {"saving_id": saving.id, "organisation_id": body.id, "auditor": "", **columns}
    _add(session, saving, values, actor, now, "confirmed", {"by": body.slug})
    return saving


def add_audit(
    session: Session, actor: Actor, number: int, new: NewAudit, now: datetime,
    check_url: CheckUrl, *, as_operator: bool = False,
) -> ReportedSaving:  # fmt: skip
    """Record that an audit body found a saving right in a public report: an operator's entry."""
    if not as_operator:
        authorise(actor, Action.RECORD_SAVING_AUDIT)
    saving = _in_force(session, number)
    given = public_line(new.auditor, "auditor", MAX_AUDITOR)
    body = session.exec(select(Organisation).where(col(Organisation.slug) == given[:120])).first()
    if body is not None and body.id == saving.organisation_id:
        raise WrongField("auditor", "own", "is the organisation that reported it")
    columns = source_columns(new.url, new.on, new.sha256, now, check_url)
    if columns["source_url"] is None:
        raise WrongField("url", "empty", "must name the public report of the audit")
    name = body.name[:MAX_AUDITOR] if body is not None else given
    number_of_body = body.id if body is not None else None
    values = {"saving_id": saving.id, "organisation_id": number_of_body, "auditor": name, **columns}
    _add(session, saving, values, actor, now, "audited", {"by": name})
    return saving


def unconfirm(
    session: Session, actor: Actor, number: int, confirmation: int, now: datetime,
    *, as_operator: bool = False,
) -> ReportedSaving:  # fmt: skip
    """Take a confirmation back, so that the grade falls; the audit log keeps who had confirmed.

    The organisation that confirmed does it, or an operator; of an audit an operator alone.
    """
    saving = locked(session, number)
    row = session.get(SavingConfirmation, confirmation)
    if row is None or row.saving_id != saving.id:
        raise NotFound(f"saving {number} has no confirmation {confirmation}")
    if not as_operator:
        if row.auditor:
            authorise(actor, Action.RECORD_SAVING_AUDIT)
        else:
            authorise(actor, Action.CONFIRM_SAVING, row.organisation_id)
    body = session.get(Organisation, row.organisation_id) if row.organisation_id else None
    by = row.auditor or (body.slug if body is not None else "")
    session.delete(row)
    note(session, saving, "unconfirmed", actor.account, now, {"by": by, "url": row.source_url})
    return saving


def _in_force(session: Session, number: int) -> ReportedSaving:
    saving = locked(session, number)
    later = select(ReportedSaving.id).where(col(ReportedSaving.supersedes_id) == number)
    if saving.withdrawn_at is not None or session.exec(later).first() is not None:
        raise Conflict(f"saving {number} was withdrawn or superseded: it is not confirmed")
    return saving


def _refuse_own(
    session: Session, saving: ReportedSaving, body: Organisation, actor: Actor,
    *, by_operator: bool,
) -> None:  # fmt: skip
    if body.id == saving.organisation_id:
        raise WrongField("organisation", "own", "is the organisation that reported it")
    if actor.account is None:
        return
    # Asked of the table: a token may be narrowed to another organisation of the same account.
    belongs = select(Membership.account_id).where(
        col(Membership.account_id) == actor.account,
        col(Membership.organisation_id) == saving.organisation_id,
    )
    if session.exec(belongs).first() is not None:
        raise Forbidden("members of the organisation that reported a saving do not confirm it")
    if not by_operator and actor.account == saving.account_id:
        raise Forbidden("who recorded a saving does not confirm it")


def _add(
    session: Session, saving: ReportedSaving, values: dict[str, Any], actor: Actor,
    now: datetime, happened: str, detail: dict[str, Any],
) -> None:  # fmt: skip
    key = ("saving_id", "organisation_id", "auditor")
    query = select(SavingConfirmation).where(
        *(getattr(SavingConfirmation, name) == values[name] for name in key)
    )
    if session.exec(query).first() is not None:
        return
    session.add(SavingConfirmation(**values, account_id=actor.account, confirmed_at=now))
    note(session, saving, happened, actor.account, now, detail)
