"""Reading bodies: lists and single ones, with a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.catalogue.readmodels import Link
from registry.db.tables import (
    BodyComponent,
    BodyFact,
    BodyMember,
    Component,
    Decision,
    FactKind,
    JointBody,
    Organisation,
)
from registry.entered import LAST_DAY, end_of, told, when
from registry.governance.record.body_view import BodyView, GoverningBody
from registry.governance.record.consent import is_consented
from registry.governance.record.members import is_current
from registry.governance.record.money_views import contracts_of, funding_of
from registry.governance.record.provenance import provenance
from registry.governance.record.readmodels import (
    BodyItem,
    BodyQuery,
    ComponentOfBody,
    FactView,
    MemberView,
)
from registry.governance.record.writing import body_row

_ENTERED_BY = aliased(Organisation)


def list_bodies(
    session: Session, query: BodyQuery, today: date
) -> tuple[tuple[BodyItem, ...], int | None]:
    """Return a page of bodies by number, and the number to go on after."""
    wanted = _wanted(query, today).order_by(col(JointBody.id)).limit(query.limit + 1)
    rows = session.execute(wanted).scalars().all()
    items = _items(session, rows[: query.limit], today)
    return items, rows[query.limit - 1].id if len(rows) > query.limit else None


def governing_bodies(session: Session, slug: str, today: date) -> tuple[GoverningBody, ...]:
    """Return the bodies that govern a component, by number."""
    wanted = _wanted(BodyQuery(component=slug), today).order_by(col(JointBody.id))
    rows = session.execute(wanted).scalars().all()
    consented = set(
        session.execute(
            select(col(BodyComponent.body_id))
            .join(Component, col(Component.id) == col(BodyComponent.component_id))
            .where(col(Component.slug) == slug, is_consented(today))
        ).scalars()
    )
    return tuple(
        GoverningBody(
            item=item,
            facts=_facts(session, row.id),
            members=members_of(session, row.id, today),
            is_consented=row.id in consented,
        )
        for row, item in zip(rows, _items(session, rows, today), strict=True)
    )


def load_item(session: Session, slug: str, today: date) -> BodyItem:
    """Return a body as lists tell of it, or raise `NotFound`."""
    (item,) = _items(session, [body_row(session, slug)], today)
    return item


def load_body(session: Session, slug: str, now: datetime) -> BodyView:
    """Return a body with all that is recorded of it, or raise `NotFound`."""
    row = body_row(session, slug)
    number = row.id or 0
    (item,) = _items(session, [row], now.date())
    entered = session.get(Organisation, row.entered_by_id) if row.entered_by_id else None
    facts = _facts(session, number)
    held = {x.kind for x in facts if x.until is None or _ends(x.until) > now.date()}
    return BodyView(
        id=number, item=item, source=provenance(row, entered), facts=facts,
        components=_components(session, number), members=members_of(session, number, now.date()),
        missing=tuple(x.value for x in FactKind if x not in held),
        funding=funding_of(session, number), contracts=contracts_of(session, number),
    )  # fmt: skip


def _ends(until: str) -> date:
    return end_of(when(until, "until")) or LAST_DAY


def members_of(session: Session, body: int, today: date) -> tuple[MemberView, ...]:
    """Return the members of a body, those of today first, then by role and name."""
    own = aliased(Organisation)
    rows = session.execute(
        select(BodyMember, own, _ENTERED_BY)
        .outerjoin(own, col(own.id) == col(BodyMember.organisation_id))
        .outerjoin(_ENTERED_BY, col(_ENTERED_BY.id) == col(BodyMember.entered_by_id))
        .where(col(BodyMember.body_id) == body)
    )
    views = [
        MemberView(
            id=row.id, name=row.name, organisation=_link(organisation), country=row.country,
            role=row.role.value, state=row.state.value, dues=row.dues,
            since=told(row, "since") or "", until=told(row, "until"),
            is_current=_is_current(row, today), source=provenance(row, entered),
        )
        for row, organisation, entered in rows
    ]  # fmt: skip
    return tuple(sorted(views, key=lambda x: (not x.is_current, x.since, x.name, x.id)))


def _link(organisation: Organisation | None) -> Link | None:
    return Link(organisation.slug, organisation.name) if organisation else None


def _is_current(row: BodyMember, today: date) -> bool:
    is_one = row.state.value in {"confirmed", "stated"}
    return is_one and row.since <= today and (row.until is None or row.until > today)


def _wanted(query: BodyQuery, today: date) -> Any:
    wanted = select(JointBody)
    if query.after is not None:
        wanted = wanted.where(col(JointBody.id) > query.after)
    members = select(BodyMember.body_id).where(is_current(today))  # type: ignore[call-overload]
    if query.country:
        wanted = wanted.where(
            col(JointBody.id).in_(members.where(col(BodyMember.country) == query.country))
        )
    if query.organisation:
        own = members.join(Organisation, col(Organisation.id) == col(BodyMember.organisation_id))
        wanted = wanted.where(
            col(JointBody.id).in_(own.where(col(Organisation.slug) == query.organisation))
        )
    if query.component:
        governed = select(BodyComponent.body_id).join(  # type: ignore[call-overload]
            Component,
            (col(Component.id) == col(BodyComponent.component_id))
            & col(BodyComponent.until).is_(None),
        )
        wanted = wanted.where(
            col(JointBody.id).in_(governed.where(col(Component.slug) == query.component))
        )
    return wanted


def _items(session: Session, rows: Sequence[JointBody], today: date) -> tuple[BodyItem, ...]:
    ids = [row.id or 0 for row in rows]
    countries, members = _current(session, ids, today)
    components = _counts(
        session.execute(
            select(col(BodyComponent.body_id), func.count())
            .join(Component, col(Component.id) == col(BodyComponent.component_id))
            .where(col(BodyComponent.body_id).in_(ids), col(BodyComponent.until).is_(None))
            .group_by(col(BodyComponent.body_id))
        )
    )
    decisions = _counts(
        session.execute(
            select(col(Decision.body_id), func.count())
            .where(col(Decision.body_id).in_(ids))
            .group_by(col(Decision.body_id))
        )
    )
    return tuple(
        BodyItem(
            slug=row.slug, name=row.name, purpose=row.purpose, lang=row.lang,
            founded_on=told(row, "founded_on"), members=members.get(row.id or 0, 0),
            countries=tuple(sorted(countries[row.id or 0])),
            components=components.get(row.id or 0, 0), decisions=decisions.get(row.id or 0, 0),
            updated_at=row.updated_at, is_demo=row.is_demo,
        )
        for row in rows
    )  # fmt: skip


def _current(
    session: Session, ids: list[int], today: date
) -> tuple[defaultdict[int, set[str]], dict[int, int]]:
    countries: defaultdict[int, set[str]] = defaultdict(set)
    members: dict[int, int] = {}
    rows = session.execute(
        select(col(BodyMember.body_id), col(BodyMember.country), func.count())
        .where(col(BodyMember.body_id).in_(ids), is_current(today))
        .group_by(col(BodyMember.body_id), col(BodyMember.country))
    )
    for body, country, count in rows:
        members[body] = members.get(body, 0) + count
        if country:
            countries[body].add(country)
    return countries, members


def _counts(rows: Iterable[Any]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _components(session: Session, body: int) -> tuple[ComponentOfBody, ...]:
    rows = session.execute(
        select(BodyComponent, Component, _ENTERED_BY)
        .join(Component, col(Component.id) == col(BodyComponent.component_id))
        .outerjoin(_ENTERED_BY, col(_ENTERED_BY.id) == col(BodyComponent.entered_by_id))
        .where(col(BodyComponent.body_id) == body)
        .order_by(col(BodyComponent.until).is_not(None), col(Component.name), col(Component.id))
    )
    return tuple(
        ComponentOfBody(
            component=Link(component.slug, component.name),
            since=told(row, "since"),
            until=told(row, "until"),
            source=provenance(row, entered),
        )
        for row, component, entered in rows
    )


def _facts(session: Session, body: int) -> tuple[FactView, ...]:
    rows = session.execute(
        select(BodyFact, _ENTERED_BY)
        .outerjoin(_ENTERED_BY, col(_ENTERED_BY.id) == col(BodyFact.entered_by_id))
        .where(col(BodyFact.body_id) == body)
        .order_by(col(BodyFact.id))
    )
    order = list(FactKind)
    views = [
        FactView(
            id=row.id, kind=row.kind.value, choice=row.choice, text=row.text,
            since=told(row, "since"), until=told(row, "until"), source=provenance(row, entered),
        )
        for row, entered in rows
    ]  # fmt: skip
    return tuple(sorted(views, key=lambda x: order.index(FactKind(x.kind))))
