"""Messages of forges: forged, replayed and odd ones are refused, true ones are only a hint."""

import hashlib
import hmac
import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.accounts.sealing import Sealer
from registry.db.session import Database
from registry.db.tables import (
    AuditEntry,
    InboundDelivery,
    InboundHook,
    Job,
    Organisation,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
    SourceKind,
)
from registry.errors import InvalidInput, NotFound
from registry.jobs.port import NewJob
from registry.webhooks.hooks import (
    Hooks,
    NewHook,
    add_hook,
    list_hooks,
    prune_received,
    remove_hook,
)
from registry.webhooks.inbound import delivery_id, is_signed, named_repositories
from registry.webhooks.signing import signature
from tests.support.databases import fresh_sqlite
from tests.support.job_queues import open_queue

NOW = datetime(2026, 11, 26, 3, 41, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cyE="
SEALER = Sealer([b"k" * 32])
BODY = b'{"repository": {"clone_url": "https://github.com/town/Letters.git"}}'
HEX = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


def _gitlab(at: int = SECONDS, message: str = "m1", secret: str = SECRET) -> dict[str, str]:
    return {
        "webhook-id": message, "webhook-timestamp": str(at),
        "webhook-signature": "v1,old " + signature(secret, message, at, BODY),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("forge", "headers", "expected"),
    [
        ("github", {"x-hub-signature-256": f"sha256={HEX}"}, True),
        ("github", {"x-hub-signature-256": HEX}, False),
        ("github", {"x-hub-signature-256": f"sha256={HEX[:-1]}x"}, False),
        ("github", {"x-hub-signature-256": "sha256=é"}, False),
        ("github", {"x-hub-signature-256": ""}, False),
        ("github", {"x-hub-signature": f"sha1={HEX}"}, False),
        ("github", {"x-forgejo-signature": HEX}, False),
        ("github", {}, False),
        ("forgejo", {"x-forgejo-signature": HEX}, True),
        ("forgejo", {"x-gitea-signature": HEX}, True),
        ("forgejo", {"x-forgejo-signature": "x", "x-gitea-signature": HEX}, False),
        ("forgejo", {"x-forgejo-signature": HEX.upper()}, False),
        ("gitea", {"x-gitea-signature": HEX}, True),
        ("gitea", {"x-forgejo-signature": HEX}, False),
        ("gitlab", _gitlab(), True),
        ("gitlab", _gitlab(SECONDS - 299), True),
        ("gitlab", _gitlab(SECONDS - 301), False),
        ("gitlab", _gitlab(SECONDS + 301), False),
        ("gitlab", _gitlab() | {"webhook-timestamp": "1e9"}, False),
        ("gitlab", _gitlab() | {"webhook-timestamp": "9" * 400}, False),
        ("gitlab", _gitlab() | {"webhook-id": "m2"}, False),
        ("gitlab", _gitlab() | {"webhook-id": "\ud800"}, False),
        ("gitlab", _gitlab(secret="whsec_bm90IG91cnM="), False),
        ("gitlab", {"webhook-signature": "v1,x", "x-gitlab-token": SECRET}, False),
        ("gitlab", {"x-gitlab-token": SECRET}, True),
        ("gitlab", {"x-gitlab-token": SECRET[:-1]}, False),
        ("gitlab", {"x-gitlab-token": "é"}, False),
        ("gitlab", {}, False),
        ("bitbucket", {"x-hub-signature-256": f"sha256={HEX}"}, False),
    ],
)
def test_only_who_knows_the_secret_is_believed_to_be_the_forge(
    forge: str, headers: Mapping[str, str], expected: bool
) -> None:
    assert is_signed(forge, SECRET, headers, BODY, NOW) is expected
    assert not is_signed(forge, SECRET, headers, BODY + b" ", NOW) or "x-gitlab-token" in headers


def test_a_secret_that_is_no_base64_cannot_sign_as_gitlab_does() -> None:
    assert not is_signed("gitlab", "plain secret", _gitlab(), BODY, NOW)


def test_a_message_is_told_from_others_by_the_forges_id_or_by_its_body() -> None:
    assert delivery_id("github", {"x-github-delivery": "72d3162e-cc78"}, b"") == "72d3162e-cc78"
    assert len(delivery_id("github", {"x-github-delivery": "é" * 500}, b"")) == 64
    assert delivery_id("forgejo", {}, b"a") != delivery_id("forgejo", {}, b"b")


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (BODY, "application/json", {"https://github.com/town/letters"}),
        (urlencode({"payload": BODY.decode()}).encode(), "application/x-www-form-urlencoded",
         {"https://github.com/town/letters"}),
        (b'{"project": {"web_url": "https://gitlab.com/a/b", "git_http_url": 5}}', "",
         {"https://gitlab.com/a/b"}),
        (b'{"repository": {"clone_url": "file:///etc/passwd", "html_url": "javascript:x"}}', "",
         set()),
        (b'{"repository": "x", "project": [1]}', "", set()),
        (b"[" * 200_000, "", set()),
        (b"\xff", "application/x-www-form-urlencoded", set()),
        (b"&" * 5000, "application/x-www-form-urlencoded", set()),
        (b"", "", set()),
        (b"[]", "", set()),
    ],
)  # fmt: skip
def test_a_body_names_repositories_or_nothing(
    body: bytes, content_type: str, expected: set[str]
) -> None:
    assert named_repositories(body, content_type, frozenset()) == expected


