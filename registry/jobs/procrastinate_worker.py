"""One worker of procrastinate: it fetches and notifies; the thread of a job settles the run."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as EngineJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registry.clock import utc_now
from registry.db.session import Database
from registry.errors import Unavailable
from registry.faults import crash_point
from registry.jobs import procrastinate_store as store
from registry.jobs.attempt import LOST, Result, Tally, attempt, outcome_of
from registry.jobs.port import Handler, LeaseLost, OnEvent, Outcome, RunningJob, WorkReport
from registry.jobs.procrastinate_store import Hold
from registry.jobs.rows import note_worker
from registry.jobs.verdict import Backoff, Retry, judge_loss
from registry.logs import get_logger

BEATS_PER_LEASE = 6
SWEEPS_PER_LEASE = 10
PATIENCE = 8

_log = get_logger(__name__)


class SettledByThread(JobManager):
    """A job manager that writes no result: the thread that ran the job has done so already.

    It fetches nothing once `is_over` says so, however soon after a job that is.
    """

    def __init__(self, connector: PsycopgConnector, is_over: Callable[[], bool]) -> None:
        super().__init__(connector)
        self._is_over = is_over

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> EngineJob | None:
        """Take the next job, unless the work is over."""
        return None if self._is_over() else await super().fetch_job(queues, worker_id)

    async def finish_job(self, job: EngineJob, status: Status, delete_job: bool) -> None:
        """Do nothing."""

    async def retry_job(self, job: EngineJob, *_args: Any, **_options: Any) -> None:
        """Do nothing."""


class EngineLease:
    """The hold on one run of a job in procrastinate's table."""

    def __init__(self, database: Database, hold: Hold) -> None:
        self._database = database
        self._hold = hold

    def confirm(self, session: Session) -> None:
        """Raise `LeaseLost` unless still held; the row stays locked until the commit."""
        if not store.confirm(session, self._hold):
            raise LeaseLost(f"job {self._hold.id} belongs to another worker")

    def complete(self, session: Session) -> None:
        """Acknowledge in the transaction of the effect; raises `LeaseLost`."""
        if not store.finish(session, self._hold):
            raise LeaseLost(f"job {self._hold.id} belongs to another worker")

    def extend(self) -> None:
        """Check the lease, which the worker's own heartbeat extends; raises `LeaseLost`."""
        with self._database.write() as session:
            self.confirm(session)


