"""Evidence, objections to it, and what they change of the numbers."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Repository
from registry.db.tables.lineage import Dispute, Edge, EdgeEvent, EdgeKind, EdgeState, EdgeTag
from registry.errors import Conflict, InvalidInput, NotFound
from registry.lineage import disputes
from registry.lineage.readmodels import ReuseQuery, ReuseSummary
from registry.lineage.service import Lineage
from registry.lineage.totals import refresh_totals
from tests.support.lineage_rows import NOW, World, lineage_of

FIRST, SECOND = "ev_0000000000000001", "ev_0000000000000002"
WHY = "Both of them took it from a third."


@pytest.fixture
def lineage(database: Database) -> Lineage:
    """Return lineage over a copy with two kinds of evidence and one text."""
    with database.write() as session:
        world = World(session)
        world.component("forms", "EE", licence="MIT")
        world.component("copy", "FI")
        world.source("health", "CA")
        world.edge("forms", "copy", proof={"samples": [1]})
        world.edge("copy", "forms", kind=EdgeKind.SHARED_FILES)
        world.edge("source:health", "copy", kind=EdgeKind.ATTRIBUTION_TEXT, tag=EdgeTag.ATTRIBUTED)
        session.add(EdgeEvent(edge_id=1, at=NOW, state="current", reason="found"))
        old = session.exec(select(Repository).where(Repository.path == "forms")).one()
        old.last_checked_at = NOW - timedelta(days=9)
        refresh_totals(session, world.components.values(), utc_now())
    return lineage_of(database)


def test_evidence_is_the_edge_with_its_proof_and_history(lineage: Lineage) -> None:
    found = lineage.evidence(FIRST)
    assert (found.edge.key, found.proof, found.proof_digest) == (FIRST, {"samples": [1]}, "d" * 64)
    assert [(x.state, x.reason, x.at) for x in found.events] == [("current", "found", NOW)]
    assert [x.key for x in found.others] == [SECOND]
    assert (found.origin_licence, found.reuser_licence) == ("MIT", "EUPL-1.2")
    assert found.checked_at == NOW - timedelta(days=9)
    text = lineage.evidence("ev_0000000000000003")
    assert (text.checked_at, text.others, text.origin_licence) == (NOW, (), None)
    with pytest.raises(NotFound, match="ev_nothing"):
        lineage.evidence("ev_nothing")


def test_one_side_that_was_never_checked_makes_the_date_unknown(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        world.component("forms")
        world.component("copy")
        world.edge("forms", "copy")
        session.exec(select(Repository)).first().last_checked_at = None  # type: ignore[union-attr]
    assert lineage_of(database).evidence(FIRST).checked_at is None


def test_an_open_objection_changes_nothing_that_others_see(lineage: Lineage) -> None:
    before = (lineage.totals(), lineage.summary("forms"), lineage.evidence(FIRST).edge)
    number = lineage.dispute(FIRST, "common_source", f"  {WHY}\x00\r\nSee the file. ")
    assert (lineage.totals(), lineage.summary("forms"), lineage.evidence(FIRST).edge) == before
    (shown,) = lineage.evidence(FIRST).disputes
    assert (shown.id, shown.category, shown.state, shown.reason) == (
        number, "common_source", "open", None,
    )  # fmt: skip
    (case,) = lineage.disputes()
    assert case.dispute.reason == f"{WHY}\nSee the file."
    assert case.edge.key == FIRST


def test_an_accepted_objection_takes_the_edge_out_of_every_number(lineage: Lineage) -> None:
    assert lineage.summary("forms") == (
        ReuseSummary(tag="measured", edges=1, organisations=1, countries=1, foreign_countries=1),
    )
    number = lineage.dispute(FIRST, "not_reuse", WHY)
    decided = lineage.review_dispute(number, accept=True, reply="You are right.")
    assert (decided.state, decided.reply, decided.reviewed_at) == (
        "accepted", "You are right.", NOW,
    )  # fmt: skip
    assert lineage.summary("forms") == ()
    assert [x.key for x in lineage.reuse(ReuseQuery(origin="forms")).items] == []
    found = lineage.evidence(FIRST)
    assert found.edge.state == "disputed"
    assert found.disputes[0].reason == WHY
    assert found.events[-1].reason == f"objection {number} (not_reuse) was accepted: You are right."
    assert lineage.disputes() == ()
    assert [x.dispute.id for x in lineage.disputes(None)] == [number]


def test_a_rejected_objection_is_answered_and_its_text_stays_unseen(lineage: Lineage) -> None:
    number = lineage.dispute(FIRST, "other", "buy cheap things at spam.example")
    lineage.review_dispute(number, accept=False, reply="This is advertising.")
    found = lineage.evidence(FIRST)
    assert (found.edge.state, found.disputes[0].reason) == ("current", None)
    assert found.events[-1].state == "current"
    assert "rejected: This is advertising." in found.events[-1].reason
    assert lineage.totals()["measured"] == 2


def test_an_edge_that_no_longer_stands_keeps_its_state(
    lineage: Lineage, database: Database
) -> None:
    number = lineage.dispute(FIRST, "not_reuse", WHY)
    with database.write() as session:
        edge = session.exec(select(Edge).where(Edge.key == FIRST)).one()
        edge.state = EdgeState.WITHDRAWN
    lineage.review_dispute(number, accept=True, reply="It was withdrawn.")
    assert lineage.evidence(FIRST).edge.state == "withdrawn"


def test_an_objection_is_decided_once(lineage: Lineage) -> None:
    number = lineage.dispute(FIRST, "not_reuse", WHY)
    lineage.review_dispute(number, accept=False, reply="No.")
    with pytest.raises(Conflict, match="rejected already"):
        lineage.review_dispute(number, accept=True, reply="Yes.")
    with pytest.raises(NotFound):
        lineage.review_dispute(number + 1, accept=True, reply="Yes.")


@pytest.mark.parametrize(
    ("key", "category", "reason", "error"),
    [
        ("ev_nothing", "other", WHY, NotFound),
        (FIRST, "rumour", WHY, InvalidInput),
        (FIRST, "other", "no", InvalidInput),
        (FIRST, "other", "\x01\x02 \n" * 20, InvalidInput),
        (FIRST, "other", "x" * 2_001, InvalidInput),
    ],
)
def test_an_objection_must_say_what_and_why(
    lineage: Lineage, key: str, category: str, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        lineage.dispute(key, category, reason)
    assert lineage.disputes(None) == ()


def test_nobody_can_flood_the_reviewers(lineage: Lineage, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(disputes.MAX_OPEN):
        lineage.dispute(FIRST, "other", WHY)
    with pytest.raises(Conflict):
        lineage.dispute(FIRST, "other", WHY)
    number = lineage.dispute(SECOND, "other", WHY)
    monkeypatch.setattr(disputes, "MAX_OPEN_IN_ALL", number)
    with pytest.raises(Conflict):
        lineage.dispute(SECOND, "other", WHY)
    lineage.review_dispute(1, accept=False, reply="Read.")
    lineage.dispute(FIRST, "other", WHY)


def test_objections_wait_in_order_and_states_are_closed(
    lineage: Lineage, database: Database
) -> None:
    numbers = [lineage.dispute(key, "other", WHY) for key in (SECOND, FIRST, SECOND)]
    assert [case.dispute.id for case in lineage.disputes(limit=2)] == numbers[:2]
    assert [case.edge.key for case in lineage.disputes()] == [SECOND, FIRST, SECOND]
    with pytest.raises(InvalidInput):
        lineage.disputes("unknown")
    with database.read() as session:
        assert set(session.exec(select(Dispute.state))) == {"open"}


def _summaries(database: Database, fill: Any) -> Any:
    with database.write() as session:
        world = World(session)
        fill(world)
        refresh_totals(session, world.components.values(), utc_now())
        refresh_totals(session, world.components.values(), utc_now())
    return lineage_of(database)


def test_totals_count_organisations_and_countries_by_tag(database: Database) -> None:
    def fill(world: World) -> None:
        world.component("forms", "EE")
        for slug, country, body in (
            ("a", "FI", "town"), ("b", "FI", "town"), ("c", "CA", ""), ("d", "EE", ""),
            ("e", None, None), ("f", "CA", None),
        ):  # fmt: skip
            world.component(slug, country, body=body)
            world.edge("forms", slug)
        world.edge("forms", "a", kind=EdgeKind.SHARED_FILES)
        world.edge("forms", "a", kind=EdgeKind.DECLARED, tag=EdgeTag.DECLARED)
        for values in ({"is_mirror": True}, {"is_internal": True}, {"direction": "unknown"},
                       {"state": EdgeState.DISPUTED}, {"confidence": "possible"}):  # fmt: skip
            world.edge("forms", "c", **values)

    found = _summaries(database, fill)
    assert found.summary("forms") == (
        ReuseSummary(tag="declared", edges=1, organisations=1, countries=1, foreign_countries=1),
        ReuseSummary(tag="measured", edges=7, organisations=4, countries=3, foreign_countries=2),
    )
    assert set(found.summaries(["forms", "a", "nobody"])) == {"forms"}
    assert found.summaries([]) == {}
