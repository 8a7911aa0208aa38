"""Decisions: by whom they are voted on, how they end, and that nothing of them changes then."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import col, select

from registry.accounts.actors import Actor, Role
from registry.db.tables import AuditEntry, BodyMember, WebhookDelivery, WebhookEndpoint
from registry.errors import Conflict, Forbidden, NotFound
from registry.governance.record.decision_models import (
    DecisionQuery,
    DecisionView,
    NewDecision,
    NewRule,
    PastDecision,
)
from registry.governance.record.readmodels import Evidence, NewMember
from registry.governance.record.service import Bodies
from registry.governance.record.voting import settle_due
from registry.governance.record.writing import OPERATOR
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, SOURCE, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

TOWN, SERVICE = "town-1", "digital-service"
RULE = NewRule(name="General meeting")
WHAT = NewDecision(title="Take the forms over", text="We take them over.", lang="en", rule=1)
PAST = PastDecision(
    what=replace(WHAT, evidence=SOURCE), state="adopted", decided_on="2019-02-03",
    votes={BODY: "for"},
)  # fmt: skip


class Land:
    """A body of a ministry and a town, which both agreed, with a voting rule."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        numbers = add_bodies(self.database)
        add_component(self.database)
        self.now = NOW
        self.bodies = Bodies(self.database, lambda: self.now)
        self.people = {slug: member_of(self.database, x) for slug, x in numbers.items()}
        self.numbers = numbers
        self.slug = self.bodies.create(self.people[BODY], FOUNDED, BODY)
        self.answer(TOWN)
        self.decisions = self.bodies.decisions
        self.rule(RULE)

    def rule(self, rule: NewRule) -> int:
        return self.decisions.add_rule(self.people[BODY], self.slug, rule, SOURCE, BODY)

    def answer(self, slug: str) -> None:
        found = self.bodies.body(self.slug).members
        number = next(x.id for x in found if x.organisation and x.organisation.slug == slug)
        self.bodies.answer(self.people[slug], self.slug, number, agrees=True)

    def propose(self, what: NewDecision = WHAT, by: str = BODY) -> int:
        return self.decisions.propose(self.people[by], self.slug, what, by, opens=True)

    def vote(self, by: str, choice: str = "for", number: int = 1) -> None:
        self.decisions.vote(self.people[by], self.slug, number, choice, by)

    def decision(self, number: int = 1) -> DecisionView:
        return self.decisions.decision(self.slug, number)

    def leave(self, *slugs: str) -> None:
        """Let members leave today, as the record would have it after their sign-offs."""
        with self.database.write() as session:
            for slug in slugs:
                row = session.exec(
                    select(BodyMember).where(BodyMember.organisation_id == self.numbers[slug])
                ).one()
                row.until = self.now.date()

    def wait(self, days: int) -> int:
        self.now = self.now + timedelta(days=days)
        with self.database.write() as session:
            return settle_due(session, self.now)

    def log(self, action: str) -> list[dict[str, object]]:
        with self.database.read() as session:
            query = select(AuditEntry).where(AuditEntry.action == f"body.{action}")
            return [dict(x.detail) for x in session.exec(query.order_by(col(AuditEntry.index)))]


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    yield made
    made.database.close()


def test_a_decision_is_proposed_voted_on_and_adopted_once_all_voted(land: Land) -> None:
    number = land.decisions.propose(land.people[TOWN], land.slug, WHAT, TOWN)
    assert land.decision().item.state == "proposed"
    with pytest.raises(Conflict, match="proposed"):
        land.vote(BODY)
    land.decisions.open_voting(land.people[BODY], land.slug, number, BODY)
    land.vote(BODY)
    found = land.decision()
    assert (found.item.state, found.may_vote) == ("voting", (BODY, TOWN))
    land.vote(TOWN, "abstain")
    found = land.decision()
    assert (found.item.state, found.reason) == ("adopted", "carried")
    assert found.item.decided_on == str(NOW.date())
    assert {x.slug: (x.choice, x.counts) for x in found.votes} == {
        BODY: ("for", True), TOWN: ("abstain", True),
    }  # fmt: skip


def test_nothing_of_a_decision_that_ended_changes(land: Land) -> None:
    land.propose()
    land.vote(BODY)
    land.vote(TOWN)
    before = land.decision()
    with pytest.raises(Conflict):
        land.vote(BODY, "against")
    with pytest.raises(Conflict):
        land.decisions.open_voting(land.people[BODY], land.slug, 1, BODY)
    land.wait(400)
    assert land.decision() == before
    (entry,) = land.log("decision_adopted")
    assert entry["sha256"] == before.digest, "the audit log holds what was decided"


def test_minutes_follow_once(land: Land) -> None:
    land.propose()
    minutes = Evidence(url="https://example.org/minutes", sha256="b" * 64)
    land.decisions.add_minutes(land.people[TOWN], land.slug, 1, minutes, TOWN)
    assert land.decision().source.url == minutes.url
    with pytest.raises(Conflict):
        land.decisions.add_minutes(land.people[TOWN], land.slug, 1, SOURCE, TOWN)


