"""Dates, digests and currencies that people enter, as a record keeps and tells them."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from babel.numbers import list_currencies

from registry.domain.reduced_dates import ReducedDate, Unit, read_date
from registry.texts import WrongField

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2200, 1, 1)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def when(text: str, field: str) -> ReducedDate:
    """Return a day, month or year, or raise `WrongField`."""
    found = read_date(text)
    if found is None or not FIRST_DAY <= found.first <= LAST_DAY:
        raise WrongField(field, "day", "must be a day, month or year such as 2017-06-30 or 2017")
    return found


def when_or_none(text: str, field: str) -> ReducedDate | None:
    """Return a day, month or year, or None where nothing is written."""
    return when(text, field) if text.strip() else None


def past(text: str, field: str, now: datetime) -> ReducedDate:
    """Return a day, month or year that has begun, or raise `WrongField`."""
    found = when(text, field)
    if found.first > now.date():
        raise WrongField(field, "day", "must not be in the future")
    return found


def end_of(until: ReducedDate | None) -> date | None:
    """Return the day up to and without which something goes that ends on a date."""
    if until is None:
        return None
    return until.first if until.unit is Unit.DAY else until.after


def timed(columns: dict[str, Any], **dates: ReducedDate | None) -> dict[str, Any]:
    """Return columns of a record with dates, and how precisely each is known."""
    units = {name: x.unit.value for name, x in dates.items() if x and x.unit is not Unit.DAY}
    days = {
        name: end_of(x) if name == "until" else x and x.first for name, x in dates.items()
    }  # fmt: skip
    return {**columns, **days, "precision": (columns.get("precision") or {}) | units or None}


def told(row: Any, name: str) -> str | None:
    """Return a date of a record as it is known: `2017`, `2017-03` or `2017-03-07`."""
    found: date | None = getattr(row, name)
    if found is None:
        return None
    unit = Unit((row.precision or {}).get(name, Unit.DAY))
    if name == "until" and unit is not Unit.DAY:
        found -= timedelta(days=1)
    return str(ReducedDate(found, unit))


def digest(text: str, field: str) -> str | None:
    """Return the SHA-256 of a file, None where nothing is written, or raise `WrongField`."""
    sha256 = text.strip().lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise WrongField(field, "digest", "must be the SHA-256 of a file, as 64 hex digits")
    return sha256 or None


def currency(text: str, field: str) -> str | None:
    """Return a code of ISO 4217, None where nothing is written, or raise `WrongField`."""
    code = text.strip().upper()
    if code and code not in list_currencies():
        raise WrongField(field, "choice", "must be a code of ISO 4217 such as EUR")
    return code or None
