"""Deliveries: written with the change, debounced, signed, tried anew, given up, and logged."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from standardwebhooks.webhooks import Webhook

from crawlers.egress import Egress
from registry.accounts.actors import VISITOR, Actor
from registry.accounts.sealing import Sealer
from registry.db.session import Database
from registry.db.tables import (
    Account,
    AccountState,
    AuditEntry,
    Component,
    Organisation,
    Repository,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.errors import (
    BlockedUrl,
    Conflict,
    CrawlFailure,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthenticated,
)
from registry.jobs.port import NewJob, RunningJob
from registry.settings import CrawlSettings
from registry.webhooks.deliver import (
    DELIVER,
    RETRY_SECONDS,
    Deliverer,
    deliver_job,
    jobs_due,
    prune_deliveries,
)
from registry.webhooks.endpoints import AT_THE_HOST, MAX_ENDPOINTS, NewEndpoint
from registry.webhooks.events import EVENTS, emit
from registry.webhooks.service import DeliveryView, Webhooks
from tests.support.databases import fresh_sqlite
from tests.support.job_queues import open_queue
from tests.support.webhook_receivers import Receiver, receiver

NOW = datetime(2026, 11, 26, 3, 41, tzinfo=UTC)
SEALER = Sealer([b"k" * 32])
URL = "https://hooks.example/told?room=1"


class Post:
    """What a receiver that the test plays was sent, and what it answers."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []
        self.answer: int | str = 204

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((url, headers, body))
        if isinstance(self.answer, str):
            raise CrawlFailure(self.answer, "the detail is for nobody")
        return self.answer


