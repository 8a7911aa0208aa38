"""Calendars of decisions: lines of RFC 5545, and nothing in a title that begins another one."""

from datetime import date

from registry.governance.record.calendar import Event, calendar, events_of
from registry.governance.record.decision_models import DecisionItem
from tests.support.hard_cases import NOW

PAGE = "https://registry.example/bodies/forms"


def item(number: int, title: str, **more: object) -> DecisionItem:
    told: dict[str, object] = {
        "state": "adopted", "decided_on": "2019-02-28", "ends_on": None, **more,
    }  # fmt: skip
    return DecisionItem(
        number=number, title=title, lang="en", is_recorded=False, proposed_on=date(2019, 1, 1),
        **told,  # type: ignore[arg-type]
    )  # fmt: skip


def lines(*titles: str) -> list[str]:
    found = events_of(
        [item(n, x) for n, x in enumerate(titles, 1)],
        host="registry.example", page=PAGE, stamp=NOW,
    )  # fmt: skip
    return calendar("Forms", found).decode().split("\r\n")


def test_a_decision_is_a_whole_day() -> None:
    told = lines("Begin")
    assert told[0] == "BEGIN:VCALENDAR"
    assert told[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20190228" in told
    assert "DTEND;VALUE=DATE:20190301" in told
    assert "SUMMARY:Adopted: Begin" in told
    assert f"URL:{PAGE}/decisions/1" in told
    assert "UID:forms-decisions-1@registry.example" in told


def test_an_open_voting_is_its_last_day_and_a_proposal_none() -> None:
    open_one = item(1, "A", state="voting", decided_on=None, ends_on=date(2019, 3, 1))
    proposed = item(2, "B", state="proposed", decided_on=None)
    found: list[Event] = list(events_of([open_one, proposed], host="x", page=PAGE, stamp=NOW))
    assert [(x.title, x.day) for x in found] == [("Voting ends: A", date(2019, 3, 1))]


def test_a_title_cannot_begin_a_line_of_its_own() -> None:
    told = lines("x\r\nATTENDEE:mailto:a@b\nEND:VCALENDAR; a, b\\")
    assert not any(line.startswith(("ATTENDEE", "END:VCALENDAR;")) for line in told)
    text = "".join(line for line in told if line.startswith(("SUMMARY", " ")))
    assert "\\nEND:VCALENDAR\\; a\\, b\\\\" in text


def test_lines_are_folded_between_characters() -> None:
    title = "Grundstücksverkehrsgenehmigungszuständigkeit" * 4
    raw = b"\r\n".join(line.encode() for line in lines(title))
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert title in raw.decode().replace("\r\n ", "")
