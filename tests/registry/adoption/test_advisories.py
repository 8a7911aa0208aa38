"""Advisories brought in and led to the components that they are about, each flaw once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.adoption.advisories.asking import questions
from registry.adoption.advisories.importing import Imported, import_records
from registry.adoption.advisories.matching import match_mentions, sought_fixes
from registry.adoption.advisories.osv import read_records
from registry.adoption.drift.jobs import due_drifts
from registry.db.session import Database
from registry.db.tables import (
    Advisory,
    AdvisoryLink,
    ClusterMember,
    Component,
    ComponentAdvisory,
    Drift,
    MissedFix,
    PackageSpan,
    RepositoryAlias,
)
from tests.support.drift_rows import WHEN, component, missed_fix
from tests.support.osv_records import CVE, GHSA, git_range, osv_json, osv_record, package

FORMS = "https://code.example/town/forms"
FIX = "f" * 40


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    with sqlite_database.write() as opened:
        yield opened


def bring(session: Session, *records: dict[str, Any]) -> Imported:
    return import_records(session, read_records(osv_json(*records)), WHEN)


def led(session: Session) -> set[tuple[str, str, str]]:
    """Return (component, advisory, basis) of everything that was led somewhere."""
    rows = session.execute(
        select(col(Component.name), col(Advisory.key), col(ComponentAdvisory.basis))
        .join(ComponentAdvisory, col(ComponentAdvisory.component_id) == col(Component.id))
        .join(Advisory, col(Advisory.id) == col(ComponentAdvisory.advisory_id))
    )
    return {(row[0], row[1], row[2]) for row in rows}


def publish(session: Session, key: int, name: str, *, cluster: int = 1, **values: Any) -> None:
    """Let the repository of a component name a package as its own."""
    repository = session.get_one(Component, key).repository_id
    session.add(ClusterMember(repository_id=repository, cluster_id=cluster, **values))
    session.add(
        PackageSpan(
            repository_id=repository, ecosystem="npm", name=name, path="package.json",
            blob="a" * 40, commit="b" * 40, first_seen=repository,
        )
    )  # fmt: skip
    session.flush()


def test_an_advisory_is_about_the_repository_that_it_names(session: Session) -> None:
    forms = component(session, "forms")
    component(session, "other")
    number = session.get_one(Component, forms).repository_id
    session.add(RepositoryAlias(repository_id=number, url="https://old.example/forms", since=WHEN))
    session.flush()
    done = bring(
        session,
        osv_record(affected=[git_range(f"{FORMS}.git", fixed=FIX)]),
        osv_record("CVE-2026-2", affected=[git_range("https://old.example/forms")]),
        osv_record("CVE-2026-3", references=[{"type": "FIX", "url": f"{FORMS}/commit/{FIX}"}]),
        osv_record("CVE-2026-4", affected=[git_range("https://code.example/town/unknown")]),
    )
    assert (done.new, done.matched, done.refused) == (4, 3, ())
    assert led(session) == {
        ("forms", GHSA, "repository"), ("forms", "CVE-2026-2", "repository"),
        ("forms", "CVE-2026-3", "repository"),
    }  # fmt: skip


def test_of_those_that_name_a_package_the_fork_is_not_its_publisher(session: Session) -> None:
    forms, fork = component(session, "forms"), component(session, "fork")
    parent = session.get_one(Component, forms).repository_id
    publish(session, forms, "@town/forms")
    publish(session, fork, "@town/forms", parent_id=parent, shared_commits=9)
    bring(session, osv_record(affected=[package("npm", "@town/forms"), package("npm", "other")]))
    assert led(session) == {("forms", GHSA, "package")}


def test_an_advisory_is_about_the_component_whose_commits_name_it(session: Session) -> None:
    forms = component(session, "forms")
    bring(session, osv_record())
    assert led(session) == set()
    assert match_mentions(session, forms, [CVE.lower(), "CVE-2026-9"], WHEN) == 1
    assert match_mentions(session, forms, [CVE], WHEN) == 0
    assert led(session) == {("forms", GHSA, "message")}


def mention(session: Session, origin: int, reuser: int, said: list[list[str]]) -> None:
    """Let commits that a fork lacks name advisories."""
    session.add(
        Drift(
            origin_id=origin, reuser_id=reuser, state="measured", looked_at=WHEN,
            detail={"mentioned": said},
        )
    )  # fmt: skip
    session.flush()


def test_what_commits_named_before_it_was_known_is_led_to_them(session: Session) -> None:
    mention(session, component(session, "forms"), component(session, "fork"), [[FIX, CVE]])
    assert bring(session, osv_record()).matched == 1
    assert led(session) == {("forms", GHSA, "message")}


def test_the_same_record_again_changes_nothing(session: Session) -> None:
    component(session, "forms")
    told = osv_record(affected=[git_range(FORMS, fixed=FIX)])
    assert bring(session, told).new == 1
    again = bring(session, told)
    assert (again.new, again.changed, again.unchanged, again.matched) == (0, 0, 1, 0)


def test_a_record_that_names_another_repository_by_now_is_led_away(session: Session) -> None:
    component(session, "forms")
    component(session, "desk")
    bring(session, osv_record(affected=[git_range(FORMS, fixed=FIX)]))
    desk = git_range("https://code.example/town/desk", fixed=FIX)
    assert bring(session, osv_record(affected=[desk])).changed == 1
    assert led(session) == {("desk", GHSA, "repository")}
    links = session.execute(select(AdvisoryLink.value).where(AdvisoryLink.kind == "repository"))
    assert links.scalars().all() == ["https://code.example/town/desk"]


def test_what_is_not_published_is_not_written(session: Session) -> None:
    later = (WHEN + timedelta(days=1)).isoformat()
    done = bring(session, osv_record(published=None), osv_record(CVE, published=later))
    assert (done.new, done.refused) == (1, (f"{CVE}: not published",))
    row = session.execute(select(Advisory)).scalar_one()
    assert (row.key, row.published_at) == (GHSA, row.modified_at)


def test_a_record_that_is_withdrawn_ends_its_alerts_at_once(session: Session) -> None:
    key = missed_fix(session)
    other = missed_fix(session, key="fix_other")
    done = bring(session, osv_record("GHSA-0a1b2c", withdrawn="2026-07-02T00:00:00Z"))
    assert done.withdrawn == 1
    rows = session.execute(select(MissedFix.key, MissedFix.ended_because)).all()
    assert {(row[0], row[1]) for row in rows} == {(key, "withdrawn"), (other, "")}
    assert bring(session, osv_record("CVE-2026-7")).withdrawn == 0


def test_several_records_of_one_flaw_are_looked_for_as_one(session: Session) -> None:
    """The last one tells that the first two are the same flaw."""
    forms = component(session, "forms")
    bring(
        session,
        osv_record("AAA-2026-1", aliases=[CVE], affected=[git_range(FORMS, fixed=FIX)]),
        osv_record("BBB-2026-1", aliases=[GHSA], affected=[git_range(FORMS, fixed="e" * 40)]),
        osv_record("CCC-2026-1", aliases=[CVE, GHSA], affected=[git_range(FORMS)]),
        osv_record("DDD-2026-1", aliases=[], affected=[git_range(FORMS)]),
    )
    one, other = sought_fixes(session, forms)
    assert session.get_one(Advisory, one.advisory).key == "AAA-2026-1"
    assert one.names == ("AAA-2026-1", "BBB-2026-1", "CCC-2026-1", CVE, GHSA.upper())
    assert one.commits == ("e" * 40, FIX)
    assert other.names == ("DDD-2026-1",)


def test_only_public_names_are_asked_for(session: Session) -> None:
    """Of what was forked: its repository, its public packages, and what commits name."""
    forms, fork = component(session, "forms"), component(session, "fork")
    component(session, "alone")
    publish(session, forms, "@town/forms")
    said = [[FIX, CVE], [FIX, "GHSA-2345-6789-CFGH"], [FIX, "ISO-8601-1"], [FIX, "CVE-2026-7"]]
    mention(session, forms, fork, said)
    bring(session, osv_record("CVE-2026-7"))
    asked = questions(session)
    assert [query["package"] for query in asked.queries] == [
        {"ecosystem": "GIT", "name": f"{FORMS}.git"}, {"ecosystem": "GIT", "name": FORMS},
        {"purl": "pkg:npm/%40town/forms"},
    ]  # fmt: skip
    assert set(asked.names) == {GHSA, "ISO-8601-1"}


def test_a_pair_whose_edge_is_gone_is_forgotten_with_its_alerts(session: Session) -> None:
    missed_fix(session)
    assert due_drifts(session) == []
    for table in (Drift, MissedFix):
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
