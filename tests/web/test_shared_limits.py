"""Rate limits that server processes share: together they give no more than one would."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.db.buckets import SharedBuckets, bucket_database
from registry.db.session import Database
from registry.errors import Unavailable
from tests.support.bucket_takers import LIMIT
from web.limits import RateLimiter

KEY = b"k" * 32


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Iterator[Database]:
    found = bucket_database(database, tmp_path)
    yield found
    if found is not database:
        found.close()


def test_a_bucket_gives_what_is_in_it_and_fills_evenly(store: Database) -> None:
    clock = Clock()
    one, other = (SharedBuckets(store, KEY, clock) for _ in range(2))
    assert one.take("a", 60, 1, 50) == 10
    assert other.take("a", 60, 1, 11) is None
    assert other.available("a", 60, 1) == 10
    assert other.take("b", 60, 1, 60) == 0
    clock.now += 5
    assert other.take("a", 60, 1, 11) == pytest.approx(4)
    clock.now += 3600
    assert one.available("a", 60, 1) == 60
    assert one.take("a", 60, 1, 1) == 59


def test_a_clock_that_lags_behind_fills_nothing(store: Database) -> None:
    ahead, behind = Clock(), Clock()
    ahead.now += 30
    assert SharedBuckets(store, KEY, ahead).take("a", 60, 1, 60) == 0
    lagging = SharedBuckets(store, KEY, behind)
    assert lagging.take("a", 60, 1, 1) is None
    behind.now += 31
    assert lagging.take("a", 60, 1, 1) == pytest.approx(0)


def test_four_processes_together_allow_no_more_than_the_limit(store: Database) -> None:
    url = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.bucket_takers", url, "2"]
    start = time.monotonic()
    takers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    passed = [int(taker.communicate(timeout=60)[0]) for taker in takers]
    elapsed = time.monotonic() - start
    assert all(taker.returncode == 0 for taker in takers)
    assert sum(passed) <= LIMIT + elapsed * LIMIT / 60
    assert sum(passed) >= LIMIT * 0.8, "and what is left over in slices is little"


def test_limiters_share_by_client_and_area_and_tell_what_is_left(store: Database) -> None:
    clock = Clock()
    buckets = SharedBuckets(store, KEY, clock)
    first, second, pages = (
        RateLimiter(clock, shared=buckets, area=area) for area in ("api", "api", "pages")
    )
    assert first.take("a", 60, 40).remaining == 20
    assert second.take("a", 60, 10).remaining == 10
    refused = second.take("a", 60, 20)
    assert (refused.retry_after, refused.remaining) == (10, 10)
    assert pages.take("a", 60, 60).retry_after is None
    assert second.take("b", 60, 60).retry_after is None
    clock.now += 10
    assert second.take("a", 60, 20).retry_after is None


def test_no_client_is_named_in_the_rows(store: Database, tmp_path: Path) -> None:
    limiter = RateLimiter(shared=SharedBuckets(store, KEY), area="api")
    limiter.take("203.0.113.7", 60)
    with store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT key FROM rate_bucket").all()
    ((key,),) = rows
    assert re.fullmatch("[0-9a-f]{32}", key)
    assert SharedBuckets(store, b"x" * 32).available("api:203.0.113.7", 60, 1) == 60


class Broken:
    """Buckets that cannot be reached."""

    def take(self, client: str, capacity: float, rate: float, wanted: float) -> float | None:
        raise Unavailable("down")

    def available(self, client: str, capacity: float, rate: float) -> float:
        raise Unavailable("down")


def test_without_the_store_each_process_keeps_its_own_limit() -> None:
    limiter = RateLimiter(Clock(), shared=Broken())
    assert all(limiter.take("a", 60).retry_after is None for _ in range(60))
    assert limiter.take("a", 60).retry_after == 1
