"""The steps of a crawl over git and readers of paper: what is written when one of them fails."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import Session, select

from crawlers.gitfetch import Fetched, RemoteRefs
from crawlers.given_up import note_given_up
from crawlers.mainline import MainLine
from crawlers.pipeline import CRAWL, Crawler, crawl_job, due
from crawlers.reader import READER_VERSION, Survey
from registry.db.session import Database
from registry.db.tables import (
    CommitRow,
    Component,
    CrawlEvent,
    Job,
    Repository,
    RepositoryState,
)
from registry.domain.crawl import REASONS
from registry.errors import CrawlFailure, NotFound
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import DeadJob, LeaseLost, NewJob, RunningJob, Unleased
from registry.lineage.jobs import update_job
from registry.settings import CrawlSettings
from tests.support.catalogue_rows import HASHER, NOW, document, reading, register, rows_of

REFS = RemoteRefs({"refs/heads/main": "a" * 40}, "main", "digest")


class Paper:
    """Git and reader in one: does nothing, and fails where it is told to."""

    def __init__(self) -> None:
        self.refs = REFS
        self.failures: dict[str, CrawlFailure] = {}
        self.steps: list[str] = []
        self.missing: tuple[str, ...] = ()
        self.store = Path(__file__).parent / "no such store"

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if name in self.failures:
            raise self.failures[name]

    def place(self, _url: str) -> Path:
        return self.store

    def ls_remote(self, _transport: Any) -> RemoteRefs:
        self._step("ls_remote")
        return self.refs

    def fetch(self, _transport: Any, _url: str, _refs: RemoteRefs) -> Fetched:
        self._step("fetch")
        return Fetched(Path("/nowhere"), 100, ("lenient_author_lines",))

    def survey(self, _directory: Path, _now: int) -> Survey:
        self._step("survey")
        return Survey("a" * 40, (), (), self.missing, (), MainLine((), {}))

    def fetch_blobs(self, *_: Any) -> int:
        self._step("fetch_blobs")
        return 11

    def read(self, *_: Any) -> Any:
        self._step("read")
        return reading(document(), partial=("paths",))

    def drop(self, _directory: Path) -> None:
        self._step("drop")


class Shop:
    """A crawler over one repository."""

    def __init__(self, database: Database, **settings: Any) -> None:
        self.database = database
        self.paper = Paper()
        self.now = NOW
        self.queue = EmbeddedQueue(database, clock=lambda: self.now)
        with database.write() as session:
            register(session, "town/letters")
        paper: Any = self.paper
        self.crawler = Crawler(
            database=database, settings=CrawlSettings(**settings), git=paper, reader=paper,
            hasher=HASHER, queue=self.queue, clock=lambda: self.now,
        )  # fmt: skip

    def crawl(self, lease: Any = None) -> None:
        self.now += timedelta(hours=1)
        self.paper.steps.clear()
        payload = {"repository_id": 1}
        self.crawler.crawl(
            RunningJob(task=CRAWL, key="1", payload=payload, lease=lease or Unleased())
        )

    def row(self) -> dict[str, Any]:
        return rows_of(self.database, Repository)[0]

    def change(self, **columns: Any) -> None:
        with self.database.write() as session:
            session.exec(select(Repository)).one().sqlmodel_update(columns)


def _repository(shop: Shop) -> Repository:
    with shop.database.read() as session:
        return session.exec(select(Repository)).one()


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Shop:
    shop = Shop(sqlite_database)
    shop.paper.store = tmp_path / "letters.git"
    shop.paper.store.mkdir()
    (shop.paper.store / "HEAD").write_text("ref: refs/heads/main")
    return shop


def test_a_crawl_takes_its_steps_in_order_and_notes_what_it_took(shop: Shop) -> None:
    shop.paper.missing = ("b" * 40,)
    shop.crawl()
    assert shop.paper.steps == ["ls_remote", "fetch", "survey", "fetch_blobs", "read"]
    row = shop.row()
    assert (row["state"], row["last_outcome"], row["bytes_received"]) == (
        RepositoryState.ACTIVE, "crawled", 111,
    )  # fmt: skip
    assert row["flags"] == ["lenient_author_lines", "partial: paths"]
    (event,) = rows_of(shop.database, CrawlEvent)
    assert (event["outcome"], event["size_bytes"]) == ("crawled", 111)
    assert {job["task"]: job["key"] for job in rows_of(shop.database, Job)} == {
        "search.index": "outbox", "lineage.update": "1",
    }  # fmt: skip


def test_unchanged_refs_end_the_crawl_before_anything_is_fetched(shop: Shop) -> None:
    shop.crawl()
    shop.crawl()
    assert shop.paper.steps == ["ls_remote"]
    assert shop.row()["last_checked_at"] == shop.now
    assert len(rows_of(shop.database, CrawlEvent)) == 1


def test_lineage_is_brought_up_to_date_after_a_crawl_that_read_something(shop: Shop) -> None:
    shop.paper.failures["fetch"] = CrawlFailure("gone")
    shop.crawl()
    assert rows_of(shop.database, Job) == []
    shop.paper.failures.clear()
    shop.crawl()
    (job,) = [x for x in rows_of(shop.database, Job) if x["task"] == "lineage.update"]
    assert (job["key"], job["lane"], job["payload"]) == ("1", "lineage", {"repository_id": 1})
    assert update_job(1).priority < crawl_job(_repository(shop), CrawlSettings()).priority
    with shop.database.write() as session:
        session.execute(delete(Job))
    shop.crawl()
    assert [x["task"] for x in rows_of(shop.database, Job)] == ["search.index"]


def test_objects_that_are_gone_from_the_store_are_fetched_again(shop: Shop) -> None:
    shop.crawl()
    (shop.paper.store / "HEAD").unlink()
    shop.crawl()
    assert shop.paper.steps == ["ls_remote", "fetch", "survey", "read"]


@pytest.mark.parametrize(
    "change",
    [
        {"refs_digest": "other"}, {"reader_version": READER_VERSION - 1},
        {"last_outcome": "crashed"},
    ],
)  # fmt: skip
def test_new_refs_a_new_reader_or_a_failure_before_make_it_read_again(
    shop: Shop, change: dict[str, Any]
) -> None:
    shop.crawl()
    shop.change(**change)
    shop.crawl()
    assert "read" in shop.paper.steps


@pytest.mark.parametrize("step", ["ls_remote", "fetch", "survey", "read"])
@pytest.mark.parametrize("before", [False, True])
def test_a_failure_is_logged_and_takes_nothing_away(shop: Shop, step: str, before: bool) -> None:
    if before:
        shop.crawl()
        shop.change(refs_digest="other")
    known = {table: rows_of(shop.database, table) for table in (CommitRow, Component)}
    shop.paper.failures[step] = CrawlFailure("too_slow", "odd\0 bytes", retryable=True)
    with pytest.raises(CrawlFailure):
        shop.crawl()
    row = shop.row()
    assert (row["last_outcome"], row["last_detail"]) == ("too_slow", "odd\ufffd bytes")
    assert (row["failures"], row["last_checked_at"]) == (1, shop.now)
    assert row["state"] == (RepositoryState.ACTIVE if before else RepositoryState.PENDING)
    assert rows_of(shop.database, CrawlEvent)[-1]["outcome"] == "too_slow"
    assert {table: rows_of(shop.database, table) for table in known} == known
    shop.paper.failures.clear()
    shop.crawl()
    assert (shop.row()["failures"], shop.row()["last_detail"]) == (0, None)


@pytest.mark.parametrize("reason", ["gone", "empty"])
def test_a_fact_about_the_repository_is_no_failure_of_the_job(shop: Shop, reason: str) -> None:
    shop.paper.failures["ls_remote"] = CrawlFailure(reason)
    shop.crawl()
    assert shop.row()["last_outcome"] == reason
    assert (shop.row()["state"] == RepositoryState.GONE) is (reason == "gone")


def test_ids_of_another_kind_are_not_taken_for_a_broken_answer(shop: Shop) -> None:
    shop.paper.refs = RemoteRefs({"refs/heads/main": "a" * 64}, "main", "digest")
    shop.crawl()
    assert shop.row()["last_outcome"] == "unsupported"
    assert shop.paper.steps == ["ls_remote"]


def test_a_crawl_that_lost_its_job_writes_nothing(shop: Shop) -> None:
    class Lost(Unleased):
        def confirm(self, session: Session) -> None:
            raise LeaseLost("gone")

        complete = confirm

    before = shop.row()
    with pytest.raises(LeaseLost):
        shop.crawl(Lost())
    shop.paper.failures["fetch"] = CrawlFailure("too_slow")
    with pytest.raises(LeaseLost):
        shop.crawl(Lost())
    assert shop.row() == before
    assert rows_of(shop.database, CrawlEvent) == []


def test_a_repository_whose_identity_changed_is_not_read(shop: Shop) -> None:
    shop.change(state=RepositoryState.IDENTITY_CHANGED)
    shop.crawl()
    assert shop.paper.steps == []


def test_a_repository_that_is_not_there_ends_the_job(shop: Shop) -> None:
    with shop.database.write() as session:
        session.delete(session.exec(select(Repository)).one())
    with pytest.raises(NotFound):
        shop.crawl()


def test_objects_are_dropped_where_the_operator_wants_it(sqlite_database: Database) -> None:
    shop = Shop(sqlite_database, retention="drop")
    shop.crawl()
    assert shop.paper.steps[-1] == "drop"
    assert shop.row()["is_stored"] is False


@pytest.mark.parametrize(
    ("state", "archived", "after"),
    [("pending", False, "active"), ("pending", True, "archived"), ("gone", False, "active"),
     ("archived", True, "archived")],
)  # fmt: skip
def test_what_was_read_is_alive(shop: Shop, state: str, archived: bool, after: str) -> None:
    shop.change(state=RepositoryState(state), forge_data={"archived": archived})
    shop.crawl()
    assert shop.row()["state"].value == after


def test_a_repository_is_due_after_the_interval(shop: Shop) -> None:
    settings = CrawlSettings(interval_hours=2)
    with shop.database.read() as session:
        row = session.exec(select(Repository)).one()
    assert due(row, settings, NOW)
    row.last_checked_at = NOW
    assert not due(row, settings, NOW + timedelta(minutes=119))
    assert due(row, settings, NOW + timedelta(minutes=120))
    assert crawl_job(row, settings).lane == "code.example"


class Graveyard:
    """A queue that gave up some jobs."""

    def __init__(self, *jobs: DeadJob) -> None:
        self.jobs = jobs

    def dead(self, _limit: int) -> list[DeadJob]:
        return list(self.jobs)


def _dead(reason: str, at: Any, task: str = CRAWL, key: int = 1) -> DeadJob:
    return DeadJob(
        task=task, key=str(key), lane="", payload={"repository_id": key}, attempts=5,
        reason=reason, detail="its worker was lost 5 times", died_at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "shown"), [("crashed", "crashed"), ("internal", "internal"), ("odd", "internal")]
)
def test_a_repository_that_kills_its_worker_gets_a_line_and_a_rest(
    shop: Shop, reason: str, shown: str
) -> None:
    unknown = _dead("x", NOW, key=9)
    queue: Any = Graveyard(_dead(reason, NOW), _dead(reason, NOW, "search.index"), unknown)
    assert note_given_up(shop.database, queue, lambda: NOW) == 1
    row = shop.row()
    assert (row["last_outcome"], row["last_checked_at"]) == (shown, NOW)
    assert rows_of(shop.database, CrawlEvent)[0]["outcome"] == shown
    assert shown in REASONS
    assert note_given_up(shop.database, queue, lambda: NOW) == 0, "once"


def test_a_failure_that_the_crawl_noted_itself_is_not_noted_twice(shop: Shop) -> None:
    shop.paper.failures["fetch"] = CrawlFailure("fsck_failed")
    with pytest.raises(CrawlFailure):
        shop.crawl()
    queue: Any = Graveyard(_dead("fsck_failed", shop.now + timedelta(seconds=1)))
    assert note_given_up(shop.database, queue, lambda: shop.now) == 0


def test_the_index_is_woken_by_one_job_at_a_time(shop: Shop) -> None:
    shop.crawl()
    jobs = {(job["key"], job["lane"]) for job in rows_of(shop.database, Job)}
    assert jobs == {("outbox", "search-index"), ("1", "lineage")}
    with shop.database.write() as session:
        again = NewJob(task="search.index", key="outbox", lane="search-index")
        assert shop.queue.enqueue(session, [again]) == 0
