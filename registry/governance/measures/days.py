"""Days as numbers, those of `date.toordinal`, so that they can be compared and subtracted."""

from datetime import date
from functools import lru_cache

WINDOW_DAYS = 547  # a year and a half
YEAR_DAYS = 365


def day_at(moment: date) -> int:
    """Return the day of a date; of a time, that of its own time zone."""
    return moment.toordinal()


def date_of(day: int) -> date:
    """Return the date of a day."""
    return date.fromordinal(day)


@lru_cache(maxsize=50_000)
def year_of(day: int) -> int:
    """Return the year of a day."""
    return date.fromordinal(day).year
