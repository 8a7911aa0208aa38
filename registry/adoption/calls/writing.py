"""Use cases of calls: opened, changed, closed and taken down, in the caller's transaction.

One organisation has one open call of a kind about one subject: the same call sent twice is the
same call, and another text for it takes the place of the former. A call ends by its date alone:
no job has to run for that.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlmodel import Session, col, or_, select, update

from registry.accounts import audit
from registry.adoption.actions import find_component
from registry.adoption.calls.readmodels import NewCall, State
from registry.db.changes import note_change
from registry.db.tables import (
    BodyComponent,
    BodyMember,
    CallKind,
    ChangeKind,
    Component,
    JointBody,
    MemberState,
    Organisation,
    PartnerCall,
)
from registry.errors import Conflict, Gone, NotFound
from registry.jobs.rows import insert_missing
from registry.texts import WrongField, language_tag, public_contact, public_line, public_text
from registry.webhooks.events import emit

DEFAULT: Final = timedelta(days=92)
LONGEST: Final = timedelta(days=366)
MAX_TEXT: Final = 2_000
MAX_REASON: Final = 300


class Subject(Struct, frozen=True):
    """What a call is about: a component or a body."""

    component: Component | None = None
    body: JointBody | None = None

    @property
    def key(self) -> str:
        """The part of the unique key that names the subject."""
        if self.component:
            return f"component:{self.component.id}"
        return f"body:{self.body.id if self.body else 0}"


def open_call(
    session: Session,
    new: NewCall,
    organisation: Organisation,
    *,
    account: int | None,
    now: datetime,
) -> PartnerCall:
    """Open a call, or change the open one of this kind; raises `WrongField` or `NotFound`."""
    subject = find_subject(session, new, organisation, now.date())
    values = checked(new, now.date()) | {"account_id": account, "updated_at": now}
    key = f"{organisation.id}:{values['kind'].value}:{subject.key}"
    _free(session, key, now)
    fixed = {
        "open_key": key, "organisation_id": organisation.id, "created_at": now,
        "component_id": subject.component.id if subject.component else None,
        "body_id": subject.body.id if subject.body else None,
    }  # fmt: skip
    is_new = insert_missing(session, PartnerCall, [fixed | values], col(PartnerCall.id))
    row = session.exec(
        select(PartnerCall).where(col(PartnerCall.open_key) == key).with_for_update()
    ).one()
    if not is_new and _says(row, values):
        return row  # the same call again
    row.sqlmodel_update(values)
    _note(session, row, "opened" if is_new else "changed", account, now)
    return row


def close(session: Session, row: PartnerCall, *, account: int | None, now: datetime) -> None:
    """End a call before its day; raises `Conflict` where it has ended."""
    if (state := state_of(row, now.date())) != "open":
        raise Conflict(f"the call is {state} already")
    row.closed_at, row.updated_at, row.open_key = now, now, None
    _note(session, row, "closed", account, now)


def take_down(
    session: Session, row: PartnerCall, reason: str, *, account: int | None, now: datetime
) -> None:
    """Remove a call from view, for a reason that is told to who asks for it."""
    row.removed_because = public_line(reason, "reason", MAX_REASON)
    row.closed_at, row.updated_at, row.open_key = row.closed_at or now, now, None
    _note(session, row, "taken_down", account, now, reason=row.removed_because)


def find_call(session: Session, number: int, *, lock: bool = False) -> PartnerCall:
    """Return a call, or raise `NotFound`, `Gone` where it was taken down."""
    row = session.get(PartnerCall, number, with_for_update=lock)
    if row is None:
        raise NotFound(f"there is no call {number}")
    if row.removed_because is not None:
        raise Gone(f"this call was removed: {row.removed_because}", "other", row.updated_at)
    return row


def state_of(row: PartnerCall, today: date) -> State:
    """Return where a call stands on a day."""
    if row.closed_at is not None:
        return "closed"
    return "open" if row.open_until >= today else "expired"


def find_subject(
    session: Session, new: NewCall, organisation: Organisation, today: date
) -> Subject:
    """Return what a call is about; about a body only its members call."""
    if bool(new.component.strip()) == bool(new.body.strip()):
        raise WrongField("component", "choice", "or body must be named, and not both")
    if new.component.strip():
        try:
            return Subject(component=find_component(session, new.component.strip()[:120])[0])
        except NotFound as error:
            raise WrongField("component", "unknown", f"is not listed: {error}") from None
    body = session.exec(
        select(JointBody).where(col(JointBody.slug) == new.body.strip().replace("\0", "")[:120])
    ).first()
    if body is None or not _is_member(session, body, organisation, today):
        raise WrongField("body", "member", "is no body of which this organisation is a member")
    return Subject(body=body)


def checked(new: NewCall, today: date) -> dict[str, Any]:
    """Return the columns that somebody writes, or raise `WrongField` naming the field to mend."""
    if new.kind not in set(CallKind):
        raise WrongField("kind", "choice", f"must be one of {', '.join(CallKind)}")
    return {
        "kind": CallKind(new.kind),
        "text": public_text(new.text, "text", MAX_TEXT),
        "lang": language_tag(new.lang),
        "contact": public_contact(new.contact),
        "open_until": _last_day(new.open_until.strip(), today),
    }


def _last_day(text: str, today: date) -> date:
    if not text:
        return today + DEFAULT
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongField("open_until", "until", "must be a day such as 2026-12-31") from None
    if not today <= day <= today + LONGEST:
        raise WrongField("open_until", "until", "lies in the past, or more than 12 months ahead")
    return day


def _is_member(session: Session, body: JointBody, organisation: Organisation, today: date) -> bool:
    found = session.exec(
        select(BodyMember.id).where(
            col(BodyMember.body_id) == body.id,
            col(BodyMember.organisation_id) == organisation.id,
            col(BodyMember.state) == MemberState.CONFIRMED,
            col(BodyMember.since) <= today,
            or_(col(BodyMember.until).is_(None), col(BodyMember.until) > today),
        )
    ).first()
    return found is not None


def _free(session: Session, key: str, now: datetime) -> None:
    """Let a call whose last day is over no longer stand in the way of the next one."""
    session.execute(
        update(PartnerCall)
        .where(col(PartnerCall.open_key) == key, col(PartnerCall.open_until) < now.date())
        .values(open_key=None)
    )


def _says(row: PartnerCall, values: dict[str, Any]) -> bool:
    written = ("text", "lang", "contact", "open_until")
    return all(getattr(row, name) == values[name] for name in written)


def _note(
    session: Session,
    row: PartnerCall,
    what: str,
    account: int | None,
    now: datetime,
    **detail: Any,
) -> None:
    """Write to the audit log and the change log, and tell webhooks."""
    session.add(row)
    session.flush()
    audit.append(
        session, actor=account, action=f"call.{what}", subject=f"call:{row.id}",
        detail={"kind": row.kind.value, "organisation": row.organisation_id, **detail}, at=now,
    )  # fmt: skip
    if what == "taken_down":
        return
    components = _told_of(session, row)
    _note_changes(session, row, components, what, now)

    def data() -> dict[str, Any]:
        return {
            "call": row.id, "kind": row.kind.value, "what": what,
            "open_until": row.open_until.isoformat(), "href": f"/api/v1/calls/{row.id}",
        }  # fmt: skip

    emit(
        session, "call.changed", subject=f"call:{row.id}", data=data,
        components=[x.id for x in components], organisations=[row.organisation_id], at=now,
    )  # fmt: skip


def _told_of(session: Session, row: PartnerCall) -> Sequence[Component]:
    """Return the component that a call is about, or those that its body governs today."""
    if row.component_id:
        return [session.get_one(Component, row.component_id)]
    governed = (
        select(Component)
        .join(BodyComponent, col(BodyComponent.component_id) == col(Component.id))
        .where(
            col(BodyComponent.body_id) == row.body_id, col(BodyComponent.until).is_(None),
            col(Component.is_taken_down).is_(False),
        )
        .order_by(col(Component.id))
    )  # fmt: skip
    return session.exec(governed).all()


def _note_changes(
    session: Session, row: PartnerCall, components: Sequence[Component], what: str, now: datetime
) -> None:
    organisation = session.get_one(Organisation, row.organisation_id)
    told = {"call": row.id, "kind": row.kind.value, "what": what, "by": organisation.name}
    if row.body_id:
        told["body"] = session.get_one(JointBody, row.body_id).name
    for component in components:
        note_change(session, component, ChangeKind.CALL, now, told)
