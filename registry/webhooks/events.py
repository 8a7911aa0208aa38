"""The events that endpoints can be told of, and writing them where the change is written.

An event becomes one delivery for each endpoint that listens, in the transaction of the change. It
waits a minute for others of its kind and subject, which take its place: a repository that is
pushed to ten times is told of once.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from registry.db.tables import (
    Account,
    AccountState,
    DeliveryState,
    EndpointState,
    Follow,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.db.tables.webhook import IS_COLLECTING

EVENTS: Final[Mapping[str, str]] = {
    "component.updated": "A component is new, or one of its fields has another value.",
    "release.published": "The newest version of a component is another one.",
    "reuse.discovered": "An edge was found, or found again: one component reuses another.",
    "reuse.removed": "An edge stands no more: it was not found again, or was denied.",
    "reuse.disputed": "An organisation objects to an edge, or that was decided on.",
    "advisory.published": "A published security advisory is about a component.",
    "fix.missing": "A fork or copy lacks the fix of a published advisory.",
    "stewardship.changed": "A warning of a component or joint body began or ended, as abandoned.",
    "decision.adopted": "A joint body adopted a decision.",
    "crawl.failed": "A repository cannot be read; told once, until it was read again.",
    "ownership.changed": "Whose a component is, or who speaks for an organisation, changed.",
    "call.changed": "An organisation looks for partners, says it anew, or looks no more.",
    "search.matched": "A search that the endpoint's account follows found something new.",
    "snapshot.created": "A report was frozen that has the component, or one of the organisation.",
    "need.changed": "A need was opened, joined or closed, or somebody offers what is needed.",
}
TEST: Final = "webhook.test"
DEBOUNCE: Final = timedelta(seconds=60)
MAX_SUBJECT: Final = 300


def emit(
    session: Session,
    event: str,
    *,
    subject: str,
    data: Callable[[], Mapping[str, Any]],
    components: Iterable[int | None] = (),
    organisations: Iterable[int | None] = (),
    account: int | None = None,
    at: datetime,
) -> int:
    """Write an event for every endpoint that listens, and return for how many.

    With `account` it is about what that account follows: its endpoints alone listen.

    `subject` names what it is about, by kind and name (`component:a-b`); `data` gives JSON that
    is public, and is asked only when somebody listens. `components` and `organisations` are the
    ids of all that it concerns.
    """
    if event not in EVENTS:
        raise ValueError(f"{event} is no event")
    concerned = (
        _own(account) if account is not None
        else _concerned(set(components) - {None}, set(organisations) - {None})
    )  # fmt: skip
    listening = _listening(session, event, concerned)
    if not listening:
        return 0
    body = message(event, data(), at)
    rows = [_row(endpoint, event, subject, body, at) for endpoint in sorted(listening)]
    _write(session, rows)
    return len(rows)


def message(event: str, data: Mapping[str, Any], at: datetime) -> str:
    """Return the body of a delivery."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return msgspec.json.encode({"type": event, "timestamp": moment, "data": data}).decode()


def delivery_key() -> str:
    """Return a fresh id of a delivery."""
    return f"msg_{secrets.token_hex(16)}"


def _own(account: int) -> ColumnElement[bool]:
    return col(WebhookEndpoint.is_followed) & (col(WebhookEndpoint.account_id) == account)


def _concerned(components: set[int | None], organisations: set[int | None]) -> ColumnElement[bool]:
    to_all = and_(
        col(WebhookEndpoint.component_id).is_(None),
        col(WebhookEndpoint.organisation_id).is_(None),
        col(WebhookEndpoint.is_followed).is_(False),
    )
    followers = select(col(Follow.account_id)).where(
        or_(
            col(Follow.component_id).in_(components), col(Follow.organisation_id).in_(organisations)
        )
    )
    return or_(
        to_all,
        col(WebhookEndpoint.is_followed) & col(WebhookEndpoint.account_id).in_(followers),
        col(WebhookEndpoint.component_id).in_(components),
        col(WebhookEndpoint.organisation_id).in_(organisations),
    )


def _listening(session: Session, event: str, concerned: ColumnElement[bool]) -> list[int]:
    is_in_use = or_(
        col(WebhookEndpoint.account_id).is_(None), col(Account.state) == AccountState.ACTIVE
    )
    columns = col(WebhookEndpoint.id), col(WebhookEndpoint.events)
    query = select(*columns).outerjoin(Account, col(Account.id) == col(WebhookEndpoint.account_id))
    query = query.where(is_in_use, col(WebhookEndpoint.state) == EndpointState.ACTIVE, concerned)
    return [row.id for row in session.execute(query) if event in row.events]


def _row(endpoint: int, event: str, subject: str, body: str, at: datetime) -> dict[str, Any]:
    return {
        "key": delivery_key(), "endpoint_id": endpoint, "event": event,
        "subject": subject[:MAX_SUBJECT], "body": body, "state": DeliveryState.WAITING,
        "is_collecting": True,
        "attempts": 0, "tries": [], "due_at": at + DEBOUNCE, "created_at": at,
    }  # fmt: skip


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    """Add deliveries; one that still collects keeps its id and time, and takes the new body."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(WebhookDelivery).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["endpoint_id", "event", "subject"],
            index_where=IS_COLLECTING,
            set_={"body": statement.excluded.body},
        )
    )
