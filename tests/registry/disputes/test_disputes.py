"""Objections to edges: who may say what, what becomes of the edge, and that both are heard."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import Session, select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.authorise import Scope
from registry.db.session import Database
from registry.db.tables import (
    Account,
    AuditEntry,
    Change,
    Component,
    Edge,
    EdgeEvent,
    EdgeLabel,
    EdgeState,
    Organisation,
)
from registry.db.tables.lineage import EdgeKind
from registry.disputes import edges
from registry.disputes.readmodels import DisputeView
from registry.disputes.service import Disputes
from registry.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RegistryError,
    Unauthenticated,
)
from registry.lineage.removal import restore_edges, withdraw_edges
from registry.lineage.service import Lineage
from registry.lineage.totals import refresh_totals
from tests.support.lineage_rows import NOW, World, lineage_of

FIRST, SECOND, UNSURE = (f"ev_{number:016x}" for number in (1, 2, 3))
WHY = "Both of them took it from a third."


class Town:
    """Two organisations with an edge from one to the other, and people of both."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            world = World(session)
            world.component("forms", "EE")
            world.component("copy", "FI")
            world.edge("forms", "copy")
            world.edge("copy", "forms", kind=EdgeKind.SHARED_FILES)
            world.edge("forms", "copy", kind=EdgeKind.SIMILAR_FILES, confidence="possible")
            for name in ("Olga", "Otto", "Rita", "Opal"):
                session.add(Account(name=name, created_at=NOW))
            session.flush()
            refresh_totals(session, world.components.values(), NOW)
            bodies = {x.slug: x.id or 0 for x in session.exec(select(Organisation))}
            for change in session.exec(select(Change)):
                session.delete(change)
        self.origin, self.reuser = bodies["body-of-forms"], bodies["body-of-copy"]
        self.disputes = Disputes(database, lambda: NOW)
        self.lineage: Lineage = lineage_of(database)
        self.of_origin = Actor(account=1, roles={self.origin: Role.MEMBER})
        self.owner = Actor(account=2, roles={self.origin: Role.OWNER})
        self.of_reuser = Actor(account=3, roles={self.reuser: Role.MEMBER})
        self.operator = Actor(account=4, is_operator=True)

    def object(self, actor: Actor = VISITOR, key: str = FIRST, **values: str) -> DisputeView:
        given = {"category": "not_reuse", "reason": WHY} | values
        return self.disputes.object_to_edge(actor, key, given["category"], given["reason"])

    def state(self, key: str = FIRST) -> str:
        return self.lineage.evidence(key).edge.state

    def counted(self) -> int:
        return self.lineage.totals().get("measured", 0)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)))

    def audited(self) -> list[tuple[str, int | None]]:
        return [(x.action, x.actor) for x in self.rows(AuditEntry)]


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return Town(sqlite_database)


@pytest.fixture
def any_town(database: Database) -> Town:
    """Return the town on both databases, for what differs between them."""
    return Town(database)


def test_what_a_visitor_objects_to_waits_unseen(town: Town) -> None:
    before = (town.lineage.totals(), town.lineage.evidence(FIRST))
    made = town.object(category="common_source", reason=f"  {WHY}\x00\r\nSee the file. ")
    assert (town.lineage.totals(), town.lineage.evidence(FIRST)) == before
    assert (made.by, made.side, made.reason, made.state) == (None, None, None, "open")
    (shown,), _ = town.disputes.log(evidence=FIRST)
    assert shown == made
    (seen,) = town.disputes.waiting()
    assert seen.reason == f"{WHY}\nSee the file."
    assert town.disputes.case(town.operator, made.id).dispute.reason == seen.reason
    assert town.disputes.case(town.of_reuser, made.id).dispute.reason is None
    assert town.audited() == []


def test_a_member_of_one_side_disputes_at_once_and_it_still_counts(town: Town) -> None:
    made = town.object(town.of_reuser)
    assert (made.by and made.by.slug, made.side, made.reason) == ("body-of-copy", "reuser", WHY)
    assert town.state() == "disputed"
    assert town.counted() == 2
    assert town.lineage.evidence(FIRST).events[-1].reason == (
        f"Body Of Copy objects (not_reuse): objection {made.id}"
    )
    assert town.audited() == [("dispute.opened", 3)]
    told = {(x.slug, x.kind.value, x.detail["state"]) for x in town.rows(Change)}
    assert told == {("forms", "reuse", "disputed"), ("copy", "reuse", "disputed")}


