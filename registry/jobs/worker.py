"""The threads of the embedded queue: some run jobs, one keeps leases and frees lost jobs."""

import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registry.clock import Clock
from registry.db.session import Database
from registry.errors import Unavailable
from registry.faults import crash_point
from registry.jobs import leases
from registry.jobs.attempt import LOST, Result, Tally, attempt, outcome_of
from registry.jobs.leases import Claim, ClaimTerms
from registry.jobs.port import Handler, LeaseLost, OnEvent, Outcome, RunningJob, WorkReport
from registry.jobs.rows import note_worker
from registry.jobs.verdict import Backoff, Verdict
from registry.logs import get_logger

SWEEPS_PER_LEASE = 10
PATIENCE = 8  # times that a database which does not answer is asked again, after up to 5 s each

_log = get_logger(__name__)


class RowLease:
    """The hold on one claimed row."""

    def __init__(self, database: Database, clock: Clock, lease: timedelta, claim: Claim) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._claim = claim

    def confirm(self, session: Session) -> None:
        """Raise `LeaseLost` unless still held; the update locks the row until the commit."""
        until = self._clock() + self._lease
        if not leases.renew(session, self._claim.id, self._claim.token, until):
            raise self._lost()

    def complete(self, session: Session) -> None:
        """Acknowledge in the transaction of the effect; raises `LeaseLost`."""
        now = self._clock()
        if not leases.finish(session, self._claim.id, self._claim.token, now):
            raise self._lost()

    def extend(self) -> None:
        """Hold on for another lease; raises `LeaseLost`."""
        with self._database.write() as session:
            self.confirm(session)

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"job {self._claim.task} {self._claim.key} belongs to another worker")


class Worker:
    """One call of `work`: claims, runs and settles jobs until it is told to end."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        terms: ClaimTerms,
        *,
        clock: Clock,
        backoff: Backoff,
        wake: threading.Condition,
        poll_seconds: float,
        on_event: OnEvent | None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._terms = terms
        self._clock = clock
        self._backoff = backoff
        self._wake = wake
        self._poll_seconds = poll_seconds
        self._tally = Tally(on_event)
        self._held: dict[int, int] = {}  # rows of ours, with their fencing tokens
        self._over = threading.Event()

    def run(self, concurrency: int, *, stop: threading.Event, until_idle: bool) -> WorkReport:
        """Work in `concurrency` threads; the first error that no job explains is raised."""
        self._sweep()
        with ThreadPoolExecutor(concurrency + 1, thread_name_prefix="jobs") as pool:
            keeper = pool.submit(self._keep)
            servers = [pool.submit(self._serve, stop, until_idle) for _ in range(concurrency)]
            try:
                wait(servers, return_when=FIRST_EXCEPTION)
                if any(each.done() and each.exception() for each in servers):
                    self._over.set()
                wait(servers)
            finally:
                self._over.set()
        for each in [*servers, keeper]:
            each.result()
        return self._tally.report()

    def _serve(self, stop: threading.Event, until_idle: bool) -> None:
        expectant, failures = True, 0
        while not (stop.is_set() or self._over.is_set()):
            try:
                claim = self._claim(expectant)
                if claim is None and until_idle and self._is_idle():
                    return
                failures = 0
            except Unavailable as error:
                failures += 1
                if until_idle and failures > PATIENCE:
                    raise
                self._endure(error, failures)
                continue
            expectant = claim is not None
            if claim is not None:
                crash_point("after_lease")
                self._run(claim)
            else:
                with self._wake:
                    self._wake.wait(self._poll_seconds)

    def _claim(self, expectant: bool) -> Claim | None:
        """Take the next job; a worker that expects none looks first, without the write lock."""
        if not expectant:
            with self._database.read() as session:
                if not leases.is_ready_any(session, self._clock(), self._terms):
                    return None
        with self._database.write() as session:
            return leases.claim(session, self._clock(), self._terms)

    def _is_idle(self) -> bool:
        """Return whether nothing runs and nothing is ready, in this order of looking.

        A claim that found nothing does not tell: another one may have held the row at that moment,
        only to find its lane taken, and what runs then may end before we look.
        """
        with self._database.read() as session:
            return not (
                leases.is_running_any(session, self._terms.tasks)
                or leases.is_ready_any(session, self._clock(), self._terms)
            )

    def _run(self, claim: Claim) -> None:
        job = RunningJob(
            task=claim.task,
            key=claim.key,
            payload=claim.payload,
            lane=claim.lane,
            attempt=claim.attempt,
            lease=RowLease(self._database, self._clock, self._terms.lease, claim),
        )
        self._held[claim.id] = claim.token
        try:
            self._tally.started(job)
            result = attempt(self._handlers, job, self._backoff)
            crash_point("before_ack")
            outcome = self._settle_patiently(claim, result)
            crash_point("after_ack")
        finally:
            del self._held[claim.id]
        self._tally.ended(claim.task, claim.key, claim.attempt, outcome, result)

    def _settle_patiently(self, claim: Claim, result: Result) -> Outcome:
        """Write the result down; if that stays impossible the lease ends and the job comes back."""
        for failures in range(1, PATIENCE + 1):
            try:
                with self._database.write() as session:
                    return self._settle(session, claim, result)
            except Unavailable as error:
                self._endure(error, failures)
            except IntegrityError:
                continue  # the same job was enqueued at this moment: it is found the next time
        return "lost"

    def _settle(self, session: Session, claim: Claim, result: Result) -> Outcome:
        if result == LOST:
            return "lost"
        if result is None or isinstance(result, str):
            held = leases.finish(session, claim.id, claim.token, self._clock())
        else:
            held = leases.fail(session, claim.id, claim.token, result, self._clock())
        if held:
            return outcome_of(result)
        return "done" if leases.is_done(session, claim.id, claim.token) else "lost"

    def _keep(self) -> None:
        """Sweep until all is over, so that our leases hold and those of the dead end."""
        pause = self._terms.lease.total_seconds() / SWEEPS_PER_LEASE
        while not self._over.wait(pause):
            self._sweep()

    def _sweep(self) -> None:
        try:
            with self._database.write() as session:
                lost = self._swept(session, self._clock())
        except (Unavailable, IntegrityError) as error:
            _log.warning("sweep_failed", error=str(error))
            return
        for task, key, tries, verdict in lost:
            _log.warning("job_lost", task=task, key=key, attempt=tries, detail=verdict.detail)

    def _swept(self, session: Session, now: datetime) -> list[tuple[str, str, int, Verdict]]:
        held = dict(self._held)
        leases.mend_clock(session, now)
        for row, token in sorted(held.items()):
            leases.renew(session, row, token, now + self._terms.lease)
        note_worker(session, now)
        return leases.take_over(session, now, self._terms.lease, held)

    def _endure(self, error: Unavailable, failures: int) -> None:
        _log.warning("queue_unavailable", error=str(error), failures=failures)
        self._over.wait(min(0.1 * 2.0 ** min(failures, 10), 5.0))
