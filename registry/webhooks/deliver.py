"""Delivering webhooks: one try at a time, each written down; who fails for long is left alone.

The receiver may get a message twice, with the same id: when its worker dies between the answer
and writing it down.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import delete, select
from sqlmodel import Session, col

from registry.accounts import audit
from registry.accounts.sealing import Sealer
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from registry.errors import CrawlFailure
from registry.jobs.port import NewJob, RunningJob
from registry.webhooks.signing import signed_headers

DELIVER: Final = "webhook.deliver"
TIMEOUT_SECONDS: Final = 10.0
# From one minute to eleven hours, 24 hours in all.
RETRY_SECONDS: Final = (60, 300, 900, 2_700, 7_200, 14_400, 21_600, 39_240)
PAUSE_AFTER: Final = timedelta(days=3)
KEPT: Final = timedelta(days=30)
_GONE: Final = 410
_BATCH: Final = 1_000


class Send(Protocol):
    """How a message leaves: only through the checked door to the outside."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post a body and return the status of the answer, or raise `CrawlFailure` with a reason.

        Redirects are not followed, and nothing of the answer but its status is kept.
        """


class Outcome(Struct, frozen=True):
    """How one try ended: a status, or the reason why there is none."""

    status: int | None
    reason: str | None
    milliseconds: int

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


class _Message(Struct, frozen=True):
    delivery: int
    url: str
    headers: dict[str, str]
    body: bytes


def deliver_job(delivery_id: int, url: str) -> NewJob:
    """Return the job of one try; the messages to one host go one after the other."""
    host = (urlsplit(url).hostname or "")[:200]
    return NewJob(
        task=DELIVER, key=str(delivery_id), payload={"delivery_id": delivery_id},
        lane=f"webhook:{host}", priority=20,
    )  # fmt: skip


def jobs_due(session: Session, now: datetime) -> list[NewJob]:
    """Return the jobs of deliveries whose time has come, the longest due first."""
    query = (
        select(col(WebhookDelivery.id), col(WebhookEndpoint.url))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
        .where(
            col(WebhookDelivery.state) == DeliveryState.WAITING,
            col(WebhookDelivery.due_at) <= now,
            col(WebhookEndpoint.state) == EndpointState.ACTIVE,
        )
        .order_by(col(WebhookDelivery.due_at), col(WebhookDelivery.id))
        .limit(_BATCH)
    )
    return [deliver_job(row.id, row.url) for row in session.execute(query)]


def prune_deliveries(session: Session, now: datetime) -> None:
    """Forget what was delivered or given up longer than 30 days ago."""
    finished = col(WebhookDelivery.finished_at)
    session.execute(delete(WebhookDelivery).where(finished < now - KEPT))


class Deliverer:
    """Runs the jobs of deliveries."""

    def __init__(self, database: Database, sealer: Sealer, send: Send, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._send = send
        self._clock = clock

    def deliver(self, job: RunningJob) -> None:
        """Try a delivery once, and write down what became of it."""
        message = self._taken(job)
        if message is None:
            return
        outcome = self._tried(message)
        now = self._clock()
        with self._database.write() as session:
            job.complete(session)
            _record(session, message.delivery, outcome, now)

    def _taken(self, job: RunningJob) -> _Message | None:
        """Close the delivery to later events; none when there is nothing to deliver any more."""
        with self._database.write() as session:
            job.confirm(session)
            delivery = session.get(WebhookDelivery, int(job.payload["delivery_id"]))
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return None
            endpoint = session.get_one(WebhookEndpoint, delivery.endpoint_id)
            if endpoint.state is not EndpointState.ACTIVE or delivery.due_at > self._clock():
                return None  # another run failed meanwhile, and put it off
            delivery.is_collecting = False
            body = delivery.body.encode()
            secret = self._sealer.open(endpoint.secret, endpoint.key)
            headers = signed_headers(secret, delivery.key, self._clock(), body)
            return _Message(delivery.id or 0, endpoint.url, headers, body)

    def _tried(self, message: _Message) -> Outcome:
        started = time.monotonic()
        status: int | None = None
        reason: str | None = None
        try:
            status = self._send(message.url, message.headers, message.body)
        except CrawlFailure as error:
            reason = error.reason
        return Outcome(status, reason, round((time.monotonic() - started) * 1000))


def _record(session: Session, delivery_id: int, outcome: Outcome, now: datetime) -> None:
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None:  # the endpoint was removed meanwhile
        return
    endpoint = session.get_one(WebhookEndpoint, delivery.endpoint_id)
    delivery.attempts += 1
    delivery.tries = [*delivery.tries, _written(outcome, now)]
    if outcome.is_success:
        delivery.state, delivery.finished_at = DeliveryState.DELIVERED, now
        endpoint.failing_since = None
        return
    _put_off(delivery, now)
    endpoint.failing_since = endpoint.failing_since or now
    if outcome.status == _GONE:
        pause(session, endpoint, "gone", now)
    elif now - endpoint.failing_since >= PAUSE_AFTER:
        pause(session, endpoint, "failing", now)


def _put_off(delivery: WebhookDelivery, now: datetime) -> None:
    if delivery.attempts > len(RETRY_SECONDS):
        delivery.state, delivery.finished_at = DeliveryState.FAILED, now
    else:
        delivery.due_at = now + timedelta(seconds=RETRY_SECONDS[delivery.attempts - 1])


def _written(outcome: Outcome, now: datetime) -> dict[str, Any]:
    found = {"status": outcome.status, "reason": outcome.reason}
    told = {name: value for name, value in found.items() if value is not None}
    return {"at": audit.moment(now), **told, "ms": outcome.milliseconds}


def pause(session: Session, endpoint: WebhookEndpoint, reason: str, now: datetime) -> None:
    """Tell an endpoint of nothing more until somebody resumes it; what waits is kept."""
    if endpoint.state is EndpointState.PAUSED:
        return
    endpoint.state, endpoint.paused_because = EndpointState.PAUSED, reason
    session.flush()
    audit.append(
        session, actor=None, action="webhook.paused", subject=f"webhook:{endpoint.key}",
        detail={"reason": reason}, at=now,
    )  # fmt: skip
