"""Which forks and copies are compared with what, and when they are compared anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.adoption.advisories.importing import import_records
from registry.adoption.advisories.matching import sought_digest, sought_fixes
from registry.adoption.advisories.osv import read_records
from registry.adoption.drift.jobs import drift_jobs, due_drifts
from registry.adoption.drift.pairs import MAX_DISTANCE, all_pairs
from registry.adoption.drift.subject import load_subject
from registry.db.session import Database
from registry.db.tables import Drift, Edge, EdgeKind, EdgeState, Repository
from registry.domain.drift import DRIFT_VERSION
from tests.support.lineage_rows import NOW, World
from tests.support.osv_records import git_range, osv_json, osv_record


@pytest.fixture
def world(sqlite_database: Database) -> Iterator[World]:
    """Yield a catalogue of six components without any edge."""
    with sqlite_database.write() as session:
        made = World(session)
        for name in "abcdef":
            made.component(name)
        yield made


def pairs(world: World) -> set[tuple[str, str, int]]:
    names = {number: slug for slug, number in world.components.items()}
    return {(names[x.origin], names[x.reuser], x.distance) for x in all_pairs(world.session)}


def keys(world: World, jobs: Any) -> set[str]:
    names = {str(number): slug for slug, number in world.components.items()}
    return {"".join(names[part] for part in job.key.split(":")) for job in jobs}


def test_a_fork_of_a_fork_is_compared_with_each_upstream(world: World) -> None:
    for origin, reuser in ("ab", "bc"):
        world.edge(origin, reuser)
    world.edge("c", "d", kind=EdgeKind.SHARED_FILES)
    world.edge("d", "e", kind=EdgeKind.SIMILAR_FILES)
    assert pairs(world) == {
        ("a", "b", 1), ("b", "c", 1), ("a", "c", 2), ("c", "d", 1), ("b", "d", 2), ("a", "d", 3),
        ("d", "e", 1),
    }  # fmt: skip
    assert keys(world, drift_jobs(world.session, world.repositories["b"])) == {"ab", "bc", "bd"}


@pytest.mark.parametrize(
    "values",
    [
        {"direction": "unknown"}, {"confidence": "possible"}, {"state": EdgeState.WITHDRAWN},
        {"kind": EdgeKind.PACKAGE_DEPENDENCY}, {"kind": EdgeKind.ATTRIBUTION_TEXT},
    ],
)  # fmt: skip
def test_what_is_not_sure_or_no_code_is_not_compared(world: World, values: Any) -> None:
    world.edge("a", "b", **values)
    assert pairs(world) == set()


def test_lines_that_are_long_or_close_a_circle_end(world: World) -> None:
    for origin, reuser in ("ab", "bc", "cd", "de", "ef", "ba"):
        world.edge(origin, reuser)
    found = pairs(world)
    assert max(distance for *_, distance in found) == MAX_DISTANCE
    assert all(origin != reuser for origin, reuser, _ in found)


def measured(session: Session, world: World, origin: str, reuser: str) -> Drift:
    """Write down that a pair was measured with what there is."""
    ends = [session.get_one(Repository, world.repositories[x]) for x in (origin, reuser)]
    edge = session.execute(select(col(Edge.id))).scalar_one()
    row = Drift(
        origin_id=world.components[origin], reuser_id=world.components[reuser], edge_id=edge,
        state="measured", origin_head=ends[0].head_commit, reuser_head=ends[1].head_commit,
        version=DRIFT_VERSION, looked_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_a_pair_is_measured_anew_when_something_changed(world: World) -> None:
    session = world.session
    world.edge("a", "b")
    assert keys(world, due_drifts(session)) == {"ab"}
    row = measured(session, world, "a", "b")
    assert due_drifts(session) == []
    for changed in ({"version": DRIFT_VERSION - 1}, {"distance": 2}, {"origin_head": "x" * 40}):
        before = {name: getattr(row, name) for name in changed}
        row.sqlmodel_update(changed)
        session.flush()
        assert keys(world, due_drifts(session)) == {"ab"}, changed
        row.sqlmodel_update(before)
        session.flush()
    assert due_drifts(session) == []
    told = osv_record(affected=[git_range("https://code.example/a", fixed="f" * 40)])
    assert import_records(session, read_records(osv_json(told)), NOW).matched == 1
    assert keys(world, due_drifts(session)) == {"ab"}
    row.sought = sought_digest(sought_fixes(session, world.components["a"]))
    session.flush()
    assert due_drifts(session) == []


def test_an_upstream_that_was_renamed_is_the_same_pair_at_its_new_address(world: World) -> None:
    session = world.session
    world.edge("a", "b")
    for name in "ab":
        session.get_one(Repository, world.repositories[name]).head_commit = name * 40
    measured(session, world, "a", "b").sought = sought_digest(())
    upstream = session.get_one(Repository, world.repositories["a"])
    upstream.url, upstream.path = "https://code.example/renamed", "renamed"
    session.flush()
    assert pairs(world) == {("a", "b", 1)}
    assert due_drifts(session) == []
    subject = load_subject(session, world.components["a"], world.components["b"])
    assert (subject.origin.url, subject.is_measured) == (upstream.url, True)
