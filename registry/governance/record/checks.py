"""What may be recorded of a body: days that can be, addresses, and names that are known."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from msgspec import Struct

from registry.db.tables import FactKind
from registry.domain.reduced_dates import ReducedDate, can_meet
from registry.entered import FIRST_DAY, LAST_DAY, digest, end_of, past, timed, told
from registry.governance.record.readmodels import Evidence
from registry.texts import WrongField, web_address

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


def span(since: ReducedDate, until: ReducedDate | None, field: str = "until") -> Span:
    """Return the time between two dates, or raise `WrongField` where it ends before it begins.

    It goes up to and without a day, and to the end of a month or year.
    """
    end = end_of(until)
    if end is not None and end <= since.first:
        raise WrongField(field, "day", "must be after the day on which it begins")
    return Span(since.first, end, str(since), str(until or ""))


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
    sha256 = digest(evidence.sha256, "sha256")
    url = web_address(evidence.url, "url") if evidence.url.strip() or is_needed else None
    columns = {"source_url": url, "source_sha256": sha256}
    return timed(columns, source_on=past(evidence.on, "on", now) if evidence.on.strip() else None)