def test_each_side_objects_once_and_both_may(any_town: Town) -> None:
    town = any_town
    one = town.object(town.of_reuser)
    with pytest.raises(Conflict, match=f"objection {one.id}"):
        town.object(town.of_reuser, category="other")
    two = town.object(town.of_origin)
    both = Actor(account=1, roles={town.origin: Role.MEMBER, town.reuser: Role.MEMBER})
    with pytest.raises(Conflict):
        town.object(both)
    town.disputes.decide(town.operator, one.id, accept=False, reply="No.")
    assert town.state() == "disputed", "the other side still objects"
    town.disputes.decide(town.operator, two.id, accept=False, reply="No.")
    assert town.state() == "current"


@pytest.mark.parametrize("actor", ["visitor", "stranger", "former", "token", "operator"])
def test_whoever_stands_on_no_side_disputes_nothing_at_once(town: Town, actor: str) -> None:
    known = {
        "visitor": VISITOR,
        "stranger": Actor(account=3, roles={999: Role.OWNER}),
        "former": Actor(account=3),
        "token": Actor(account=3, roles={town.reuser: Role.OWNER}, scopes=frozenset({Scope.READ})),
        "operator": town.operator,
    }
    assert town.object(known[actor]).by is None
    assert town.state() == "current"


def test_the_present_organisation_of_a_component_stands_on_its_side_too(town: Town) -> None:
    with town.database.write() as session:
        heir = World(session).body("heir", "FI")
        component = session.exec(select(Component).where(Component.slug == "copy")).one()
        component.organisation_id = heir
    made = town.object(Actor(account=3, roles={heir: Role.MEMBER}))
    assert (made.by and made.by.slug, made.side) == ("heir", "reuser")


def test_an_accepted_objection_takes_the_edge_out_of_every_number(town: Town) -> None:
    made = town.object(town.of_reuser)
    decided = town.disputes.decide(town.operator, made.id, accept=True, reply="You are right.")
    assert (decided.state, decided.reply, decided.reviewed_at) == (
        "accepted", "You are right.", NOW,
    )  # fmt: skip
    assert town.state() == "withdrawn"
    assert town.counted() == 1
    assert town.lineage.evidence(FIRST).events[-1].reason == (
        f"objection {made.id} (not_reuse) was accepted: You are right."
    )
    assert town.audited() == [("dispute.opened", 3), ("dispute.accepted", 4)]
    assert [(x.verdict, x.organisation.slug) for x in town.disputes.labels(FIRST)] == [
        ("denied", "body-of-copy")
    ]


def test_a_rejected_objection_leaves_the_edge_as_it_was_with_the_reason(town: Town) -> None:
    made = town.object(town.of_reuser)
    town.disputes.decide(town.operator, made.id, accept=False, reply="The commits are the same.")
    found = town.lineage.evidence(FIRST)
    assert (found.edge.state, town.counted()) == ("current", 2)
    assert found.events[-1].reason.endswith("was rejected: The commits are the same.")
    (shown,), _ = town.disputes.log(state="rejected")
    assert (shown.reason, shown.reply) == (WHY, "The commits are the same.")
    again = town.object(town.of_reuser)
    assert again.id != made.id, "one may object again, with better reasons"


def test_the_text_of_a_visitor_is_public_once_it_was_accepted(town: Town) -> None:
    spam, good = town.object(reason="buy at spam.example"), town.object()
    town.disputes.decide(town.operator, spam.id, accept=False, reply="This is advertising.")
    town.disputes.decide(town.operator, good.id, accept=True, reply="Yes.")
    found, _ = town.disputes.log()
    assert [(x.id, x.reason) for x in found] == [(good.id, WHY), (spam.id, None)]
    assert town.state() == "withdrawn"
    assert town.rows(EdgeLabel) == [], "of a visitor nobody knows whose judgement it is"


@pytest.mark.parametrize("state", [EdgeState.WITHDRAWN, EdgeState.SUPERSEDED])
def test_what_stands_no_more_is_not_objected_to(town: Town, state: EdgeState) -> None:
    with town.database.write() as session:
        session.exec(select(Edge).where(Edge.key == FIRST)).one().state = state
    for actor in (VISITOR, town.of_reuser):
        with pytest.raises(Conflict, match=state.value):
            town.object(actor)


