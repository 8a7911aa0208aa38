"""What may be recorded of a body: days that can be, addresses, and names that are known."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from msgspec import Struct

from registry.db.tables import FactKind
from registry.domain.reduced_dates import ReducedDate, Unit, can_meet, read_date
from registry.governance.record.readmodels import Evidence
from registry.texts import WrongField, web_address

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2200, 1, 1)
CHOICES: Final[dict[FactKind, tuple[str, ...]]] = {
    FactKind.INSTRUMENT: ("memorandum", "contract", "legal_entity", "law", "other"),
    FactKind.LIFECYCLE: ("incubating", "active", "attic"),
    FactKind.CONTRIBUTION_RULE: ("cla", "dco", "none", "other"),
    FactKind.EXIT_CLAUSE: ("yes", "none"),
}
"""The kinds of facts that have a list, and the list."""

ONE_AT_A_TIME: Final = frozenset(
    {FactKind.LIFECYCLE, FactKind.STEWARD, FactKind.LEGAL_FORM, FactKind.IP_HOLDER,
     FactKind.CONTRIBUTION_RULE,
     FactKind.EXIT_CLAUSE, FactKind.SECURITY_CONTACT}
)  # fmt: skip
"""The kinds of which a newer fact ends the one before."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Kind = TypeVar("Kind", bound=StrEnum)


class Span(Struct, frozen=True):
    """From a day up to and without another; `begins` and `ends` are both as they are known."""

    since: date
    until: date | None = None
    begins: str = ""
    ends: str = ""

    def overlaps(self, other: "Span") -> bool:
        """Say whether another span has a day in common with this one.

        A month or year counts whole, but one may begin in the month in which the other ended.
        """
        if can_meet(self.ends, other.begins) or can_meet(other.ends, self.begins):
            return False
        return (other.until is None or self.since < other.until) and (
            self.until is None or other.since < self.until
        )


def day(text: str, field: str) -> date:
    """Return a day of the form `YYYY-MM-DD`, or raise `WrongField`."""
    given = text.strip()
    try:
        found = date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise WrongField(field, "day", "must be a day such as 2017-06-30")
    return found


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


def span(since: ReducedDate, until: ReducedDate | None, field: str = "until") -> Span:
    """Return the time between two dates, or raise `WrongField` where it ends before it begins.

    It goes up to and without a day, and to the end of a month or year.
    """
    end = end_of(until)
    if end is not None and end <= since.first:
        raise WrongField(field, "day", "must be after the day on which it begins")
    return Span(since.first, end, str(since), str(until or ""))


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


def span_told(row: Any) -> Span:
    """Return the time of a record."""
    return Span(row.since, row.until, told(row, "since") or "", told(row, "until") or "")


def one_of(kind: type[Kind], text: str, field: str) -> Kind:
    """Return the member of an enumeration with a value, or raise `WrongField`."""
    try:
        return kind(text.strip())
    except ValueError:
        raise WrongField(field, "choice", f"must be one of {', '.join(kind)}") from None


def choice_of(kind: FactKind, text: str, field: str = "choice") -> str:
    """Return the choice of a fact: of the list of its kind, or nothing where there is none."""
    known = CHOICES.get(kind, ())
    if text.strip() not in (known or ("",)):
        said = f"must be one of {', '.join(known)}" if known else "must be empty for this kind"
        raise WrongField(field, "choice", said)
    return text.strip()


def sourced(evidence: Evidence, now: datetime, *, is_needed: bool = True) -> dict[str, Any]:
    """Return the columns of an evidence, or raise `WrongField`.

    Without an address there is no evidence: nothing is recorded on somebody's word where it
    `is_needed`.
    """
    sha256 = evidence.sha256.strip().lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise WrongField("sha256", "digest", "must be the SHA-256 of a file, as 64 hex digits")
    url = web_address(evidence.url, "url") if evidence.url.strip() or is_needed else None
    columns = {"source_url": url, "source_sha256": sha256 or None}
    return timed(columns, source_on=past(evidence.on, "on", now) if evidence.on.strip() else None)
