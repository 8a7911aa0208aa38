"""What follows from each kind of failure."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BlockedUrl, Conflict, CrawlFailure, Unavailable
from registry.jobs.port import MAX_TRIES
from registry.jobs.verdict import (
    LONGEST_DELAY,
    LONGEST_RETRY_AFTER,
    Bury,
    Retry,
    exponential_backoff,
    judge,
    judge_loss,
)


def _ten_seconds(_attempt: int) -> float:
    return 10.0


@settings(deadline=None)
@given(st.integers(1, 10_000))
def test_the_delay_doubles_from_half_a_minute_and_is_spread_and_bounded(attempt: int) -> None:
    exact = min(30.0 * 2.0 ** min(attempt - 1, 30), LONGEST_DELAY)

    delay = exponential_backoff(attempt)

    assert exact * 0.8 <= delay <= min(exact * 1.2, LONGEST_DELAY)


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_host_cannot_stop_us_for_ever_nor_make_us_hurry(retry_after: float) -> None:
    failure = CrawlFailure("unavailable", retryable=True, retry_after=retry_after)

    verdict = judge(failure, 1, _ten_seconds)

    assert isinstance(verdict, Retry)
    assert math.isfinite(verdict.delay)
    assert 10.0 <= verdict.delay <= LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BlockedUrl("no"), "blocked_url"),
        (Conflict("no"), "conflict"),
        (CrawlFailure("gone"), "gone"),
    ],
)
def test_what_cannot_pass_is_buried_under_its_own_reason(error: Exception, reason: str) -> None:
    assert judge(error, 1, _ten_seconds) == Bury(
        reason=reason, detail=getattr(error, "detail", "no")
    )


def test_a_retryable_crawl_failure_is_given_up_after_five_tries() -> None:
    failure = CrawlFailure("timeout", "slow", retryable=True)

    assert isinstance(judge(failure, MAX_TRIES - 1, _ten_seconds), Retry)
    assert judge(failure, MAX_TRIES, _ten_seconds) == Bury(reason="timeout", detail="slow")


def test_what_is_not_the_fault_of_the_job_is_never_given_up() -> None:
    limited = judge(CrawlFailure("rate_limited", retryable=True), 99, _ten_seconds)
    down = judge(Unavailable("disk is full"), 99, _ten_seconds)

    assert limited == Retry(delay=10.0, reason="rate_limited", detail="", pauses_lane=True)
    assert down == Retry(delay=10.0, reason="unavailable", detail="disk is full")


def test_the_text_of_an_unforeseen_error_is_not_kept() -> None:
    verdict = judge(ValueError("somebody@example.org"), 1, _ten_seconds)

    assert verdict == Retry(delay=10.0, reason="internal", detail="unexpected ValueError")


def test_a_long_or_unstorable_detail_is_cut() -> None:
    verdict = judge(CrawlFailure("malformed", "a\0" * 5000), 1, _ten_seconds)

    assert verdict == Bury(reason="malformed", detail="a " * 1000)


def test_a_job_that_keeps_killing_its_worker_is_given_up() -> None:
    assert isinstance(judge_loss(MAX_TRIES - 1), Retry)
    assert judge_loss(MAX_TRIES) == Bury(reason="crashed", detail="its worker was lost 5 times")
