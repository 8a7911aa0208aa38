"""Proposals of organisations: who makes and reads them, and what an operator's word does."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor
from registry.db.session import Database
from registry.db.tables import Account, AuditEntry, Source, SourceKind, SourceProposal
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from registry.publishing.proposals import MAX_WAITING, NewProposal, Proposals
from registry.texts import WrongField
from tests.support.catalogue_rows import NOW
from tests.support.proposals import FakeSources

TOWN = "https://git.example/town"
NEW = NewProposal(
    url=f"{TOWN}/", name="Town of Examples", country="fi", evidence_url="https://town.example/code"
)
ADA, BEN = Actor(account=1), Actor(account=2)
OPERATOR = Actor(account=2, is_operator=True)


class Desk:
    """Proposals over a database with two people."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            session.add_all([Account(name=name, created_at=NOW) for name in ("Ada", "Ben")])
        self.sources = FakeSources()
        self.proposals = Proposals(database, self.sources, lambda: NOW)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)))


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    return Desk(sqlite_database)


def test_an_accepted_proposal_is_crawled(database: Database) -> None:
    desk = Desk(database)
    made = desk.proposals.propose(ADA, NEW)
    assert (made.url, made.country, made.state) == (TOWN, "FI", "waiting")
    assert desk.proposals.standing(TOWN) == "waiting"
    assert desk.sources.added == [], "nothing is asked before somebody agreed"
    decided = desk.proposals.decide(OPERATOR, made.id, accept=True, reply="It is theirs.")
    assert (decided.state, decided.reply, decided.decided_at) == ("accepted", "It is theirs.", NOW)
    assert desk.sources.added == [(TOWN, "Town of Examples", "FI")]
    assert [x.action for x in desk.rows(AuditEntry)] == ["proposal.made", "proposal.accepted"]
    with pytest.raises(Conflict, match="accepted already"):
        desk.proposals.decide(OPERATOR, made.id, accept=False, reply="No.")


def test_a_refused_proposal_may_be_made_again(desk: Desk) -> None:
    made = desk.proposals.propose(ADA, NEW)
    desk.proposals.decide_as_operator(made.id, accept=False, reply="Nothing shows it.")
    assert desk.sources.added == []
    assert desk.proposals.standing(TOWN) == "new"
    assert desk.proposals.propose(ADA, NEW).id != made.id
    assert [x.actor for x in desk.rows(AuditEntry)] == [1, None, 1]


def test_who_made_it_and_operators_read_it(desk: Desk) -> None:
    made = desk.proposals.propose(ADA, NEW)
    assert desk.proposals.case(ADA, made.id).may_decide is False
    assert desk.proposals.case(OPERATOR, made.id).may_decide is True
    assert [x.id for x in desk.proposals.page(ADA)[0]] == [made.id]
    assert [x.id for x in desk.proposals.page(OPERATOR, state="waiting")[0]] == [made.id]
    assert desk.proposals.page(OPERATOR, state="refused") == ((), None)
    assert desk.proposals.page(BEN) == ((), None)
    for actor, error in ((BEN, NotFound), (VISITOR, Unauthenticated)):
        with pytest.raises(error):
            desk.proposals.case(actor, made.id)
    with pytest.raises(InvalidInput):
        desk.proposals.page(ADA, state="lost")


def test_pages_go_on_where_they_ended(desk: Desk) -> None:
    for number in range(3):
        desk.proposals.propose(ADA, replace(NEW, url=f"{TOWN}{number}"))
    first, following = desk.proposals.page(ADA, limit=2)
    rest, end = desk.proposals.page(ADA, limit=2, after=following)
    assert ([x.id for x in (*first, *rest)], end) == ([3, 2, 1], None)


def test_nobody_decides_but_operators(desk: Desk) -> None:
    made = desk.proposals.propose(ADA, NEW)
    for actor, error in ((VISITOR, Unauthenticated), (ADA, Forbidden)):
        with pytest.raises(error):
            desk.proposals.decide(actor, made.id, accept=True, reply="Yes.")
    with pytest.raises(Unauthenticated):
        desk.proposals.propose(VISITOR, NEW)
    with pytest.raises(NotFound):
        desk.proposals.decide(OPERATOR, 99, accept=True, reply="Yes.")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": f"{TOWN}/forms"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://user:secret@git.example/town"}, "url"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "ada.lovelace@town.example"}, "name"),
        ({"country": "Finland"}, "country"),
        ({"country": ""}, "country"),
        ({"evidence_url": "it is"}, "evidence_url"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
    ],
)
def test_what_says_nothing_is_refused_by_its_field(
    desk: Desk, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(WrongField) as found:
        desk.proposals.propose(ADA, replace(NEW, **changed))
    assert found.value.field == field
    assert desk.rows(SourceProposal) == []


def test_a_reply_is_demanded(desk: Desk) -> None:
    made = desk.proposals.propose(ADA, NEW)
    with pytest.raises(WrongField):
        desk.proposals.decide(OPERATOR, made.id, accept=True, reply=" ")
    assert desk.sources.added == []


def test_what_is_known_or_proposed_is_not_proposed(desk: Desk) -> None:
    desk.proposals.propose(ADA, NEW)
    with pytest.raises(Conflict, match="proposed already"):
        desk.proposals.propose(BEN, NEW)
    with desk.database.write() as session:
        session.add(
            Source(
                spec=f"{TOWN}hall", kind=SourceKind.ORGANISATION, forge="unknown",
                host="git.example", added_at=NOW,
            )
        )  # fmt: skip
    assert desk.proposals.standing(f"{TOWN}hall") == "crawled"
    with pytest.raises(Conflict, match="crawled already"):
        desk.proposals.propose(BEN, replace(NEW, url=f"{TOWN}hall"))


def test_one_person_has_few_that_wait(desk: Desk) -> None:
    for number in range(MAX_WAITING):
        desk.proposals.propose(ADA, replace(NEW, url=f"{TOWN}{number}"))
    with pytest.raises(Conflict, match="of yours"):
        desk.proposals.propose(ADA, NEW)
    desk.proposals.propose(BEN, NEW)


def test_an_account_that_is_gone_leaves_its_proposal(desk: Desk) -> None:
    made = desk.proposals.propose(ADA, NEW)
    with desk.database.write() as session:
        session.delete(session.get_one(Account, 1))
    assert desk.proposals.case(OPERATOR, made.id).proposal == made
