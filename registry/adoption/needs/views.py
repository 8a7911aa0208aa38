"""Reading needs: lists and single ones, as everybody sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.needs.readmodels import (
    NeedItem,
    NeedQuery,
    NeedView,
    OfferView,
    StatementView,
)
from registry.adoption.needs.statements import view_of
from registry.adoption.needs.together import need_row
from registry.adoption.needs.writing import state_of
from registry.catalogue.readmodels import Link
from registry.db.tables import (
    Component,
    Need,
    NeedJoin,
    NeedOffer,
    NeedState,
    NeedStatement,
    OfferState,
    Organisation,
)

MAX_JOINED: Final = 50
_HELD: Final = aliased(Component)


def list_needs(
    session: Session, query: NeedQuery, now: datetime
) -> tuple[tuple[NeedItem, ...], int | None]:
    """Return a page of needs, the newest first, and the number to go on after."""
    wanted = _wanted(query, now).order_by(col(Need.id).desc()).limit(query.limit + 1)
    rows = session.execute(wanted).all()
    items = _items(session, rows[: query.limit], now)
    return items, items[-1].id if len(rows) > query.limit else None


def load_need(session: Session, number: int, now: datetime) -> NeedView:
    """Return a need with who joined, what is offered and what was stated, or raise `NotFound`."""
    row = need_row(session, number)
    body = session.get(Organisation, row.organisation_id) if row.organisation_id else None
    component = (
        session.get(Component, row.outcome_component_id) if row.outcome_component_id else None
    )
    (item,) = _items(session, [(row, body)], now)
    return NeedView(
        item=item, description=row.description, organisation_id=row.organisation_id,
        joined=joined(session, number, limit=MAX_JOINED)[0],
        offers=offers_of(session, number, (OfferState.SHOWN,)),
        statements=_statements(session, number),
        outcome=row.outcome.value if row.outcome else None,
        outcome_component=Link(component.slug, component.name) if component else None,
        outcome_url=row.outcome_url, closed_at=row.closed_at,
    )  # fmt: skip


def joined(
    session: Session, number: int, *, after: int = 0, limit: int = 100
) -> tuple[tuple[Link, ...], int | None]:
    """Return organisations that joined a need, by number, and the number to go on after."""
    rows = session.execute(
        select(Organisation)
        .join(NeedJoin, col(NeedJoin.organisation_id) == col(Organisation.id))
        .where(col(NeedJoin.need_id) == number, col(Organisation.id) > after)
        .order_by(col(Organisation.id))
        .limit(limit + 1)
    ).scalars().all()  # fmt: skip
    links = tuple(Link(x.slug, x.name) for x in rows[:limit])
    return links, rows[limit - 1].id if len(rows) > limit else None


def offers_of(
    session: Session, number: int, states: Sequence[OfferState], *, account: int | None = None
) -> tuple[OfferView, ...]:
    """Return the offers of a need in some states, of one account or all, the oldest first."""
    whose = [col(NeedOffer.account_id) == account] if account is not None else []
    rows = session.execute(
        select(NeedOffer, Organisation, _HELD)
        .outerjoin(Organisation, col(Organisation.id) == col(NeedOffer.organisation_id))
        .outerjoin(_HELD, col(_HELD.id) == col(NeedOffer.component_id))
        .where(col(NeedOffer.need_id) == number, col(NeedOffer.state).in_(states), *whose)
        .order_by(col(NeedOffer.id))
        .limit(200)
    )
    return tuple(
        OfferView(
            id=row.id, by=Link(body.slug, body.name) if body else None, name=row.name,
            component=Link(held.slug, held.name) if held else None, text=row.text, url=row.url,
            state=row.state.value, created_at=row.created_at,
        )
        for row, body, held in rows
    )  # fmt: skip


def _wanted(query: NeedQuery, now: datetime) -> Any:
    wanted = select(Need, Organisation).outerjoin(
        Organisation, col(Organisation.id) == col(Need.organisation_id)
    ).where(col(Need.state) != NeedState.DRAFT, *_state(query.state, now))  # fmt: skip
    if query.after is not None:
        wanted = wanted.where(col(Need.id) < query.after)
    if query.country:
        wanted = wanted.where(col(Need.country) == query.country)
    if query.organisation:
        wanted = wanted.where(col(Organisation.slug) == query.organisation)
    if query.function:
        wanted = wanted.where(
            cast(col(Need.functions), String).contains(f'"{query.function}"', autoescape=True)
        )
    for word in query.q.lower().split()[:8]:
        text = func.lower(col(Need.title) + " " + col(Need.description))
        wanted = wanted.where(text.contains(word, autoescape=True))
    return wanted


def _state(state: str | None, now: datetime) -> list[ColumnElement[bool]]:
    if state == "closed":
        return [col(Need.state) == NeedState.CLOSED]
    if state == "open":
        return [col(Need.state) == NeedState.OPEN, col(Need.expires_at) > now]
    if state == "expired":
        return [col(Need.state) == NeedState.OPEN, col(Need.expires_at) <= now]
    return []


def _items(session: Session, rows: Sequence[Any], now: datetime) -> tuple[NeedItem, ...]:
    ids = [row.id for row, _ in rows]
    joins = _counts(session, col(NeedJoin.need_id), ids)
    offers = _counts(session, col(NeedOffer.need_id), ids, col(NeedOffer.state) == OfferState.SHOWN)
    return tuple(
        NeedItem(
            id=row.id, title=row.title, lang=row.lang, functions=tuple(row.functions),
            state=state_of(row, now), organisation=Link(body.slug, body.name) if body else None,
            country=row.country, joined=joins.get(row.id, 0), offers=offers.get(row.id, 0),
            opened_at=row.opened_at, expires_at=row.expires_at, updated_at=row.updated_at,
        )
        for row, body in rows
    )  # fmt: skip


def _counts(session: Session, column: Any, ids: list[int], *where: Any) -> dict[int, int]:
    if not ids:
        return {}
    query = select(column, func.count()).where(column.in_(ids), *where).group_by(column)
    return {row[0]: row[1] for row in session.execute(query)}


def _statements(session: Session, number: int) -> tuple[StatementView, ...]:
    rows = session.execute(
        select(NeedStatement)
        .where(col(NeedStatement.need_id) == number)
        .order_by(col(NeedStatement.number).desc())
        .limit(50)
    ).scalars().all()  # fmt: skip
    return tuple(view_of(row, rows[0].number) for row in rows)
