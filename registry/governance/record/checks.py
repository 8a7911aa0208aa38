"""What may be recorded of a body: days that can be, addresses, and names that are known."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from msgspec import Struct

from registry.db.tables import FactKind
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
    """From a day up to and without another."""

    since: date
    until: date | None = None

    def overlaps(self, since: date, until: date | None) -> bool:
        """Say whether another span has a day in common with this one."""
        return (until is None or self.since < until) and (self.until is None or since < self.until)


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


def day_or_none(text: str, field: str) -> date | None:
    """Return a day, or None where nothing is written."""
    return day(text, field) if text.strip() else None


def past_day(text: str, field: str, now: datetime) -> date:
    """Return a day that is not after today, or raise `WrongField`."""
    found = day(text, field)
    if found > now.date():
        raise WrongField(field, "day", "must not be in the future")
    return found


def span(since: date, until: date | None, field: str = "until") -> Span:
    """Return the time between two days, or raise `WrongField` where it ends before it begins."""
    if until is not None and until <= since:
        raise WrongField(field, "day", "must be after the day on which it begins")
    return Span(since, until)


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


def sourced(evidence: Evidence, now: datetime, *, is_needed: bool = True) -> dict[str, object]:
    """Return the columns of an evidence, or raise `WrongField`.

    Without an address there is no evidence: nothing is recorded on somebody's word where it
    `is_needed`.
    """
    sha256 = evidence.sha256.strip().lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise WrongField("sha256", "digest", "must be the SHA-256 of a file, as 64 hex digits")
    url = web_address(evidence.url, "url") if evidence.url.strip() or is_needed else None
    return {
        "source_url": url, "source_sha256": sha256 or None,
        "source_on": past_day(evidence.on, "on", now) if evidence.on.strip() else None,
    }  # fmt: skip
