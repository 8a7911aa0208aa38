"""The durable work queue as its users see it; `embedded` and `procrastinate_queue` implement it.

A job runs **at least once**. Its effect is applied **exactly once** when the handler either
acknowledges the job in the transaction of the effect (`RunningJob.complete`), or writes an effect
that is the same when written twice and checks its lease in that transaction (`confirm`).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct, field
from sqlmodel import Session

from registry.errors import Conflict, InvalidInput

MAX_TRIES = 5
"""Runs after which a job that fails by its own fault, or dies with its worker, is given up."""

LEASE_SECONDS = 50.0
"""How long a job stays with a worker that died; found within a tenth more, so in under 60 s."""


class LeaseLost(Conflict):
    """The job belongs to another worker by now, so nothing may be written for it any more."""


class NewJob(Struct, frozen=True, kw_only=True):
    """A step of work to be done.

    `task` is `area.verb` and names the handler. `key` is unique among the waiting jobs of the
    task: asking again while one waits changes nothing, while one runs one more may wait. `lane`
    (such as a host) bounds how many run at once; the empty lane has no bound. A higher `priority`
    runs first, then the older job. `payload` must be JSON. `not_before` is aware.
    """

    task: str
    key: str
    payload: dict[str, Any] = field(default_factory=dict)
    lane: str = ""
    priority: int = 0
    not_before: datetime | None = None


_LONGEST = {"task": 60, "key": 200, "lane": 255}


def checked(job: NewJob) -> NewJob:
    """Return the job if both databases can store it; raises `InvalidInput` naming what is wrong."""
    for name, longest in _LONGEST.items():
        text = getattr(job, name)
        if len(text) > longest or "\0" in text:
            raise InvalidInput(f"job: {name} must have at most {longest} characters and no NUL")
    if job.not_before is not None and job.not_before.tzinfo is None:
        raise InvalidInput("job: not_before must carry a time zone")
    try:
        written = msgspec.json.encode(job.payload)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"job: the payload is not JSON: {error}") from error
    if b"\\u0000" in written:
        raise InvalidInput("job: the payload holds a NUL character")
    return job


class Lease(Protocol):
    """The hold of one worker on one run of a job: what each adapter implements."""

    def confirm(self, session: Session) -> None:
        """Raise `LeaseLost` unless still held; holds on until the transaction ends."""

    def complete(self, session: Session) -> None:
        """Acknowledge the job in this transaction; raises `LeaseLost` unless still held."""

    def extend(self) -> None:
        """Hold on for another full lease, in a transaction of its own; raises `LeaseLost`."""


class Unleased:
    """The lease of a job that runs without a queue: always held."""

    def confirm(self, session: Session) -> None:
        """Accept."""

    def complete(self, session: Session) -> None:
        """Accept."""

    def extend(self) -> None:
        """Accept."""


class RunningJob(Struct, frozen=True, kw_only=True):
    """A job in the hands of its handler; `attempt` counts its runs from 1."""

    task: str
    key: str
    payload: dict[str, Any] = field(default_factory=dict)
    lane: str = ""
    attempt: int = 1
    lease: Lease = field(default_factory=Unleased)

    def confirm(self, session: Session) -> None:
        """Verify in a write transaction that the job is still ours; raises `LeaseLost`.

        Nobody else can take the job before that transaction ends.
        """
        self.lease.confirm(session)

    def complete(self, session: Session) -> None:
        """Verify the lease and acknowledge the job, together with what the session writes.

        After the commit a crash can no longer make the job run again. Raises `LeaseLost`.
        """
        self.lease.complete(session)

    def heartbeat(self) -> None:
        """Extend the lease now; the worker does so by itself too. Raises `LeaseLost`.

        Not inside a write transaction: it writes in one of its own.
        """
        self.lease.extend()


Handler = Callable[[RunningJob], None]
Outcome = Literal["done", "retried", "dead", "lost"]


class JobEvent(Struct, frozen=True, kw_only=True):
    """What just happened to a job; `reason` and `detail` are set when it failed."""

    kind: Literal["started"] | Outcome
    task: str
    key: str
    attempt: int
    reason: str = ""
    detail: str = ""


OnEvent = Callable[[JobEvent], None]


class WorkReport(Struct, frozen=True, kw_only=True):
    """How the runs of one call of `work` ended; `lost` ones were taken over by another worker."""

    done: int = 0
    retried: int = 0
    dead: int = 0
    lost: int = 0


class DeadJob(Struct, frozen=True, kw_only=True):
    """A job that was given up, with the reason code and the detail of its last failure."""

    task: str
    key: str
    lane: str
    payload: dict[str, Any]
    attempts: int
    reason: str
    detail: str
    died_at: datetime | None


class JobQueue(Protocol):
    """A durable queue in the database of the data; safe to share between threads.

    Every method may raise `registry.errors.Unavailable` when the database does not answer.
    """

    def enqueue(self, session: Session, jobs: Sequence[NewJob]) -> int:
        """Add jobs in the transaction of `session`; return how many were not waiting yet."""

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
        """Run jobs in `concurrency` threads until `stop` is set, or until nothing is left to do.

        Only tasks with a handler are taken, and of these only `tasks` where given. On `stop` the
        running jobs are finished and no other is begun. With `until_idle` it returns when no job
        is due and none runs, here or in another worker; jobs that wait for their time, or for a
        paused lane, are left. `on_event` is called by one thread at a time.
        """

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the number of jobs by task and state: `waiting`, `running`, `done`, `dead`."""

    def dead(self, limit: int) -> list[DeadJob]:
        """Return at most `limit` dead jobs, the latest first."""

    def retry(self, tasks: Sequence[str] | None = None, keys: Sequence[str] | None = None) -> int:
        """Let dead jobs wait again with all their tries, of some tasks, keys, or all; count them.

        A dead job whose task and key wait already is dropped, and not counted.
        """

    def pause_lane(self, lane: str, until: datetime) -> None:
        """Begin no job of the lane before `until` (aware); a longer pause in force stays."""

    def worker_seen_at(self) -> datetime | None:
        """Return when a worker was last alive, or None if there never was one."""

    def prune(self, older_than: timedelta) -> int:
        """Forget the jobs done longer ago than `older_than`; return how many."""
