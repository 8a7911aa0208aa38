"""Dates of reduced precision: `2017`, `2017-03`, `2017-03-07` (ISO 8601-1, 5.2.2.3; EDTF level 0).

What is known of a day is told as it is known: a year is no first of January.
"""

import re
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


class Unit(StrEnum):
    """How precisely a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class ReducedDate(Struct, frozen=True):
    """A day, month or year; `first` is its first day."""

    first: date
    unit: Unit = Unit.DAY

    @property
    def after(self) -> date:
        """The day after the whole of it."""
        if self.unit is Unit.DAY:
            return self.first + timedelta(days=1)
        months = 1 if self.unit is Unit.MONTH else 12
        year, month = divmod(self.first.month - 1 + months, 12)
        return date(self.first.year + year, month + 1, 1)

    def __str__(self) -> str:
        """Return it as it was written."""
        return self.first.isoformat()[: {Unit.YEAR: 4, Unit.MONTH: 7}.get(self.unit, 10)]


def read_date(text: str) -> ReducedDate | None:
    """Return the date that a text is, nothing where it is none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    unit = Unit.DAY if day else Unit.MONTH if month else Unit.YEAR
    try:
        return ReducedDate(date(int(year), int(month or 1), int(day or 1)), unit)
    except ValueError:
        return None


def first_day(text: str) -> date:
    """Return the first day of a date that was told; raises `ValueError` for what is none."""
    found = read_date(text)
    if found is None:
        raise ValueError(f"{text!r} is no date")
    return found.first


def can_meet(end: str, beginning: str) -> bool:
    """Say whether what ends may go on as what begins: one of the dates lies within the other."""
    return bool(end and beginning) and (end.startswith(beginning) or beginning.startswith(end))
