"""Reading calls: lists and single ones, as everybody sees them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from registry.adoption.calls.readmodels import CallQuery, CallView
from registry.adoption.calls.writing import find_call, state_of
from registry.catalogue.readmodels import Link
from registry.db.tables import Component, JointBody, Organisation, PartnerCall, Repository
from registry.db.tables.repository import UNLISTED
from registry.errors import NotFound


def list_calls(
    session: Session, query: CallQuery, today: date, organisations: Sequence[int] | None = None
) -> tuple[tuple[CallView, ...], int | None]:
    """Return a page of calls, the newest first, and the number to go on after.

    `organisations` limits it to calls of some, by number. Calls that were taken down, and those
    about a component that is not listed, are in no answer.
    """
    wanted = _wanted(query, today)
    if organisations is not None:
        wanted = wanted.where(col(PartnerCall.organisation_id).in_(organisations))
    rows = session.execute(wanted.order_by(col(PartnerCall.id).desc()).limit(query.limit + 1)).all()
    calls = tuple(_view(row, today) for row in rows[: query.limit])
    return calls, calls[-1].id if len(rows) > query.limit else None


def load_call(session: Session, number: int, today: date) -> CallView:
    """Return one call, or raise `NotFound` or `Gone`."""
    find_call(session, number)
    row = session.execute(_rows().where(col(PartnerCall.id) == number)).first()
    if row is None:
        raise NotFound(f"there is no call {number}")
    return _view(row, today)


def _rows() -> Any:
    is_shown = or_(
        col(PartnerCall.component_id).is_(None),
        col(Component.is_taken_down).is_(False) & col(Repository.state).not_in(UNLISTED),
    )
    return (
        select(PartnerCall, Organisation, Component, JointBody)
        .join(Organisation, col(Organisation.id) == col(PartnerCall.organisation_id))
        .outerjoin(Component, col(Component.id) == col(PartnerCall.component_id))
        .outerjoin(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(JointBody, col(JointBody.id) == col(PartnerCall.body_id))
        .where(col(PartnerCall.removed_because).is_(None), is_shown)
    )


def _wanted(query: CallQuery, today: date) -> Any:
    wanted = _rows().where(*_state(query.state, today))
    if query.after is not None:
        wanted = wanted.where(col(PartnerCall.id) < query.after)
    for column, value in (
        (col(PartnerCall.kind), query.kind), (col(Organisation.country), query.country),
        (col(Component.slug), query.component), (col(JointBody.slug), query.body),
        (col(Organisation.slug), query.organisation),
    ):  # fmt: skip
        if value:
            wanted = wanted.where(column == value)
    return wanted


def _state(state: str | None, today: date) -> list[ColumnElement[bool]]:
    is_closed, is_over = (
        col(PartnerCall.closed_at).is_not(None),
        col(PartnerCall.open_until) < today,
    )
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "open": [~is_closed, ~is_over], "expired": [~is_closed, is_over], "closed": [is_closed],
    }  # fmt: skip
    return conditions.get(state or "", [])


def _view(row: Any, today: date) -> CallView:
    call, organisation, component, body = row
    return CallView(
        id=call.id, kind=call.kind.value, state=state_of(call, today),
        component=Link(component.slug, component.name) if component else None,
        body=Link(body.slug, body.name) if body else None,
        organisation=Link(organisation.slug, organisation.name), organisation_id=organisation.id,
        country=organisation.country, text=call.text, lang=call.lang, contact=call.contact,
        open_until=call.open_until, created_at=call.created_at, updated_at=call.updated_at,
        closed_at=call.closed_at,
    )  # fmt: skip
