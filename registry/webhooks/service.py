"""What pages, API and command line ask of webhooks, each in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts.actors import Actor
from registry.accounts.sealing import Sealer
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import DeliveryState, EndpointState, WebhookDelivery
from registry.errors import Conflict, NotFound
from registry.jobs.port import JobQueue
from registry.webhooks import endpoints
from registry.webhooks.deliver import deliver_job
from registry.webhooks.endpoints import CheckUrl, EndpointView, NewEndpoint


class DeliveryView(Struct, frozen=True, kw_only=True):
    """A message with all its tries: each has a time, milliseconds, and a status or a reason."""

    id: str
    event: str
    subject: str
    state: str
    attempts: int
    tries: tuple[Mapping[str, Any], ...]
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    body: str


class Webhooks:
    """Endpoints and deliveries over the database of the registry.

    Every method raises what `authorise` raises, and `NotFound` for what belongs to another
    account.
    """

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        sealer: Sealer,
        check_url: CheckUrl,
        clock: Clock,
    ) -> None:
        self._database = database
        self._queue = queue
        self._sealer = sealer
        self._check_url = check_url
        self._clock = clock

    def create(self, actor: Actor, wanted: NewEndpoint) -> tuple[EndpointView, str]:
        """Make an endpoint; return it with its secret, which nobody is told again."""
        with self._database.write() as session:
            return endpoints.create_endpoint(
                session, actor, wanted, sealer=self._sealer, check_url=self._check_url,
                now=self._clock(),
            )  # fmt: skip

    def list(self, actor: Actor) -> tuple[EndpointView, ...]:
        """Return the endpoints of an account; operators see all."""
        with self._database.read() as session:
            return endpoints.list_endpoints(session, actor)

    def show(self, actor: Actor, key: str) -> EndpointView:
        """Return one endpoint."""
        with self._database.read() as session:
            return endpoints.show_endpoint(session, actor, key)

    def change(
        self,
        actor: Actor,
        key: str,
        *,
        url: str | None = None,
        events: Sequence[str] | None = None,
        description: str | None = None,
        state: str | None = None,
    ) -> EndpointView:
        """Change what is given of an endpoint."""
        with self._database.write() as session:
            return endpoints.change_endpoint(
                session, actor, key, check_url=self._check_url, now=self._clock(), url=url,
                events=events, description=description, state=state,
            )  # fmt: skip

    def replace_secret(self, actor: Actor, key: str) -> str:
        """Give an endpoint another secret and return it."""
        with self._database.write() as session:
            return endpoints.replace_secret(
                session, actor, key, sealer=self._sealer, now=self._clock()
            )

    def remove(self, actor: Actor, key: str) -> None:
        """Remove an endpoint with its deliveries."""
        with self._database.write() as session:
            endpoints.remove_endpoint(session, actor, key, self._clock())

    def test(self, actor: Actor, key: str) -> DeliveryView:
        """Send a message that only shows that an endpoint can be reached."""
        with self._database.write() as session:
            delivery = endpoints.add_test(session, actor, key, self._clock())
            self._enqueue(session, actor, key, delivery)
            return _view(delivery)

    def deliveries(
        self, actor: Actor, key: str, *, after: str | None = None, limit: int = 50
    ) -> tuple[tuple[DeliveryView, ...], str | None]:
        """Return deliveries of an endpoint, the newest first, and the id to go on after."""
        with self._database.read() as session:
            endpoint = endpoints.owned(session, actor, key)
            query = select(WebhookDelivery).where(col(WebhookDelivery.endpoint_id) == endpoint.id)
            if after is not None:
                last = _delivery(session, actor, key, after)
                query = query.where(col(WebhookDelivery.id) < last.id)
            ordered = query.order_by(col(WebhookDelivery.id).desc()).limit(limit + 1)
            rows = session.scalars(ordered).all()
        views = tuple(_view(row) for row in rows[:limit])
        return views, views[-1].id if len(rows) > limit else None

    def redeliver(self, actor: Actor, key: str, delivery_key: str) -> DeliveryView:
        """Send a message again, under the same id, at once."""
        with self._database.write() as session:
            delivery = _delivery(session, actor, key, delivery_key)
            if delivery.state is DeliveryState.WAITING and not delivery.tries:
                raise Conflict("the message waits to be sent")
            endpoints.start_anew(delivery, self._clock())
            session.flush()
            self._enqueue(session, actor, key, delivery)
            return _view(delivery)

    def _enqueue(self, session: Session, actor: Actor, key: str, delivery: WebhookDelivery) -> None:
        endpoint = endpoints.owned(session, actor, key)
        if endpoint.state is not EndpointState.ACTIVE:
            raise Conflict("the endpoint is paused: resume it first")
        self._queue.enqueue(session, [deliver_job(delivery.id or 0, endpoint.url)])


def _delivery(session: Session, actor: Actor, key: str, delivery_key: str) -> WebhookDelivery:
    endpoint = endpoints.owned(session, actor, key)
    query = select(WebhookDelivery).where(
        col(WebhookDelivery.endpoint_id) == endpoint.id,
        col(WebhookDelivery.key) == delivery_key[:40].replace("\0", ""),
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("there is no such delivery")
    return found


def _view(row: WebhookDelivery) -> DeliveryView:
    return DeliveryView(
        id=row.key, event=row.event, subject=row.subject, state=row.state.value,
        attempts=row.attempts, tries=tuple(row.tries), created_at=row.created_at,
        due_at=row.due_at if row.state is DeliveryState.WAITING else None,
        finished_at=row.finished_at, body=row.body,
    )  # fmt: skip
