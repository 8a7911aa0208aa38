"""Recording a body: its founding, its components, and facts about it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.db.tables import (
    BodyComponent,
    BodyFact,
    Component,
    FactKind,
    JointBody,
    MemberRole,
)
from registry.db.tombstones import missing_component
from registry.domain.identity import slugify
from registry.entered import past, timed, told, when_or_none
from registry.errors import Conflict, NotFound
from registry.governance.record.checks import ONE_AT_A_TIME, choice_of, one_of, sourced, span
from registry.governance.record.readmodels import Evidence, NewBody, NewFact
from registry.jobs.rows import insert_missing
from registry.texts import WrongField, language_tag, public_contact, public_line, public_text

MAX_NAME: Final = 200
MAX_PURPOSE: Final = 2_000
MAX_FACT: Final = 2_000
MAX_BODIES: Final = 20
"""Bodies that one organisation may found in the registry: a limit against floods."""

MAX_COMPONENTS: Final = 200
_RESERVED: Final = frozenset({"new"})


class Operator:
    """Who runs this registry, at its command line: records what sources say, for nobody."""


OPERATOR: Final = Operator()


class Entry:
    """Who records something, in whose name, when: what every record is stamped with."""

    def __init__(self, account: int | None, organisation: int | None, at: datetime) -> None:
        self.account = account
        self.organisation = organisation
        self.at = at

    def columns(self, evidence: Evidence, *, is_needed: bool = True) -> dict[str, Any]:
        """Return the columns of `Recorded`, or raise `WrongField` for an evidence that is none."""
        return {
            **sourced(evidence, self.at, is_needed=is_needed),
            "entered_by_id": self.organisation, "account_id": self.account, "entered_at": self.at,
        }  # fmt: skip

    def note(self, session: Session, body: JointBody, what: str, **detail: Any) -> None:
        """Append to the audit log."""
        audit.append(
            session, actor=self.account, action=f"body.{what}", subject=f"body:{body.id}",
            detail={"for": self.organisation, **detail}, at=self.at,
        )  # fmt: skip


def body_row(session: Session, slug: str, *, lock: bool = False) -> JointBody:
    """Return a body by its slug, or raise `NotFound`."""
    query = select(JointBody).where(col(JointBody.slug) == slug.replace("\0", "")[:120])
    found = session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound(f"there is no body {slug[:120]!r}")
    return found


def add_body(session: Session, new: NewBody, entry: Entry) -> JointBody:
    """Write a body with its founding instrument and components; members are added apart."""
    row = add_row(session, new.name, new.lang, new.purpose, new.founded_on, new.evidence, entry)
    fact = NewFact(
        kind=FactKind.INSTRUMENT, choice=new.instrument, text=new.instrument_text,
        since=new.founded_on,
    )  # fmt: skip
    try:
        add_fact(session, row, fact, new.evidence, entry)
    except WrongField as error:  # the form calls them by other names
        names = {"choice": "instrument", "text": "instrument_text", "since": "founded_on"}
        raise WrongField(names.get(error.field, error.field), error.problem, str(error).partition(
            " ")[2]) from None  # fmt: skip
    add_components(session, row, new.components, new.evidence, entry)
    return row


def add_row(
    session: Session, name: str, lang: str, purpose: str, founded_on: str, evidence: Evidence,
    entry: Entry,
) -> JointBody:  # fmt: skip
    """Write a body with nothing in it yet."""
    founded = past(founded_on, "founded_on", entry.at) if founded_on.strip() else None
    columns = timed(entry.columns(evidence), founded_on=founded)
    cleaned = public_line(name, "name", MAX_NAME)
    row = JointBody(
        slug=_free_slug(session, cleaned), name=cleaned, lang=language_tag(lang),
        purpose=public_text(purpose, "purpose", MAX_PURPOSE, least=0),
        updated_at=entry.at, **columns,
    )  # fmt: skip
    _refuse_too_many(session, entry)
    session.add(row)
    session.flush()
    entry.note(session, row, "created", slug=row.slug)
    return row


def add_fact(
    session: Session, body: JointBody, new: NewFact, evidence: Evidence, entry: Entry
) -> BodyFact:
    """Record a fact; of some kinds a newer one ends the one before on the day it begins."""
    kind = one_of(FactKind, new.kind, "kind")
    since, until = when_or_none(new.since, "since"), when_or_none(new.until, "until")
    if since is not None:
        span(since, until)
    row = BodyFact(
        body_id=body.id or 0, kind=kind, choice=choice_of(kind, new.choice),
        text=_text_of(kind, new.text), **timed(entry.columns(evidence), since=since, until=until),
    )  # fmt: skip
    if kind in ONE_AT_A_TIME:
        if since is not None and since.first > entry.at.date():
            raise WrongField("since", "day", "must not be in the future: it would end what holds")
        _end_former(session, row, entry)
    session.add(row)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "fact_recorded", fact=row.id, kind=kind.value)
    return row


def add_components(
    session: Session, body: JointBody, slugs: tuple[str, ...], evidence: Evidence, entry: Entry
) -> None:
    """Record that a body governs components, by their slugs; twice is once."""
    columns = entry.columns(evidence)
    ids = {component_id(session, slug): slug.strip() for slug in slugs if slug.strip()}
    count = session.exec(
        select(func.count()).select_from(BodyComponent).where(BodyComponent.body_id == body.id)
    ).one()
    if count + len(ids) > MAX_COMPONENTS:
        raise WrongField("components", "long", f"must be at most {MAX_COMPONENTS}")
    rows = [{"body_id": body.id, "component_id": number, **columns} for number in ids]
    if rows and insert_missing(session, BodyComponent, rows, col(BodyComponent.body_id)):
        body.updated_at = entry.at
        entry.note(session, body, "components_added", components=sorted(ids.values()))


def component_id(session: Session, slug: str, field: str = "components") -> int:
    """Return the number of a component that is listed, or raise `WrongField`."""
    wanted = slug.strip().replace("\0", "")[:120]
    found = session.exec(
        select(Component.id).where(
            col(Component.slug) == wanted, col(Component.is_taken_down).is_(False)
        )
    ).first()
    if found is None:
        why = missing_component(session, wanted)
        raise WrongField(field, "unknown", f"name {wanted!r}: {why}")
    return found


def role_of(text: str, field: str = "role") -> MemberRole:
    """Return the role of a member, or raise `WrongField`."""
    return one_of(MemberRole, text, field)


def _text_of(kind: FactKind, text: str) -> str:
    if kind is FactKind.SECURITY_CONTACT:
        return public_contact(text, "text")
    least = 0 if kind in {FactKind.LIFECYCLE, FactKind.EXIT_CLAUSE, FactKind.INSTRUMENT} else 1
    return public_text(text, "text", MAX_FACT, least=least)


def _end_former(session: Session, new: BodyFact, entry: Entry) -> None:
    """End what a fact takes the place of; nothing is removed."""
    former = session.exec(
        select(BodyFact).where(
            BodyFact.body_id == new.body_id, BodyFact.kind == new.kind,
            col(BodyFact.until).is_(None),
        )
    ).all()  # fmt: skip
    for row in former:
        begins = new.since or entry.at.date()
        if row.since is not None and begins <= row.since:
            before = told(row, "since")
            raise WrongField("since", "overlap", f"must be after {before}, the one before")
        row.until = begins
        unit = (new.precision or {}).get("since")
        if unit:
            row.precision = {**(row.precision or {}), "until": unit}


def _free_slug(session: Session, name: str) -> str:
    base = slugify(name, limit=100) or "body"
    taken = set(session.exec(select(JointBody.slug).where(col(JointBody.slug).startswith(base))))
    taken |= _RESERVED
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(x for x in candidates if x not in taken)


def _refuse_too_many(session: Session, entry: Entry) -> None:
    if entry.organisation is None:
        return
    founded = session.exec(
        select(func.count()).select_from(JointBody).where(
            JointBody.entered_by_id == entry.organisation
        )
    ).one()  # fmt: skip
    if founded >= MAX_BODIES:
        raise Conflict(f"this organisation has founded {MAX_BODIES} bodies here already")
