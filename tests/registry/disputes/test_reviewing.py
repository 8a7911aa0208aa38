"""Answers and decisions: what becomes of an edge that somebody objects to."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from registry.accounts.actors import VISITOR
from registry.db.tables import Component, Edge, EdgeEvent, EdgeLabel, EdgeState
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from registry.lineage.removal import restore_edges, withdraw_edges
from tests.support.disputed_edges import FIRST, WHY, Town
from tests.support.lineage_rows import NOW


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


def test_who_objected_withdraws_it_and_the_edge_stands_as_before(town: Town) -> None:
    made = town.object(town.of_reuser)
    assert town.state() == "disputed"
    for actor, error in (
        (VISITOR, Unauthenticated), (town.of_origin, Forbidden), (town.operator, Forbidden),
    ):  # fmt: skip
        with pytest.raises(error):
            town.disputes.withdraw(actor, made.id)
        assert not town.disputes.case(actor, made.id).may_withdraw
    assert town.disputes.case(town.of_reuser, made.id).may_withdraw
    ended = town.disputes.withdraw(town.of_reuser, made.id)
    assert (ended.state, ended.reviewed_at, ended.reply) == ("withdrawn", NOW, None)
    assert (town.state(), town.counted()) == ("current", 2)
    assert town.audited()[-1][0] == "dispute.withdrawn"
    with pytest.raises(Conflict, match="withdrawn already"):
        town.disputes.withdraw(town.of_reuser, made.id)
    with pytest.raises(Conflict):
        town.disputes.decide(town.operator, made.id, accept=True, reply="Too late.")
    assert town.object(town.of_reuser).id != made.id, "and may object again"


def test_what_nobody_signed_is_withdrawn_by_nobody(town: Town) -> None:
    made = town.object()
    with pytest.raises(Forbidden):
        town.disputes.withdraw(town.of_reuser, made.id)
