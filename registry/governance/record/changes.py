"""Members and components that come and go: answers of who is invited, and two members' sign-off.

A change of members is applied once two members that govern have signed it off, each by somebody
else; the only one left signs alone. A sign-off counts while its member is one: of two that leave
at once, the second needs somebody who stays, unless nobody does.
"""

from typing import Final

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import Link
from registry.db.tables import (
    BodyMember,
    ChangeOfMembers,
    ChangeState,
    Component,
    JointBody,
    MemberChange,
    MemberState,
    Organisation,
    SignOff,
)
from registry.domain.reduced_dates import ReducedDate
from registry.errors import Conflict, NotFound
from registry.governance.record.checks import day, span
from registry.governance.record.component_changes import apply_component, component_change
from registry.governance.record.members import (
    GOVERNING,
    acting_member,
    acting_members,
    governing_member,
    member_row,
)
from registry.governance.record.readmodels import Evidence, NewMember
from registry.governance.record.writing import Entry
from registry.jobs.rows import insert_missing
from registry.texts import WrongField, web_address

NEEDED: Final = 2
MAX_WAITING: Final = 50
_ANSWERABLE: Final = (MemberState.INVITED, MemberState.STATED)


class ChangeView(Struct, frozen=True, kw_only=True):
    """A change that waits: `signed` and `needed` are how many members that govern.

    `proposed_by` asked for it, `signed_by` are those whose sign-off counts today; `url` is where
    it can be read.
    """

    id: int
    kind: str
    name: str
    role: str
    takes_effect_on: str
    signed: int
    needed: int
    dues: int = 0
    proposed_by: Link | None = None
    signed_by: tuple[Link, ...] = ()
    url: str | None = None


def member_of(session: Session, body: JointBody, number: int) -> BodyMember:
    """Return a membership of a body, or raise `NotFound`."""
    row = session.get(BodyMember, number)
    if row is None or row.body_id != body.id:
        raise NotFound("there is no such member")
    return row


def answer(
    session: Session, body: JointBody, row: BodyMember, *, agrees: bool, entry: Entry
) -> None:
    """Let an organisation say whether it is a member, as others say; it is said once."""
    if row.state not in _ANSWERABLE:
        raise Conflict(f"this membership is {row.state.value} already")
    row.state = MemberState.CONFIRMED if agrees else MemberState.DECLINED
    row.answered_at = body.updated_at = entry.at
    session.flush()
    entry.note(session, body, f"member_{row.state.value}", member=row.id)
    _apply_ready(session, body, entry)


def propose_join(
    session: Session, body: JointBody, asked: NewMember, url: str, entry: Entry
) -> MemberChange:
    """Ask for a new member, in the name of one that governs, whose sign-off this is."""
    signer = governing_member(session, body, entry.organisation or 0, entry.at)
    since = (day(asked.since, "since") if asked.since else entry.at.date()).isoformat()
    # What a member would be refused for is told now, not once it was signed off.
    row = member_row(session, body, asked, MemberState.INVITED, {"entered_at": entry.at},
                     since=since)  # fmt: skip
    source = web_address(url, "url") if url.strip() else None
    change = MemberChange(
        body_id=body.id or 0, kind=ChangeOfMembers.JOIN, organisation_id=row.organisation_id,
        role=row.role, dues=row.dues, takes_effect_on=row.since, source_url=source,
        proposed_by_id=entry.organisation, account_id=entry.account, proposed_at=entry.at,
    )  # fmt: skip
    return _propose(session, body, change, signer, entry)


