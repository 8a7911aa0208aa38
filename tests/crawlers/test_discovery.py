"""From a source to its repositories: what is new, moved, gone, archived, or somebody else's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from crawlers.adding import Entry, add_entry, jobs_due
from crawlers.discovery import DISCOVER, Discovery
from crawlers.forges.infer import SourceSpec
from crawlers.forges.port import ForgeKind
from crawlers.pipeline import CRAWL
from registry.db.session import Database
from registry.db.tables import (
    Component,
    CrawlEvent,
    Job,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
)
from registry.errors import CrawlFailure, NotFound
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import RunningJob
from registry.settings import CrawlSettings
from tests.support.catalogue_rows import document, reading, record, rows_of
from tests.support.forge_memory import HOST, MemoryForge, remote

PUSHED = datetime(2026, 1, 2, tzinfo=UTC)


class Town:
    """A source `town` at a forge in memory, and the discovery over it."""

    def __init__(self, database: Database, kind: Any = "organisation") -> None:
        self.database = database
        self.forge = MemoryForge()
        self.now = datetime(2026, 5, 1, tzinfo=UTC)
        self.queue = EmbeddedQueue(database)
        self.settings = CrawlSettings()
        path = "town" if kind == "organisation" else "town/a"
        spec = SourceSpec(kind, ForgeKind.GITHUB, HOST, f"https://{HOST}/{path}", path)
        with database.write() as session:
            source, _ = add_entry(session, Entry(spec=spec), self.now)
            session.flush()
            self.source = source.id
        self.discovery = Discovery(
            database=database, settings=self.settings, open_source=lambda _spec: self.forge,
            queue=self.queue, clock=lambda: self.now,
        )  # fmt: skip

    def discover(self) -> None:
        self.now += timedelta(hours=1)
        payload = {"source_id": self.source}
        self.discovery.discover(RunningJob(task=DISCOVER, key="1", payload=payload))

    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["path"]: row for row in rows_of(self.database, Repository)}

    def queued(self) -> list[str]:
        return sorted(job["key"] for job in rows_of(self.database, Job) if job["task"] == CRAWL)

    def crawl(self, path: str) -> None:
        """Do as the crawler does after a discovery."""
        with self.database.write() as session:
            row = session.exec(select(Repository).where(Repository.path == path)).one()
            record(session, row, reading(document()), self.now)
            row.last_checked_at, row.refs_digest, row.is_stored = self.now, "digest", True
            for job in session.exec(select(Job)):
                session.delete(job)


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return Town(sqlite_database)


def test_what_is_listed_is_registered_and_queued_and_private_ones_are_not(town: Town) -> None:
    town.forge.listed = [
        remote("1", "town/a", description="A tool", topics=("x",), pushed_at=PUSHED),
        remote("2", "town/b", is_fork=True, parent_url="https://forge.example/up/b"),
        remote("3", "town/secret", private=True),
    ]
    town.discover()
    rows = town.rows()
    assert set(rows) == {"town/a", "town/b"}
    assert rows["town/a"]["forge_data"] == {
        "description": "A tool", "topics": ["x"], "stars": 0, "archived": False,
        "pushed_at": PUSHED.isoformat(),
    }  # fmt: skip
    assert rows["town/b"]["parent_url"] == "https://forge.example/up/b"
    assert town.queued() == ["1", "2"]
    (source,) = rows_of(town.database, Source)
    assert (source["outcome"], source["detail"]) == (
        "discovered", "2 repositories listed, 2 to crawl",
    )  # fmt: skip


def test_only_what_was_pushed_to_or_is_due_is_queued_again(town: Town) -> None:
    first = remote("1", "town/a", pushed_at=PUSHED)
    town.forge.listed = [first, remote("2", "town/b", pushed_at=PUSHED)]
    town.discover()
    town.crawl("town/a")
    town.crawl("town/b")
    town.discover()
    assert town.queued() == []
    town.forge.listed[0] = remote("1", "town/a", pushed_at=PUSHED + timedelta(days=1))
    town.discover()
    assert town.queued() == ["1"]
    town.now += timedelta(days=2)
    town.discover()
    assert town.queued() == ["1", "2"]


def test_a_repository_that_moved_is_the_same_one_under_a_new_address(town: Town) -> None:
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    town.crawl("town/a")
    town.forge.listed = [remote("1", "town/new")]
    town.discover()
    (row,) = town.rows().values()
    assert (row["id"], row["path"], row["state"]) == (1, "town/new", RepositoryState.ACTIVE)
    assert (row["refs_digest"], row["is_stored"]) == (None, False), "it is fetched anew"
    assert [a["url"] for a in rows_of(town.database, RepositoryAlias)] == [
        "https://forge.example/town/a"
    ]
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    assert [a["url"] for a in rows_of(town.database, RepositoryAlias)] == [
        "https://forge.example/town/new"
    ]
    assert len(rows_of(town.database, Component)) == 1


def test_a_repository_that_left_for_another_owner_is_followed_by_its_id(town: Town) -> None:
    town.forge.listed = [remote("1", "town/a"), remote("2", "town/b")]
    town.discover()
    town.forge.listed = [remote("2", "town/b")]
    town.forge.elsewhere = [remote("1", "land/a")]
    town.discover()
    assert town.forge.asked[-1] == "1"
    assert town.rows()["land/a"]["id"] == 1


@pytest.mark.parametrize("private", [False, True])
def test_a_repository_that_is_deleted_or_private_now_is_gone_with_its_data_kept(
    town: Town, private: bool
) -> None:
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    town.crawl("town/a")
    town.forge.listed = []
    town.forge.elsewhere = [remote("1", "town/a", private=True)] if private else []
    town.discover()
    row = town.rows()["town/a"]
    assert (row["state"], row["state_since"], row["last_outcome"]) == (
        RepositoryState.GONE, town.now, "gone",
    )  # fmt: skip
    assert len(rows_of(town.database, Component)) == 1
    asked = len(town.forge.asked)
    town.discover()
    assert len(town.forge.asked) == asked + 1, "what is gone is not asked for again"
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    assert town.rows()["town/a"]["state"] == RepositoryState.ACTIVE


def test_another_repository_at_a_known_address_is_not_merged(town: Town) -> None:
    town.forge.listed = [remote("1", "town/a", description="Ours")]
    town.discover()
    town.crawl("town/a")
    town.forge.listed = [remote("666", "town/a", description="Theirs")]
    town.discover()
    (row,) = town.rows().values()
    assert (row["state"], row["forge_id"]) == (RepositoryState.IDENTITY_CHANGED, "1")
    assert row["forge_data"]["description"] == "Ours"
    assert "666" in row["last_detail"]
    assert town.queued() == []
    with town.database.read() as session:
        jobs = jobs_due(session, town.settings, town.now, force=True)
    assert [job.task for job in jobs] == [DISCOVER]


def test_a_repository_that_moved_is_told_from_the_one_that_took_its_name(town: Town) -> None:
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    town.crawl("town/a")
    town.forge.listed = [remote("666", "town/a")]
    town.forge.elsewhere = [remote("1", "land/a")]
    for _ in range(2):
        town.discover()
    rows = town.rows()
    assert {path: (row["forge_id"], row["state"].value) for path, row in rows.items()} == {
        "land/a": ("1", "active"), "town/a": ("666", "pending"),
    }  # fmt: skip
    assert rows["town/a"]["head_commit"] is None, "nothing was merged"


def test_what_is_gone_at_a_forge_is_fetched_only_after_the_forge_names_it_again(
    town: Town,
) -> None:
    town.forge.listed = [remote("1", "town/a")]
    town.discover()
    town.crawl("town/a")
    town.forge.listed = []
    town.discover()
    with town.database.read() as session:
        assert [job.task for job in jobs_due(session, town.settings, town.now, force=True)] == [
            DISCOVER
        ]


def test_archiving_and_its_end_are_followed(town: Town) -> None:
    for archived, state in ((False, "active"), (True, "archived"), (False, "active")):
        town.forge.listed = [remote("1", "town/a", archived=archived)]
        town.discover()
        if archived is False and town.rows()["town/a"]["last_crawled_at"] is None:
            assert town.rows()["town/a"]["state"] == RepositoryState.PENDING
            town.crawl("town/a")
        assert town.rows()["town/a"]["state"].value == state


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (CrawlFailure("rate_limited", "slow down", retryable=True), "rate_limited"),
        (CrawlFailure("malformed", "<html> at 200"), "malformed"),
        (NotFound("no such organisation"), "gone"),
    ],
)
def test_a_listing_that_breaks_off_changes_nothing_and_says_why(
    town: Town, failure: Exception, outcome: str
) -> None:
    town.forge.listed = [remote("1", "town/a"), remote("2", "town/b")]
    town.discover()
    before = town.rows()
    town.forge.listed = [remote("1", "town/a")]
    town.forge.failure = failure
    with pytest.raises(type(failure)):
        town.discover()
    assert town.rows() == before, "half a listing does not mean that the rest is gone"
    assert rows_of(town.database, Source)[0]["outcome"] == outcome
    assert rows_of(town.database, CrawlEvent)[-1]["outcome"] == outcome


def test_a_single_repository_as_a_source_is_asked_for_alone(sqlite_database: Database) -> None:
    town = Town(sqlite_database, "repository")
    town.forge.listed = [remote("1", "town/a", description="A tool"), remote("2", "town/b")]
    town.discover()
    assert set(town.rows()) == {"town/a"}
    assert town.rows()["town/a"]["forge_id"] == "1"


def test_a_source_that_was_removed_meanwhile_ends_the_job(town: Town) -> None:
    with pytest.raises(NotFound):
        town.discovery.discover(RunningJob(task=DISCOVER, key="9", payload={"source_id": 9}))