class Town:
    """Two organisations with repositories, and a hook for the first of them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        with database.write() as session:
            self.town, self.city = (_organisation(session, name) for name in ("town", "city"))
            self.hook = self._hook(session)
        self.queue = open_queue("embedded", database)
        self.hooks = Hooks(database, SEALER, self.queue, _job, lambda: self.now)

    def _hook(self, session: Session) -> NewHook:
        return add_hook(
            session, SEALER, forge="github", organisation_id=self.town, secret=SECRET,
            actor=None, now=NOW,
        )  # fmt: skip

    def repository(self, path: str, organisation: int, **values: Any) -> int:
        given = {"state": RepositoryState.ACTIVE} | values
        with self.database.write() as session:
            row = Repository(
                url=f"https://github.com/{path}", host="github.com", path=path,
                organisation_id=organisation, state_since=NOW, added_at=NOW, **given,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id or 0

    def send(self, path: str, number: int = 1, **changed: Any) -> str:
        """Send a push of a repository, and return what became of it."""
        address = {"clone_url": f"https://github.com/{path}.git"}
        body = json.dumps({"repository": address, "number": number}).encode()
        given = {"forge": "github", "key": self.hook.key, "secret": SECRET} | changed
        digest = hmac.new(given["secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "x-hub-signature-256": f"sha256={digest}",
            "x-github-delivery": given.get("delivery", f"d{number}"),
            "content-type": "application/json",
        }
        return self.hooks.receive(given["forge"], given["key"], headers, body)

    def jobs(self) -> list[str]:
        with self.database.read() as session:
            return sorted(session.scalars(select(col(Job.key))))


def _organisation(session: Session, slug: str) -> int:
    row = Organisation(slug=slug, uri=f"https://{slug}.example", name=slug, created_at=NOW)
    session.add(row)
    session.flush()
    return row.id or 0


def _job(repository: Repository) -> NewJob | None:
    if repository.state is RepositoryState.GONE:
        return None
    return NewJob(task="crawl.repository", key=str(repository.id))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    database = fresh_sqlite(tmp_path)
    yield Town(database)
    database.close()


def test_a_push_of_a_known_repository_has_it_crawled(town: Town) -> None:
    key = town.repository("town/letters", town.town)
    assert town.send("Town/Letters") == "queued"
    assert town.jobs() == [str(key)]
    with town.database.read() as session:
        (view,) = list_hooks(session, town.town)
    assert view.last_received_at == NOW
    assert view.path == f"/hooks/github/{town.hook.key}"


def test_a_former_address_names_the_repository_too(town: Town) -> None:
    key = town.repository("town/letters", town.town)
    with town.database.write() as session:
        session.add(
            RepositoryAlias(repository_id=key, url="https://github.com/old/letters", since=NOW)
        )
    assert town.send("old/letters") == "queued"


def test_what_is_unknown_foreign_or_gone_is_ignored(town: Town) -> None:
    town.repository("city/maps", town.city)
    town.repository("town/lost", town.town, state=RepositoryState.GONE)
    assert town.send("nobody/nothing", 1) == "ignored"
    assert town.send("city/maps", 2) == "ignored"
    assert town.send("town/lost", 3) == "ignored"
    assert town.jobs() == []


def test_who_is_not_the_forge_is_refused_and_leaves_no_trace(town: Town) -> None:
    town.repository("town/letters", town.town)
    assert town.send("town/letters", key="hk_unknown") == "refused"
    assert town.send("town/letters", key="\0" * 300) == "refused"
    assert town.send("town/letters", forge="gitea") == "refused"
    assert town.send("town/letters", secret="another") == "refused"
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(InboundDelivery)) == 0
    assert town.jobs() == []


def test_the_secret_of_another_hook_is_refused(town: Town) -> None:
    town.repository("town/letters", town.town)
    with town.database.write() as session:
        other = add_hook(
            session, SEALER, forge="github", organisation_id=town.city, actor=None, now=NOW
        )
    assert town.send("town/letters", secret=other.secret) == "refused"


def test_a_replay_does_nothing_whatever_id_it_carries(town: Town) -> None:
    town.repository("town/letters", town.town)
    assert town.send("town/letters", 1) == "queued"
    assert town.send("town/letters", 1) == "duplicate"
    assert town.send("town/letters", 1, delivery="another") == "duplicate"
    assert town.send("town/letters", 2, delivery="d1") == "duplicate"
    assert town.send("town/letters", 2) == "queued"


def test_what_was_received_long_ago_is_forgotten(town: Town) -> None:
    town.repository("town/letters", town.town)
    town.send("town/letters")
    with town.database.write() as session:
        prune_received(session, NOW + timedelta(days=29))
    assert town.send("town/letters") == "duplicate"
    with town.database.write() as session:
        prune_received(session, NOW + timedelta(days=31))
    assert town.send("town/letters") == "queued"


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_messages_in_any_order_lead_to_one_job_for_each_repository(
    town: Town, count: int
) -> None:
    distinct = count * 9 // 10
    with town.database.write() as session:
        session.add_all(
            Repository(
                url=f"https://github.com/town/r{number}", host="github.com",
                path=f"town/r{number}", organisation_id=town.town, state_since=NOW, added_at=NOW,
            )
            for number in range(distinct)
        )  # fmt: skip
    sent = [*range(distinct), *range(count - distinct)]
    random.Random(4).shuffle(sent)
    outcomes = [town.send(f"town/r{number}", number) for number in sent]
    assert outcomes.count("queued") == distinct
    assert outcomes.count("duplicate") == count - distinct
    assert len(town.jobs()) == distinct == len(set(town.jobs()))


def test_a_hook_of_a_source_is_for_the_repositories_of_that_source(town: Town) -> None:
    with town.database.write() as session:
        source = Source(
            spec="github:town", kind=SourceKind.ORGANISATION, forge="github", host="github.com",
            added_at=NOW,
        )  # fmt: skip
        session.add(source)
        session.flush()
        hook = add_hook(
            session, SEALER, forge="github", source_id=source.id, secret=SECRET, actor=None,
            now=NOW,
        )  # fmt: skip
        key = source.id
    town.repository("town/letters", town.town)
    town.repository("town/maps", town.city, source_id=key)
    assert town.send("town/letters", 1, key=hook.key) == "ignored"
    assert town.send("town/maps", 2, key=hook.key) == "queued"


def test_hooks_are_made_listed_and_removed_and_the_log_tells(town: Town) -> None:
    with town.database.write() as session:
        made = add_hook(
            session, SEALER, forge="gitlab", organisation_id=town.city, actor=7, now=NOW
        )
        assert [view.key for view in list_hooks(session)] == [town.hook.key, made.key]
        row = session.scalars(select(InboundHook).where(col(InboundHook.key) == made.key)).one()
        assert made.secret not in row.secret
        assert SEALER.open(row.secret, made.key) == made.secret
        remove_hook(session, made.key, actor=7, now=NOW)
        with pytest.raises(NotFound):
            remove_hook(session, made.key, actor=7, now=NOW)
        told = [(entry.action, entry.actor, str(entry.detail)) for entry in
                session.scalars(select(AuditEntry))]  # fmt: skip
    assert [line[:2] for line in told] == [
        ("hook.added", None), ("hook.added", 7), ("hook.removed", 7)
    ]  # fmt: skip
    assert not any(made.secret in line[2] for line in told)


@pytest.mark.parametrize(
    "changed",
    [
        {"forge": "sourcehut"},
        {"organisation_id": None},
        {"source_id": 1},
        {"secret": "short"},
        {"secret": "é" * 20},
        {"secret": "x" * 300},
    ],
)
def test_a_hook_that_cannot_be_is_refused(town: Town, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {"forge": "github", "organisation_id": town.town, "secret": None}
    with pytest.raises(InvalidInput), town.database.write() as session:
        add_hook(session, SEALER, actor=None, now=NOW, **(given | changed))
