"""What every adapter of the work queue promises; the same tests run over all three."""

import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from registry.errors import CrawlFailure, InvalidInput, NotFound, Unavailable
from registry.jobs.port import LeaseLost, NewJob, RunningJob, WorkReport
from tests.support.job_queues import ADAPTERS, QueueHarness, failing, job, queue_harness
from tests.support.job_worker import start_worker


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if "postgresql" in name else ())
        for name in ADAPTERS
    ]
)
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QueueHarness]:
    with queue_harness(request.param, tmp_path) as made:
        yield made


def ignore(_job: RunningJob) -> None:
    """Do the job by doing nothing."""


def test_jobs_run_by_priority_and_then_by_age(harness: QueueHarness) -> None:
    ran: list[str] = []
    harness.add(job("a"), job("b", priority=5), job("c"), job("d", priority=-1))

    report = harness.run(lambda each: ran.append(each.key))

    assert ran == ["b", "a", "c", "d"]
    assert report == WorkReport(done=4)


def test_a_handler_gets_what_was_enqueued(harness: QueueHarness) -> None:
    seen: list[RunningJob] = []
    payload = {"url": "https://example.org/é", "deep": [1, None, {"x": True}]}
    harness.add(job("k", payload=payload, lane="example.org"))

    harness.run(seen.append)

    (ran,) = seen
    assert (ran.task, ran.key, ran.payload, ran.lane) == ("test.run", "k", payload, "example.org")
    assert ran.attempt == 1


def test_a_job_that_waits_is_not_enqueued_again(harness: QueueHarness) -> None:
    assert harness.add(job("a"), job("a"), job("b")) == 2
    assert harness.add(job("a", priority=9), NewJob(task="test.other", key="a")) == 1
    assert harness.states() == {"waiting": 2}


def test_while_a_job_runs_one_more_may_wait(harness: QueueHarness) -> None:
    added: list[int] = []

    def handle(running: RunningJob) -> None:
        if not added:
            added.extend([harness.add(job()), harness.add(job())])

    harness.add(job())

    assert harness.run(handle).done == 2
    assert added == [1, 0]
    assert harness.add(job()) == 1, "a job that is done does not keep its key"


def test_jobs_of_a_transaction_that_fails_do_not_exist(harness: QueueHarness) -> None:
    def write_and_fail() -> None:
        with harness.database.write() as session:
            assert harness.queue.enqueue(session, [job()]) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert harness.queue.counts() == {}
    assert harness.run(ignore) == WorkReport()


@pytest.mark.parametrize(
    "bad",
    [
        job("k" * 201),
        job("a\0b"),
        job("k", payload={"text": "a\0b"}),
        job("k", payload={"value": object()}),
        job("k", lane="l" * 256),
    ],
)
def test_a_job_that_cannot_be_stored_is_refused(harness: QueueHarness, bad: NewJob) -> None:
    with pytest.raises(InvalidInput, match="job: "):
        harness.add(bad)


def test_a_job_waits_for_its_time(harness: QueueHarness) -> None:
    harness.add(job(not_before=harness.now() + timedelta(hours=1)))

    assert harness.run(ignore) == WorkReport()
    harness.pass_time(3601)
    assert harness.run(ignore) == WorkReport(done=1)


def test_a_job_put_off_holds_nothing_back_in_its_lane(harness: QueueHarness) -> None:
    harness.add(job("late", lane="host", not_before=harness.now() + timedelta(hours=1)))
    harness.add(job("now", lane="host"))

    assert harness.run(ignore) == WorkReport(done=1)


def test_only_chosen_tasks_with_a_handler_are_taken(harness: QueueHarness) -> None:
    # All in one lane: a job that is not taken must not hold up those behind it for good.
    harness.add(*(NewJob(task=f"test.{name}", key="k", lane="host") for name in "abc"))

    report = harness.work({"test.a": ignore, "test.b": ignore}, tasks=["test.a", "test.c"])

    assert report == WorkReport(done=1)
    assert harness.states("test.a") == {"done": 1}
    assert harness.states("test.b") == harness.states("test.c") == {"waiting": 1}


