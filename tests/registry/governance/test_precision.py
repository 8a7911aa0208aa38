"""Dates of a record are told as they are known: through file, overlaps, votes and calendar."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.governance.record.body_file import parse_file
from registry.governance.record.calendar import calendar, events_of
from registry.governance.record.decision_models import DecisionQuery
from registry.governance.record.readmodels import NewFact
from registry.governance.record.service import Bodies
from registry.governance.record.writing import OPERATOR
from tests.support.bodies import SOURCE
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import add_bodies, add_component

FILE: dict[str, Any] = {
    "joint_body": 1, "name": "Together", "lang": "en", "founded_on": "2017",
    "source": {"url": "https://example.org/statute", "on": "2017-06"},
    "members": [
        {"name": "Iceland", "country": "IS", "role": "partner", "since": "2018-09",
         "until": "2021-05"},
        {"name": "Iceland", "country": "IS", "role": "strategic", "since": "2021-05-27"},
    ],
    "facts": [{"kind": "steward", "text": "A town", "since": "2017"}],
    "decisions": [
        {"title": "Begin", "state": "adopted", "decided_on": "2018", "votes": {"Iceland": "for"}},
    ],
    "funding": [{"payer": "Iceland", "since": "2017", "until": "2017", "amount": 5,
                 "currency": "EUR"}],
    "contracts": [{"supplier": "A", "on_behalf_of": "B", "since": "2018-09", "until": "2018-09"}],
}  # fmt: skip


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Bodies]:
    database = fresh_sqlite(tmp_path)
    add_bodies(database)
    add_component(database)
    yield Bodies(database, lambda: NOW)
    database.close()


def member(since: str, until: str = "") -> dict[str, str]:
    return {"name": "Iceland", "role": "partner", "since": since, "until": until}


def test_a_year_is_no_first_of_january(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(FILE))
    body = bodies.body(slug)
    assert (body.item.founded_on, body.source.on) == ("2017", "2017-06")
    assert [(x.since, x.until) for x in body.members] == [
        ("2021-05-27", None), ("2018-09", "2021-05"),
    ]  # fmt: skip
    assert (body.funding[0].since, body.funding[0].until) == ("2017", "2017")
    assert (body.contracts[0].since, body.contracts[0].until) == ("2018-09", "2018-09")
    decision = bodies.decisions.decision(slug, 1)
    assert decision.item.decided_on == "2018"
    assert decision.votes[0].counts


def test_a_file_with_such_dates_is_written_as_it_was_read(bodies: Bodies) -> None:
    first = bodies.export(bodies.import_file(parse_file(FILE)))
    again = parse_file({**FILE, "name": "Copy"})
    second = bodies.export(bodies.import_file(again))
    assert first.founded_on == "2017"
    for part in ("members", "facts", "decisions", "funding", "contracts"):
        assert getattr(first, part) == getattr(second, part), part


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (member("2018-09"), member("2018")),
        (member("2018", "2020"), member("2019-06-30")),
        (member("2018", "2020-03"), member("2020-02-29")),
        (member("2018"), member("2017", "2019")),
    ],
)
def test_a_month_or_year_counts_whole_where_memberships_overlap(
    bodies: Bodies, first: dict[str, str], second: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput, match=r"member 2: name .*already"):
        bodies.import_file(parse_file({**FILE, "decisions": [], "members": [first, second]}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (member("2018", "2020"), member("2020-06-30")),
        (member("2018", "2020-06-30"), member("2020")),
        (member("2018", "2020"), member("2021")),
    ],
)
def test_one_membership_may_begin_in_the_year_in_which_the_other_ended(
    bodies: Bodies, first: dict[str, str], second: dict[str, str]
) -> None:
    file = parse_file({**FILE, "decisions": [], "members": [first, second]})
    assert len(bodies.body(bodies.import_file(file)).members) == 2


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"founded_on": "2027"}, "founded_on"),
        ({"founded_on": "2017-1"}, "founded_on"),
        ({"members": [member("1899")]}, "member 1: since"),
        ({"members": [member("2019-06", "2018")]}, "member 1: until"),
        ({"decisions": [{**FILE["decisions"][0], "decided_on": "2016"}]}, "no member on 2016"),
        ({"funding": [{**FILE["funding"][0], "until": "2016-12"}]}, "funding 1: until"),
    ],
)
def test_dates_that_cannot_be_are_refused(
    bodies: Bodies, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        bodies.import_file(parse_file({**FILE, **changed}))


def test_a_newer_fact_of_a_year_ends_the_one_before_with_the_year_before(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(FILE))
    new = NewFact(kind="steward", text="A city", since="2020")
    bodies.facts.add_fact(OPERATOR, slug, new, SOURCE)
    facts = [x for x in bodies.body(slug).facts if x.kind == "steward"]
    assert [(x.text, x.since, x.until) for x in facts] == [
        ("A town", "2017", "2019"), ("A city", "2020", None),
    ]  # fmt: skip


def test_a_decision_without_a_source_has_none_on_record(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(FILE))
    assert bodies.decisions.decision(slug, 1).source.url is None
    assert bodies.body(slug).members[0].source.url == "https://example.org/statute"
    file = bodies.export(slug)
    assert file.decisions[0].source is None


def test_a_member_can_be_said_to_have_no_source_but_a_fact_cannot(bodies: Bodies) -> None:
    unsourced = {**FILE["members"][1], "source": "not_recorded"}
    slug = bodies.import_file(parse_file({**FILE, "decisions": [], "members": [unsourced]}))
    assert bodies.body(slug).members[0].source.url is None
    assert bodies.export(slug).members[0].source == "not_recorded"
    fact = {**FILE["facts"][0], "source": "not_recorded"}
    with pytest.raises(InvalidInput, match="fact 1: url"):
        bodies.import_file(parse_file({**FILE, "name": "Other", "facts": [fact]}))
    with pytest.raises(InvalidInput, match="source"):
        parse_file({**FILE, "facts": [{**FILE["facts"][0], "source": "unknown"}]})


def test_a_decision_of_a_year_is_a_year_in_a_calendar(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(FILE))
    found, _ = bodies.decisions.list(slug, DecisionQuery())
    events = events_of(found, host="h", page="https://h/bodies/b", stamp=NOW)
    text = calendar("Together", events).decode()
    assert "DTSTART;VALUE=DATE:20180101\r\nDTEND;VALUE=DATE:20190101\r\n" in text
