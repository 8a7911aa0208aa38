"""The time, as a value that is passed in, so that tests can set it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present time in UTC, aware, with microseconds."""
    return datetime.now(UTC)