@pytest.mark.parametrize(
    "error", [CrawlFailure("timeout", "slow", retryable=True), Unavailable("disk is full")]
)
def test_what_may_pass_is_tried_again_after_a_growing_delay(
    harness: QueueHarness, error: Exception
) -> None:
    attempts: list[int] = []

    def handle(running: RunningJob) -> None:
        attempts.append(running.attempt)
        raise error

    harness.add(job())
    assert harness.run(handle) == WorkReport(retried=1)
    assert harness.run(handle) == WorkReport(), "not before the delay of 10 s"
    harness.pass_time(11)
    assert harness.run(handle) == WorkReport(retried=1)
    harness.pass_time(11)
    assert harness.run(handle) == WorkReport(), "the second delay is 20 s"
    harness.pass_time(10)
    assert harness.run(ignore) == WorkReport(done=1)
    assert attempts == [1, 2]


def test_the_delay_that_the_other_side_asks_for_is_kept(harness: QueueHarness) -> None:
    harness.add(job())
    harness.run(failing(lambda: CrawlFailure("unavailable", retryable=True, retry_after=300)))

    harness.pass_time(290)
    assert harness.run(ignore) == WorkReport()
    harness.pass_time(11)
    assert harness.run(ignore) == WorkReport(done=1)


def test_a_rate_limit_pauses_its_whole_lane_and_no_other(harness: QueueHarness) -> None:
    ran: list[str] = []

    def handle(running: RunningJob) -> None:
        if running.key == "limited":
            raise CrawlFailure("rate_limited", retryable=True, retry_after=60)
        ran.append(running.key)

    harness.add(job("limited", lane="host", priority=1), job("next", lane="host"))
    harness.add(job("elsewhere", lane="other"), job("free"))

    assert harness.run(handle) == WorkReport(done=2, retried=1)
    assert sorted(ran) == ["elsewhere", "free"]
    assert harness.add(job("new", lane="host")) == 1
    assert harness.run(handle) == WorkReport(), "a new job of the lane waits as well"
    harness.pass_time(61)
    assert harness.run(ignore) == WorkReport(done=3)


def test_a_lane_can_be_paused_by_hand_and_a_longer_pause_stays(harness: QueueHarness) -> None:
    harness.queue.pause_lane("host", harness.now() + timedelta(seconds=100))
    harness.queue.pause_lane("host", harness.now() + timedelta(seconds=10))
    harness.add(job(lane="host"))

    harness.pass_time(50)
    assert harness.run(ignore) == WorkReport()
    harness.pass_time(51)
    assert harness.run(ignore) == WorkReport(done=1)


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (CrawlFailure("too_large", "3 GiB"), "too_large", "3 GiB"),
        (NotFound("no repository 7"), "not_found", "no repository 7"),
    ],
)
def test_what_cannot_pass_is_a_dead_letter_at_once(
    harness: QueueHarness, error: Exception, reason: str, detail: str
) -> None:
    harness.add(job("k", payload={"n": 1}, lane="host"))

    assert harness.run(failing(lambda: error)) == WorkReport(dead=1)

    (dead,) = harness.queue.dead(10)
    assert (dead.task, dead.key, dead.lane, dead.payload) == ("test.run", "k", "host", {"n": 1})
    assert (dead.reason, dead.detail, dead.attempts) == (reason, detail, 1)
    assert dead.died_at is not None
    assert abs(dead.died_at - harness.now()) < timedelta(minutes=1)
    assert harness.events[-1].kind == "dead"
    assert harness.events[-1].reason == reason


