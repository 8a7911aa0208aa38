"""Endpoints that are told of events: made, changed and removed by whoever they belong to."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.accounts.sealing import Sealer
from registry.db.tables import (
    Component,
    DeliveryState,
    EndpointState,
    Organisation,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.errors import Conflict, InvalidInput, NotFound
from registry.webhooks.events import EVENTS, TEST, delivery_key, message
from registry.webhooks.signing import new_secret

MAX_ENDPOINTS: Final = 20
MAX_DESCRIPTION: Final = 200

AT_THE_HOST: Final = Actor(is_operator=True)
"""Whoever runs commands on the host: without an account, and with the database in hand anyway."""

CheckUrl = Callable[[str], str]
"""From an address as it was given to the form in which it is used; raises `BlockedUrl`."""


class EndpointView(Struct, frozen=True, kw_only=True):
    """An endpoint without its secret; `organisation` and `component` are slugs.

    Where both are null it is told of everything, with `followed` of what its account follows.
    `paused_because` is `failing`, `gone`, or null when its owner paused it.
    """

    id: str
    url: str
    description: str
    events: tuple[str, ...]
    organisation: str | None
    component: str | None
    state: str
    paused_because: str | None
    failing_since: datetime | None
    created_at: datetime
    followed: bool = False


class NewEndpoint(Struct, frozen=True, kw_only=True):
    """What somebody asks for: at most one of `organisation`, `component` and `followed`.

    `organisation` and `component` are slugs; `followed` is all that the account follows.
    """

    url: str
    events: tuple[str, ...]
    organisation: str | None = None
    component: str | None = None
    description: str = ""
    followed: bool = False


def create_endpoint(
    session: Session,
    actor: Actor,
    wanted: NewEndpoint,
    *,
    sealer: Sealer,
    check_url: CheckUrl,
    now: datetime,
) -> tuple[EndpointView, str]:
    """Make an endpoint and return it with its secret, which nobody is told again.

    Only operators may have one that is told of everything. Raises `InvalidInput`, `NotFound` for
    a slug that is not known, and `Conflict` for too many endpoints.
    """
    _demand(actor)
    if bool(wanted.organisation) + bool(wanted.component) + wanted.followed > 1:
        raise InvalidInput("name an organisation or a component, or what is followed; not several")
    if wanted.followed and actor.account is None:
        raise InvalidInput("only an account follows something")
    if not (wanted.organisation or wanted.component or wanted.followed or actor.is_operator):
        raise InvalidInput("name the organisation or the component to be told of")
    _refuse_too_many(session, actor)
    key, secret = f"we_{secrets.token_hex(8)}", new_secret()
    row = WebhookEndpoint(
        key=key, account_id=actor.account, url=check_url(wanted.url),
        description=_description(wanted.description), events=_events(wanted.events),
        organisation_id=_id_of(session, Organisation, wanted.organisation, "organisation"),
        component_id=_id_of(session, Component, wanted.component, "component"),
        is_followed=wanted.followed, secret=sealer.seal(secret, key), created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, actor, "webhook.created", row, now)
    return _view(session, row), secret


def list_endpoints(session: Session, actor: Actor) -> tuple[EndpointView, ...]:
    """Return the endpoints of an account, the oldest first; operators see all."""
    _demand(actor)
    query = select(WebhookEndpoint).order_by(col(WebhookEndpoint.id))
    if not actor.is_operator:
        query = query.where(col(WebhookEndpoint.account_id) == actor.account)
    return tuple(_view(session, row) for row in session.scalars(query))


def show_endpoint(session: Session, actor: Actor, key: str) -> EndpointView:
    """Return an endpoint of this account."""
    return _view(session, owned(session, actor, key))


def change_endpoint(
    session: Session,
    actor: Actor,
    key: str,
    *,
    check_url: CheckUrl,
    now: datetime,
    url: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    state: str | None = None,
) -> EndpointView:
    """Change what is given; resuming a paused endpoint sends what waits for it."""
    row = owned(session, actor, key)
    if url is not None:
        row.url = check_url(url)
    if events is not None:
        row.events = _events(events)
    if description is not None:
        row.description = _description(description)
    if state is not None:
        _set_state(row, state)
    session.flush()
    _note(session, actor, "webhook.changed", row, now)
    return _view(session, row)


def replace_secret(
    session: Session, actor: Actor, key: str, *, sealer: Sealer, now: datetime
) -> str:
    """Give an endpoint another secret, in force at once, and return it."""
    row = owned(session, actor, key)
    secret = new_secret()
    row.secret = sealer.seal(secret, row.key)
    session.flush()
    _note(session, actor, "webhook.secret_replaced", row, now)
    return secret


def remove_endpoint(session: Session, actor: Actor, key: str, now: datetime) -> None:
    """Remove an endpoint with its deliveries."""
    row = owned(session, actor, key)
    session.delete(row)
    session.flush()
    _note(session, actor, "webhook.removed", row, now)


def add_test(session: Session, actor: Actor, key: str, now: datetime) -> WebhookDelivery:
    """Write a message that only shows that an endpoint can be reached, due at once."""
    row = owned(session, actor, key)
    if row.state is not EndpointState.ACTIVE:
        raise Conflict("the endpoint is paused: resume it first")
    data = {"endpoint": row.key, "description": row.description}
    delivery = WebhookDelivery(
        key=delivery_key(), endpoint_id=row.id or 0, event=TEST, subject=f"webhook:{row.key}",
        body=message(TEST, data, now), is_collecting=False, due_at=now, created_at=now,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    return delivery


def owned(session: Session, actor: Actor, key: str) -> WebhookEndpoint:
    """Return an endpoint if the actor may manage it; one of somebody else is `NotFound`."""
    _demand(actor)
    query = select(WebhookEndpoint).where(col(WebhookEndpoint.key) == key[:40].replace("\0", ""))
    row = session.scalars(query).first()
    if row is None or not (actor.is_operator or row.account_id == actor.account):
        raise NotFound("there is no such webhook")
    return row


def _demand(actor: Actor) -> None:
    if actor != AT_THE_HOST:
        authorise(actor, Action.MANAGE_OWN_WEBHOOKS)


def _refuse_too_many(session: Session, actor: Actor) -> None:
    query = select(func.count()).where(col(WebhookEndpoint.account_id) == actor.account)
    if actor.account is not None and session.execute(query).scalar_one() >= MAX_ENDPOINTS:
        raise Conflict(f"an account has at most {MAX_ENDPOINTS} webhooks: remove one first")


def _events(events: Sequence[str]) -> list[str]:
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        known = ", ".join(EVENTS)
        what = f"{unknown[0][:60]!r} is no event" if unknown else "name at least one event"
        raise InvalidInput(f"{what}: there are {known}")
    return sorted(set(events))


def _description(text: str) -> str:
    if len(text) > MAX_DESCRIPTION or not all(each.isprintable() for each in text):
        raise InvalidInput(f"a description is one line of at most {MAX_DESCRIPTION} characters")
    return text.strip()


def _id_of(session: Session, table: Any, slug: str | None, kind: str) -> int | None:
    if not slug:
        return None
    found = session.execute(select(table.id).where(table.slug == slug.replace("\0", ""))).scalar()
    if found is None:
        raise NotFound(f"there is no {kind} {slug[:120]!r}")
    return int(found)


def _set_state(row: WebhookEndpoint, state: str) -> None:
    if state not in set(EndpointState):
        raise InvalidInput("state must be active or paused")
    row.state = EndpointState(state)
    row.paused_because, row.failing_since = None, None


def _note(session: Session, actor: Actor, action: str, row: WebhookEndpoint, now: datetime) -> None:
    """Write to the audit log; of the address only the host: paths may hold secrets."""
    detail: dict[str, Any] = {"host": urlsplit(row.url).hostname, "events": list(row.events),
                              "state": row.state.value}  # fmt: skip
    audit.append(
        session, actor=actor.account, action=action, subject=f"webhook:{row.key}",
        detail=detail, at=now,
    )  # fmt: skip


def _view(session: Session, row: WebhookEndpoint) -> EndpointView:
    organisation = session.get(Organisation, row.organisation_id) if row.organisation_id else None
    component = session.get(Component, row.component_id) if row.component_id else None
    return EndpointView(
        id=row.key, url=row.url, description=row.description, events=tuple(row.events),
        organisation=organisation.slug if organisation else None,
        component=component.slug if component else None,
        state=row.state.value, paused_because=row.paused_because,
        failing_since=row.failing_since, created_at=row.created_at,
        followed=row.is_followed,
    )  # fmt: skip


def start_anew(delivery: WebhookDelivery, now: datetime) -> None:
    """Let a delivery be tried anew, with all its tries, under the same id."""
    delivery.sqlmodel_update(
        {"state": DeliveryState.WAITING, "is_collecting": False, "attempts": 0, "due_at": now,
         "finished_at": None}
    )  # fmt: skip
