"""Objections to edges: who may say what, and that one side cannot silence another."""

import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.authorise import Scope
from registry.db.tables import Change, Component, Edge, EdgeState
from registry.disputes import edges
from registry.errors import Conflict, InvalidInput, NotFound, RegistryError
from tests.support.disputed_edges import FIRST, SECOND, WHY, Town
from tests.support.lineage_rows import World


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
    assert told == {("forms", "edge", "disputed"), ("copy", "edge", "disputed")}


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


@pytest.mark.parametrize("state", [EdgeState.WITHDRAWN, EdgeState.SUPERSEDED])
def test_what_stands_no_more_is_not_objected_to(town: Town, state: EdgeState) -> None:
    with town.database.write() as session:
        session.exec(select(Edge).where(Edge.key == FIRST)).one().state = state
    for actor in (VISITOR, town.of_reuser):
        with pytest.raises(Conflict, match=state.value):
            town.object(actor)


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
