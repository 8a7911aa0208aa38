"""The queue on procrastinate, an engine on PostgreSQL for many workers on many machines.

Its schema, workers, notifications and heartbeats are procrastinate's; how a run is settled, and
how jobs are put off, is `procrastinate_store`'s. Times are the database server's.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as EngineJob
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from sqlalchemy import select, text
from sqlmodel import Session, col

from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import JobLane
from registry.errors import InvalidInput, Unavailable
from registry.jobs import procrastinate_store as store
from registry.jobs.port import (
    LEASE_SECONDS,
    DeadJob,
    Handler,
    NewJob,
    OnEvent,
    WorkReport,
    checked,
)
from registry.jobs.procrastinate_worker import EngineWorker
from registry.jobs.rows import ensure_lanes, worker_seen
from registry.jobs.verdict import Backoff, exponential_backoff

_STATES = {"todo": "waiting", "doing": "running", "succeeded": "done", "failed": "dead"}
_ROUNDS = 5

_COUNTS = text(
    "SELECT task_name, status::text AS status, count(*) AS n FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing', 'succeeded', 'failed')"
    " GROUP BY task_name, status ORDER BY task_name"
)
_DEAD = text(
    "SELECT job.task_name, job.args, job.attempts, max(event.at) AS died_at"
    " FROM procrastinate_jobs job LEFT JOIN procrastinate_events event ON event.job_id = job.id"
    " AND event.type = 'failed' WHERE job.status = 'failed' GROUP BY job.id"
    " ORDER BY died_at DESC NULLS LAST, job.id DESC LIMIT :limit"
)
_CHOOSE_DEAD = text(
    "SELECT id FROM procrastinate_jobs WHERE status = 'failed'"
    " AND (CAST(:tasks AS text[]) IS NULL OR task_name = ANY(:tasks))"
    " AND (CAST(:keys AS text[]) IS NULL OR args->>'key' = ANY(:keys)) ORDER BY id FOR UPDATE"
)
_PRUNE = text(
    "DELETE FROM procrastinate_jobs job WHERE job.status = 'succeeded' AND NOT EXISTS"
    " (SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id"
    " AND event.at > now() - make_interval(secs => :seconds)) RETURNING job.id"
)
_WAITING = text(
    "SELECT queueing_lock FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queueing_lock = ANY(:locks)"
)


def apply_schema(database: Database) -> bool:
    """Make procrastinate's tables and functions; return False if they were there already."""
    with database.write() as session:
        if session.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar():
            return False
        _driver_connection(session).execute(SchemaManager.get_schema())
    return True


