"""Members who act at the same moment, on both databases: one after the other, nothing twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.db.session import Database
from registry.db.tables import AuditEntry, BodyComponent, BodyMember, Decision, SignOff, Vote
from registry.errors import Conflict
from registry.governance.record.decision_models import NewDecision, NewRule
from registry.governance.record.readmodels import NewMember
from registry.governance.record.service import Bodies
from registry.governance.record.voting import settle_due
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, SOURCE, member_of
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

TOWN, SERVICE = "town-1", "digital-service"
ROUNDS = 3
WHAT = NewDecision(title="Take the forms over", text="We do.", lang="en", rule=1)


class Land:
    """A body of a ministry and a town, which both agreed, and a service that is none."""

    def __init__(self, database: Database) -> None:
        self.database = database
        numbers = add_bodies(database)
        add_component(database)
        add_component(database, "tool")
        self.now = NOW
        self.bodies = Bodies(database, lambda: self.now)
        self.people = {slug: member_of(database, x) for slug, x in numbers.items()}
        self.slug = self.bodies.create(self.people[BODY], FOUNDED, BODY)
        self.answer(TOWN)

    def answer(self, slug: str) -> None:
        found = self.bodies.body(self.slug).members
        number = next(x.id for x in found if x.organisation and x.organisation.slug == slug)
        self.bodies.answer(self.people[slug], self.slug, number, agrees=True)

    def rule(self, open_days: int = 14) -> None:
        rule = NewRule(name="Meeting", roles=("strategic", "associate"), open_days=open_days)
        self.bodies.decisions.add_rule(self.people[BODY], self.slug, rule, SOURCE, BODY)

    def propose(self) -> int:
        return self.bodies.decisions.propose(
            self.people[BODY], self.slug, WHAT, BODY, opens=True
        )  # fmt: skip

    def vote(self, by: str, choice: str, number: int = 1) -> None:
        self.bodies.decisions.vote(self.people[by], self.slug, number, choice, by)

    def sign(self, by: str, change: int) -> None:
        self.bodies.sign_off(self.people[by], self.slug, change, by)

    def actions(self) -> Counter[str]:
        with self.database.read() as session:
            return Counter(x.action for x in session.exec(select(AuditEntry)))


@pytest.fixture
def land(database: Database) -> Land:
    return Land(database)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do things at the same moment, each in a thread; return what was refused."""
    start = threading.Barrier(len(acts))
    refused: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except (Conflict, WrongField) as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "two writers wait for each other"
    return refused


def test_two_sign_offs_at_the_same_moment_apply_a_change_once(land: Land) -> None:
    land.bodies.propose_member(
        land.people[BODY], land.slug, NewMember(organisation=SERVICE, role="associate"), BODY
    )  # fmt: skip
    change = land.bodies.waiting_changes(land.slug)[0].id
    refused = at_once(*[lambda: land.sign(TOWN, change)] * 3)
    assert len(refused) == 2, "the same member signs once"
    assert land.bodies.waiting_changes(land.slug) == ()
    with land.database.read() as session:
        assert len(session.exec(select(SignOff)).all()) == 2
        invited = session.exec(select(BodyMember).where(BodyMember.state == "invited")).all()
    assert len(invited) == 1
    assert land.actions()["body.change_applied"] == 1


def test_the_same_member_asked_for_at_once_waits_once(land: Land) -> None:
    asked = NewMember(organisation=SERVICE, role="associate")
    refused = at_once(
        lambda: land.bodies.propose_member(land.people[BODY], land.slug, asked, BODY),
        lambda: land.bodies.propose_member(land.people[TOWN], land.slug, asked, TOWN),
    )
    assert len(refused) == 1
    assert len(land.bodies.waiting_changes(land.slug)) == 1


def test_two_members_that_leave_at_once_do_not_sign_for_each_other(land: Land) -> None:
    acts = [
        partial(land.bodies.propose_leaving, land.people[who], land.slug, who, who)
        for who in (BODY, TOWN)
    ]
    assert at_once(*acts) == []
    assert len(land.bodies.waiting_changes(land.slug)) == 2, "each waits for the other member"
    current = [x for x in land.bodies.body(land.slug).members if x.is_current]
    assert len(current) == 2
    numbers = {x.name: x.id for x in land.bodies.waiting_changes(land.slug)}
    ministry = numbers.pop("Ministry of Examples")
    (town,) = numbers.values()
    at_once(lambda: land.sign(TOWN, ministry), lambda: land.sign(BODY, town))
    left = [x for x in land.bodies.body(land.slug).members if x.is_current]
    assert left == [], "the second is alone once the first has left, and signs alone"
    assert land.bodies.waiting_changes(land.slug) == ()


