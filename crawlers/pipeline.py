"""The steps that bring a repository in: probe, fetch, survey, contents, read, store.

Each step can be killed at any moment and run again: objects are adopted by rename, rows are
written in one transaction, and an unchanged repository changes nothing but the time of its check.
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlmodel import Session, col, select

from crawlers import mirrors
from crawlers.gitfetch import GitFetch, RemoteRefs
from crawlers.reader import READER_VERSION
from crawlers.reading import Reader
from registry.catalogue.announce import announce_failure
from registry.catalogue.record import record_reading
from registry.catalogue.resolve import resolve_component
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import CrawlEvent, Repository, RepositoryState
from registry.domain.crawl import partial_flag
from registry.domain.facts import Reading
from registry.domain.text import storable
from registry.errors import CrawlFailure, NotFound
from registry.faults import crash_point
from registry.jobs.indexing import index_job
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.lineage.jobs import update_job
from registry.settings import CrawlSettings

CRAWL = "crawl.repository"


class Target(Struct, frozen=True):
    """What a crawl needs to know of a repository, read before the work begins."""

    id: int
    url: str
    state: str
    refs_digest: str | None
    reader_version: int
    succeeded_before: bool
    is_stored: bool


class Crawler:
    """Brings repositories in, one job each."""

    def __init__(
        self,
        *,
        database: Database,
        settings: CrawlSettings,
        git: GitFetch,
        reader: Reader,
        hasher: Callable[[str], tuple[bytes, str]],
        queue: JobQueue,
        clock: Clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._git = git
        self._reader = reader
        self._hasher = hasher
        self._queue = queue
        self._clock = clock

    def crawl(self, job: RunningJob) -> None:
        """Handle one `crawl.repository` job; failures are logged in the public crawl log."""
        target = self._target(int(job.payload["repository_id"]))
        if target.state in {RepositoryState.IDENTITY_CHANGED, RepositoryState.TAKEN_DOWN}:
            return
        started = time.monotonic()
        try:
            self._bring_in(job, target, started)
        except CrawlFailure as failure:
            self._fail(job, target, failure, started)
            if failure.reason not in SETTLED:
                raise

    def _target(self, repository_id: int) -> Target:
        with self._database.read() as session:
            row = session.get(Repository, repository_id)
            if row is None or row.id is None:
                raise NotFound(f"there is no repository {repository_id}")
            return Target(
                row.id, row.url, row.state, row.refs_digest, row.reader_version,
                row.last_outcome in {"crawled", "unchanged"}, row.is_stored,
            )  # fmt: skip

    def _bring_in(self, job: RunningJob, target: Target, started: float) -> None:
        transport = mirrors.resolve(target.url, self._settings.mirrors)
        refs = self._git.ls_remote(transport)
        if not refs.refs:
            raise CrawlFailure("empty", "the repository has no branch yet")
        if any(len(object_id) != 40 for object_id in refs.refs.values()):
            raise CrawlFailure("unsupported", "its object ids are SHA-256")
        if self._is_unchanged(target, refs):
            self._note_unchanged(job, target)
            return
        fetched = self._git.fetch(transport, target.url, refs)
        now = int(self._clock().timestamp())
        survey = self._reader.survey(fetched.directory, now)
        received = fetched.bytes_received
        if survey.missing:
            received += self._git.fetch_blobs(fetched.directory, transport, survey.missing)
        reading = self._reader.read(fetched.directory, survey, now)
        self._store(job, target, refs, reading, received, fetched.flags, started)
        if self._settings.retention == "drop":
            self._git.drop(fetched.directory)

    def _is_unchanged(self, target: Target, refs: RemoteRefs) -> bool:
        return (
            target.succeeded_before
            and target.refs_digest == refs.digest
            and target.reader_version == READER_VERSION
            and not self._is_lost(target)
        )

    def _is_lost(self, target: Target) -> bool:
        """Tell whether objects that should be kept are not there, as after a restored backup."""
        return target.is_stored and not (self._git.place(target.url) / "HEAD").is_file()

    def _note_unchanged(self, job: RunningJob, target: Target) -> None:
        """Write the time of the check; the component is resolved anew, since time passes too."""
        with self._database.write() as session:
            job.complete(session)
            row = _row(session, target)
            row.last_checked_at = self._clock()
            session.add(row)
            resolve_component(session, row, self._clock())
            self._wake_index(session)

    def _store(
        self,
        job: RunningJob,
        target: Target,
        refs: RemoteRefs,
        reading: Reading,
        received: int,
        flags: tuple[str, ...],
        started: float,
    ) -> None:
        now = self._clock()
        with self._database.write() as session:
            job.complete(session)
            row = _row(session, target)
            record_reading(
                session, row, reading,
                hasher=self._hasher, reader_version=READER_VERSION, now=now,
            )  # fmt: skip
            partial = [partial_flag(cap) for cap in reading.partial]
            if row.state in {RepositoryState.PENDING, RepositoryState.GONE}:
                row.state, row.state_since = _living_state(row), now
            row.sqlmodel_update(
                {
                    "refs_digest": refs.digest,
                    "flags": [*flags, *partial],
                    "bytes_received": received,
                    "is_stored": self._settings.retention == "keep",
                    "last_checked_at": now,
                    "last_crawled_at": now,
                    "last_outcome": "crawled",
                    "last_detail": None,
                    "failures": 0,
                }
            )
            session.add(row)
            resolve_component(session, row, now)
            detail = (
                f"{len(reading.commits)} commits, {len(reading.paths)} files in all history, "
                f"{len(reading.documents)} documents"
            )
            self._log(session, target, "crawl", "crawled", detail, started, received)
            self._wake_index(session)
            self._queue.enqueue(session, [update_job(target.id)])
            crash_point("in_transaction")
        crash_point("after_commit")

    def _wake_index(self, session: Session) -> None:
        self._queue.enqueue(session, [index_job()])

    def _fail(self, job: RunningJob, target: Target, failure: CrawlFailure, started: float) -> None:
        """Record a failure: nothing that was known is removed by it."""
        now = self._clock()
        with self._database.write() as session:
            job.confirm(session)
            row = _row(session, target)
            if row.failures == 0:
                announce_failure(session, row, failure.reason, now)
            row.sqlmodel_update(
                {
                    "last_checked_at": now,
                    "last_outcome": failure.reason,
                    "last_detail": storable(failure.detail)[:2000] or None,
                    "failures": row.failures + 1,
                }
            )
            if failure.reason == "gone" and row.state != RepositoryState.GONE:
                row.state, row.state_since = RepositoryState.GONE, now
            session.add(row)
            if row.last_crawled_at is not None:
                resolve_component(session, row, now)
                self._wake_index(session)
            self._log(session, target, "crawl", failure.reason, failure.detail, started)

    def _log(
        self,
        session: Session,
        target: Target,
        stage: str,
        outcome: str,
        detail: str,
        started: float,
        size: int = 0,
    ) -> None:
        session.add(
            CrawlEvent(
                repository_id=target.id,
                at=self._clock(),
                stage=stage,
                outcome=outcome,
                detail=storable(detail)[:2000],
                size_bytes=size,
                duration_ms=round((time.monotonic() - started) * 1000),
            )
        )


# Outcomes that another try would not change: they are facts about the repository, not failures
# of the crawl, and the next scheduled check looks again.
SETTLED = frozenset({"gone", "empty", "unsupported"})


def _row(session: Session, target: Target) -> Repository:
    row = session.get(Repository, target.id)
    if row is None:
        raise NotFound(f"repository {target.url} was removed meanwhile")
    return row


def _living_state(row: Repository) -> RepositoryState:
    archived = bool(row.forge_data.get("archived"))
    return RepositoryState.ARCHIVED if archived else RepositoryState.ACTIVE


def crawl_job(repository: Repository, settings: CrawlSettings, *, priority: int = 0) -> NewJob:
    """Return the job that crawls a repository: one at a time per host, mirrors side by side."""
    return NewJob(
        task=CRAWL,
        key=str(repository.id),
        payload={"repository_id": repository.id},
        lane="" if _is_mirrored(repository.url, settings) else repository.host,
        priority=priority,
    )


def _is_mirrored(url: str, settings: CrawlSettings) -> bool:
    """Tell whether a repository is read from a folder, where nobody's server needs sparing."""
    try:
        return mirrors.resolve(url, settings.mirrors).directory is not None
    except CrawlFailure:
        return True


def due(repository: Repository, settings: CrawlSettings, now: datetime) -> bool:
    """Tell whether a repository should be checked again."""
    checked = repository.last_checked_at
    return checked is None or (now - checked).total_seconds() >= settings.interval_hours * 3600


def stored_urls(database: Database) -> list[str]:
    """Return the URLs of the repositories whose objects should be in the store."""
    with database.read() as session:
        return list(session.exec(select(Repository.url).where(col(Repository.is_stored))))


def store_root(home: Path) -> Path:
    """Return the folder of the bare repositories."""
    return home / "git"
