"""Kept figures: the same as measured, read from one row, and never of what holds no longer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import Session, select

from registry.db.session import Database
from registry.db.tables import (
    Affiliation,
    BodyComponent,
    Component,
    JointBody,
    SupplierContract,
    WorkFigures,
)
from registry.disputes.service import Disputes
from registry.errors import NotFound
from registry.governance.measures import storing
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.readmodels import ContributionQuery, Contributions
from registry.governance.measures.service import Measures
from registry.governance.measures.views import component_of, measure_component
from registry.jobs.port import NewJob, RunningJob
from tests.support.contribution_rows import add_commit
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW, World

CITY = Affiliation(
    key="aff_city", kind="domain", subject="town.example", organisation="city", name="City",
    category="government", source_url="https://town.example/", recorded_at=NOW, changed_at=NOW,
)  # fmt: skip


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = fresh_sqlite(tmp_path_factory.mktemp("kept"))
    yield database
    database.close()


@pytest.fixture
def jobs() -> list[NewJob]:
    return []


@pytest.fixture
def measures(database: Database, jobs: list[NewJob]) -> Measures:
    with database.write() as session:
        world = World(session)
        world.component("forms")
        world.component("other")
        for name in "abcdef":
            add_commit(session, world.repositories["forms"], name, author=name)
        add_commit(session, world.repositories["other"], "o", domain="elsewhere.example")
        session.add(Affiliation(**CITY.model_dump()))
        body = JointBody(slug="joint", name="Joint", lang="en", entered_at=NOW, updated_at=NOW)
        session.add(body)
        session.flush()
        for slug in ("forms", "other"):
            component = component_of(session, slug)
            session.add(BodyComponent(body_id=body.id, component_id=component.id, entered_at=NOW))
    found = Measures(database, lambda: NOW, lambda _session, new: jobs.extend(new))
    for slug in ("forms", "other"):
        repository = number(database, slug)
        found.count(run("governance.count", {"repository_id": repository}))
        found.measure(run(storing.MEASURE, {"kind": "repository", "id": repository}))
    found.measure(run(storing.MEASURE, {"kind": "body", "id": 1}))
    return found


def run(task: str, payload: dict[str, Any]) -> RunningJob:
    return RunningJob(task=task, key="1", payload=payload)


def number(database: Database, slug: str) -> int:
    with database.read() as session:
        return component_of(session, slug).repository_id


def kept(database: Database) -> set[tuple[int | None, int | None]]:
    with Session(database.engine) as session:
        return {(x.repository_id, x.body_id) for x in session.exec(select(WorkFigures))}


def wrote(found: Contributions) -> dict[str, int]:
    return {party.name: party.count for party in found.periods[1].lenses[0].parties}


def test_what_is_kept_is_what_is_measured(measures: Measures, database: Database) -> None:
    assert len(kept(database)) == 3
    with database.read() as session:
        component = component_of(session, "forms")
        fresh = measure_component(session, component, ContributionQuery(), NOW)
    assert measures.contributions("forms", ContributionQuery()) == fresh
    body = measures.body_measures("joint")[0]
    assert (body.components, body.counted, body.periods[1].commits) == (2, 2, 7)
    with pytest.raises(NotFound):
        measures.body_measures("nothing\0")


def test_a_dispute_has_effect_at_once_and_only_there(
    measures: Measures, database: Database, jobs: list[NewJob]
) -> None:
    assert wrote(measures.contributions("forms", ContributionQuery())) == {"City": 6}
    jobs.clear()
    disputes = Disputes(database, lambda: NOW, measures.affiliation_changed)
    disputes.object_to_affiliation(None, "aff_city", "wrong_body", "It has left the town.")
    found = measures.contributions("forms", ContributionQuery())
    assert wrote(found) == {}
    assert found.periods[1].lenses[0].unattributed.reasons == {"disputed": 6}
    assert "City" not in str(measures.body_measures("joint")[0].periods)
    assert kept(database) == {(number(database, "other"), None)}
    assert {job.key for job in jobs} == {f"repository:{number(database, 'forms')}", "body:1"}
    for job in jobs:
        measures.measure(run(job.task, job.payload))
    assert len(kept(database)) == 3
    disputes.decide_affiliation("aff_city", accept=False, reply="It is still there.")
    assert wrote(measures.contributions("forms", ContributionQuery())) == {"City": 6}


def test_a_new_count_or_another_component_is_seen_at_once(
    measures: Measures, database: Database
) -> None:
    with database.write() as session:
        key = component_of(session, "forms").repository_id
        add_commit(session, key, "new")
        count_contributions(session, key, NOW + timedelta(hours=1))
    assert measures.contributions("forms", ContributionQuery()).periods[1].commits == 7
    assert measures.body_measures("joint")[0].periods[1].commits == 8
    with database.write() as session:
        row = session.exec(select(BodyComponent)).first()
        session.delete(row)
    assert measures.body_measures("joint")[0].components == 1


def test_what_is_missing_or_old_is_due(measures: Measures, database: Database) -> None:
    with database.read() as session:
        assert storing.due_measures(session, NOW) == []
        later = storing.due_measures(session, NOW + timedelta(days=8))
        assert len(later) == 3
    with database.write() as session:
        session.delete(session.exec(select(WorkFigures)).first())
        session.flush()
        assert len(storing.due_measures(session, NOW)) == 1


def test_a_component_that_was_renamed_keeps_its_figures(
    measures: Measures, database: Database
) -> None:
    with database.write() as session:
        component = session.exec(select(Component).where(Component.slug == "forms")).one()
        component.slug = "papers"
        session.add(component)
    assert measures.contributions("papers", ContributionQuery()).slug == "papers"


def test_a_contract_on_the_record_attributes_the_work_of_a_supplier(
    measures: Measures, database: Database
) -> None:
    """City is taken for a supplier here: from the day of the contract, and before its end."""
    with database.write() as session:
        row = session.exec(select(Affiliation).where(Affiliation.key == CITY.key)).one()
        row.category = "supplier"
        session.add(row)
        session.exec(delete(WorkFigures))  # as the import of affiliations does
    assert measures.contributions("forms", ContributionQuery()).periods[1].work.coverage == 0
    with database.write() as session:
        session.add(
            SupplierContract(
                body_id=1, supplier="City", on_behalf_of="The County", since=date(2024, 6, 1),
                until=date(2024, 6, 2), entered_at=NOW,
            )
        )  # fmt: skip
    found = measures.contributions("forms", ContributionQuery()).periods[1].lenses
    assert [party.name for party in found[0].parties] == ["City"]
    assert [(party.name, party.share) for party in found[1].parties] == [("The County", 1.0)]