def propose_leave(
    session: Session, body: JointBody, organisation: str, on: str, entry: Entry
) -> MemberChange:
    """Ask for the end of a membership: each member of its own, those that govern of any."""
    own = acting_member(session, body, entry.organisation or 0, entry.at)
    named = organisation.strip().replace("\0", "")
    number = session.exec(select(Organisation.id).where(Organisation.slug == named)).first()
    leaving = next(
        (x for x in acting_members(session, body.id or 0, entry.at.date())
         if x.organisation_id == number), None,
    )  # fmt: skip
    if leaving is None:
        raise WrongField("member", "organisation", "is no member of the body today")
    if leaving.id != own.id and own.role not in GOVERNING:
        raise Conflict("only members that govern can end the membership of others")
    last = day(on, "leaves_on") if on.strip() else entry.at.date()
    span(ReducedDate(leaving.since), ReducedDate(last), "leaves_on")
    change = MemberChange(
        body_id=body.id or 0, kind=ChangeOfMembers.LEAVE, member_id=leaving.id,
        organisation_id=number, takes_effect_on=last, proposed_by_id=entry.organisation,
        account_id=entry.account, proposed_at=entry.at,
    )  # fmt: skip
    return _propose(session, body, change, own, entry)


def propose_component(
    session: Session, body: JointBody, slug: str, on: str, url: str, entry: Entry, *, removes: bool
) -> MemberChange:
    """Ask for a component to be governed, or no longer, in the name of a member that governs."""
    signer = governing_member(session, body, entry.organisation or 0, entry.at)
    change = component_change(session, body, slug, on, url, entry, removes=removes)
    return _propose(session, body, change, signer, entry)


def sign(session: Session, body: JointBody, number: int, entry: Entry) -> None:
    """Sign a change off in the name of a member that governs; an account signs it once."""
    change = _waiting_change(session, body, number)
    signer = governing_member(session, body, entry.organisation or 0, entry.at)
    signed = session.exec(select(SignOff).where(SignOff.change_id == change.id)).all()
    if any(x.account_id == entry.account or x.member_id == signer.id for x in signed):
        raise Conflict("you, or this member, signed it off already: another member has to")
    _sign(session, body, change, signer, entry)
    _apply_ready(session, body, entry)


def withdraw(session: Session, body: JointBody, number: int, entry: Entry) -> None:
    """Take a change back that waits, in the name of who asked for it.

    Where that one is no member any more, one that governs does so.
    """
    change = _waiting_change(session, body, number)
    own = acting_member(session, body, entry.organisation or 0, entry.at)
    asked = {x.organisation_id for x in acting_members(session, body.id or 0, entry.at.date())}
    if change.proposed_by_id in asked and change.proposed_by_id != own.organisation_id:
        raise Conflict("only the member that asked for this change can take it back")
    if change.proposed_by_id != own.organisation_id and own.role not in GOVERNING:
        raise Conflict(f"a member that is {own.role.value} does not govern")
    change.state, change.decided_at = ChangeState.WITHDRAWN, entry.at
    body.updated_at = entry.at
    session.flush()
    entry.note(session, body, "change_withdrawn", change=change.id, member=own.id)


def _waiting_change(session: Session, body: JointBody, number: int) -> MemberChange:
    change = session.get(MemberChange, number)
    if change is None or change.body_id != body.id:
        raise NotFound("there is no such change")
    if change.state is not ChangeState.WAITING:
        raise Conflict(f"this change is {change.state.value} already")
    return change


def waiting(session: Session, body: JointBody, entry: Entry) -> tuple[ChangeView, ...]:
    """Return the changes that wait, the oldest first."""
    governing = _governing_ids(session, body, entry)
    return tuple(
        _view(session, change, name, governing) for change, name in _waiting(session, body)
    )


def _view(session: Session, change: MemberChange, name: str, governing: set[int]) -> ChangeView:
    signers = _signers(session, change) & governing
    by = session.get(Organisation, change.proposed_by_id) if change.proposed_by_id else None
    return ChangeView(
        id=change.id or 0, kind=change.kind.value, name=name,
        role=change.role.value if change.role else "",
        takes_effect_on=change.takes_effect_on.isoformat(), dues=change.dues,
        signed=len(signers), needed=min(NEEDED, len(governing)),
        proposed_by=Link(by.slug, by.name) if by else None,
        signed_by=_links(session, signers), url=change.source_url,
    )  # fmt: skip


def _links(session: Session, members: set[int]) -> tuple[Link, ...]:
    rows = session.exec(
        select(Organisation.slug, Organisation.name)
        .join(BodyMember, col(BodyMember.organisation_id) == col(Organisation.id))
        .where(col(BodyMember.id).in_(members))
        .order_by(Organisation.name)
    )
    return tuple(Link(slug, name) for slug, name in rows)


