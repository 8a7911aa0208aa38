"""Decisions of a body as a calendar (iCalendar, RFC 5545): when voting ends, and what was decided.

Made here because it is a dozen lines of one kind of entry, without time zones or repetition.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final

from msgspec import Struct

from registry.domain.reduced_dates import ReducedDate, read_date
from registry.governance.record.decision_models import DecisionItem

LINE: Final = 75
"""Octets of a line, without its end (RFC 5545, section 3.1)."""


class Event(Struct, frozen=True, kw_only=True):
    """A day, month or year in a calendar; `key` is its id, and never changes."""

    key: str
    day: date
    after: date
    title: str
    url: str
    stamp: datetime


def events_of(
    decisions: Iterable[DecisionItem], *, host: str, page: str, stamp: datetime
) -> Iterator[Event]:
    """Yield the days of decisions: the end of a voting, or the day on which it was decided."""
    for item in decisions:
        decided = read_date(item.decided_on or "")
        day = decided or (ReducedDate(item.ends_on) if item.ends_on else None)
        if day is None:
            continue
        what = "Voting ends" if item.ends_on else item.state.capitalize()
        path = f"{page}/decisions/{item.number}"
        yield Event(
            key=f"{path.rpartition('/bodies/')[2].replace('/', '-')}@{host}",
            day=day.first, after=day.after, title=f"{what}: {item.title}", url=path, stamp=stamp,
        )  # fmt: skip


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """Return a calendar of whole days."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Public Code Registry//EN",
             f"X-WR-CALNAME:{_text(name)}"]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{event.key}",
            f"DTSTAMP:{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.after:%Y%m%d}",
            f"SUMMARY:{_text(event.title)}", f"URL:{event.url}", "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _text(text: str) -> str:
    """Return a value of the type TEXT (section 3.3.11): nothing in it begins another line."""
    kept = "".join(x for x in text if x == "\n" or x.isprintable())
    for character in "\\;,":
        kept = kept.replace(character, f"\\{character}")
    return kept.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line, folded between characters where it is longer than a line may be."""
    parts, length = [b""], 0
    for character in line:
        octets = character.encode(errors="replace")
        if length + len(octets) > LINE:
            parts.append(b" ")
            length = 1
        parts[-1] += octets
        length += len(octets)
    return b"\r\n".join(parts) + b"\r\n"