def test_a_later_decision_supersedes_the_one_that_it_amends(land: Land) -> None:
    land.propose()
    with pytest.raises(WrongField, match="adopted"):
        land.propose(replace(WHAT, amends=1))
    land.vote(BODY)
    land.vote(TOWN)
    land.propose(replace(WHAT, title="Give them back", amends=1))
    assert land.decision(1).item.state == "adopted", "until the other one is"
    land.vote(BODY, number=2)
    land.vote(TOWN, number=2)
    assert (land.decision(1).item.state, land.decision(1).superseded_by) == ("superseded", 2)
    assert land.decision(2).amends == 1
    for amends in (1, 99):
        with pytest.raises(WrongField) as raised:
            land.propose(replace(WHAT, amends=amends))
        assert raised.value.field == "amends"

    def numbers(state: str | None) -> list[int]:
        return [x.number for x in land.decisions.list(land.slug, DecisionQuery(state=state))[0]]

    assert (numbers(None), numbers("superseded"), numbers("adopted")) == ([2, 1], [1], [2])


def test_who_has_left_does_not_vote_and_an_earlier_vote_does_not_count(land: Land) -> None:
    land.propose()
    land.vote(TOWN, "against")
    land.leave(TOWN)
    with pytest.raises(Conflict, match="no member"):
        land.vote(TOWN, "for")
    land.vote(BODY)
    found = land.decision()
    assert (found.item.state, found.reason) == ("adopted", "carried")
    assert [x.counts for x in found.votes if x.slug == TOWN] == [False]


def test_when_all_leave_at_once_nothing_is_adopted(land: Land) -> None:
    land.propose()
    land.vote(BODY)
    land.leave(BODY, TOWN)
    assert land.wait(14) == 1
    assert (land.decision().item.state, land.decision().reason) == ("rejected", "no_votes")


def test_time_ends_a_voting_by_the_day_on_which_it_was_up(land: Land) -> None:
    land.propose()
    land.vote(BODY)
    assert land.wait(13) == 0
    assert land.wait(10) == 1
    found = land.decision()
    assert found.item.decided_on == str((NOW + timedelta(days=14)).date())
    assert found.item.state == "adopted"


def test_a_vote_after_the_time_is_refused_even_before_it_was_counted(land: Land) -> None:
    land.propose()
    land.now = NOW + timedelta(days=14)
    with pytest.raises(Conflict, match="time"):
        land.vote(BODY)


def test_a_vote_may_change_while_it_is_open_and_weighs_by_dues(land: Land) -> None:
    with land.database.write() as session:
        for row in session.exec(select(BodyMember)):
            row.dues = 50_000 if row.organisation_id == land.numbers[BODY] else 3_000
    land.propose(replace(WHAT, rule=land.rule(replace(RULE, weight="by_dues"))))
    land.vote(BODY)
    land.vote(BODY, "against")
    land.vote(TOWN)
    found = land.decision()
    assert found.item.state == "rejected"
    assert {x.slug: x.weight for x in found.votes} == {BODY: 50_000, TOWN: 3_000}
    assert [x["choice"] for x in land.log("voted")] == ["for", "against", "for"]


def test_only_people_of_members_with_a_vote_vote(land: Land) -> None:
    land.propose()
    member = member_of(land.database, land.numbers[TOWN], Role.MEMBER)
    for actor, by in ((member, TOWN), (land.people[BODY], TOWN), (Actor(1), BODY)):
        with pytest.raises(Forbidden):
            land.decisions.vote(actor, land.slug, 1, "for", by)
    with pytest.raises(Conflict):
        land.vote(SERVICE)
    with pytest.raises(WrongField):
        land.vote(BODY, "maybe")
    with pytest.raises(NotFound):
        land.vote(BODY, number=9)


def test_an_observer_proposes_but_has_no_vote(land: Land) -> None:
    asked = NewMember(organisation=SERVICE, role="observer", since="2026-01-01")
    land.bodies.propose_member(land.people[BODY], land.slug, asked, BODY)
    change = land.bodies.waiting_changes(land.slug)[0]
    land.bodies.sign_off(land.people[TOWN], land.slug, change.id, TOWN)
    land.answer(SERVICE)
    land.propose(by=SERVICE)
    with pytest.raises(Conflict, match="observer"):
        land.vote(SERVICE)
    with pytest.raises(Conflict):
        land.decisions.add_rule(land.people[SERVICE], land.slug, RULE, SOURCE, SERVICE)