def _propose(
    session: Session, body: JointBody, change: MemberChange, signer: BodyMember, entry: Entry
) -> MemberChange:
    rows = _waiting(session, body)
    if any(_subject(x) == _subject(change) for x, _ in rows):
        raise Conflict("the same change waits to be signed off already")
    if len(rows) >= MAX_WAITING:
        raise Conflict(f"{MAX_WAITING} changes wait already")
    session.add(change)
    session.flush()
    entry.note(session, body, "change_proposed", change=change.id, kind=change.kind.value,
               organisation=change.organisation_id, component=change.component_id)  # fmt: skip
    if signer.role in GOVERNING:
        _sign(session, body, change, signer, entry)
    _apply_ready(session, body, entry)
    return change


def _subject(change: MemberChange) -> tuple[ChangeOfMembers, int | None, int | None]:
    return change.kind, change.organisation_id, change.component_id


def _sign(
    session: Session, body: JointBody, change: MemberChange, signer: BodyMember, entry: Entry
) -> None:
    row = {"change_id": change.id, "member_id": signer.id, "account_id": entry.account,
           "signed_at": entry.at}  # fmt: skip
    insert_missing(session, SignOff, [row], col(SignOff.change_id))
    entry.note(session, body, "change_signed", change=change.id, member=signer.id)


def _apply_ready(session: Session, body: JointBody, entry: Entry) -> None:
    """Apply what has enough sign-offs; what that changes may make others ready."""
    while True:
        governing = _governing_ids(session, body, entry)
        ready = next(
            (change for change, _ in _waiting(session, body)
             if len(_signers(session, change) & governing) >= max(1, min(NEEDED, len(governing)))),
            None,
        )  # fmt: skip
        if ready is None:
            return
        _apply(session, body, ready, entry)


def _apply(session: Session, body: JointBody, change: MemberChange, entry: Entry) -> None:
    change.state, change.decided_at = ChangeState.APPLIED, entry.at
    body.updated_at = entry.at
    if change.component_id is not None:
        apply_component(session, body, change, entry)
    elif change.member_id is not None:
        session.get_one(BodyMember, change.member_id).until = change.takes_effect_on
    else:
        change.member_id = _invite(session, body, change, entry)
    session.flush()
    entry.note(session, body, "change_applied", change=change.id, member=change.member_id)


def _invite(session: Session, body: JointBody, change: MemberChange, entry: Entry) -> int | None:
    found = session.get_one(Organisation, change.organisation_id)
    stamp = Entry(change.account_id, change.proposed_by_id, entry.at)
    columns = stamp.columns(Evidence(url=change.source_url or ""), is_needed=False)
    asked = NewMember(
        organisation=found.slug, role=change.role.value if change.role else "", dues=change.dues
    )
    since = change.takes_effect_on.isoformat()
    row = member_row(session, body, asked, MemberState.INVITED, columns, since=since)
    session.add(row)
    session.flush()
    return row.id


def _governing_ids(session: Session, body: JointBody, entry: Entry) -> set[int]:
    rows = acting_members(session, body.id or 0, entry.at.date())
    return {row.id or 0 for row in rows if row.role in GOVERNING}


def _signers(session: Session, change: MemberChange) -> set[int]:
    query = select(SignOff.member_id).where(SignOff.change_id == change.id)
    return set(session.exec(query))


def _waiting(session: Session, body: JointBody) -> list[tuple[MemberChange, str]]:
    rows = session.exec(
        select(MemberChange, func.coalesce(Organisation.name, Component.name, ""))
        .outerjoin(Organisation, col(Organisation.id) == col(MemberChange.organisation_id))
        .outerjoin(Component, col(Component.id) == col(MemberChange.component_id))
        .where(MemberChange.body_id == body.id, MemberChange.state == ChangeState.WAITING)
        .order_by(col(MemberChange.id))
    )
    return [(change, name) for change, name in rows]
