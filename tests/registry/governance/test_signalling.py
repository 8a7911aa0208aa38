"""Warnings of stewardship: told once when they begin and once when they end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from registry.db.tables import (
    BodyComponent,
    Change,
    JointBody,
    StewardshipSignal,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.governance.measures import storing
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.service import Measures
from registry.governance.measures.signalling import Happened
from registry.governance.measures.views import component_of
from registry.governance.record.decision_models import NewDecision, PastDecision
from registry.governance.record.service import Bodies
from registry.governance.record.writing import OPERATOR
from registry.jobs.port import RunningJob
from tests.support.bodies import SOURCE
from tests.support.contribution_rows import add_commit
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW, World

YEAR = timedelta(days=365)


class Land:
    """A component that four people work on, governed by a body, and a clock that can be set."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        self.now = NOW
        self.measures = Measures(self.database, lambda: self.now, lambda _session, _jobs: None)
        with self.database.write() as session:
            self.repository = World(session).component("forms") and _repository(session)
            body = JointBody(slug="joint", name="Joint", lang="en", entered_at=NOW, updated_at=NOW)
            session.add(body)
            session.flush()
            component = component_of(session, "forms")
            session.add(
                BodyComponent(body_id=body.id or 0, component_id=component.id or 0, entered_at=NOW)
            )
            session.add(
                WebhookEndpoint(
                    key="we_1", url="https://ci.example/", events=["stewardship.changed"],
                    secret="x", created_at=NOW,
                )
            )  # fmt: skip
        for person in "abcd":
            self.commit(person, NOW - timedelta(days=9))

    def commit(self, name: str, at: datetime) -> None:
        with self.database.write() as session:
            add_commit(session, self.repository, name, author=name[0], at=at)
            count_contributions(session, self.repository, at)

    def decide(self, title: str, on: str) -> None:
        what = NewDecision(title=title, text="", lang="en", evidence=SOURCE)
        past = PastDecision(what=what, state="adopted", decided_on=on)
        Bodies(self.database, lambda: self.now).decisions.record_past(OPERATOR, "joint", past)

    def measure(self, kind: str = "repository") -> None:
        number = self.repository if kind == "repository" else 1
        job = RunningJob(task=storing.MEASURE, key="1", payload={"kind": kind, "id": number})
        self.measures.measure(job)

    def told(self) -> list[tuple[str, str]]:
        """Return what the change log tells of the component, the first first."""
        with Session(self.database.engine) as session:
            rows = session.exec(
                select(Change).where(Change.kind == "signal").order_by(Change.id)  # type: ignore[arg-type]
            )
            return [(x.detail["signal"], x.detail["state"]) for x in rows]

    def deliveries(self) -> list[str]:
        with Session(self.database.engine) as session:
            return [x.subject for x in session.exec(select(WebhookDelivery))]


def _repository(session: Session) -> int:
    return component_of(session, "forms").repository_id


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    yield made
    made.database.close()


def test_what_is_alive_warns_of_nothing(land: Land) -> None:
    land.measure()
    assert land.told() == []
    assert land.deliveries() == []


def test_a_warning_is_told_once_when_it_begins_and_once_when_it_ends(land: Land) -> None:
    land.measure()
    land.now += 2 * YEAR
    land.measure()
    assert land.told() == [("abandoned", "began"), ("no_health", "began")]
    land.measure()
    assert len(land.told()) == 2, "measuring again tells nothing again"
    land.commit("again", land.now - timedelta(days=1))
    land.measure()
    assert set(land.told()[2:]) >= {("abandoned", "ended"), ("no_health", "ended")}
    land.measure()
    assert len([x for x in land.told() if x == ("abandoned", "ended")]) == 1
    assert {"component:forms/abandoned", "component:forms/no_health"} <= set(land.deliveries())


def test_one_that_comes_back_is_told_anew(land: Land) -> None:
    land.now += 2 * YEAR
    land.measure()
    land.commit("again", land.now - timedelta(days=1))
    land.measure()
    land.now += 2 * YEAR
    land.measure()
    assert [x for x in land.told() if x[0] == "abandoned"] == [
        ("abandoned", "began"), ("abandoned", "ended"), ("abandoned", "began"),
    ]  # fmt: skip


def test_who_carried_it_alone_and_has_gone(land: Land) -> None:
    for number in range(40):
        land.commit(f"z{number}", NOW - timedelta(days=300 - number))
    land.commit("y", NOW - timedelta(days=1))
    land.measure()
    assert ("maintainer_gone", "began") in land.told()


def test_a_body_without_a_decision_for_a_year_and_with_one_again(land: Land) -> None:
    land.decide("Begin", "2025-01-01")
    land.measure("body")
    land.measure()
    (began,) = land.measures.body_signals("joint")
    assert (began.kind, began.state, str(began.on)) == ("no_decision", "began", "2025-01-01")
    assert land.told() == [("no_decision", "began")], "the component tells of it too"
    land.measure("body")
    assert len(land.measures.body_signals("joint")) == 1
    land.decide("Go on", "2026-07-01")
    land.now += timedelta(hours=1)
    land.measure("body")
    assert [x.state for x in land.measures.body_signals("joint")] == ["ended", "began"]
    assert "body:joint/no_decision" in land.deliveries()


def test_a_hand_over_is_told_once_and_its_age_is_no_news(land: Land) -> None:
    with land.database.write() as session:
        for on in ("2026-01-01", "2026-04-01"):
            session.add(
                StewardshipSignal(
                    component_id=1, kind="handed_over", mark=on, began_at=NOW
                )
            )  # fmt: skip
    land.measure()
    with Session(land.database.engine) as session:
        rows = session.exec(select(StewardshipSignal)).all()
    assert all(x.ended_at == NOW for x in rows)
    assert land.told() == []


def test_nothing_is_told_of_what_is_gone(land: Land) -> None:
    job = RunningJob(task=storing.MEASURE, key="1", payload={"kind": "body", "id": 99})
    land.measures.measure(job)
    assert land.deliveries() == []


def test_what_began_and_ended_is_told_the_newest_first(land: Land) -> None:
    values: dict[str, Any] = {"body_id": 1, "kind": "abandoned", "began_at": NOW}
    with land.database.write() as session:
        session.add(StewardshipSignal(**values, ended_at=NOW + YEAR))
        session.add(StewardshipSignal(**values | {"began_at": NOW + 2 * YEAR}))
    found: tuple[Happened, ...] = land.measures.body_signals("joint")
    assert [(x.state, x.at.year) for x in found] == [
        ("began", 2028), ("ended", 2027), ("began", 2026),
    ]  # fmt: skip