class Office:
    """A registry with two components of two organisations, and a clock of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.post = Post()
        self.queue = open_queue("embedded", database, clock=lambda: self.now)
        self.webhooks = Webhooks(database, self.queue, SEALER, _checked, lambda: self.now)
        self.deliverer = Deliverer(database, SEALER, self.post, lambda: self.now)
        with database.write() as session:
            for number, slug in enumerate(("town", "city"), 1):
                session.add(Organisation(id=number, slug=slug, uri=f"https://{slug}.example",
                                         name=slug, created_at=NOW))  # fmt: skip
                session.flush()
                session.add(Repository(id=number, url=f"https://git.example/{slug}", host="x",
                                       path=slug, organisation_id=number, state_since=NOW,
                                       added_at=NOW))  # fmt: skip
                session.flush()
                session.add(Component(id=number, uuid=slug, slug=f"{slug}-app", name=slug,
                                      repository_id=number, organisation_id=number,
                                      created_at=NOW, updated_at=NOW))  # fmt: skip
            session.add(Account(id=7, name="Ada", created_at=NOW))
            session.add(Account(id=8, name="Bo", created_at=NOW))

    def add(self, actor: Actor = AT_THE_HOST, **wanted: Any) -> str:
        given: dict[str, Any] = {"url": URL, "events": tuple(EVENTS)} | wanted
        return self.webhooks.create(actor, NewEndpoint(**given))[0].id

    def happen(self, event: str = "component.updated", number: int = 1, **data: Any) -> int:
        with self.database.write() as session:
            return emit(
                session, event, subject=f"component:{number}", data=lambda: data,
                components=[number, None], organisations=[number], at=self.now,
            )  # fmt: skip

    def due(self) -> list[NewJob]:
        with self.database.read() as session:
            return jobs_due(session, self.now)

    def deliver(self) -> int:
        """Do what is due now, and return how many jobs that were."""
        jobs = self.due()
        for job in jobs:
            self.deliverer.deliver(RunningJob(task=job.task, key=job.key, payload=job.payload))
        return len(jobs)

    def later(self, **time: float) -> "Office":
        self.now += timedelta(**time)
        return self

    def log(self, key: str) -> tuple[DeliveryView, ...]:
        return self.webhooks.deliveries(AT_THE_HOST, key)[0]

    def actions(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.index)))


def _checked(url: str) -> str:
    if not url.startswith("https://"):
        raise BlockedUrl("only https")
    return url


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = fresh_sqlite(tmp_path)
    yield Office(database)
    database.close()


ADA, BO = Actor(account=7), Actor(account=8)


def test_an_event_is_told_once_a_minute_with_what_is_true_by_then(office: Office) -> None:
    key = office.add()
    for version in ("1", "2", "3"):
        assert office.happen(version=version) == 1
    assert office.later(seconds=59).deliver() == 0
    assert office.later(seconds=1).deliver() == 1
    (url, headers, body), = office.post.sent  # fmt: skip
    assert (url, headers["content-type"]) == (URL, "application/json")
    told = json.loads(body)
    assert told == {
        "type": "component.updated", "timestamp": "2026-11-26T03:41:00Z",
        "data": {"version": "3"},
    }  # fmt: skip
    (done,) = office.log(key)
    assert (done.state, done.attempts, done.body) == ("delivered", 1, body.decode())
    assert done.tries[0]["status"] == 204
    assert office.later(hours=1).deliver() == 0, "nothing is told twice"


def test_what_happens_during_a_delivery_is_told_anew(office: Office) -> None:
    key = office.add()
    office.happen(version="1")
    office.later(seconds=60)
    office.post.answer = 500
    office.deliver()
    assert office.happen(version="2") == 1
    office.post.answer = 204
    office.later(seconds=60).deliver()
    assert [json.loads(body)["data"]["version"] for *_, body in office.post.sent] == ["1", "1", "2"]
    assert [line.state for line in office.log(key)] == ["delivered", "delivered"]


def test_events_of_another_kind_or_subject_are_told_apart(office: Office) -> None:
    office.add()
    office.happen()
    office.happen("release.published")
    office.happen(number=2)
    assert office.later(seconds=60).deliver() == 3


def test_an_endpoint_is_told_of_what_it_asked_for_and_of_nothing_else(office: Office) -> None:
    of_town = office.add(organisation="town")
    of_component = office.add(component="city-app", events=("reuse.discovered",))
    office.happen(number=1)
    office.happen(number=2)
    office.happen("reuse.discovered", number=2)
    office.later(seconds=60).deliver()
    assert [line.subject for line in office.log(of_town)] == ["component:1"]
    assert [line.event for line in office.log(of_component)] == ["reuse.discovered"]


def test_nothing_is_written_or_even_asked_when_nobody_listens(office: Office) -> None:
    with office.database.write() as session:
        assert not emit(
            session, "crawl.failed", subject="repository:1", data=lambda: pytest.fail("asked"),
            components=[1], organisations=[1], at=NOW,
        )  # fmt: skip
    with pytest.raises(ValueError, match="no event"), office.database.write() as session:
        emit(session, "component.exploded", subject="x", data=dict, at=NOW)


def test_an_event_is_undone_with_its_change(office: Office) -> None:
    key = office.add()

    def undone() -> None:
        with office.database.write() as session:
            emit(session, "component.updated", subject="x", data=dict, components=[1], at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert office.log(key) == ()


def test_events_at_once_are_one_delivery_on_every_database(database: Database) -> None:
    office = Office(database)
    key = office.add()
    threads = [threading.Thread(target=office.happen, kwargs={"n": n}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.log(key)) == 1
    assert office.later(seconds=60).deliver() == 1
    assert len(office.log(key)) == 1


def test_a_failing_receiver_is_tried_eight_times_more_within_24_hours(office: Office) -> None:
    assert sum(RETRY_SECONDS) == 24 * 3600
    assert list(RETRY_SECONDS) == sorted(RETRY_SECONDS)
    key = office.add()
    office.happen()
    office.post.answer = 503
    office.later(seconds=60)
    times = []
    for _ in range(20):
        times.append(office.now)
        assert office.deliver() == 1
        (line,) = office.log(key)
        if line.due_at is None:
            break
        assert office.later(seconds=-1).deliver() == 0
        office.now = line.due_at
    assert len(times) == 9
    assert times[-1] - times[0] == timedelta(hours=24)
    assert (line.state, line.attempts) == ("failed", 9)
    assert [each["status"] for each in line.tries] == [503] * 9
    assert len({headers["webhook-id"] for _, headers, _ in office.post.sent}) == 1
    assert len({headers["webhook-signature"] for _, headers, _ in office.post.sent}) == 9
    assert len({body for *_, body in office.post.sent}) == 1
    assert office.later(days=9).deliver() == 0


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 404, 429, 500, "too_slow", "tls_failed"])
def test_every_other_answer_is_a_failure_that_the_log_shows(
    office: Office, answer: int | str
) -> None:
    key = office.add()
    office.happen()
    office.post.answer = answer
    office.later(seconds=60).deliver()
    (line,) = office.log(key)
    assert line.state == "waiting"
    (only,) = line.tries
    assert only["status" if isinstance(answer, int) else "reason"] == answer
    assert "the detail" not in str(line)


def test_three_days_of_failure_pause_an_endpoint_and_lose_nothing(office: Office) -> None:
    key = office.add()
    office.post.answer = 500
    for day in range(3):
        office.now = NOW + timedelta(days=day)
        office.happen(day=day)
        office.later(seconds=60).deliver()
        assert office.webhooks.show(AT_THE_HOST, key).state == "active"
    office.now = NOW + timedelta(days=3, seconds=61)
    office.deliver()
    view = office.webhooks.show(AT_THE_HOST, key)
    assert (view.state, view.paused_because) == ("paused", "failing")
    assert view.failing_since == NOW + timedelta(seconds=60)
    assert office.actions()[-1] == "webhook.paused"
    office.post.sent.clear()
    assert office.happen() == 0, "while it is paused nothing new is written"
    assert office.later(days=1).deliver() == 0
    with pytest.raises(Conflict, match="paused"):
        office.webhooks.test(AT_THE_HOST, key)
    with pytest.raises(Conflict, match="paused"):
        office.webhooks.redeliver(AT_THE_HOST, key, office.log(key)[0].id)
    office.post.answer = 200
    office.webhooks.change(AT_THE_HOST, key, state="active")
    waiting = [line for line in office.log(key) if line.state == "waiting"]
    assert office.deliver() == len(waiting) > 0
    assert office.webhooks.show(AT_THE_HOST, key).failing_since is None


def test_a_success_ends_a_series_of_failures(office: Office) -> None:
    key = office.add()
    for day in range(6):
        office.now = NOW + timedelta(days=day)
        office.happen(day=day)
        office.post.answer = 200 if day == 2 else 500
        office.later(seconds=60).deliver()
    assert office.webhooks.show(AT_THE_HOST, key).failing_since == NOW + timedelta(
        days=3, seconds=60
    )


def test_a_receiver_that_is_gone_is_left_alone_at_once(office: Office) -> None:
    key = office.add()
    office.happen()
    office.post.answer = 410
    office.later(seconds=60).deliver()
    assert office.webhooks.show(AT_THE_HOST, key).paused_because == "gone"


def test_a_message_is_sent_again_under_the_same_id(office: Office) -> None:
    key = office.add()
    office.happen()
    with pytest.raises(Conflict, match="waits"):
        office.webhooks.redeliver(AT_THE_HOST, key, office.log(key)[0].id)
    office.later(seconds=60).deliver()
    (line,) = office.log(key)
    again = office.webhooks.redeliver(AT_THE_HOST, key, line.id)
    assert (again.id, again.state) == (line.id, "waiting")
    assert office.queue.counts()[DELIVER]["waiting"] == 1
    assert office.deliver() == 1
    assert len(office.post.sent) == 2
    assert len(office.log(key)[0].tries) == 2
    with pytest.raises(NotFound):
        office.webhooks.redeliver(AT_THE_HOST, key, "msg_x")


def test_a_job_that_comes_late_sends_nothing(office: Office) -> None:
    key = office.add()
    office.happen()
    (job,) = office.later(seconds=60).due()
    office.post.answer = 500
    running = RunningJob(task=job.task, key=job.key, payload=job.payload)
    office.deliverer.deliver(running)
    office.deliverer.deliver(running)
    assert len(office.post.sent) == 1, "the second run came before the next try is due"
    office.webhooks.remove(AT_THE_HOST, key)
    office.deliverer.deliver(running)
    assert len(office.post.sent) == 1
    with office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0


def test_the_jobs_of_one_host_go_one_after_the_other() -> None:
    job = deliver_job(5, "https://Hooks.Example:443/a")
    assert (job.task, job.key, job.lane) == (DELIVER, "5", "webhook:hooks.example")


def test_deliveries_are_forgotten_after_30_days(office: Office) -> None:
    key = office.add()
    office.happen()
    office.later(seconds=60).deliver()
    for days, left in ((29, 1), (31, 0)):
        with office.database.write() as session:
            prune_deliveries(session, office.now + timedelta(days=days))
        assert len(office.log(key)) == left


def test_the_log_is_read_page_by_page(office: Office) -> None:
    key = office.add()
    for number in range(5):
        office.webhooks.test(AT_THE_HOST, key)
        office.later(seconds=number)
    first, after = office.webhooks.deliveries(AT_THE_HOST, key, limit=3)
    assert after is not None
    rest, end = office.webhooks.deliveries(AT_THE_HOST, key, after=after, limit=3)
    assert ([len(first), len(rest)], end) == ([3, 2], None)
    assert len({line.id for line in (*first, *rest)}) == 5


# Who may do what.


def test_an_account_manages_its_own_endpoints_and_sees_no_others(office: Office) -> None:
    key = office.add(ADA, component="town-app")
    office.add(BO, organisation="city")
    assert [view.id for view in office.webhooks.list(ADA)] == [key]
    assert len(office.webhooks.list(Actor(account=9, is_operator=True))) == 2
    for forbidden in (
        lambda: office.webhooks.show(BO, key),
        lambda: office.webhooks.change(BO, key, state="paused"),
        lambda: office.webhooks.replace_secret(BO, key),
        lambda: office.webhooks.remove(BO, key),
        lambda: office.webhooks.test(BO, key),
        lambda: office.webhooks.deliveries(BO, key),
        lambda: office.webhooks.redeliver(BO, key, "msg_x"),
        lambda: office.webhooks.show(ADA, "we_\0"),
    ):
        with pytest.raises(NotFound):
            forbidden()  # type: ignore[no-untyped-call]
    with pytest.raises(Unauthenticated):
        office.webhooks.list(VISITOR)
    with pytest.raises(Forbidden):
        office.webhooks.list(Actor(account=7, scopes=frozenset({"read"})))
    assert office.webhooks.list(Actor(account=7, scopes=frozenset({"webhooks:write"})))


def test_only_operators_are_told_of_everything(office: Office) -> None:
    with pytest.raises(InvalidInput, match="name the organisation"):
        office.add(ADA)
    assert office.add(Actor(account=7, is_operator=True))


def test_an_account_that_is_not_in_use_is_told_of_nothing(office: Office) -> None:
    office.add(ADA, component="town-app")
    assert office.happen() == 1
    with office.database.write() as session:
        session.get_one(Account, 7).state = AccountState.SUSPENDED
    assert office.happen("release.published") == 0


def test_an_account_has_so_many_endpoints_and_no_more(office: Office) -> None:
    for _ in range(MAX_ENDPOINTS):
        office.add(ADA, organisation="town")
    with pytest.raises(Conflict, match="at most"):
        office.add(ADA, organisation="town")
    assert office.add(BO, organisation="town")


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"url": "http://hooks.example/"}, BlockedUrl),
        ({"events": ()}, InvalidInput),
        ({"events": ("component.exploded",)}, InvalidInput),
        ({"organisation": "town", "component": "town-app"}, InvalidInput),
        ({"organisation": "no\0where"}, NotFound),
        ({"component": "nothing"}, NotFound),
        ({"description": "two\nlines"}, InvalidInput),
        ({"description": "x" * 201}, InvalidInput),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(
    office: Office, wanted: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        office.add(**wanted)
    assert office.webhooks.list(AT_THE_HOST) == ()


def test_an_endpoint_is_changed_and_the_log_tells_without_its_address(office: Office) -> None:
    key = office.add(ADA, component="town-app")
    view = office.webhooks.change(
        ADA, key, url="https://other.example/secret-path", events=("crawl.failed",),
        description="of the team", state="paused",
    )  # fmt: skip
    assert (view.url, view.events, view.state) == (
        "https://other.example/secret-path", ("crawl.failed",), "paused",
    )  # fmt: skip
    for changed in ({"url": "ftp://x"}, {"events": ()}, {"state": "asleep"}):
        with pytest.raises(InvalidInput):
            office.webhooks.change(ADA, key, **changed)  # type: ignore[arg-type]
    secret = office.webhooks.replace_secret(ADA, key)
    office.webhooks.remove(ADA, key)
    assert office.actions() == [
        "webhook.created", "webhook.changed", "webhook.secret_replaced", "webhook.removed",
    ]  # fmt: skip
    with office.database.read() as session:
        details = str([entry.detail for entry in session.scalars(select(AuditEntry))])
    assert "secret-path" not in details
    assert secret not in details
    assert "room=1" not in details


def test_a_secret_is_told_once_and_kept_sealed(office: Office) -> None:
    view, secret = office.webhooks.create(
        ADA, NewEndpoint(url=URL, events=("crawl.failed",), component="town-app")
    )
    with office.database.read() as session:
        row = session.scalars(
            select(WebhookEndpoint).where(col(WebhookEndpoint.key) == view.id)
        ).one()
    assert secret.startswith("whsec_")
    assert secret not in row.secret
    assert secret not in str(office.webhooks.list(ADA))


# Over a real connection.


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def _egress(**settings: Any) -> Egress:
    return Egress(CrawlSettings(**settings))


def _post(egress: Egress) -> Callable[[str, Mapping[str, str], bytes], int]:
    def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
        answer = egress.request(
            "POST", url, headers=headers, body=body, max_bytes=65_536, total_seconds=10,
            follow=False,
        )  # fmt: skip
        return answer.status

    return post


def _send_to(office: Office, there: Receiver, egress: Egress) -> tuple[str, DeliveryView]:
    """Add an endpoint at a receiver, send it a test, and return its secret and the log's line."""
    office.webhooks = Webhooks(office.database, office.queue, SEALER, str, lambda: office.now)
    office.deliverer = Deliverer(office.database, SEALER, _post(egress), lambda: office.now)
    office.now = datetime.now(UTC)
    view, secret = office.webhooks.create(
        AT_THE_HOST, NewEndpoint(url=there.url, events=tuple(EVENTS))
    )
    office.webhooks.test(AT_THE_HOST, view.id)
    office.deliver()
    return secret, office.log(view.id)[0]


