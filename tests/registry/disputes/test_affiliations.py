"""Objections to affiliations: at once of who is concerned, after review of others."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from registry.accounts.actors import Actor
from registry.db.session import Database
from registry.db.tables import Affiliation, Organisation, Role
from registry.disputes.service import Disputes
from registry.errors import Conflict, InvalidInput, NotFound
from tests.support.accounts import add_account
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW

ANONYMOUS = Actor()
KEY = "aff_city"
TOLD = ("wrong_dates", "They left the town in 2024.")


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = fresh_sqlite(tmp_path_factory.mktemp("affiliations"))
    with database.write() as session:
        session.add(
            Affiliation(
                key=KEY, kind="domain", subject="town.example", organisation="city",
                name="The City", category="government", source_url="https://town.example/",
                recorded_at=NOW, changed_at=NOW,
            )
        )  # fmt: skip
        session.add(Organisation(slug="the-city-of-x", uri="urn:city", name="THE CITY",
                                 created_at=NOW))  # fmt: skip
    yield database
    database.close()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def disputes(database: Database, told: list[str]) -> Disputes:
    return Disputes(database, lambda: NOW, lambda _session, key: told.append(key))


@pytest.fixture
def member(database: Database) -> Actor:
    with database.read() as session:
        number = session.exec(select(Organisation.id)).one()
    assert number is not None
    roles = {number: Role.OWNER}
    return Actor(add_account(database, "Olga", roles), roles=roles)


def state(database: Database) -> str:
    with Session(database.engine) as session:
        return session.exec(select(Affiliation.state)).one()


def test_of_a_member_it_is_disputed_at_once(
    disputes: Disputes, database: Database, member: Actor, told: list[str]
) -> None:
    assert disputes.speaks_of(member, KEY) == ("THE CITY",)
    made = disputes.object_to_affiliation(member, KEY, *TOLD)
    assert (made.side, made.reason, state(database)) == ("affiliated", TOLD[1], "disputed")
    assert told == [KEY]
    assert made.affiliation is not None
    assert made.affiliation.subject == "town.example"
    with pytest.raises(Conflict):
        disputes.object_to_affiliation(member, KEY, *TOLD)
    assert disputes.log(affiliation=KEY)[0] == (made,)
    disputes.withdraw(member, made.id)
    assert (state(database), told) == ("current", [KEY, KEY])


def test_of_anybody_it_is_read_first(disputes: Disputes, database: Database) -> None:
    assert disputes.speaks_of(ANONYMOUS, KEY) == ()
    made = disputes.object_to_affiliation(ANONYMOUS, KEY, *TOLD)
    assert (made.side, made.reason, state(database)) == (None, None, "current")
    disputes.decide_as_operator(made.id, accept=True, reply="They did.")
    assert state(database) == "withdrawn"
    with pytest.raises(Conflict):
        disputes.object_to_affiliation(ANONYMOUS, KEY, *TOLD)


def test_of_the_operator_until_it_is_decided(disputes: Disputes, database: Database) -> None:
    disputes.object_to_affiliation(None, KEY, *TOLD)
    assert state(database) == "disputed"
    disputes.decide_affiliation(KEY, accept=False, reply="They are there.")
    assert state(database) == "current"
    with pytest.raises(Conflict):
        disputes.decide_affiliation(KEY, accept=False, reply="They are there.")


def test_what_cannot_be_objected_to(disputes: Disputes, database: Database) -> None:
    with pytest.raises(NotFound):
        disputes.object_to_affiliation(ANONYMOUS, "aff_none\0", *TOLD)
    for category, reason in (("not_ours", TOLD[1]), ("other", "no"), ("other", "x" * 2001)):
        with pytest.raises(InvalidInput):
            disputes.object_to_affiliation(ANONYMOUS, KEY, category, reason)
    for _ in range(20):
        disputes.object_to_affiliation(ANONYMOUS, KEY, *TOLD)
    with pytest.raises(Conflict):
        disputes.object_to_affiliation(ANONYMOUS, KEY, *TOLD)
    assert state(database) == "current"
