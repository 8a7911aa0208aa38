"""Bodies as files: read whole or not at all, and written so that they can be read again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import select

from crawlers.metadata.yaml_guard import load
from registry.db.tables import AuditEntry
from registry.errors import Conflict, InvalidInput
from registry.governance.record.body_file import BodyFile, file_values, parse_file
from registry.governance.record.readmodels import BodyQuery
from registry.governance.record.service import Bodies
from registry.publishing.exports.yaml_text import yaml_text
from tests.support.bodies import FOUNDED, decide, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

X_ROAD = Path(__file__).parents[3] / "docs/bodies/x-road.yaml"
SOURCE = {"url": "https://example.org/statute", "on": "2017-06-30"}
SMALL: dict[str, Any] = {
    "joint_body": 1, "name": "Forms Together", "lang": "en", "source": SOURCE,
    "components": ["forms"],
    "members": [
        {"organisation": BODY, "role": "owner", "since": "2017-06-30"},
        {"name": "Elsewhere", "organisation": "not-here", "country": "IS", "role": "partner",
         "since": "2018-01-01", "until": "2019-01-01"},
    ],
    "rules": [{"name": "Meeting", "threshold": "unanimous", "chair": ""}],
    "decisions": [
        {"title": "Begin", "state": "adopted", "decided_on": "2017-07-01", "rule": "Meeting",
         "votes": {BODY: "for"}},
        {"title": "End", "state": "adopted", "decided_on": "2018-07-01", "amends": 1,
         "votes": {"Elsewhere": "abstain"}},
    ],
    "facts": [{"kind": "exit_clause", "choice": "none"}],
    "funding": [{"payer": BODY, "since": "2018-01-01", "amount": 5, "currency": "EUR"}],
    "contracts": [{"supplier": "A", "on_behalf_of": "B", "since": "2018-01-01"}],
}  # fmt: skip


class Land:
    """A registry with three organisations and a component."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        self.numbers = add_bodies(self.database)
        add_component(self.database)
        self.bodies = Bodies(self.database, lambda: NOW)

    def logged(self) -> int:
        with self.database.read() as session:
            return len(session.exec(select(AuditEntry)).all())


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def bodies(land: Land) -> Bodies:
    return land.bodies


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Land]:
    """A registry in which nothing is to be recorded, however often it is tried."""
    made = Land(tmp_path_factory.mktemp("untouched"))
    yield made
    made.database.close()


def test_a_file_is_a_body_with_all_that_it_says(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(SMALL))
    body = bodies.body(slug)
    assert {(x.name, x.country, x.state) for x in body.members} == {
        ("Ministry of Examples", "EE", "stated"), ("Elsewhere", "IS", "stated"),
    }  # fmt: skip
    assert body.components[0].component.slug == "forms"
    assert bodies.decisions.decision(slug, 1).superseded_by == 2
    assert bodies.decisions.decision(slug, 2).votes[0].member == "Elsewhere"
    assert bodies.decisions.rules(slug)[0].threshold == "unanimous"
    assert (body.funding[0].amount, body.contracts[0].supplier) == (5, "A")
    assert {x.source.url for x in body.facts} == {SOURCE["url"]}


def test_what_is_written_is_read_again_as_the_same(land: Land) -> None:
    bodies, owner = land.bodies, member_of(land.database, land.numbers[BODY])
    slug = bodies.create(owner, replace(FOUNDED, members=()), BODY)
    decide(bodies, owner, slug)
    first = _renamed(bodies.export(slug), "Copy")
    assert len(first.decisions) == 3, "what is open is left out"
    text = yaml_text(file_values(first))
    read = parse_file(load(text).plain())
    assert read == first
    again = bodies.export(bodies.import_file(read))
    for name in ("members", "rules", "components", "facts"):
        assert getattr(again, name) == getattr(first, name), name
    assert [(x.title, x.state, x.amends, x.votes) for x in again.decisions] == [
        (x.title, x.state, x.amends, x.votes) for x in first.decisions
    ]


def _renamed(file: BodyFile, name: str) -> BodyFile:
    return replace(file, name=name)


def test_x_road_is_recorded_from_its_public_sources(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(load(X_ROAD.read_bytes()).plain()), ("forms",))
    body = bodies.body(slug)
    assert body.item.countries == ("EE", "FI", "FO", "IS")
    assert str(body.item.founded_on) == "2017-03-07"
    roles = {(x.country, x.role, x.is_current) for x in body.members}
    assert ("IS", "partner", False) in roles
    assert ("IS", "strategic", True) in roles
    assert {x.choice for x in body.facts if x.kind == "instrument"} == {
        "memorandum", "contract", "legal_entity",
    }  # fmt: skip
    assert (body.funding[0].amount, body.funding[0].currency) == (920_500, "EUR")
    assert {"exit_clause", "lifecycle"} <= set(body.missing)
    assert bodies.decisions.decision(slug, 2).amends == 1
    assert bodies.decisions.rules(slug) == (), "no source states a voting rule"
    assert all(x.source.url for x in (*body.members, *body.facts, *body.funding))


def test_a_body_is_not_overwritten_by_a_file(bodies: Bodies) -> None:
    slug = bodies.import_file(parse_file(SMALL))
    before = bodies.export(slug)
    changed = {**SMALL, "decisions": [{**SMALL["decisions"][0], "state": "rejected"}]}
    with pytest.raises(Conflict, match=slug):
        bodies.import_file(parse_file(changed))
    assert bodies.export(slug) == before


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"joint_body": 2}, "version"),
        ({"name": 5}, "name"),
        ({"colour": "red"}, "colour"),
        ({"source": {"url": ""}}, "url"),
        ({"founded_on": "2100-01-01"}, "future"),
        ({"components": ["none"]}, "components"),
        ({"members": [SMALL["members"][0]] * 2}, "member 2: organisation"),
        ({"members": [SMALL["members"][1]] * 2}, "member 2: name"),
        ({"members": [{"role": "owner", "since": "2017-01-01"}]}, "member 1: organisation"),
        ({"members": [{**SMALL["members"][1], "dues": -1}]}, "member 1: dues"),
        ({"members": [{**SMALL["members"][1], "country": "ZZ"}]}, "member 1: country"),
        ({"decisions": [{**SMALL["decisions"][0], "rule": "None"}]}, "decision 1: rule"),
        ({"decisions": [{**SMALL["decisions"][0], "amends": 1}]}, "decision 1: amends"),
        ({"decisions": [{**SMALL["decisions"][0], "decided_on": "2999-01-01"}]}, "decision 1"),
        ({"decisions": [{**SMALL["decisions"][0], "votes": {"x": "for"}}]}, "decision 1: votes"),
        ({"contracts": [{"supplier": "A", "on_behalf_of": "a", "since": "2018-01-01"}]},
         "contract 1: on_behalf_of"),
        ({"funding": [{"payer": "x", "since": "2018-01-01", "amount": 1}]}, "funding 1: currency"),
        ({"facts": [{"kind": "colour"}]}, "fact 1: kind"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_whole_and_says_where(
    untouched: Land, changed: dict[str, Any], told: str
) -> None:
    log = untouched.logged()
    with pytest.raises(InvalidInput, match=told):
        untouched.bodies.import_file(parse_file({**SMALL, **changed}))
    assert untouched.bodies.list(BodyQuery())[0] == ()
    assert untouched.logged() == log
