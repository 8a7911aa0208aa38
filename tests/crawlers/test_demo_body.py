"""The body of the demo: there once its components are, marked, and gone without a trace."""

from datetime import UTC, datetime

from sqlmodel import Session, func, select

from crawlers.demo import add_demo, add_demo_body, remove_demo
from crawlers.demo.body import is_demo_body_due
from registry.db.session import Database
from registry.db.tables import (
    Affiliation,
    BodyMember,
    Component,
    Decision,
    FundingLine,
    JointBody,
    Repository,
    SupplierContract,
    Vote,
)
from registry.governance.record.body_file import parse_file
from registry.governance.record.service import Bodies

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECORDED = (JointBody, BodyMember, Decision, Vote, FundingLine, SupplierContract, Affiliation)


def counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        found = {x.__name__: session.scalar(select(func.count()).select_from(x)) for x in RECORDED}
    return {name: count or 0 for name, count in found.items()}


def add_components(session: Session) -> None:
    """Write the components that crawling the demo makes."""
    for row in session.exec(select(Repository)).all():
        session.add(
            Component(
                uuid=f"uuid-{row.id}", slug=row.path.replace("/", "-"), repository_id=row.id or 0,
                name=row.path, is_demo=True, created_at=NOW, updated_at=NOW, revision=1,
                organisation_id=row.organisation_id,
            )
        )  # fmt: skip


def test_it_waits_for_its_components(database: Database) -> None:
    with database.write() as session:
        assert not is_demo_body_due(session), "without a demo there is nothing to wait for"
        add_demo(session, NOW)
        assert add_demo_body(session, NOW) is None
        assert is_demo_body_due(session)
    assert counts(database)["JointBody"] == 0


def test_it_is_recorded_once_and_marked(database: Database) -> None:
    with database.write() as session:
        add_demo(session, NOW)
        add_components(session)
        assert add_demo_body(session, NOW)
        assert add_demo_body(session, NOW) is None
        assert not is_demo_body_due(session)
    bodies = Bodies(database, lambda: NOW)
    body = bodies.body("joint-institute-for-data-exchange-demo")
    assert body.item.is_demo
    assert body.item.countries == ("EE", "FI")
    assert {x.organisation.name for x in body.members if x.organisation} == {
        "Information System Authority of Estonia (demo)",
        "Population Register Centre of Finland (demo)",
    }
    assert len(body.components) == 2
    votes = bodies.decisions.decision(body.item.slug, 1).votes
    assert [(x.choice, x.counts) for x in votes] == [("for", True)] * 2
    sources = [
        *(x.source for x in body.members), *(x.source for x in body.facts),
        *(x.source for x in body.funding),
    ]  # fmt: skip
    assert all((x.url or "").startswith("https://demo.example/") for x in sources)


def test_it_goes_with_the_demo_and_nothing_else_does(database: Database) -> None:
    real = {"joint_body": 1, "name": "Real", "lang": "en", "source": {"url": "https://a.example"},
            "members": [{"name": "A", "role": "owner", "since": "2019"}],
            "decisions": [{"title": "Go", "state": "adopted", "decided_on": "2020",
                           "votes": {"A": "for"}}]}  # fmt: skip
    with database.write() as session:
        add_demo(session, NOW)
        add_components(session)
        add_demo_body(session, NOW)
    Bodies(database, lambda: NOW).import_file(parse_file(real))
    with database.write() as session:
        remove_demo(session, NOW)
    assert counts(database) == {
        "JointBody": 1, "BodyMember": 1, "Decision": 1, "Vote": 1, "FundingLine": 0,
        "SupplierContract": 0, "Affiliation": 0,
    }  # fmt: skip
