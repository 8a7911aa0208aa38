"""Evidence, and the numbers that are made of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Repository
from registry.db.tables.lineage import EdgeEvent, EdgeKind, EdgeState, EdgeTag
from registry.errors import NotFound
from registry.lineage.readmodels import ReuseSummary
from registry.lineage.service import Lineage
from registry.lineage.totals import refresh_totals
from tests.support.lineage_rows import NOW, World, lineage_of

FIRST, SECOND = "ev_0000000000000001", "ev_0000000000000002"


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
                       {"state": EdgeState.WITHDRAWN}, {"confidence": "possible"}):  # fmt: skip
            world.edge("forms", "c", **values)

    found = _summaries(database, fill)
    assert found.summary("forms") == (
        ReuseSummary(tag="declared", edges=1, organisations=1, countries=1, foreign_countries=1),
        ReuseSummary(tag="measured", edges=7, organisations=4, countries=3, foreign_countries=2),
    )
    assert found.summary("a") == found.summary("nobody") == ()