def test_two_votes_by_one_member_at_once_are_one_vote(land: Land) -> None:
    land.rule()
    land.propose()
    for _ in range(ROUNDS):
        choices = ("for", "against", "abstain")
        refused = at_once(*[partial(land.vote, TOWN, choice) for choice in choices])
        assert refused == []
        with land.database.read() as session:
            (vote,) = session.exec(select(Vote)).all()
        assert vote.choice in choices
    assert land.actions()["body.voted"] == 3 * ROUNDS, "every vote is in the audit log"
    assert land.bodies.decisions.decision(land.slug, 1).item.state == "voting"


def test_the_last_votes_at_once_end_a_voting_once(land: Land) -> None:
    land.rule()
    for number in range(1, ROUNDS + 1):
        assert land.propose() == number
        refused = at_once(
            partial(land.vote, BODY, "for", number), partial(land.vote, TOWN, "for", number)
        )
        assert refused == []
        found = land.bodies.decisions.decision(land.slug, number)
        assert (found.item.state, len(found.votes)) == ("adopted", 2)
    assert land.actions()["body.decision_adopted"] == ROUNDS


def test_a_vote_and_the_end_of_the_time_do_not_both_decide(land: Land) -> None:
    land.rule(open_days=1)
    land.propose()
    land.vote(BODY, "for")
    land.now = NOW + timedelta(days=1)

    def settle() -> None:
        with land.database.write() as session:
            settle_due(session, land.now)

    refused = at_once(settle, settle, lambda: land.vote(TOWN, "against"))
    assert len(refused) == 1, "the time is up, or it has ended"
    settle()
    found = land.bodies.decisions.decision(land.slug, 1)
    assert found.item.state in {"adopted", "rejected"}
    ended = [x for x in land.actions().elements() if x.startswith("body.decision_")]
    assert ended.count(f"body.decision_{found.item.state}") == 1
    assert [x.member for x in found.votes] == ["Ministry of Examples"]


def test_who_leaves_while_the_voting_closes_is_counted_or_not_but_never_half(land: Land) -> None:
    land.rule()
    land.propose()
    land.bodies.propose_leaving(land.people[TOWN], land.slug, TOWN, TOWN)
    change = land.bodies.waiting_changes(land.slug)[0].id
    land.vote(TOWN, "against")
    at_once(lambda: land.sign(BODY, change), lambda: land.vote(BODY, "for"))
    with land.database.write() as session:
        settle_due(session, land.now)
    found = land.bodies.decisions.decision(land.slug, 1)
    counted = {x.slug for x in found.votes if x.counts}
    assert (found.item.state, counted) in (
        ("rejected", {BODY, TOWN}), ("adopted", {BODY}), ("rejected", {BODY}),
    )  # fmt: skip
    with land.database.read() as session:
        logged = session.exec(
            select(AuditEntry).where(AuditEntry.action == f"body.decision_{found.item.state}")
        ).one()
        assert logged.detail["sha256"] == found.digest


def test_decisions_proposed_at_once_have_numbers_of_their_own(land: Land) -> None:
    land.rule()
    assert at_once(*[land.propose] * 6) == []
    with land.database.read() as session:
        assert sorted(session.exec(select(Decision.number))) == [1, 2, 3, 4, 5, 6]


def test_a_component_added_twice_at_once_is_governed_once(land: Land) -> None:
    def add(by: str) -> None:
        land.bodies.propose_component(land.people[by], land.slug, "tool", by)

    refused = at_once(lambda: add(BODY), lambda: add(TOWN))
    assert len(refused) == 1
    change = land.bodies.waiting_changes(land.slug)[0].id
    at_once(lambda: land.sign(BODY, change), lambda: land.sign(TOWN, change))
    with land.database.read() as session:
        assert len(session.exec(select(BodyComponent)).all()) == 2
    assert land.actions()["body.component_added"] == 1


def test_one_decision_is_amended_once_however_many_try(land: Land) -> None:
    land.rule()
    land.propose()
    land.vote(BODY, "for")
    land.vote(TOWN, "for")
    amends = replace(WHAT, title="Another way", amends=1)
    decided = land.bodies.decisions
    numbers = [
        decided.propose(land.people[BODY], land.slug, amends, BODY, opens=True) for _ in range(2)
    ]
    for number in numbers:
        land.vote(BODY, "for", number)
    at_once(*[partial(land.vote, TOWN, "for", number) for number in numbers])
    states = [decided.decision(land.slug, n).item.state for n in numbers]
    assert states.count("adopted") == 1, states