def test_a_past_decision_is_recorded_as_it_ended(land: Land) -> None:
    assert land.decisions.record_past(OPERATOR, land.slug, PAST) == 1
    found = land.decision()
    assert (found.item.state, found.item.is_recorded) == ("adopted", True)
    assert str(found.item.decided_on) == "2019-02-03"
    assert [(x.member, x.choice) for x in found.votes] == [("Ministry of Examples", "for")]
    assert found.source.entered_by is None
    with pytest.raises(Conflict):
        land.vote(BODY)


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"state": "voting"}, "state", "choice"),
        ({"decided_on": "2999-01-01"}, "decided_on", "day"),
        ({"votes": {"nobody": "for"}}, "votes", "organisation"),
        ({"votes": {BODY: "perhaps"}}, "votes", "choice"),
        ({"votes": {BODY: "for", "Ministry of Examples": "for"}}, "votes", "overlap"),
        ({"what": replace(WHAT, evidence=Evidence())}, "url", "url"),
        ({"what": replace(WHAT, rule=99, evidence=SOURCE)}, "rule", "choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_named(
    land: Land, changed: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(WrongField) as raised:
        land.decisions.record_past(OPERATOR, land.slug, replace(PAST, **changed))
    assert (raised.value.field, raised.value.problem) == (field, problem)
    assert land.decisions.list(land.slug)[0] == ()


def test_who_was_no_member_that_day_cannot_have_voted(land: Land) -> None:
    early = replace(PAST, decided_on="2016-01-01")
    with pytest.raises(WrongField, match="no member on 2016-01-01"):
        land.decisions.record_past(OPERATOR, land.slug, early)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"weight": "by_size"}, "weight"),
        ({"threshold": "most"}, "threshold"),
        ({"quorum": 101}, "quorum"),
        ({"threshold": "lazy_consensus", "quorum": 10}, "quorum"),
        ({"open_days": 0}, "open_days"),
        ({"seats": 0}, "seats"),
        ({"roles": ("king",)}, "roles"),
        ({"tie_break": "chair"}, "chair"),
        ({"chair": BODY}, "chair"),
        ({"tie_break": "chair", "chair": SERVICE}, "chair"),
    ],
)
def test_a_rule_that_cannot_be_is_named(land: Land, changed: dict[str, object], field: str) -> None:
    with pytest.raises(WrongField) as raised:
        land.rule(replace(RULE, **changed))
    assert raised.value.field == field


def test_a_rule_says_what_it_is_and_where_it_stands(land: Land) -> None:
    land.rule(replace(RULE, tie_break="chair", chair=BODY, seats=3, quorum=50))
    rule = land.decisions.rules(land.slug)[1]
    assert (rule.chair, rule.seats, rule.quorum) == ("Ministry of Examples", 3, 50)
    assert rule.roles == ("associate", "owner", "strategic")
    assert rule.source.url == SOURCE.url


def test_endpoints_are_told_of_what_is_adopted_now_not_of_old_decisions(land: Land) -> None:
    with land.database.write() as session:
        session.add(
            WebhookEndpoint(key="k", url="https://ci.example/", events=["decision.adopted"],
                            organisation_id=land.numbers[TOWN], secret="s", created_at=NOW)
        )  # fmt: skip
    land.decisions.record_past(OPERATOR, land.slug, PAST)
    land.propose()
    land.vote(BODY, number=2)
    land.vote(TOWN, number=2)
    with land.database.read() as session:
        (told,) = session.exec(select(WebhookDelivery)).all()
    assert told.subject == f"decision:{land.slug}/2"
    assert '"title":"Take the forms over"' in told.body


def test_votes_by_dues_weigh_by_those_of_founders_too(tmp_path: Path) -> None:
    database = fresh_sqlite(tmp_path)
    numbers = add_bodies(database)
    add_component(database)
    people = {slug: member_of(database, x) for slug, x in numbers.items()}
    bodies = Bodies(database, lambda: NOW)
    town = NewMember(organisation=TOWN, role="strategic", dues=3000)
    rule = NewRule(name="Assembly", weight="by_dues")
    founded = replace(FOUNDED, dues=50_000, members=(town,), rule=rule)
    slug = bodies.create(people[BODY], founded, BODY)
    found = next(x for x in bodies.body(slug).members if x.state == "invited")
    bodies.answer(people[TOWN], slug, found.id, agrees=True)
    bodies.decisions.propose(people[BODY], slug, WHAT, BODY, opens=True)
    for by, choice in ((TOWN, "against"), (BODY, "for")):
        bodies.decisions.vote(people[by], slug, 1, choice, by)
    view = bodies.decisions.decision(slug, 1)
    assert (view.item.state, {x.weight for x in view.votes}) == ("adopted", {50_000, 3000})
    database.close()


def test_votes_by_dues_that_are_not_recorded_are_not_opened(land: Land) -> None:
    rule = land.rule(replace(RULE, name="Assembly", weight="by_dues"))
    with pytest.raises(WrongField, match="none are on record of"):
        land.propose(replace(WHAT, rule=rule))
    asked = replace(WHAT, rule=rule)
    number = land.decisions.propose(land.people[BODY], land.slug, asked, BODY)
    with pytest.raises(WrongField, match="rule counts votes by dues"):
        land.decisions.open_voting(land.people[BODY], land.slug, number, BODY)
    assert land.decision(number).item.state == "proposed"
