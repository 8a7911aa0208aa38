"""The embedded queue: jobs in the registry's own database, with leases and fencing tokens.

It is the default on SQLite, where one process works; it works on PostgreSQL too.
"""

import os
import socket
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, event, func, select, update
from sqlmodel import Session, col

from registry.clock import Clock, utc_now
from registry.db.session import Database
from registry.db.tables import Job, JobState
from registry.db.tables.job import IS_WAITING
from registry.jobs.leases import ClaimTerms, pause
from registry.jobs.port import (
    LEASE_SECONDS,
    DeadJob,
    Handler,
    NewJob,
    OnEvent,
    WorkReport,
    checked,
)
from registry.jobs.rows import ensure_lanes, insert_missing, worker_seen
from registry.jobs.verdict import Backoff, exponential_backoff
from registry.jobs.worker import Worker


class EmbeddedQueue:
    """A `JobQueue` on the tables `job` and `job_lane`.

    `clock` gives the time of leases and delays, `backoff` the delay after a failed attempt,
    `lease_seconds` how long a job stays with a worker that died, `lane_width` how many jobs of a
    lane run at once, `poll_seconds` how often an idle worker looks for jobs of other processes.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = utc_now,
        backoff: Backoff = exponential_backoff,
        lease_seconds: float = LEASE_SECONDS,
        lane_width: int = 1,
        poll_seconds: float = 0.2,
    ) -> None:
        self.database = database
        self.clock = clock
        self.backoff = backoff
        self.lease = timedelta(seconds=lease_seconds)
        self.lane_width = lane_width
        self.poll_seconds = poll_seconds
        self.wake = threading.Condition()

    def enqueue(self, session: Session, jobs: Sequence[NewJob]) -> int:
        """Add jobs in the transaction of `session`; return how many were not waiting yet."""
        now = self.clock()
        rows = [_row(checked(job), now) for job in jobs]
        ensure_lanes(session, {job.lane for job in jobs}, now)
        count = insert_missing(session, Job, rows, col(Job.id))
        if count:
            event.listen(session, "after_commit", self._wake_workers, once=True)
        return count

    def _wake_workers(self, _session: Any) -> None:
        with self.wake:
            self.wake.notify_all()

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
        terms = ClaimTerms(
            tasks=tuple(task for task in handlers if tasks is None or task in tasks),
            worker=f"{socket.gethostname()}:{os.getpid()}"[-80:],
            lease=self.lease,
            lane_width=self.lane_width,
        )
        worker = Worker(
            self.database,
            handlers,
            terms,
            clock=self.clock,
            backoff=self.backoff,
            wake=self.wake,
            poll_seconds=self.poll_seconds,
            on_event=on_event,
        )
        return worker.run(concurrency, stop=stop, until_idle=until_idle)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the number of jobs by task and state."""
        query = (
            select(col(Job.task), col(Job.state), func.count())
            .group_by(col(Job.task), col(Job.state))
            .order_by(col(Job.task))
        )
        found: dict[str, dict[str, int]] = {}
        with self.database.read() as session:
            for task, state, count in session.execute(query):
                found.setdefault(task, {each.value: 0 for each in JobState})[state.value] = count
        return found

    def dead(self, limit: int) -> list[DeadJob]:
        """Return at most `limit` dead jobs, the latest first."""
        query = (
            select(
                *(col(Job.task), col(Job.key), col(Job.lane), col(Job.payload)),
                *(col(Job.attempts), col(Job.error_reason), col(Job.error_detail)),
                col(Job.finished_at),
            )
            .where(col(Job.state) == JobState.DEAD)
            .order_by(col(Job.finished_at).desc(), col(Job.id).desc())
            .limit(limit)
        )
        with self.database.read() as session:
            return [_dead_job(row) for row in session.execute(query)]

    def retry(self, tasks: Sequence[str] | None = None, keys: Sequence[str] | None = None) -> int:
        """Let dead jobs wait again with all their tries; return how many."""
        chosen: list[ColumnElement[bool]] = [col(Job.state) == JobState.DEAD]
        if tasks is not None:
            chosen.append(col(Job.task).in_(tasks))
        if keys is not None:
            chosen.append(col(Job.key).in_(keys))
        query = select(col(Job.id), col(Job.task), col(Job.key)).where(*chosen)
        with self.database.write() as session:
            rows = session.execute(query.order_by(col(Job.id)).with_for_update()).all()
            count = sum(self._revive(session, row.id, row.task, row.key) for row in rows)
        self._wake_workers(None)
        return count

    def _revive(self, session: Session, row: int, task: str, key: str) -> bool:
        waits = select(col(Job.id)).where(IS_WAITING, col(Job.task) == task, col(Job.key) == key)
        if session.execute(waits).first() is not None:
            session.execute(delete(Job).where(col(Job.id) == row))
            return False
        now = self.clock()
        fresh = {"state": JobState.WAITING, "attempts": 0, "not_before": now, "changed_at": now}
        session.execute(
            update(Job).where(col(Job.id) == row).values({**fresh, "finished_at": None})
        )
        return True

    def pause_lane(self, lane: str, until: datetime) -> None:
        """Begin no job of the lane before `until`; a longer pause in force stays."""
        now = self.clock()
        with self.database.write() as session:
            ensure_lanes(session, {lane}, now)
            pause(session, lane, until, now)

    def worker_seen_at(self) -> datetime | None:
        """Return when a worker was last alive, or None if there never was one."""
        with self.database.read() as session:
            return worker_seen(session)

    def prune(self, older_than: timedelta) -> int:
        """Forget the jobs done longer ago than `older_than`; return how many."""
        limit = self.clock() - older_than
        old = [col(Job.state) == JobState.DONE, col(Job.finished_at) <= limit]
        with self.database.write() as session:
            return len(session.execute(delete(Job).where(*old).returning(col(Job.id))).all())


def _row(job: NewJob, now: datetime) -> dict[str, Any]:
    not_before = now if job.not_before is None else job.not_before
    return {
        "task": job.task,
        "key": job.key,
        "lane": job.lane,
        "payload": job.payload,
        "priority": -job.priority,  # the least comes first
        "state": JobState.WAITING,
        "attempts": 0,
        "fencing_token": 0,
        "not_before": not_before,
        "created_at": now,
        "changed_at": now,
    }


def _dead_job(row: Any) -> DeadJob:
    return DeadJob(
        task=row.task,
        key=row.key,
        lane=row.lane,
        payload=row.payload,
        attempts=row.attempts,
        reason=row.error_reason or "",
        detail=row.error_detail or "",
        died_at=row.finished_at,
    )
