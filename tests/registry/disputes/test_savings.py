"""Objections to reported savings: at once of who is concerned, after review of others."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import Session, select

from registry.accounts.actors import Actor
from registry.adoption.savings.service import ReportedSavings
from registry.db.session import Database
from registry.db.tables import AuditEntry, Change, Component, ReportedSaving, Role, SavingClass
from registry.disputes.service import Disputes
from registry.errors import Conflict, InvalidInput, NotFound
from registry.reports.loading import catalogue_version
from tests.support.accounts import add_account
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW, World

ANONYMOUS = Actor()
TOLD = ("wrong_amount", "The budget of that year says another sum.")
Member = Callable[[str], Actor]


@pytest.fixture
def world() -> World:
    return World(None)  # type: ignore[arg-type]


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Database]:
    database = fresh_sqlite(tmp_path_factory.mktemp("savings"))
    with database.write() as session:
        world.session = session
        component = world.component("forms", body="city")
        reporter = world.body("town", "FI")
        world.body("stranger", "FR")
        for year in (2023, 2024):
            session.add(
                ReportedSaving(
                    component_id=component, organisation_id=reporter, kind=SavingClass.AVOIDED,
                    low=5, high=7, currency="EUR", since=date(year, 1, 1), method="Counted.",
                    is_by_operator=True, recorded_at=NOW, source_url="https://town.example/budget",
                )
            )  # fmt: skip
    yield database
    database.close()


@pytest.fixture
def disputes(database: Database) -> Disputes:
    return Disputes(database, lambda: NOW)


@pytest.fixture
def savings(database: Database) -> ReportedSavings:
    return ReportedSavings(database, lambda: NOW, lambda _: None)


@pytest.fixture
def member(database: Database, world: World) -> Member:
    def made(slug: str) -> Actor:
        roles = {world.bodies[slug]: Role.OWNER}
        return Actor(add_account(database, f"Olga of {slug}", roles), roles=roles)

    return made


def version(database: Database) -> str:
    with database.read() as session:
        return catalogue_version(session)


@pytest.mark.parametrize(("body", "side"), [("town", "reporter"), ("city", "origin")])
def test_of_who_is_concerned_it_is_disputed_at_once(
    disputes: Disputes, database: Database, savings: ReportedSavings, member: Member,
    body: str, side: str,
) -> None:  # fmt: skip
    actor, before = member(body), version(database)
    assert disputes.speaks_of_saving(actor, 1) == (body.title(),)
    made = disputes.object_to_saving(actor, 1, *TOLD)
    assert (made.side, made.reason, made.state) == (side, TOLD[1], "open")
    assert made.saving is not None
    assert (made.saving.number, made.saving.organisation.slug, made.saving.low) == (1, "town", 5)
    assert version(database) != before, "reports that are kept in memory are made anew"
    states = {x.id: x.state for x in savings.of_components(["forms"])}
    assert states == {1: "disputed", 2: "current"}, "it stays in the list, and says so"
    with pytest.raises(Conflict, match=f"see objection {made.id}"):
        disputes.object_to_saving(actor, 1, *TOLD)
    assert disputes.log(saving=1)[0] == (made,)
    assert disputes.log(saving=2)[0] == ()
    disputes.withdraw(actor, made.id)
    assert savings.saving(1).state == "current"


def test_once_an_operator_agreed_it_leaves_the_lists(
    disputes: Disputes, database: Database, savings: ReportedSavings, member: Member
) -> None:
    made = disputes.object_to_saving(member("town"), 1, *TOLD)
    disputes.decide_as_operator(made.id, accept=True, reply="So it is.")
    assert savings.saving(1).state == "withdrawn"
    assert [x.id for x in savings.list()[0]] == [2]
    with pytest.raises(Conflict, match="withdrawn or superseded already"):
        disputes.object_to_saving(ANONYMOUS, 1, *TOLD)
    with Session(database.engine) as session:
        actions = [x.action for x in session.exec(select(AuditEntry))]
    assert actions == ["dispute.opened", "saving.withdrawn", "dispute.accepted"]


def test_rejected_it_stands_as_before(
    disputes: Disputes, savings: ReportedSavings, member: Member
) -> None:
    made = disputes.object_to_saving(member("town"), 1, *TOLD)
    disputes.decide_as_operator(made.id, accept=False, reply="The budget says it.")
    assert savings.saving(1).state == "current"
    assert disputes.object_to_saving(member("town"), 1, *TOLD).state == "open"


def test_of_anybody_it_is_read_first(
    disputes: Disputes, database: Database, savings: ReportedSavings, member: Member
) -> None:
    for actor in (ANONYMOUS, member("stranger")):
        assert disputes.speaks_of_saving(actor, 1) == ()
        made = disputes.object_to_saving(actor, 1, *TOLD)
        assert (made.side, made.by, made.reason) == (None, None, None)
    assert savings.saving(1).state == "current"
    with Session(database.engine) as session:
        assert session.exec(select(Change)).first() is None, "nothing is told of it yet"
    disputes.decide_as_operator(made.id, accept=True, reply="So it is.")
    assert savings.saving(1).state == "withdrawn"


def test_what_makes_no_objection_is_refused(disputes: Disputes, database: Database) -> None:
    for number in (0, 99, 2**31):
        with pytest.raises(NotFound):
            disputes.object_to_saving(ANONYMOUS, number, *TOLD)
    for category, reason in (("not_reuse", TOLD[1]), ("other", "short"), ("other", "x" * 2_001)):
        with pytest.raises(InvalidInput):
            disputes.object_to_saving(ANONYMOUS, 1, category, reason)
    for _ in range(20):
        disputes.object_to_saving(ANONYMOUS, 1, *TOLD)
    with pytest.raises(Conflict, match="wait for review"):
        disputes.object_to_saving(ANONYMOUS, 1, *TOLD)
    with database.write() as session:
        session.get_one(ReportedSaving, 2).supersedes_id = 1
    with pytest.raises(Conflict, match="superseded"):
        disputes.object_to_saving(ANONYMOUS, 1, *TOLD)


def test_a_saving_of_what_was_taken_down_is_not_there(
    disputes: Disputes, database: Database, world: World
) -> None:
    made = disputes.object_to_saving(ANONYMOUS, 1, *TOLD)
    with database.write() as session:
        session.get_one(Component, world.components["forms"]).is_taken_down = True
    with pytest.raises(NotFound):
        disputes.object_to_saving(ANONYMOUS, 1, *TOLD)
    assert disputes.log()[0] == ()
    with pytest.raises(NotFound):
        disputes.decide_as_operator(made.id, accept=True, reply="So it is.")
