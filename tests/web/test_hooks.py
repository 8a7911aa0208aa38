"""The address that forges send to, over HTTP: what the true, the false and the odd are told."""

import hashlib
import hmac
import time
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.accounts.sealing import Sealer
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Repository, RepositoryState
from registry.jobs.port import NewJob
from registry.webhooks.hooks import Hooks, NewHook, add_hook
from tests.support.accounts import add_organisation
from tests.support.databases import fresh_sqlite
from tests.support.job_queues import open_queue
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.app import create_app
from web.hooks import hook_receiver

BODY = b'{"repository": {"clone_url": "https://github.com/town/letters"}}'
SEALER = Sealer([b"k" * 32])
Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    found = fresh_sqlite(tmp_path_factory.mktemp("hooks"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def hook(database: Database) -> NewHook:
    town = add_organisation(database)
    with database.write() as session:
        session.add(
            Repository(
                url="https://github.com/town/letters", host="github.com", path="town/letters",
                organisation_id=town, state=RepositoryState.ACTIVE, state_since=utc_now(),
                added_at=utc_now(),
            )
        )  # fmt: skip
        return add_hook(
            session, SEALER, forge="github", organisation_id=town, actor=None, now=utc_now()
        )


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[Client]:
    def job(repository: Repository) -> NewJob:
        return NewJob(task="crawl.repository", key=str(repository.id))

    hooks = Hooks(database, SEALER, open_queue("embedded", database), job, utc_now)
    with asked(create_app(web_services(), [hook_receiver(hooks)])) as found:
        yield found


def _signed(hook: NewHook, body: bytes, delivery: str) -> dict[str, str]:
    digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": delivery,
        "X-GitHub-Event": "push", "Content-Type": "application/json",
    }  # fmt: skip


def test_a_signed_message_is_taken_within_a_second(client: Client, hook: NewHook) -> None:
    started = time.monotonic()
    answer = client.post(hook.path, content=BODY, headers=_signed(hook, BODY, "one"))
    assert time.monotonic() - started < 1
    assert (answer.status_code, answer.json()) == (202, {"outcome": "queued"})
    again = client.post(hook.path, content=BODY, headers=_signed(hook, BODY, "one"))
    assert again.json() == {"outcome": "duplicate"}
    ping = b'{"zen": "Keep it logically awesome."}'
    answer = client.post(hook.path, content=ping, headers=_signed(hook, ping, "two"))
    assert (answer.status_code, answer.json()) == (202, {"outcome": "ignored"})


def test_whoever_is_not_the_forge_learns_nothing(client: Client, hook: NewHook) -> None:
    signed = _signed(hook, BODY, "three")
    answers = [
        client.post(path, content=body, headers=headers)
        for path, body, headers in (
            (hook.path, BODY + b" ", signed),
            (hook.path, BODY, {}),
            (hook.path, BODY, signed | {"X-Hub-Signature-256": b"sha256=\xe9\xff"}),
            (hook.path.replace("github", "gitea"), BODY, signed),
            ("/hooks/github/hk_unknown", BODY, signed),
            ("/hooks/github/%00", BODY, signed),
            ("/hooks/nothing/at-all", BODY, signed),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/problem+json"


def test_an_immense_body_is_refused_before_it_is_read(client: Client, hook: NewHook) -> None:
    body = b"x" * (1024 * 1024 + 1)
    answer = client.post(hook.path, content=body, headers=_signed(hook, body, "four"))
    assert answer.status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(25):
            yield b"x" * 1024 * 1024

    assert client.post(hook.path, content=endless()).status_code == 413


def test_only_post_is_served(client: Client, hook: NewHook) -> None:
    assert client.get(hook.path).status_code in {404, 405}
