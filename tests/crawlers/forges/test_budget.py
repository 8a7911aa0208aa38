from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.forges.budget import (
    MAX_PAUSE,
    HostState,
    InMemoryRateBudgets,
    after_answer,
    pause_seconds,
    refuse_while_paused,
)
from registry.errors import CrawlFailure

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _pause(headers: dict[str, str], status: int) -> float | None:
    state = after_answer(HostState(), headers, status, NOW)
    return (state.not_before - NOW).total_seconds() if state.not_before else None


def test_retry_after_is_read_as_seconds_and_as_a_date():
    assert pause_seconds({"retry-after": "30"}, NOW) == 30
    assert pause_seconds({"retry-after": "Mon, 01 Jun 2026 12:02:00 GMT"}, NOW) == 120
    assert pause_seconds({"retry-after": "Mon, 01 Jun 2020 12:02:00 GMT"}, NOW) == 0
    assert pause_seconds({"retry-after": "soon"}, NOW) is None
    assert pause_seconds({}, NOW) is None


def test_a_spent_budget_pauses_until_its_reset_in_both_notations():
    at = str(int((NOW + timedelta(seconds=90)).timestamp()))
    assert _pause({"x-ratelimit-remaining": "0", "x-ratelimit-reset": at}, 200) == 90
    assert _pause({"ratelimit-remaining": "0", "ratelimit-reset": "90"}, 200) == 90
    assert _pause({"x-ratelimit-remaining": "1", "x-ratelimit-reset": at}, 200) is None


def test_a_limit_without_a_time_pauses_for_a_minute():
    assert _pause({}, 429) == 60
    assert _pause({"x-ratelimit-remaining": "0"}, 403) == 60
    assert _pause({}, 403) is None


def test_what_a_host_said_last_is_kept_in_its_state():
    headers = {"x-ratelimit-remaining": "7", "x-ratelimit-limit": "60", "x-ratelimit-reset": "60"}
    state = after_answer(HostState(), headers, 200, NOW)
    assert (state.remaining, state.limit) == (7, 60)
    assert state.reset_at == NOW + timedelta(seconds=60)


def test_failures_in_a_row_double_the_pause_and_success_ends_it():
    state, pauses = HostState(), []
    for _ in range(8):
        state = after_answer(state, {}, 500, NOW)
        pauses.append((state.not_before - NOW).total_seconds() if state.not_before else 0)
    assert pauses == [0, 0, 0, 0, 60, 120, 240, 480]
    assert after_answer(state, {}, 200, NOW + timedelta(seconds=480)) == HostState()


def test_an_answer_that_was_under_way_does_not_end_a_pause():
    asked = after_answer(HostState(), {"retry-after": "120"}, 429, NOW)
    later = after_answer(asked, {}, 200, NOW + timedelta(seconds=1))
    assert later.not_before == asked.not_before
    assert after_answer(asked, {}, 200, NOW + timedelta(seconds=120)).not_before is None


def test_another_host_is_not_paused():
    budgets = InMemoryRateBudgets()
    budgets.note("slow.example", {"retry-after": "9"}, 429, NOW)
    budgets.check("quick.example", NOW)
    with pytest.raises(CrawlFailure):
        budgets.check("slow.example", NOW)


@given(
    values=st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"]),
        st.one_of(st.text(max_size=20), st.integers().map(str), st.floats().map(str)),
    ),
    status=st.sampled_from([200, 304, 403, 429, 500, 503]),
)
def test_no_header_silences_the_crawler_for_longer_than_a_day(values, status):
    state = after_answer(HostState(), values, status, NOW)
    refuse_while_paused(state, "h.example", NOW + timedelta(seconds=MAX_PAUSE))
