"""Who is told that a report was frozen: those whom its components concern, and once."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.db.session import Database
from registry.db.tables import Component, Organisation, WebhookDelivery, WebhookEndpoint
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions, assumptions_of
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.service import Snapshots
from tests.support.hard_cases import NOW
from tests.support.reports import NoSearch, fill_portfolio

ROAD = Portfolio(components=("road",))


def _endpoint(session: Session, key: str, **filters: Any) -> None:
    session.add(
        WebhookEndpoint(
            key=key, url="https://ci.example/", events=["snapshot.created"], secret="x",
            created_at=NOW, **filters,
        )
    )  # fmt: skip


def _component(session: Session, slug: str) -> int | None:
    return session.exec(select(Component.id).where(col(Component.slug) == slug)).one()


def _organisation(session: Session, slug: str) -> int | None:
    return session.exec(select(Organisation.id).where(col(Organisation.slug) == slug)).one()


@pytest.fixture
def service(database: Database) -> Snapshots:
    fill_portfolio(database)
    with database.write() as session:
        _endpoint(session, "we_road", component_id=_component(session, "road"))
        _endpoint(session, "we_form", component_id=_component(session, "form"))
        _endpoint(session, "we_taker", component_id=_component(session, "road-fi"))
        _endpoint(session, "we_ria", organisation_id=_organisation(session, "ria"))
        _endpoint(session, "we_vrk", organisation_id=_organisation(session, "vrk"))
        _endpoint(session, "we_all")
    reports = Reports(database, NoSearch(), lambda: NOW)
    return Snapshots(database, reports, ReportSavings(database), lambda: NOW + timedelta(hours=1))


def _told(database: Database) -> list[tuple[str, Mapping[str, Any]]]:
    with database.read() as session:
        rows = session.exec(
            select(WebhookEndpoint.key, WebhookDelivery.body)
            .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
            .order_by(col(WebhookEndpoint.key), col(WebhookDelivery.id))
        )
        return [(key, json.loads(body)) for key, body in rows]


def test_those_whom_its_components_concern_are_told(service: Snapshots, database: Database) -> None:
    made = service.keep(ROAD, Assumptions())
    told = _told(database)
    assert [key for key, _ in told] == ["we_all", "we_ria", "we_road"]
    message = told[0][1]
    assert message["type"] == "snapshot.created"
    assert message["data"] == {
        "snapshot": made.snapshot.id,
        "digest": f"sha256:{made.snapshot.digest}",
        "as_of": made.snapshot.document["as_of"],
        "components": 1,
        "rows": len(made.snapshot.document["rows"]),
        "href": f"/api/v1/snapshots/{made.snapshot.id}",
    }


def test_a_snapshot_is_told_once_however_often_it_is_made(
    service: Snapshots, database: Database
) -> None:
    assert service.freeze(ROAD, Assumptions())[1]
    assert not service.freeze(ROAD, Assumptions())[1]
    assert len(_told(database)) == 3
    assert service.freeze(ROAD, assumptions_of([("kappa", "2")]))[1]
    assert len(_told(database)) == 6


def test_two_that_freeze_at_once_make_and_tell_one(service: Snapshots, database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: service.freeze(ROAD, Assumptions()), range(4)))
    assert sorted(is_new for _, is_new in made) == [False, False, False, True]
    assert len({kept.snapshot.id for kept, _ in made}) == 1
    assert len(_told(database)) == 3


def test_a_look_at_what_a_snapshot_would_be_is_told_to_nobody(
    service: Snapshots, database: Database
) -> None:
    service.make(ROAD, Assumptions())
    assert _told(database) == []


def test_an_empty_snapshot_concerns_those_alone_who_listen_to_all(
    service: Snapshots, database: Database
) -> None:
    service.keep(Portfolio(organisations=("nobody",)), Assumptions())
    assert [key for key, _ in _told(database)] == ["we_all"]
