"""Components that a body comes to govern, or no longer: two members sign it off, with a day."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.db.tables import AuditEntry
from registry.errors import Conflict, Forbidden
from registry.governance.measures.views import repositories_of
from registry.governance.record.readmodels import BodyQuery, NewRule
from registry.governance.record.writing import body_row
from registry.texts import WrongField
from tests.registry.governance.test_member_changes import SERVICE, TOWN, Land
from tests.support.bodies import FOUNDED
from tests.support.needs import BODY, add_component


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    add_component(made.database, "tool")
    yield made
    made.database.close()


def ask(land: Land, by: str, component: str = "tool", **more: object) -> None:
    land.bodies.propose_component(land.people[by], land.slug, component, by, **more)  # type: ignore[arg-type]


def governed(land: Land) -> dict[str, tuple[str | None, str | None]]:
    return {
        x.component.slug: (x.since, x.until) for x in land.bodies.body(land.slug).components
    }  # fmt: skip


def test_two_members_sign_a_component_off_where_there_are_two(land: Land) -> None:
    land.answer(TOWN)
    ask(land, BODY, on="2026-01-01", url="https://example.org/minutes")
    (change,) = land.bodies.waiting_changes(land.slug)
    assert (change.kind, change.signed, change.needed) == ("add_component", 1, 2)
    assert "tool" not in governed(land)
    with pytest.raises(Conflict):
        land.sign(BODY)
    land.sign(TOWN)
    assert governed(land)["tool"] == ("2026-01-01", None)
    assert land.bodies.body(land.slug).item.components == 2
    found = {x.component.slug: x.source.url for x in land.bodies.body(land.slug).components}
    assert found["tool"] == "https://example.org/minutes"


def test_a_component_that_was_removed_is_shown_with_its_time_and_measured_no_more(
    land: Land,
) -> None:
    ask(land, BODY, on="2026-01-01")
    ask(land, BODY, removes=True, on="2026-06-01")
    assert governed(land)["tool"] == ("2026-01-01", "2026-06-01")
    assert land.bodies.body(land.slug).item.components == 1
    assert land.bodies.list(BodyQuery(component="tool"))[0] == ()
    with land.database.read() as session:
        assert len(repositories_of(session, body_row(session, land.slug).id or 0)) == 1
    assert land.bodies.export(land.slug).components == ("forms",)


def test_one_that_comes_back_is_governed_from_then_on(land: Land) -> None:
    ask(land, BODY, on="2026-01-01")
    ask(land, BODY, removes=True, on="2026-03-01")
    with pytest.raises(WrongField, match="on must not be before 2026-03-01"):
        ask(land, BODY, on="2026-02-01")
    ask(land, BODY, on="2026-05-01")
    assert governed(land)["tool"] == ("2026-05-01", None)
    with land.database.read() as session:
        actions = [x.action for x in session.exec(select(AuditEntry))]
    assert actions.count("body.component_added") == 2
    assert actions.count("body.component_removed") == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"component": "forms"}, "component is governed"),
        ({"component": "none"}, "component name 'none'"),
        ({"component": "tool", "removes": True}, "component is not governed"),
        ({"component": "tool", "on": "2027-01-01"}, "on must not be in the future"),
        ({"component": "tool", "on": "2026"}, "on must be a day"),
        ({"component": "tool", "url": "javascript:x"}, "url"),
    ],
)
def test_what_cannot_be_names_its_field(land: Land, asked: dict[str, object], told: str) -> None:
    with pytest.raises(WrongField, match=told):
        ask(land, BODY, **asked)  # type: ignore[arg-type]


def test_it_is_asked_for_once_and_by_members_alone(land: Land) -> None:
    land.answer(TOWN)
    ask(land, BODY)
    with pytest.raises(Conflict, match="waits"):
        ask(land, TOWN)
    with pytest.raises(Conflict, match="no member"):
        ask(land, SERVICE)
    with pytest.raises(Forbidden):
        land.bodies.propose_component(land.people[SERVICE], land.slug, "tool", BODY)


def test_the_operator_records_what_sources_say(land: Land) -> None:
    land.bodies.record_component(land.slug, "tool", on="2026-01-01")
    land.bodies.record_component(land.slug, "tool", removes=True)
    assert governed(land)["tool"][1] == "2026-08-02"


def test_a_body_is_founded_with_its_voting_rule(land: Land) -> None:
    rule = NewRule(name="General meeting", threshold="two_thirds", quorum=50)
    new = replace(FOUNDED, name="Second", rule=rule)
    slug = land.bodies.create(land.people[BODY], new, BODY)
    (found,) = land.bodies.decisions.rules(slug)
    assert (found.name, found.threshold, found.quorum) == ("General meeting", "two_thirds", 50)
    assert found.source.url == FOUNDED.evidence.url


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (NewRule(name=" "), "rule_name"),
        (NewRule(name="x", threshold="loudest"), "rule_threshold"),
        (NewRule(name="x", quorum=101), "rule_quorum"),
        (NewRule(name="x", threshold="lazy_consensus", quorum=5), "rule_quorum"),
        (NewRule(name="x", open_days=0), "rule_open_days"),
    ],
)
def test_a_wrong_rule_founds_nothing(land: Land, rule: NewRule, field: str) -> None:
    with pytest.raises(WrongField) as caught:
        land.bodies.create(land.people[BODY], replace(FOUNDED, name="Second", rule=rule), BODY)
    assert caught.value.field == field
    assert len(land.bodies.list(BodyQuery())[0]) == 1
