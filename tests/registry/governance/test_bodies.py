"""Joint bodies: founded with a source, refused where something cannot be, read with what lacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.accounts.actors import VISITOR, Role
from registry.db.session import Database
from registry.db.tables import AuditEntry
from registry.errors import Conflict, Forbidden, NotFound, Unauthenticated
from registry.governance.record.readmodels import BodyQuery, Evidence, NewMember
from registry.governance.record.service import Bodies
from registry.governance.record.writing import MAX_BODIES
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, SOURCE, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component


class Land:
    """A registry with three organisations and a component."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bodies = Bodies(database, lambda: NOW)
        self.numbers = add_bodies(database)
        add_component(database)
        self.owner = member_of(database, self.numbers[BODY])


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    database = fresh_sqlite(tmp_path)
    yield Land(database)
    database.close()


def test_a_body_is_founded_with_its_members_components_and_instrument(land: Land) -> None:
    slug = land.bodies.create(land.owner, FOUNDED, BODY)
    body = land.bodies.body(slug)
    assert slug == "forms-together"
    first = body.members[0]
    assert (first.name, first.state, first.country) == (
        "Ministry of Examples", "confirmed", "EE",
    )  # fmt: skip
    assert [x.state for x in body.members] == ["confirmed", "invited"]
    assert body.item.members == 1, "an invited one is none yet"
    assert body.components[0].component.slug == "forms"
    (fact,) = body.facts
    assert (fact.kind, fact.choice, str(fact.since)) == ("instrument", "memorandum", "2017-06-30")
    assert (fact.source.url, fact.source.sha256) == (SOURCE.url, "a" * 64)
    assert fact.source.entered_by is not None
    assert fact.source.entered_by.slug == BODY
    assert {"exit_clause", "ip_holder"} <= set(body.missing)
    assert "instrument" not in body.missing


def test_everything_is_in_the_audit_log_or_nothing_is_there(land: Land) -> None:
    broken = replace(FOUNDED, members=(NewMember(organisation="nobody", role="strategic"),))
    with pytest.raises(WrongField):
        land.bodies.create(land.owner, broken, BODY)
    assert land.bodies.list(BodyQuery())[0] == ()
    land.bodies.create(land.owner, FOUNDED, BODY)
    with land.database.read() as session:
        actions = [x.action for x in session.exec(select(AuditEntry).order_by(AuditEntry.index))]  # type: ignore[arg-type]
    assert actions == [
        "body.created", "body.fact_recorded", "body.components_added", "body.member_confirmed",
        "body.member_invited",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"founded_on": "2999-01-01"}, "founded_on", "day"),
        ({"founded_on": "30.6.2017"}, "founded_on", "day"),
        ({"founded_on": "2017-02-30"}, "founded_on", "day"),
        ({"name": ""}, "name", "empty"),
        ({"name": "ask ann.smith@town.example"}, "name", "address"),
        ({"instrument": "handshake"}, "instrument", "choice"),
        ({"evidence": Evidence()}, "url", "url"),
        ({"evidence": Evidence(url="javascript:x")}, "url", "url"),
        ({"evidence": Evidence(url=SOURCE.url, on="2999-01-01")}, "on", "day"),
        ({"evidence": Evidence(url=SOURCE.url, sha256="x")}, "sha256", "digest"),
        ({"components": ("none",)}, "components", "unknown"),
        ({"role": "supplier"}, "role", "choice"),
        ({"role": "king"}, "role", "choice"),
        ({"members": (NewMember(organisation=BODY, role="owner"),)}, "organisation", "overlap"),
        ({"members": (NewMember(organisation="x", role="owner"),)}, "organisation",
         "organisation"),
        ({"members": (NewMember(organisation="town-1", role="owner", dues=-1),)}, "dues",
         "choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(
    land: Land, changed: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(WrongField) as raised:
        land.bodies.create(land.owner, replace(FOUNDED, **changed), BODY)
    assert (raised.value.field, raised.value.problem) == (field, problem)


def test_only_people_of_an_organisation_found_a_body_in_its_name(land: Land) -> None:
    with pytest.raises(Forbidden):
        land.bodies.create(land.owner, FOUNDED, "town-1")
    with pytest.raises(Unauthenticated):
        land.bodies.create(VISITOR, FOUNDED, BODY)
    for by in ("", "nobody"):
        with pytest.raises(WrongField):
            land.bodies.create(land.owner, FOUNDED, by)
    member = member_of(land.database, land.numbers["town-1"], Role.MEMBER)
    assert land.bodies.create(member, replace(FOUNDED, members=()), "town-1")


def test_what_the_operator_writes_down_is_stated_until_it_is_confirmed(land: Land) -> None:
    body = land.bodies.body(land.bodies.write_down(FOUNDED, BODY))
    assert {x.state for x in body.members} == {"stated"}
    assert body.source.entered_by is None
    assert body.item.countries == ("EE", "FI")


def test_bodies_of_the_same_name_have_addresses_of_their_own_and_there_is_a_limit(
    land: Land,
) -> None:
    slugs = [land.bodies.create(land.owner, FOUNDED, BODY) for _ in range(2)]
    assert slugs == ["forms-together", "forms-together-2"]
    assert land.bodies.create(land.owner, replace(FOUNDED, name="New"), BODY) == "new-2"
    for _ in range(MAX_BODIES - 3):
        land.bodies.create(land.owner, FOUNDED, BODY)
    with pytest.raises(Conflict):
        land.bodies.create(land.owner, FOUNDED, BODY)


def test_bodies_are_found_by_country_organisation_and_component(land: Land) -> None:
    slug = land.bodies.create(land.owner, FOUNDED, BODY)

    def found(**asked: str) -> list[str]:
        return [x.slug for x in land.bodies.list(BodyQuery(**asked))[0]]  # type: ignore[arg-type]

    assert found(country="EE") == found(organisation=BODY) == found(component="forms") == [slug]
    assert found(country="FI") == [], "who is invited is no member"
    assert found(organisation="town-1") == found(component="none") == []
    assert [x.item.slug for x in land.bodies.of_component("forms")] == [slug]
    with pytest.raises(NotFound):
        land.bodies.body("none")