def test_an_unforeseen_error_is_a_dead_letter_after_five_tries(harness: QueueHarness) -> None:
    harness.add(job("poison"), job("good"))
    poison = failing(lambda: KeyError("a secret"))
    done: list[str] = []

    def handle(running: RunningJob) -> None:
        if running.key == "poison":
            poison(running)
        done.append(running.key)

    for _ in range(4):
        assert harness.run(handle).retried == 1
        harness.pass_time(3600)
    assert harness.run(handle) == WorkReport(dead=1)

    assert done == ["good"], "others are not held up"
    (dead,) = harness.queue.dead(10)
    assert (dead.reason, dead.detail, dead.attempts) == ("internal", "unexpected KeyError", 5)


def test_patience_with_a_rate_limit_never_uses_up_the_tries(harness: QueueHarness) -> None:
    harness.add(job())
    for _ in range(6):
        report = harness.run(failing(lambda: CrawlFailure("rate_limited", retryable=True)))
        assert report == WorkReport(retried=1)
        harness.pass_time(3600)


def test_dead_jobs_can_be_tried_again_by_task_and_key(harness: QueueHarness) -> None:
    harness.add(job("a"), job("b"), job("c"))
    harness.run(failing(lambda: CrawlFailure("gone")))

    assert [dead.key for dead in harness.queue.dead(2)] == ["c", "b"]
    assert harness.queue.retry(tasks=["test.other"]) == 0
    assert harness.queue.retry(keys=["a"]) == 1
    assert harness.states() == {"waiting": 1, "dead": 2}
    assert harness.queue.retry(tasks=["test.run"]) == 2

    attempts: list[int] = []
    assert harness.run(lambda each: attempts.append(each.attempt)) == WorkReport(done=3)
    assert attempts == [1, 1, 1], "all tries are given back"


def test_a_dead_job_that_waits_again_already_is_not_doubled(harness: QueueHarness) -> None:
    harness.add(job())
    harness.run(failing(lambda: CrawlFailure("gone")))
    harness.add(job())

    assert harness.queue.retry() == 0
    assert harness.states() == {"waiting": 1}


def test_a_failed_job_that_was_asked_for_again_meanwhile_becomes_one(
    harness: QueueHarness,
) -> None:
    def handle(running: RunningJob) -> None:
        harness.add(job())
        raise CrawlFailure("timeout", retryable=True)

    harness.add(job())

    assert harness.run(handle) == WorkReport(retried=1)
    assert harness.states() == {"waiting": 1}
    attempts: list[int] = []
    assert harness.run(ignore) == WorkReport(), "it inherits the delay"
    harness.pass_time(11)
    harness.run(lambda each: attempts.append(each.attempt))
    assert attempts == [2], "and the tries"


def test_jobs_of_one_lane_never_overlap_and_those_of_two_lanes_do(harness: QueueHarness) -> None:
    lock = threading.Lock()
    running: list[str] = []
    overlaps: list[tuple[str, ...]] = []
    both = threading.Barrier(2, timeout=20)

    def handle(each: RunningJob) -> None:
        with lock:
            running.append(each.lane)
            overlaps.append(tuple(running))
        if each.key.startswith("first"):
            both.wait()  # passes only while a job of each lane runs
        with lock:
            running.remove(each.lane)

    for lane in ("a", "b"):
        harness.add(job(f"first-{lane}", lane=lane), *(job(f"{lane}{n}", lane=lane) for n in "123"))

    assert harness.run(handle, concurrency=4).done == 8
    assert all(len(lanes) == len(set(lanes)) for lanes in overlaps), overlaps


def test_a_worker_waits_for_a_job_that_another_one_looks_at(harness: QueueHarness) -> None:
    table = "procrastinate_jobs" if harness.adapter.startswith("procrastinate") else "job"
    harness.add(job())
    with ThreadPoolExecutor(1) as pool:
        with harness.database.write() as session:
            if harness.adapter.endswith("postgresql"):
                session.execute(text(f"SELECT id FROM {table} FOR UPDATE"))
            report = pool.submit(harness.run, ignore)
            wait([report], timeout=0.3)

        assert report.result(timeout=30) == WorkReport(done=1)


