"""What the embedded queue promises beyond the contract: clocks, lanes, its plan and its tries."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.db.session import Database
from registry.errors import InvalidInput, Unavailable
from registry.jobs import leases
from registry.jobs.port import JobQueue, NewJob, RunningJob, WorkReport, checked
from registry.jobs.procrastinate_queue import ProcrastinateQueue
from tests.support.job_queues import QueueHarness, job, queue_harness

YEAR = 365 * 86_400


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[QueueHarness]:
    with queue_harness("embedded-sqlite", tmp_path) as made:
        yield made


def ignore(_job: RunningJob) -> None:
    """Do the job by doing nothing."""


def _take_and_die(harness: QueueHarness) -> None:
    """Lease the next job as a worker that is killed at once."""
    terms = leases.ClaimTerms(
        tasks=("test.run",), worker="dead", lease=timedelta(seconds=50), lane_width=1
    )
    with harness.database.write() as session:
        assert leases.claim(session, harness.now(), terms) is not None


def test_a_job_put_off_before_the_clock_was_set_back_still_runs(harness: QueueHarness) -> None:
    harness.add(job(not_before=harness.now() + timedelta(minutes=1)))
    harness.pass_time(-YEAR)

    assert harness.run(ignore) == WorkReport()
    harness.pass_time(61)
    assert harness.run(ignore) == WorkReport(done=1)


def test_a_pause_from_before_the_clock_was_set_back_still_ends(harness: QueueHarness) -> None:
    harness.queue.pause_lane("host", harness.now() + timedelta(minutes=1))
    harness.pass_time(-YEAR)
    harness.add(job(lane="host"))

    assert harness.run(ignore) == WorkReport()
    harness.pass_time(61)
    assert harness.run(ignore) == WorkReport(done=1)


def test_a_lease_from_before_the_clock_was_set_back_is_no_longer_in_force(
    harness: QueueHarness,
) -> None:
    harness.add(job())
    _take_and_die(harness)
    harness.pass_time(-YEAR)

    assert harness.run(ignore) == WorkReport(done=1)


def test_a_clock_set_forward_takes_no_job_from_the_worker_that_does_it(
    harness: QueueHarness,
) -> None:
    swept = threading.Event()
    attempts: list[int] = []

    def handle(running: RunningJob) -> None:
        attempts.append(running.attempt)
        harness.pass_time(YEAR)
        seen = harness.queue.worker_seen_at()
        while not swept.wait(0.01):
            if harness.queue.worker_seen_at() != seen:
                swept.set()  # the worker has looked for lost jobs since

    harness.queue = harness.open(lease_seconds=0.5)
    harness.add(job())

    assert harness.run(handle) == WorkReport(done=1)
    assert attempts == [1]


def test_a_job_that_always_kills_its_worker_becomes_a_dead_letter(harness: QueueHarness) -> None:
    harness.add(job("poison"))
    for _ in range(5):
        _take_and_die(harness)
        harness.pass_time(51)
        harness.work({"test.other": ignore})  # any worker frees what was lost

    (dead,) = harness.queue.dead(10)
    assert (dead.key, dead.reason, dead.attempts) == ("poison", "crashed", 5)


def test_a_wider_lane_runs_as_many_jobs_at_once(harness: QueueHarness) -> None:
    together = threading.Barrier(2, timeout=20)
    harness.queue = harness.open(lane_width=2)
    harness.add(job("a", lane="host"), job("b", lane="host"))

    assert harness.run(lambda _job: together.wait() and None, concurrency=2).done == 2


def test_the_next_job_is_read_from_the_head_of_an_index(harness: QueueHarness) -> None:
    statement = str(leases._READY.compile(harness.database.engine))
    statement = statement.replace("(__[POSTCOMPILE_tasks])", "('test.run')")
    with harness.database.read() as session:
        values = (0,) * statement.count("?")
        connection = session.connection()
        rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()

    plan = [row[-1] for row in rows]
    assert any("job USING INDEX ix_job_ready" in step for step in plan), plan
    assert not any("ORDER BY" in step for step in plan), plan


def test_a_handler_failing_while_the_database_is_gone_is_raised_when_until_idle(
    harness: QueueHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.jobs.worker.PATIENCE", 1)
    with harness.database.write() as session:
        session.execute(text("DROP TABLE job"))

    with pytest.raises(Unavailable):
        harness.run(ignore)


def test_the_engine_queue_refuses_sqlite(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInput, match="PostgreSQL"):
        ProcrastinateQueue(sqlite_database)


def test_a_running_job_can_be_made_by_hand_for_tests(sqlite_database: Database) -> None:
    by_hand = RunningJob(task="test.run", key="k")
    with sqlite_database.write() as session:
        by_hand.confirm(session)
        by_hand.complete(session)
    by_hand.heartbeat()
    assert by_hand.attempt == 1


def test_a_time_without_a_zone_is_refused(harness: QueueHarness) -> None:
    naive = harness.now().replace(tzinfo=None)
    with pytest.raises(InvalidInput, match="time zone"):
        checked(NewJob(task="test.run", key="k", not_before=naive))


def test_both_adapters_are_job_queues(harness: QueueHarness) -> None:
    queue: JobQueue = harness.queue
    assert queue.counts() == {}