def test_a_receiver_verifies_the_message_with_another_library(
    office: Office, there: Receiver
) -> None:
    egress = _egress(allow_hosts=(there.host,))
    secret, line = _send_to(office, there, egress)
    egress.close()
    assert line.state == "delivered"
    (got,) = there.received
    assert got.path == "/told"
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "webhook.test"
    assert got.headers["webhook-id"] == line.id


def test_a_redirect_is_not_followed(office: Office, there: Receiver) -> None:
    egress = _egress(allow_hosts=(there.host,))
    there.status, there.location = 302, "/elsewhere"
    _, line = _send_to(office, there, egress)
    egress.close()
    assert line.tries[0]["status"] == 302
    assert len(there.received) == 1


def test_an_endless_answer_is_a_failure_and_none_of_it_is_kept(
    office: Office, there: Receiver
) -> None:
    egress = _egress(allow_hosts=(there.host,))
    there.status, there.body = 200, b"secret of the inside " * 10_000
    _, line = _send_to(office, there, egress)
    egress.close()
    assert line.tries[0]["reason"] == "too_large"
    assert "secret of the inside" not in str(line)


def test_an_internal_address_gets_no_connection(office: Office, there: Receiver) -> None:
    for resolver, url in (
        (lambda host, port: ["127.0.0.1"], "https://inside.example/"),
        (lambda host, port: ["169.254.169.254"], "https://metadata.example/"),
        (None, there.url),
        (None, "https://127.0.0.1/"),
        (None, "https://[::1]/"),
    ):
        egress = Egress(CrawlSettings(), resolver=resolver)
        there.url = url
        _, line = _send_to(office, there, egress)
        egress.close()
        assert line.tries[0]["reason"] in {"blocked_address", "blocked_url"}, url
    assert there.received == []