def test_stop_finishes_the_running_job_and_begins_no_other(harness: QueueHarness) -> None:
    finished: list[str] = []

    def handle(running: RunningJob) -> None:
        harness.stop.set()
        finished.append(running.key)

    harness.add(job("a"), job("b"))

    report = harness.queue.work(
        {"test.run": handle}, concurrency=1, stop=harness.stop, until_idle=False
    )

    assert report == WorkReport(done=1)
    assert finished == ["a"]
    assert harness.states() == {"done": 1, "waiting": 1}


def test_an_idle_worker_takes_a_job_that_comes_later(harness: QueueHarness) -> None:
    def handle(running: RunningJob) -> None:
        harness.stop.set()

    worker = threading.Thread(
        target=lambda: harness.queue.work(
            {"test.run": handle}, concurrency=1, stop=harness.stop, until_idle=False
        )
    )
    worker.start()
    harness.add(job())
    worker.join(timeout=30)

    assert not worker.is_alive()
    assert harness.states() == {"done": 1}


def test_a_worker_that_lost_its_lease_cannot_write(harness: QueueHarness) -> None:
    writers: list[str] = []
    stale: list[RunningJob] = []
    with harness.database.write() as session:
        session.execute(text("CREATE TABLE effect (writer VARCHAR(10))"))

    def write(running: RunningJob, session: Session, writer: str) -> None:
        running.confirm(session)
        session.execute(text("INSERT INTO effect VALUES (:writer)"), {"writer": writer})
        writers.append(writer)

    def quick(running: RunningJob) -> None:
        assert running.attempt == 2, "a job lost with its worker has used up a try"
        with pytest.raises(LeaseLost):
            stale[0].heartbeat()  # refused while the other runs, not only when it is done
        with harness.database.write() as session:
            write(running, session, "quick")

    def frozen(running: RunningJob) -> None:
        stale.append(running)
        running.heartbeat()
        harness.pass_time(3600)  # the process was stopped, and all of its lease has passed
        other = harness.open()
        report = other.work(
            {"test.run": quick}, concurrency=1, stop=threading.Event(), until_idle=True
        )
        assert report == WorkReport(done=1)
        with pytest.raises(LeaseLost):
            running.heartbeat()
        with pytest.raises(LeaseLost), harness.database.write() as session:
            running.complete(session)
        with harness.database.write() as session:
            write(running, session, "frozen")

    # A long lease, so that nothing of the frozen worker stirs while the test runs.
    harness.queue = harness.open(lease_seconds=1200)
    harness.add(job())

    assert harness.run(frozen) == WorkReport(lost=1)
    assert writers == ["quick"]
    with harness.database.read() as session:
        assert session.execute(text("SELECT writer FROM effect")).scalars().all() == ["quick"]
    assert harness.states() == {"done": 1}


def test_a_job_completed_with_its_effect_is_done_whatever_follows(harness: QueueHarness) -> None:
    def handle(running: RunningJob) -> None:
        with harness.database.write() as session:
            running.complete(session)
        raise KeyError

    harness.add(job())

    assert harness.run(handle) == WorkReport(done=1)
    assert harness.states() == {"done": 1}


def test_a_completion_that_is_rolled_back_does_not_count(harness: QueueHarness) -> None:
    def handle(running: RunningJob) -> None:
        with harness.database.write() as session:
            running.complete(session)
            raise CrawlFailure("timeout", retryable=True)

    harness.add(job())

    assert harness.run(handle) == WorkReport(retried=1)
    assert harness.states() == {"waiting": 1}


