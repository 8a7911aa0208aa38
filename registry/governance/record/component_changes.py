"""Components that a body comes to govern, or governs no longer: signed off like its members."""

from sqlmodel import Session, func, select

from registry.db.tables import BodyComponent, ChangeOfMembers, JointBody, MemberChange
from registry.domain.reduced_dates import ReducedDate
from registry.entered import end_of, past, timed
from registry.governance.record.checks import day, span
from registry.governance.record.readmodels import Evidence
from registry.governance.record.writing import MAX_COMPONENTS, Entry, component_id
from registry.texts import WrongField, web_address

ADDS = ChangeOfMembers.ADD_COMPONENT
REMOVES = ChangeOfMembers.REMOVE_COMPONENT


def component_change(
    session: Session, body: JointBody, slug: str, on: str, url: str, entry: Entry, *, removes: bool
) -> MemberChange:
    """Return a change that is not stored yet, or raise `WrongField` for what cannot be."""
    number = component_id(session, slug, "component")
    when = day(on, "on") if on.strip() else entry.at.date()
    past(when.isoformat(), "on", entry.at)
    _refuse(session, body, number, ReducedDate(when), removes=removes)
    return MemberChange(
        body_id=body.id or 0, kind=REMOVES if removes else ADDS, component_id=number,
        takes_effect_on=when, source_url=web_address(url, "url") if url.strip() else None,
        proposed_by_id=entry.organisation, account_id=entry.account, proposed_at=entry.at,
    )  # fmt: skip


def apply_component(session: Session, body: JointBody, change: MemberChange, entry: Entry) -> None:
    """Let a body govern a component from a day, or no longer."""
    when = ReducedDate(change.takes_effect_on)
    removes = change.kind is REMOVES
    _refuse(session, body, change.component_id or 0, when, removes=removes)
    stamp = Entry(change.account_id, change.proposed_by_id, entry.at)
    columns = stamp.columns(Evidence(url=change.source_url or ""), is_needed=False)
    write_component(session, body, change.component_id or 0, when, columns, removes=removes)
    kind = "removed" if removes else "added"
    entry.note(session, body, f"component_{kind}", component=change.component_id, on=str(when))


def write_component(
    session: Session, body: JointBody, number: int, when: ReducedDate, columns: dict[str, object],
    *, removes: bool,
) -> None:  # fmt: skip
    """Write that a component is governed from a date on, or up to one.

    The row of one that comes back tells of the time that began then; the audit log of the former.
    """
    row = session.get(BodyComponent, (body.id, number))
    if removes and row is not None:
        row.until = end_of(when)
        row.precision = timed({"precision": row.precision}, until=when)["precision"]
    elif row is None:
        values = timed(columns, since=when)
        session.add(BodyComponent(body_id=body.id or 0, component_id=number, **values))
    else:
        row.sqlmodel_update({**timed(columns, since=when), "until": None})
    session.flush()


def _refuse(
    session: Session, body: JointBody, number: int, when: ReducedDate, *, removes: bool
) -> None:
    row = session.get(BodyComponent, (body.id, number))
    is_governed = row is not None and row.until is None
    if removes and not is_governed:
        raise WrongField("component", "unknown", "is not governed by this body")
    if removes and row is not None and row.since is not None:
        span(ReducedDate(row.since), when, "on")
    if not removes and is_governed:
        raise WrongField("component", "overlap", "is governed by this body already")
    if not removes and row is not None and row.until is not None and when.first < row.until:
        raise WrongField("on", "overlap", f"must not be before {row.until}, when it was removed")
    query = select(func.count()).select_from(BodyComponent).where(BodyComponent.body_id == body.id)
    if not removes and session.exec(query).one() >= MAX_COMPONENTS:
        raise WrongField("component", "long", f"is too many: {MAX_COMPONENTS} at most")
