"""Members of a body: founders, invitations, and who may act for it."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from registry.db.organisations import find_organisation
from registry.db.tables import BodyMember, JointBody, MemberRole, MemberState, Organisation
from registry.domain.reduced_dates import ReducedDate
from registry.entered import timed, told, when, when_or_none
from registry.errors import Conflict, NotFound
from registry.governance.record.checks import Span, span, span_told
from registry.governance.record.readmodels import NewBody, NewMember
from registry.governance.record.writing import Entry, role_of
from registry.texts import WrongField

GOVERNING: Final = frozenset({MemberRole.OWNER, MemberRole.STRATEGIC, MemberRole.ASSOCIATE})
"""Roles that sign off changes of members, and vote where a rule does not say otherwise."""

MAX_MEMBERS: Final = 500
MAX_DUES: Final = 10**12


def add_founders(
    session: Session, body: JointBody, new: NewBody, founder: Organisation, entry: Entry
) -> None:
    """Write who founds the body as a member, and invite the others.

    What the operator writes down is stated of all of them, until each confirms it.
    """
    stated = MemberState.STATED if entry.organisation is None else None
    first = NewMember(organisation=founder.slug, role=new.role, dues=new.dues)
    if role_of(new.role) not in GOVERNING:
        raise WrongField("role", "choice", f"must be one of {', '.join(sorted(GOVERNING))}")
    columns = entry.columns(new.evidence)
    since = told(body, "founded_on") or entry.at.date().isoformat()
    for asked in (first, *new.members):
        state = stated or (MemberState.CONFIRMED if asked is first else MemberState.INVITED)
        row = member_row(session, body, asked, state, columns, since=asked.since or since)
        row.answered_at = entry.at if state is MemberState.CONFIRMED else None
        session.add(row)
        session.flush()
        entry.note(session, body, f"member_{state.value}", member=row.id,
                   organisation=row.organisation_id, role=row.role.value)  # fmt: skip


def member_row(
    session: Session, body: JointBody, asked: NewMember, state: MemberState,
    columns: dict[str, Any], *, since: str, until: str = "",
) -> BodyMember:  # fmt: skip
    """Return a member that is not stored yet, or raise `WrongField`."""
    try:
        found = find_organisation(session, asked.organisation.strip())
    except NotFound:
        named = asked.organisation.strip()[:120]
        message = f"{named!r} is not in this registry"
        raise WrongField("organisation", "organisation", message) from None
    begins, ends = when(since, "since"), when_or_none(until, "until")
    refuse_overlap(session, body.id or 0, found.id or 0, span(begins, ends))
    refuse_dues(asked.dues)
    _refuse_too_many(session, body)
    return BodyMember(
        body_id=body.id or 0, organisation_id=found.id, name=found.name, country=found.country,
        role=role_of(asked.role), state=state, dues=asked.dues,
        **timed(columns, since=begins, until=ends),
    )  # fmt: skip


def refuse_dues(dues: int) -> None:
    """Raise `WrongField` for dues that cannot be."""
    if not 0 <= dues <= MAX_DUES:
        raise WrongField("dues", "choice", f"must be from 0 to {MAX_DUES}")


def refuse_overlap(session: Session, body: int, organisation: int, wanted: Span) -> None:
    """Raise `WrongField` where an organisation is a member of the body at that time already."""
    rows = session.exec(
        select(BodyMember).where(
            BodyMember.body_id == body, BodyMember.organisation_id == organisation,
            BodyMember.state != MemberState.DECLINED,
        )
    )  # fmt: skip
    for row in rows:
        other = span_told(row)
        if wanted.overlaps(other):
            raise WrongField(
                "organisation", "overlap",
                f"{row.name!r} is a member from {other.begins} to {other.ends or 'now'} already",
            )  # fmt: skip


def is_current(on: date) -> ColumnElement[bool]:
    """Return the condition that a member is one on a day, by what it and others say."""
    return was_member(on, on)


def was_member(first: date, last: date) -> ColumnElement[bool]:
    """Return the condition that a member was one on some day between two, both included."""
    return (
        col(BodyMember.state).in_((MemberState.CONFIRMED, MemberState.STATED))
        & (col(BodyMember.since) <= last)
        & or_(col(BodyMember.until).is_(None), col(BodyMember.until) > first)
    )


def acting_members(session: Session, body: int, on: date) -> list[BodyMember]:
    """Return the members of a day that agreed and are organisations here: those who can act."""
    return list(
        session.exec(
            select(BodyMember).where(
                BodyMember.body_id == body, is_current(on),
                BodyMember.state == MemberState.CONFIRMED,
                col(BodyMember.organisation_id).is_not(None),
            )
        )
    )  # fmt: skip


def acting_member(
    session: Session, body: JointBody, organisation: int, now: datetime
) -> BodyMember:
    """Return the membership of an organisation that may act in a body now, or raise `Conflict`."""
    for row in acting_members(session, body.id or 0, now.date()):
        if row.organisation_id == organisation:
            return row
    raise Conflict("this organisation is no member of the body, has left it, or did not accept yet")


def governing_member(
    session: Session, body: JointBody, organisation: int, now: datetime
) -> BodyMember:
    """Return the membership of an organisation that governs now, or raise `Conflict`."""
    row = acting_member(session, body, organisation, now)
    if row.role not in GOVERNING:
        raise Conflict(f"a member that is {row.role.value} does not govern")
    return row


def member_named(
    session: Session, body: JointBody, name: str, on: ReducedDate, field: str
) -> BodyMember:
    """Return the member of a day, month or year with this slug or name, or raise `WrongField`."""
    wanted = name.strip()[:400]
    rows = session.execute(
        select(BodyMember, Organisation.slug)
        .outerjoin(Organisation, col(Organisation.id) == col(BodyMember.organisation_id))
        .where(
            BodyMember.body_id == body.id, was_member(on.first, on.after - timedelta(days=1))
        )
    )  # fmt: skip
    for row, slug in rows:
        if wanted and wanted in (slug, row.name):
            return row  # type: ignore[no-any-return]
    raise WrongField(field, "organisation", f"name {wanted[:120]!r}: no member on {on}")


def _refuse_too_many(session: Session, body: JointBody) -> None:
    query = select(func.count()).select_from(BodyMember).where(BodyMember.body_id == body.id)
    if session.exec(query).one() >= MAX_MEMBERS:
        raise Conflict(f"a body has at most {MAX_MEMBERS} memberships here")