def test_counts_are_by_task_and_state(harness: QueueHarness) -> None:
    inside: list[dict[str, int]] = []
    harness.add(job("a"), job("b"), NewJob(task="test.other", key="x"))

    def handle(running: RunningJob) -> None:
        inside.append(harness.states())
        if running.key == "b":
            raise CrawlFailure("gone")

    harness.run(handle)

    assert inside == [{"running": 1, "waiting": 1}, {"running": 1, "done": 1}]
    assert harness.queue.counts() == {
        "test.other": {"waiting": 1, "running": 0, "done": 0, "dead": 0},
        "test.run": {"waiting": 0, "running": 0, "done": 1, "dead": 1},
    }


def test_events_tell_the_life_of_a_job(harness: QueueHarness) -> None:
    harness.add(job())
    harness.run(failing(lambda: CrawlFailure("timeout", "slow", retryable=True)))
    harness.pass_time(60)
    harness.run(ignore)

    assert [(each.kind, each.attempt, each.reason) for each in harness.events] == [
        ("started", 1, ""),
        ("retried", 1, "timeout"),
        ("started", 2, ""),
        ("done", 2, ""),
    ]


def test_an_error_of_the_listener_ends_the_work(harness: QueueHarness) -> None:
    def listen(_event: object) -> None:
        raise ZeroDivisionError

    harness.add(job())

    with pytest.raises(ZeroDivisionError):
        harness.queue.work(
            {"test.run": ignore},
            concurrency=1,
            stop=harness.stop,
            until_idle=True,
            on_event=listen,
        )


def test_a_worker_is_seen(harness: QueueHarness) -> None:
    assert harness.queue.worker_seen_at() is None
    harness.add(job())
    harness.run(ignore)

    seen = harness.queue.worker_seen_at()

    assert seen is not None
    assert abs(seen - harness.now()) < timedelta(minutes=1)


def test_old_jobs_that_are_done_are_forgotten_and_dead_ones_stay(harness: QueueHarness) -> None:
    harness.add(job("done"), job("dead", priority=-1))

    def handle(running: RunningJob) -> None:
        if running.key == "dead":
            raise CrawlFailure("gone")

    harness.run(handle)

    assert harness.queue.prune(timedelta(days=1)) == 0
    harness.pass_time(86_500)
    assert harness.queue.prune(timedelta(days=1)) == 1
    assert harness.states() == {"dead": 1}


def _effects(harness: QueueHarness) -> list[str]:
    with harness.database.read() as session:
        return list(session.execute(text("SELECT job_key FROM effect ORDER BY job_key")).scalars())


def _make_effects(harness: QueueHarness, count: int) -> list[str]:
    with harness.database.write() as session:
        session.execute(text("CREATE TABLE effect (job_key VARCHAR(20))"))
    keys = [f"{number:03}" for number in range(count)]
    harness.add(*(job(key) for key in keys))
    return keys


def test_every_effect_is_applied_once_though_workers_are_killed(harness: QueueHarness) -> None:
    keys = _make_effects(harness, 100)
    chance = random.Random(20)  # which job is under way differs from run to run all the same

    for _ in range(4):
        worker, effects = start_worker(harness)
        for _ in range(chance.randint(1, 20)):
            effects.recv()
        worker.kill()
        worker.join()

    _finish(harness)
    assert _effects(harness) == keys
    assert harness.states() == {"done": 100}


@pytest.mark.parametrize("point", ["after_lease", "before_ack", "after_ack"])
def test_a_crash_at_a_named_point_loses_and_doubles_nothing(
    harness: QueueHarness, point: str
) -> None:
    keys = _make_effects(harness, 3)

    worker, _ = start_worker(harness, crash_at=point)
    worker.join()
    assert worker.exitcode == -signal.SIGKILL

    _finish(harness)
    assert _effects(harness) == keys
    assert harness.states() == {"done": 3}


def _finish(harness: QueueHarness) -> None:
    worker, _ = start_worker(harness)
    worker.join()
    assert worker.exitcode == 0
