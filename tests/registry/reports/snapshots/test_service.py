"""Snapshots that are kept: made once, never changed, gone when the law asks for it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from registry.db.session import Database
from registry.db.tables import Component, ReportSnapshot, Takedown
from registry.db.tables.lineage import Edge, EdgeState
from registry.errors import Gone, NotFound
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.differences import differences
from registry.reports.snapshots.service import Snapshots
from registry.verifier.report import VERIFIED_OFFLINE
from registry.verifier.snapshot import verify_snapshot
from tests.support.hard_cases import NOW
from tests.support.reports import NoSearch, fill_portfolio

RIA = Portfolio(organisations=("ria",))


def _service(database: Database) -> Snapshots:
    reports = Reports(database, NoSearch(), lambda: NOW)
    return Snapshots(database, reports, ReportSavings(database), lambda: NOW + timedelta(hours=1))


@pytest.fixture
def service(database: Database) -> Snapshots:
    fill_portfolio(database)
    return _service(database)


def test_what_is_kept_is_found_again_and_verifies(service: Snapshots) -> None:
    made = service.keep(RIA, Assumptions())
    found = service.get(made.snapshot.id)
    assert found == made
    assert verify_snapshot(found.bundle()).outcome == VERIFIED_OFFLINE
    assert [item.id for item in service.list()] == [made.snapshot.id]


def test_the_same_report_is_kept_once(service: Snapshots, database: Database) -> None:
    keys = {service.keep(RIA, Assumptions()).snapshot.id for _ in range(3)}
    with database.read() as session:
        assert set(session.exec(select(ReportSnapshot.id))) == keys
    assert len(keys) == 1


def test_making_alone_keeps_nothing(service: Snapshots) -> None:
    service.make(RIA, Assumptions())
    assert service.list() == []


def test_an_unknown_one_is_not_found(service: Snapshots) -> None:
    with pytest.raises(NotFound):
        service.get("s-20260101-0000000000000000")


def test_a_dispute_afterwards_changes_no_snapshot(service: Snapshots, database: Database) -> None:
    before = service.keep(RIA, Assumptions())
    assert not service.is_outdated(before)
    with database.write() as session:
        key = next(row["edge"] for row in before.snapshot.document["rows"] if row["is_counted"])
        edge = session.exec(select(Edge).where(col(Edge.key) == key)).one()
        edge.state = EdgeState.DISPUTED
        edge.changed_at = NOW.replace(year=NOW.year + 1)
    assert service.get(before.snapshot.id) == before
    assert service.is_outdated(before)
    after = _service(database).keep(RIA, Assumptions())
    (row,) = differences(before.snapshot, after.snapshot).rows
    assert (row.edge, row.reason) == (key, "dispute")


def test_what_is_taken_down_is_in_no_snapshot(service: Snapshots, database: Database) -> None:
    made = service.keep(RIA, Assumptions())
    with database.write() as session:
        row = session.exec(select(Component).where(col(Component.slug) == "road-fi")).one()
        row.is_taken_down = True
        session.add(
            Takedown(
                repository_id=row.repository_id, component_id=row.id, slug=row.slug,
                category="personal_data", former_state="active", taken_down_at=NOW,
            )
        )  # fmt: skip
    with pytest.raises(Gone, match="personal data"):
        service.get(made.snapshot.id)


def test_an_empty_portfolio_verifies_too(service: Snapshots, tmp_path: Path) -> None:
    made = service.keep(Portfolio(organisations=("nobody",)), Assumptions())
    assert made.snapshot.document["rows"] == []
    assert verify_snapshot(made.bundle()).outcome == VERIFIED_OFFLINE
