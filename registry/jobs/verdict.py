"""What a failed run leads to: another try later, or a dead letter with a typed reason."""

import random
import re
from collections.abc import Callable

from msgspec import Struct

from registry.errors import CrawlFailure, RegistryError, Unavailable
from registry.jobs.port import MAX_TRIES

FIRST_DELAY = 30.0
LONGEST_DELAY = 6 * 3600.0
LONGEST_RETRY_AFTER = 24 * 3600.0  # the other side is not trusted to stop us for longer
DETAIL_LENGTH = 2000

Backoff = Callable[[int], float]
"""From the number of the attempt that failed, from 1, to the seconds until the next."""


class Retry(Struct, frozen=True, kw_only=True):
    """Try again after `delay` seconds; `pauses_lane` holds back the whole lane for as long."""

    delay: float
    reason: str
    detail: str
    pauses_lane: bool = False


class Bury(Struct, frozen=True, kw_only=True):
    """Give the job up: it becomes a dead letter."""

    reason: str
    detail: str


Verdict = Retry | Bury

LOST_WITH_WORKER = "crashed"


def exponential_backoff(attempt: int) -> float:
    """Return 30 s doubled with every attempt, at most 6 h, spread by up to a fifth either way.

    The spread keeps jobs that failed together from coming back together.
    """
    delay = min(FIRST_DELAY * 2.0 ** min(attempt - 1, 30), LONGEST_DELAY)
    return min(delay * random.uniform(0.8, 1.2), LONGEST_DELAY)  # noqa: S311 - not a secret


def judge(error: Exception, attempt: int, backoff: Backoff) -> Verdict:
    """Decide what follows from the error that ended run number `attempt` of a job.

    What is not the job's fault (a host that asks for patience, a database that is down) never
    uses up its tries. The detail of an error that nobody foresaw is its type alone: its text may
    hold anything.
    """
    if isinstance(error, CrawlFailure):
        return _judge_crawl_failure(error, attempt, backoff)
    if isinstance(error, Unavailable):
        delay = _delay(backoff(attempt), error.retry_after)
        return Retry(delay=delay, reason="unavailable", detail=_cut(str(error)))
    if isinstance(error, RegistryError):
        return Bury(reason=_code(type(error)), detail=_cut(str(error)))
    detail = f"unexpected {type(error).__name__}"
    if attempt >= MAX_TRIES:
        return Bury(reason="internal", detail=detail)
    return Retry(delay=backoff(attempt), reason="internal", detail=detail)


def judge_loss(attempts: int) -> Verdict:
    """Decide about a job whose worker died, or froze for longer than the lease."""
    detail = f"its worker was lost {attempts} times" if attempts > 1 else "its worker was lost"
    if attempts >= MAX_TRIES:
        return Bury(reason=LOST_WITH_WORKER, detail=detail)
    return Retry(delay=0.0, reason=LOST_WITH_WORKER, detail=detail)


def _judge_crawl_failure(error: CrawlFailure, attempt: int, backoff: Backoff) -> Verdict:
    detail = _cut(error.detail)
    limited = error.reason == "rate_limited"
    if not error.retryable or (attempt >= MAX_TRIES and not limited):
        return Bury(reason=error.reason, detail=detail)
    delay = _delay(backoff(attempt), error.retry_after)
    return Retry(delay=delay, reason=error.reason, detail=detail, pauses_lane=limited)


def _delay(backoff: float, retry_after: float | None) -> float:
    """Return the longer of our own delay and what the other side asked for, within reason."""
    asked = retry_after if retry_after is not None and retry_after > 0 else 0.0
    return max(backoff, min(asked, LONGEST_RETRY_AFTER))


def _code(kind: type[RegistryError]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


def _cut(text: str) -> str:
    return text.replace("\0", " ")[:DETAIL_LENGTH]