def test_an_edge_that_was_withdrawn_meanwhile_stays_so(town: Town) -> None:
    made = town.object()
    with town.database.write() as session:
        session.exec(select(Edge).where(Edge.key == FIRST)).one().state = EdgeState.WITHDRAWN
    town.disputes.decide(town.operator, made.id, accept=False, reply="It was withdrawn.")
    assert town.state() == "withdrawn"


def test_the_other_side_answers_once(town: Town) -> None:
    made = town.object(town.of_reuser)
    for actor, error in ((VISITOR, Unauthenticated), (town.of_reuser, Forbidden),
                         (town.operator, Forbidden)):  # fmt: skip
        with pytest.raises(error):
            town.disputes.answer(actor, made.id, "We took it.")
        assert not town.disputes.case(actor, made.id).may_answer
    assert town.disputes.case(town.of_origin, made.id).may_answer
    with pytest.raises(InvalidInput):
        town.disputes.answer(town.of_origin, made.id, "x" * 2_001)
    answered = town.disputes.answer(town.of_origin, made.id, "They took it from us in 2018.")
    assert (answered.answer, answered.answered_at) == ("They took it from us in 2018.", NOW)
    with pytest.raises(Conflict, match="answered already"):
        town.disputes.answer(town.of_origin, made.id, "And so on.")
    assert town.audited()[-1] == ("dispute.answered", 1)
    assert town.state() == "disputed"


def test_what_a_visitor_says_and_what_is_over_is_not_answered(town: Town) -> None:
    with pytest.raises(Conflict):
        town.disputes.answer(town.of_origin, town.object().id, "No.")
    made = town.object(town.of_reuser)
    town.disputes.decide(town.operator, made.id, accept=False, reply="No.")
    with pytest.raises(Conflict, match="rejected already"):
        town.disputes.answer(town.of_origin, made.id, "Indeed.")
    with pytest.raises(NotFound):
        town.disputes.answer(town.of_origin, 999, "Indeed.")


def test_only_operators_decide_and_only_once(town: Town) -> None:
    made = town.object(town.of_reuser)
    for actor, error in ((VISITOR, Unauthenticated), (town.owner, Forbidden)):
        with pytest.raises(error):
            town.disputes.decide(actor, made.id, accept=True, reply="Yes.")
    with pytest.raises(InvalidInput):
        town.disputes.decide(town.operator, made.id, accept=True, reply=" ")
    town.disputes.decide_as_operator(made.id, accept=False, reply="No.")
    with pytest.raises(Conflict, match="rejected already"):
        town.disputes.decide(town.operator, made.id, accept=True, reply="Yes.")
    with pytest.raises(NotFound):
        town.disputes.decide(town.operator, 999, accept=True, reply="Yes.")


def test_of_two_operators_at_once_one_decides(any_town: Town) -> None:
    town = any_town
    made = town.object(town.of_reuser)

    def decide(accept: bool) -> bool:
        try:
            town.disputes.decide(town.operator, made.id, accept=accept, reply="So be it.")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, (True, False))) == [False, True]
    assert len([x for x in town.audited() if x[0] != "dispute.opened"]) == 1


@pytest.mark.parametrize(
    ("key", "category", "reason", "error"),
    [
        ("ev_nothing", "other", WHY, NotFound),
        ("ev_\x00", "other", WHY, NotFound),
        (FIRST, "rumour", WHY, InvalidInput),
        (FIRST, "other", "no", InvalidInput),
        (FIRST, "other", "\x01\x02 \n" * 20, InvalidInput),
        (FIRST, "other", "x" * 2_001, InvalidInput),
        (FIRST, "other", "x" * 100_000, InvalidInput),
    ],
)
def test_an_objection_must_say_what_and_why(
    town: Town, key: str, category: str, reason: str, error: type[RegistryError]
) -> None:
    for actor in (VISITOR, town.of_reuser):
        with pytest.raises(error):
            town.object(actor, key, category=category, reason=reason)
    assert town.disputes.log() == ((), None)


def test_visitors_cannot_flood_reviewers_nor_silence_members(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edges, "MAX_OPEN", 3)
    numbers = [town.object(category="other").id for _ in range(3)]
    with pytest.raises(Conflict):
        town.object()
    town.object(key=SECOND)
    monkeypatch.setattr(edges, "MAX_OPEN_IN_ALL", 4)
    with pytest.raises(Conflict):
        town.object(key=SECOND)
    assert town.object(town.of_reuser).by
    town.disputes.decide(town.operator, numbers[0], accept=False, reply="Read.")
    town.object()
    assert [x.id for x in town.disputes.waiting(limit=2)] == numbers[1:]
    with pytest.raises(InvalidInput):
        town.disputes.waiting("unknown")


