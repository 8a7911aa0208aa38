"""Months as numbers: 12 · year + month - 1, so that they can be compared and subtracted."""

from datetime import date


def month_at(day: date) -> int:
    """Return the month of a day; of a time, that of its own time zone."""
    return 12 * day.year + day.month - 1


def year_of(month: int) -> int:
    """Return the year of a month."""
    return month // 12


def first_day(month: int) -> date:
    """Return the first day of a month."""
    return date(month // 12, month % 12 + 1, 1)
