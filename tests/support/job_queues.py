"""The three ways to run the work queue, behind one harness whose time can be moved."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from registry.clock import utc_now
from registry.db.session import Database
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import Handler, JobEvent, JobQueue, NewJob, WorkReport
from registry.jobs.procrastinate_queue import ProcrastinateQueue
from tests.support.databases import fresh_database

ADAPTERS = ("embedded-sqlite", "embedded-postgresql", "procrastinate-postgresql")

_ENGINE_TIMES = (
    "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - make_interval(secs => :s)",
    "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - make_interval(secs => :s)",
    "UPDATE procrastinate_events SET at = at - make_interval(secs => :s)",
    "UPDATE job_lane SET not_before = not_before - make_interval(secs => :s)",
)


def open_queue(adapter: str, database: Database, **options: Any) -> JobQueue:
    """Return a queue of this adapter with quick polls; `options` go to its constructor."""
    options = {"poll_seconds": 0.02, "backoff": lambda attempt: 10.0 * attempt, **options}
    if adapter.startswith("procrastinate"):
        options.pop("clock", None)
        return ProcrastinateQueue(database, **options)
    return EmbeddedQueue(database, **options)


class QueueHarness:
    """A queue under test, in a database of its own."""

    def __init__(self, adapter: str, database: Database) -> None:
        self.adapter = adapter
        self.database = database
        self.ahead = timedelta(0)
        self.queue = self.open()
        self.stop = threading.Event()
        self.events: list[JobEvent] = []

    def open(self, **options: Any) -> JobQueue:
        """Return another queue on the same database, as another process would have."""
        return open_queue(self.adapter, self.database, clock=self.now, **options)

    def now(self) -> datetime:
        """Return the time of this harness."""
        return utc_now() + self.ahead

    def pass_time(self, seconds: float) -> None:
        """Let time pass: the clock is moved on, or all that the server timed is moved back."""
        if self.adapter.startswith("embedded"):
            self.ahead += timedelta(seconds=seconds)
            return
        with self.database.write() as session:
            for statement in _ENGINE_TIMES:
                session.execute(text(statement), {"s": seconds})

    def add(self, *jobs: NewJob) -> int:
        """Enqueue jobs in a transaction of their own."""
        with self.database.write() as session:
            return self.queue.enqueue(session, jobs)

    def work(
        self, handlers: Mapping[str, Handler], *, concurrency: int = 1, **options: Any
    ) -> WorkReport:
        """Work until idle."""
        return self.queue.work(
            handlers,
            concurrency=concurrency,
            stop=self.stop,
            until_idle=True,
            on_event=self.events.append,
            **options,
        )

    def run(self, handler: Handler, *, concurrency: int = 1) -> WorkReport:
        """Work on the task `test.run` until idle."""
        return self.work({"test.run": handler}, concurrency=concurrency)

    def states(self, task: str = "test.run") -> dict[str, int]:
        """Return the states of a task's jobs that occur."""
        return {state: n for state, n in self.queue.counts().get(task, {}).items() if n}


@contextmanager
def queue_harness(adapter: str, folder: Path) -> Iterator[QueueHarness]:
    """Yield a harness over a fresh database."""
    with fresh_database(adapter.partition("-")[2], folder) as database:
        yield QueueHarness(adapter, database)


def job(key: str = "one", **options: Any) -> NewJob:
    """Return a job of the task `test.run`."""
    return NewJob(task="test.run", key=key, **options)


def failing(error: Callable[[], Exception]) -> Handler:
    """Return a handler that always raises a new error."""

    def handle(_job: Any) -> None:
        raise error()

    return handle