class ProcrastinateQueue:
    """A `JobQueue` on procrastinate's tables, which `apply_schema` makes.

    `backoff` gives the delay after a failed attempt, `lease_seconds` how long a worker may be
    silent before its jobs are given to others, `lane_width` how many jobs of a lane run at once,
    `poll_seconds` how often a worker looks for what it was not notified of.
    """

    def __init__(
        self,
        database: Database,
        *,
        backoff: Backoff = exponential_backoff,
        lease_seconds: float = LEASE_SECONDS,
        lane_width: int = 1,
        poll_seconds: float = 0.5,
    ) -> None:
        if database.is_sqlite:
            raise InvalidInput("the procrastinate queue needs PostgreSQL")
        self.database = database
        self.backoff = backoff
        self.lease_seconds = lease_seconds
        self.lane_width = lane_width
        self.poll_seconds = poll_seconds
        self._manager = JobManager(SyncPsycopgConnector())

    def enqueue(self, session: Session, jobs: Sequence[NewJob]) -> int:
        """Add jobs in the transaction of `session`; return how many were not waiting yet."""
        now = utc_now()
        wanted = {_queueing_lock(job.task, job.key): job for job in reversed(jobs) if checked(job)}
        lanes = {job.lane for job in jobs if job.lane}
        ensure_lanes(session, lanes, now)
        paused = _paused(session, lanes, now)
        for _ in range(_ROUNDS):
            waiting = set(session.execute(_WAITING, {"locks": list(wanted)}).scalars())
            fresh = [job for lock, job in reversed(wanted.items()) if lock not in waiting]
            if not fresh:
                return 0
            try:
                with session.begin_nested():
                    self._manager.batch_defer_jobs(
                        [self._engine_job(job, now, paused) for job in fresh],
                        connection=_driver_connection(session),
                    )
            except AlreadyEnqueued:
                continue  # another session was quicker with one of them: look again
            return len(fresh)
        raise Unavailable("the queue is too busy to take these jobs", retry_after=1)

    def _engine_job(self, job: NewJob, now: datetime, paused: set[str]) -> EngineJob:
        is_later = job.lane in paused or (job.not_before is not None and job.not_before > now)
        lock = store.lock_of(job.lane, job.key, self.lane_width)
        return EngineJob(
            queue=store.LATER if is_later else job.task,
            task_name=job.task,
            priority=job.priority,
            lock=None if is_later else lock,
            queueing_lock=_queueing_lock(job.task, job.key),
            scheduled_at=(job.not_before or now) if is_later else None,
            task_kwargs={
                "key": job.key,
                "lane": job.lane,
                "lock": lock,
                "payload": job.payload,
            },
        )

    def work(
        self,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int,
        stop: threading.Event,
        until_idle: bool,
        tasks: Sequence[str] | None = None,
        on_event: OnEvent | None = None,
    ) -> WorkReport:
        """Run jobs until `stop` is set, or until none is due and none runs (see the port)."""
        taken = {task: each for task, each in handlers.items() if tasks is None or task in tasks}
        worker = EngineWorker(
            self.database,
            taken,
            backoff=self.backoff,
            lease_seconds=self.lease_seconds,
            poll_seconds=self.poll_seconds,
            on_event=on_event,
        )
        with asyncio.Runner() as runner:
            return runner.run(worker.run(concurrency, stop=stop, until_idle=until_idle))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the number of jobs by task and state."""
        found: dict[str, dict[str, int]] = {}
        with self.database.read() as session:
            for row in session.execute(_COUNTS):
                states = found.setdefault(row.task_name, dict.fromkeys(_STATES.values(), 0))
                states[_STATES[row.status]] = row.n
        return found

    def dead(self, limit: int) -> list[DeadJob]:
        """Return at most `limit` dead jobs, the latest first."""
        with self.database.read() as session:
            return [_dead_job(row) for row in session.execute(_DEAD, {"limit": limit})]

    def retry(self, tasks: Sequence[str] | None = None, keys: Sequence[str] | None = None) -> int:
        """Let dead jobs wait again with all their tries; return how many."""
        chosen = {
            "tasks": None if tasks is None else list(tasks),
            "keys": None if keys is None else list(keys),
        }
        with self.database.write() as session:
            rows = session.execute(_CHOOSE_DEAD, chosen).scalars().all()
            return sum(store.revive(session, row) for row in rows)

    def pause_lane(self, lane: str, until: datetime) -> None:
        """Begin no job of the lane before `until`; a longer pause in force stays."""
        seconds = (until - utc_now()).total_seconds()
        with self.database.write() as session:
            store.pause_lane(session, lane, seconds)

    def worker_seen_at(self) -> datetime | None:
        """Return when a worker was last alive, or None if there never was one."""
        with self.database.read() as session:
            return worker_seen(session)

    def prune(self, older_than: timedelta) -> int:
        """Forget the jobs done longer ago than `older_than`; return how many."""
        with self.database.write() as session:
            seconds = {"seconds": older_than.total_seconds()}
            return len(session.execute(_PRUNE, seconds).all())


def _queueing_lock(task: str, key: str) -> str:
    return f"{task}:{key}"


def _paused(session: Session, lanes: set[str], now: datetime) -> set[str]:
    query = select(col(JobLane.name)).where(
        col(JobLane.name).in_(lanes), col(JobLane.not_before) > now
    )
    return set(session.execute(query).scalars())


def _driver_connection(session: Session) -> Any:
    """Return psycopg's own connection of the session, to work in the same transaction."""
    return session.connection().connection.driver_connection


def _dead_job(row: Any) -> DeadJob:
    error = row.args.get("error") or {}
    return DeadJob(
        task=row.task_name,
        key=row.args["key"],
        lane=row.args["lane"],
        payload=row.args["payload"],
        attempts=row.attempts,
        reason=error.get("reason", ""),
        detail=error.get("detail", ""),
        died_at=None if row.died_at is None else row.died_at.astimezone(UTC),
    )