class EngineWorker:
    """One call of `work` on procrastinate."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        backoff: Backoff,
        lease_seconds: float,
        poll_seconds: float,
        on_event: OnEvent | None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._backoff = backoff
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._tally = Tally(on_event)
        self._unsettled: dict[Hold, Result] = {}
        self._fault: BaseException | None = None
        self._next_sweep = 0.0

    async def run(self, concurrency: int, *, stop: threading.Event, until_idle: bool) -> WorkReport:
        """Work until told to end; a database that goes away is waited for."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(concurrency + 1, thread_name_prefix="jobs"))
        failures = 0
        while self._handlers:
            try:
                await self._run_engine(concurrency, stop, until_idle)
                break
            except (ConnectorException, Unavailable) as error:
                failures += 1
                _log.warning("queue_unavailable", error=str(error), failures=failures)
                if until_idle and failures > PATIENCE:
                    raise Unavailable("the queue's database does not answer") from error
            await asyncio.sleep(min(0.1 * 2.0 ** min(failures, 10), 5.0))
            if stop.is_set():
                break
        if self._fault is not None:
            raise self._fault
        return self._tally.report()

    async def _run_engine(self, concurrency: int, stop: threading.Event, until_idle: bool) -> None:
        connector = PsycopgConnector(conninfo=_conninfo(self._database.url), min_size=1, max_size=4)
        app = App(connector=connector)
        app.job_manager = SettledByThread(
            connector, lambda: stop.is_set() or self._fault is not None
        )
        for task in self._handlers:
            app.task(name=task, queue=task, pass_context=True)(self._perform)
        async with app.open_async():
            worker = Worker(
                app,
                queues=list(self._handlers),
                concurrency=concurrency,
                fetch_job_polling_interval=self._poll_seconds,
                update_heartbeat_interval=self._lease_seconds / BEATS_PER_LEASE,
                stalled_worker_timeout=self._lease_seconds,
                install_signal_handlers=False,
            )
            running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
            try:
                await self._watch(running, stop, until_idle)
            finally:
                worker.stop()  # type: ignore[no-untyped-call]
                await running

    async def _watch(
        self,
        running: "asyncio.Task[None]",
        stop: threading.Event,
        until_idle: bool,
    ) -> None:
        """Sweep until the worker has to end."""
        while not (running.done() or stop.is_set() or self._fault):
            busy = await asyncio.to_thread(self._sweep)
            if until_idle and not busy:
                return
            await asyncio.wait({running}, timeout=self._poll_seconds)

    def _sweep(self) -> bool:
        """Bring in what is due, free the jobs of the dead; return whether work is left."""
        with self._database.write() as session:
            tasks = store.promote(session)
            if time.monotonic() >= self._next_sweep:
                self._next_sweep = time.monotonic() + self._lease_seconds / SWEEPS_PER_LEASE
                tasks |= self._free_stalled(session)
                note_worker(session, utc_now())
            store.notify(session, tasks)
        for hold, result in list(self._unsettled.items()):
            with self._database.write() as session:
                self._settle(session, hold, "", result)
            del self._unsettled[hold]
        with self._database.read() as session:
            return store.is_busy(session, list(self._handlers))

    def _free_stalled(self, session: Session) -> set[str]:
        tasks = set()
        for row in store.stalled(session, self._lease_seconds):
            verdict = judge_loss(row.attempts + 1)
            store.settle(session, Hold(id=row.id, worker=None, attempts=row.attempts), verdict)
            _log.warning("job_lost", task=row.task_name, key=row.key, detail=verdict.detail)
            tasks.add(row.task_name)
        return tasks

    def _perform(self, context: JobContext, /, **_args: Any) -> None:
        """Run and settle one job, in a thread of its own."""
        try:
            crash_point("after_lease")
            self._run(context.job)
        except BaseException as error:
            self._fault = error  # no job explains it: `run` raises it
            raise

    def _run(self, row: EngineJob) -> None:
        args: dict[str, Any] = row.task_kwargs
        hold = Hold(id=row.id or 0, worker=row.worker_id, attempts=row.attempts)
        job = RunningJob(
            task=row.task_name,
            key=args["key"],
            payload=args["payload"],
            lane=args["lane"],
            attempt=row.attempts + 1,
            lease=EngineLease(self._database, hold),
        )
        self._tally.started(job)
        result = attempt(self._handlers, job, self._backoff)
        crash_point("before_ack")
        outcome = self._settle_patiently(hold, job.lane, result)
        crash_point("after_ack")
        self._tally.ended(job.task, job.key, job.attempt, outcome, result)

    def _settle_patiently(self, hold: Hold, lane: str, result: Result) -> Outcome:
        """Write the result down; if that stays impossible, leave it to the next sweeps."""
        for failures in range(PATIENCE):
            try:
                with self._database.write() as session:
                    return self._settle(session, hold, lane, result)
            except Unavailable as error:
                _log.warning("queue_unavailable", error=str(error), failures=failures)
                time.sleep(min(0.1 * 2.0**failures, 5.0))
            except IntegrityError:
                continue  # the same job was enqueued at this moment: it is found the next time
        self._unsettled[hold] = result
        return "lost"

    def _settle(self, session: Session, hold: Hold, lane: str, result: Result) -> Outcome:
        if result == LOST:
            return "lost"
        if result is None or isinstance(result, str):
            held = store.finish(session, hold)
        else:
            held = store.fail(session, hold, result)
            if held and lane and isinstance(result, Retry) and result.pauses_lane:
                store.pause_lane(session, lane, result.delay)
        if lane:
            store.notify(session, set(self._handlers))  # the lane is free for its next job
        if held:
            return outcome_of(result)
        return "done" if store.is_done(session, hold) else "lost"


def _conninfo(url: URL) -> str:
    parts: dict[str, Any] = url.translate_connect_args(username="user", database="dbname")
    options: dict[str, Any] = dict(url.query)
    return make_conninfo("", **{"connect_timeout": 5, **parts, **options})
