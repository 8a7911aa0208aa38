"""What a body says of itself counts for a component only where the component's side agrees."""

import pytest
from sqlmodel import select

from registry.accounts.actors import Actor
from registry.db.session import Database
from registry.db.tables import Component
from registry.governance.measures.contracts import contracts_of
from registry.governance.measures.recorded import records_of_component
from registry.governance.record.body_file import parse_file
from registry.governance.record.money_models import NewContract
from registry.governance.record.service import Bodies
from tests.registry.governance.test_repository_files import TEXT, put_file
from tests.support.bodies import FOUNDED, SOURCE, member_of
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

TOWN = "town-1"


class Land:
    """A body that a ministry founds with a town over a component that may be of neither."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.numbers = add_bodies(self.database)
        add_component(self.database)
        self.bodies = Bodies(self.database, lambda: NOW)
        self.people = {slug: member_of(self.database, x) for slug, x in self.numbers.items()}

    def owned_by(self, slug: str | None) -> None:
        with self.database.write() as session:
            component = session.exec(select(Component)).one()
            component.organisation_id = self.numbers[slug] if slug else None

    def found(self) -> str:
        slug = self.bodies.create(self.people[BODY], FOUNDED, BODY)
        contract = NewContract(supplier="House", on_behalf_of=BODY, since="2018")
        self.bodies.facts.add_contract(self.people[BODY], slug, contract, SOURCE, BODY)
        return slug

    def counts(self) -> tuple[bool, bool, bool]:
        """Tell whether its record, and its contracts, count for the component, and the page."""
        with self.database.read() as session:
            component = session.exec(select(Component)).one()
            records = records_of_component(session, component.id or 0, NOW.date())
            contracts = contracts_of(session, [component.repository_id])
        (body,) = self.bodies.of_component("forms")
        return bool(records), bool(contracts), body.is_consented

    def answer(self, slug: str, who: Actor) -> None:
        found = self.bodies.body(slug).members
        number = next(x.id for x in found if x.state == "invited")
        self.bodies.answer(who, slug, number, agrees=True)


@pytest.fixture
def land(database: Database) -> Land:
    return Land(database)


@pytest.mark.parametrize("owner", [None, "digital-service"])
def test_two_that_found_a_body_over_the_code_of_another_change_nothing_of_it(
    land: Land, owner: str | None
) -> None:
    land.owned_by(owner)
    slug = land.found()
    land.answer(slug, land.people[TOWN])
    assert land.counts() == (False, False, False)


def test_it_counts_once_the_organisation_of_the_component_agreed_to_be_a_member(land: Land) -> None:
    land.owned_by(TOWN)
    slug = land.found()
    assert land.counts() == (False, False, False), "who is invited has not agreed"
    land.answer(slug, land.people[TOWN])
    assert land.counts() == (True, True, True)


def test_it_counts_where_the_organisation_of_the_component_recorded_it(land: Land) -> None:
    land.owned_by(BODY)
    land.found()
    assert land.counts() == (True, True, True)


def test_it_counts_where_the_repository_holds_its_file(land: Land) -> None:
    land.found()
    put_file(land.database, TEXT.replace(b"name: Forms Together", b"name: Another", 1))
    assert land.counts()[0] is False
    put_file(land.database, TEXT)
    assert land.counts() == (True, True, True)


def test_what_the_operator_recorded_from_a_source_counts(land: Land) -> None:
    values = {
        "joint_body": 1, "name": "Forms Together", "lang": "en", "components": ["forms"],
        "source": {"url": SOURCE.url}, "members": [{"name": "Elsewhere", "role": "strategic",
                                                    "since": "2018"}],
    }  # fmt: skip
    land.bodies.import_file(parse_file(values))
    assert land.counts() == (True, False, True)