def test_the_log_is_read_page_by_page(any_town: Town) -> None:
    town = any_town
    numbers = [town.object(key=key).id for key in (FIRST, SECOND, FIRST)]
    page, following = town.disputes.log(limit=2)
    assert [x.id for x in page] == [numbers[2], numbers[1]]
    rest, end = town.disputes.log(limit=2, after=following)
    assert ([x.id for x in rest], end) == ([numbers[0]], None)
    found, _ = town.disputes.log(evidence=SECOND, state="open")
    assert [x.edge and x.edge.key for x in found] == [SECOND]


def test_an_owner_confirms_and_the_word_of_the_reuser_counts(any_town: Town) -> None:
    town = any_town
    with pytest.raises(Forbidden):
        town.disputes.confirm(town.of_origin, UNSURE)
    town.disputes.confirm(town.owner, UNSURE)
    assert town.counted() == 2, "the origin gains by it"
    with pytest.raises(Unauthenticated):
        town.disputes.confirm(VISITOR, UNSURE)
    reuser = Actor(account=3, roles={town.reuser: Role.OWNER})
    assert town.disputes.standing(reuser, UNSURE).confirms_for == ("Body Of Copy",)
    town.disputes.confirm(reuser, UNSURE)
    town.disputes.confirm(reuser, UNSURE)
    assert town.counted() == 3
    edge = town.lineage.evidence(UNSURE).edge
    assert (edge.is_confirmed, edge.confidence) == (True, "possible")
    assert [x.organisation.slug for x in town.disputes.labels(UNSURE)] == [
        "body-of-forms", "body-of-copy",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        town.disputes.confirm(reuser, "ev_nothing")


def test_whoever_objects_takes_back_what_they_confirmed(town: Town) -> None:
    reuser = Actor(account=3, roles={town.reuser: Role.OWNER})
    town.disputes.confirm(reuser, UNSURE)
    made = town.object(reuser, UNSURE)
    assert town.disputes.labels(UNSURE) == ()
    assert town.counted() == 2
    with pytest.raises(Conflict, match="objects"):
        town.disputes.confirm(reuser, UNSURE)
    town.disputes.decide(town.operator, made.id, accept=True, reply="Yes.")
    with pytest.raises(Conflict, match="withdrawn"):
        town.disputes.confirm(reuser, UNSURE)


def test_what_is_taken_down_is_not_there_and_comes_back_disputed(any_town: Town) -> None:
    town = any_town
    made = town.object(town.of_reuser)

    def hide(session: Session, *, hidden: bool) -> None:
        component = session.exec(select(Component).where(Component.slug == "copy")).one()
        component.is_taken_down = hidden
        session.flush()
        change = withdraw_edges if hidden else restore_edges
        change(session, component.id or 0, NOW)

    with town.database.write() as session:
        hide(session, hidden=True)
    assert town.disputes.log() == ((), None)
    for act in (lambda: town.object(town.of_origin), lambda: town.disputes.case(VISITOR, made.id),
                lambda: town.disputes.decide(town.operator, made.id, accept=False, reply="No."),
                lambda: town.disputes.confirm(town.owner, FIRST)):  # fmt: skip
        with pytest.raises(NotFound):
            act()
    with town.database.write() as session:
        hide(session, hidden=False)
    assert town.state() == "disputed"
    town.disputes.decide(town.operator, made.id, accept=False, reply="No.")
    assert town.state() == "current"


def test_the_history_keeps_html_as_text(town: Town) -> None:
    made = town.object(town.of_reuser, reason="<script>alert(1)</script> is what they call it")
    text = "<b>bold</b>"
    town.disputes.decide(town.operator, made.id, accept=False, reply=text)
    assert town.disputes.one(made.id).reply == text
    assert town.rows(EdgeEvent)[-1].reason.endswith(text)


def _roles(roles: Mapping[int, Role]) -> Actor:
    return Actor(account=1, roles=roles)


def test_standing_tells_for_whom_somebody_may_speak(town: Town) -> None:
    both = _roles({town.origin: Role.OWNER, town.reuser: Role.MEMBER, 999: Role.OWNER})
    standing = town.disputes.standing(both, FIRST)
    assert standing.objects_for == ("Body Of Forms", "Body Of Copy")
    assert standing.confirms_for == ("Body Of Forms",)
    assert town.disputes.standing(VISITOR, FIRST) == town.disputes.standing(both, "ev_nothing")
