"""Politeness: what a host asked for is kept, and no request is made before it may be.

A host's state is a value and `after_answer` a pure function, so that any store can keep it.
Sources: RFC 9110 §10.2.3 (Retry-After), RFC 6585 §4 (429), the rate-limit headers that GitHub,
GitLab and Forgejo document.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final, Protocol

import msgspec

from registry.errors import CrawlFailure

DEFAULT_PAUSE: Final = 60.0
"""Seconds to wait where a host refuses without saying for how long."""
MAX_PAUSE: Final = 24 * 3600.0
"""Seconds; no host can silence the crawler for longer by one answer."""
CIRCUIT_FAILURES: Final = 5
"""Server errors in a row after which a host gets a pause; one request then tries it again."""


class HostState(msgspec.Struct, frozen=True):
    """What a host last said; `reason` is the crawl reason of the pause until `not_before`."""

    remaining: int | None = None
    limit: int | None = None
    reset_at: datetime | None = None
    not_before: datetime | None = None
    reason: str = "rate_limited"
    consecutive_failures: int = 0


class RateBudgets(Protocol):
    """Where the state of every host is kept."""

    def check(self, host: str, now: datetime) -> None:
        """Raise `CrawlFailure` with `retry_after` while the host must be left alone."""

    def note(self, host: str, headers: Mapping[str, str], status: int, now: datetime) -> None:
        """Remember what an answer (lower-case header names) says about the next request."""


class InMemoryRateBudgets:
    """Budgets of one process, safe to share between threads."""

    def __init__(self) -> None:
        self._states: dict[str, HostState] = {}
        self._lock = Lock()

    def check(self, host: str, now: datetime) -> None:
        """Raise `CrawlFailure` while the host must be left alone."""
        refuse_while_paused(self._states.get(host, HostState()), host, now)

    def note(self, host: str, headers: Mapping[str, str], status: int, now: datetime) -> None:
        """Remember what an answer says about the next request."""
        with self._lock:
            state = self._states.get(host, HostState())
            self._states[host] = after_answer(state, headers, status, now)


def refuse_while_paused(state: HostState, host: str, now: datetime) -> None:
    """Raise `CrawlFailure` with the seconds left where the host's pause is not over."""
    if state.not_before is not None and now < state.not_before:
        seconds = (state.not_before - now).total_seconds()
        raise CrawlFailure(state.reason, host, retryable=True, retry_after=seconds)


def after_answer(
    state: HostState, headers: Mapping[str, str], status: int, now: datetime
) -> HostState:
    """Return the state of a host after one answer."""
    remaining = _number(headers, "x-ratelimit-remaining", "ratelimit-remaining")
    reset = _reset(headers, now)
    failures = state.consecutive_failures + 1 if status >= 500 else 0
    pause, reason = _pause(headers, status, failures, now), "rate_limited"
    if pause is None and remaining == 0 and reset is not None:
        pause = (reset - now).total_seconds()
    if status >= 500:
        reason = "unavailable"
    until = now + timedelta(seconds=pause) if pause and pause > 0 else None
    # An answer to a request that was already under way must not shorten a pause asked since.
    if state.not_before and state.not_before > max(now, until or now):
        until, reason = state.not_before, state.reason
    return HostState(
        remaining=remaining,
        limit=_number(headers, "x-ratelimit-limit", "ratelimit-limit"),
        reset_at=reset,
        not_before=until,
        reason=reason,
        consecutive_failures=failures,
    )


def is_rate_limit(headers: Mapping[str, str], status: int) -> bool:
    """Say whether a refusal (401, 403, 429) is about the number of requests."""
    remaining = _number(headers, "x-ratelimit-remaining", "ratelimit-remaining")
    return status == 429 or (status == 403 and (remaining == 0 or "retry-after" in headers))


def pause_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that Retry-After asks for, between 0 and `MAX_PAUSE`, or None."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), MAX_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_PAUSE)


def wait_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long an answer asks to wait, by Retry-After or else by when its limit is reset."""
    asked = pause_seconds(headers, now)
    if asked is not None:
        return asked
    reset = _reset(headers, now)
    return (reset - now).total_seconds() if reset else None


def _pause(headers: Mapping[str, str], status: int, failures: int, now: datetime) -> float | None:
    asked = pause_seconds(headers, now)
    if is_rate_limit(headers, status):
        reset = _reset(headers, now)
        until = (reset - now).total_seconds() if reset else DEFAULT_PAUSE
        return asked if asked is not None else max(until, 1.0)
    if status >= 500 and asked is None and failures >= CIRCUIT_FAILURES:
        return float(min(DEFAULT_PAUSE * 2 ** min(failures - CIRCUIT_FAILURES, 6), 3600.0))
    return asked if status >= 500 else None


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    seconds = _number(headers, "x-ratelimit-reset", "ratelimit-reset")
    if seconds is None:
        return None
    # GitHub and GitLab give seconds since 1970, the IETF draft seconds from now.
    wait = seconds - now.timestamp() if seconds > 10**9 else float(seconds)
    return now + timedelta(seconds=min(max(wait, 0.0), MAX_PAUSE))


def _number(headers: Mapping[str, str], *names: str) -> int | None:
    for name in names:
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) <= 12:
            return int(text)
    return None
