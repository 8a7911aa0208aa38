"""The life of evidence: crawls that come again, repositories that change, vanish, lie or die."""

import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR
from registry.db.base import Model
from registry.db.tables import ClusterPair, Edge
from registry.lineage.jobs import update_job
from registry.lineage.readmodels import EdgeView
from registry.lineage.rules import RULES
from tests.support.command_line import CommandLine
from tests.support.crawl_worker import let_leases_end, start_crawler
from tests.support.git_repos import Commit, git
from tests.support.lineage_story import (
    COUNTRIES,
    EXPECTED,
    FORMS,
    PLANTED,
    add,
    all_edges,
    build,
    build_forms,
    files,
    on,
    place,
    short,
    slug_of,
    told,
    work,
)
from tests.support.registries import (
    PUBLIC,
    World,
    changes,
    dump,
    open_world,
    read_in_process,
)

# Everything that reuse is told from: facts, what is made of them, and the edges.
EVIDENCE = (
    "commit_fact", "path_fact", "fingerprint_fact", "package_span", "dependency_span",
    "submodule_fact", "attribution_fact", "file_artefact", "cluster_member", "cluster_pair",
    "edge", "edge_event", "edge_total", "lineage_state", "named_source", "dispute",
)  # fmt: skip
DERIVED = (
    "edge_event", "edge_total", "edge", "cluster_pair", "cluster_member", "file_artefact",
    "lineage_state",
)  # fmt: skip
COPY = ("shared_files", "similar_files")


@pytest.fixture
def world(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a copy of the story as it was crawled."""
    read_in_process(monkeypatch)
    shutil.copytree(story, tmp_path / "world")
    with open_world(tmp_path / "world") as made:
        yield made
        assert made.problems() == []


@pytest.fixture
def new_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a world in which nothing happened yet."""
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        yield made
        assert made.problems() == []


def evidence(world: World) -> dict[str, list[dict[str, Any]]]:
    rows = dump(world)
    return {name: rows[name] for name in EVIDENCE}


def between(world: World, one: str, other: str) -> dict[str, EdgeView]:
    """Return the edges between two repositories by kind, in whichever direction."""
    return {
        edge.kind: edge
        for edge in all_edges(world)
        if {short(edge.origin.url), short(edge.reuser.url)} == {one, other}
    }


def reader_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as if the reader were of a later version: every repository is read anew."""
    monkeypatch.setattr("crawlers.pipeline.READER_VERSION", 10_000)


def test_crawling_everything_again_changes_no_row_of_evidence(world: World) -> None:
    before = dump(world)
    world.ahead += timedelta(days=40)
    assert world.crawl(force=False) == 0
    assert set(changes(before, dump(world))) == {"repository.last_checked_at"}


@pytest.mark.slow
def test_reading_and_measuring_everything_again_changes_no_row_of_evidence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = evidence(world)
    assert before["edge"]
    assert all(before[name] for name in EVIDENCE if name not in {"named_source", "dispute"})
    reader_learns(monkeypatch)
    world.ahead += timedelta(days=40)
    assert world.crawl() == 0
    assert world.log("https://code.example/coast/blanks")[1][0].outcome == "crawled"
    assert list(changes(before, evidence(world))) == []


@pytest.mark.slow
def test_the_command_that_measures_again_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dump(world)
    line = CommandLine(world.settings.home, monkeypatch, capsys)
    line("lineage", "update")
    assert set(changes(before, dump(world))) <= {"drift.looked_at"}
    line("lineage", "update", f"{PUBLIC}/coast/blanks")
    assert set(changes(before, dump(world))) <= {"drift.looked_at"}
    line("lineage", "update", f"{PUBLIC}/coast/nothing", code=3)
    assert "not crawled" in line.talk


def test_a_change_of_one_repository_touches_the_edges_at_it_alone(world: World) -> None:
    before = {edge.key: edge for edge in all_edges(world)}
    pairs = _pairs(world)
    build(world, "coast/blanks", work([FORMS[6]], 2021, "cora"))
    world.ahead += timedelta(days=2)
    assert world.crawl() == 0
    blanks = world.row(f"{PUBLIC}/coast/blanks").id
    after = {edge.key: edge for edge in all_edges(world)}
    changed = {after[key].kind for key in after if before.get(key) != after[key]}
    assert changed == set(COPY)
    assert {key for key in after if before.get(key) != after[key]} == {
        edge.key for edge in between(world, "harbour/forms", "coast/blanks").values()
    }
    assert between(world, "harbour/forms", "coast/blanks")["shared_files"].strength["count"] == 7
    assert {key: row for key, row in _pairs(world).items() if blanks not in key} == {
        key: row for key, row in pairs.items() if blanks not in key
    }
    assert told(world) == EXPECTED


def _pairs(world: World) -> dict[tuple[int, int], dict[str, Any]]:
    with world.registry.database.read() as session:
        rows = session.exec(select(ClusterPair))
        return {(row.cluster_a, row.cluster_b): row.model_dump() for row in rows}


def test_a_repository_that_vanishes_keeps_its_edges(world: World) -> None:
    before = evidence(world)
    for name in ("coast/blanks", "library/engine"):
        shutil.rmtree(place(world, name))
    world.ahead += timedelta(days=2)
    assert world.crawl() == 2
    assert list(changes(before, evidence(world))) == []

    build(world, "city-one/site", work(["otto9"], 2020, "otto"))
    build(world, "harbour/forms", work(["later9"], 2020, "ada"))
    world.crawl()
    assert told(world) == EXPECTED


@pytest.mark.slow
def test_a_history_that_is_rewritten_takes_no_edge_away(world: World) -> None:
    """What was seen was seen: facts are added to, and the proof names the commits."""
    before = between(world, "harbour/forms", "coast/blanks")
    git(place(world, "coast/blanks"), "update-ref", "-d", "refs/heads/main")
    build(world, "coast/blanks", [Commit(files(["blanks0", "new"]), date=on(2022))])
    git(place(world, "northern/forms"), "update-ref", "refs/heads/main", "main~2")
    assert world.crawl() == 0
    assert world.row(f"{PUBLIC}/coast/blanks").commit_count == 1
    after = between(world, "harbour/forms", "coast/blanks")
    assert told(world) == EXPECTED
    assert {kind: edge.key for kind, edge in after.items()} == {
        kind: edge.key for kind, edge in before.items()
    }


def test_an_edge_that_people_called_wrong_stays_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lineage = world.registry.lineage
    edge = between(world, "harbour/forms", "coast/blanks")["shared_files"]
    why, disputes = "Both were written by the same supplier.", world.registry.disputes
    number = disputes.object_to_edge(VISITOR, edge.key, "not_reuse", why).id
    disputes.decide_as_operator(number, accept=True, reply="The supplier says so too.")
    totals = lineage.summary(slug_of(world, "harbour/forms"))
    assert {row.tag: row.edges for row in totals} == {"measured": 3, "attributed": 1}

    build(world, "coast/blanks", work([FORMS[7]], 2021, "cora"))
    reader_learns(monkeypatch)
    world.ahead += timedelta(days=2)
    assert world.crawl() == 0
    found = between(world, "harbour/forms", "coast/blanks")
    assert {kind: edge.state for kind, edge in found.items()} == {
        "shared_files": "withdrawn", "similar_files": "current",
    }  # fmt: skip
    assert found["shared_files"].strength["count"] == 7, "what is measured is still told"
    assert lineage.summary(slug_of(world, "harbour/forms")) == totals
    events = lineage.evidence(edge.key).events
    assert [event.state for event in events].count("withdrawn") == 1


def test_of_a_shallow_copy_it_is_not_known_when_it_began(new_world: World) -> None:
    """The oldest commit that is left holds all that came before it, at a date that is not its."""
    build_forms(new_world)
    add(new_world, "harbour/forms")
    build(new_world, "elsewhere/forms", work(FORMS, 2020, "cora") + work(["own0"], 2021, "cora"))
    whole = place(new_world, "elsewhere/forms")
    shallow = place(new_world, "coast/forms")
    git(whole.parent, "clone", "-q", "--bare", "--depth=2", f"file://{whole}", str(shallow))
    add(new_world, "coast/forms")
    assert new_world.crawl() == 0

    row = new_world.row(f"{PUBLIC}/coast/forms")
    assert (row.commit_count, row.flags, row.root_commits) == (2, ["partial: shallow"], [])
    found = between(new_world, "harbour/forms", "coast/forms")
    assert set(found) == set(COPY)
    assert {edge.direction for edge in found.values()} == {"unknown"}
    for edge in found.values():
        marked = new_world.registry.lineage.evidence(edge.key)
        ends = {"origin": edge.origin.url, "reuser": edge.reuser.url}
        assert [ends[end] for end in marked.partial] == [f"{PUBLIC}/coast/forms"]


def test_a_copy_that_was_dated_back_never_becomes_the_origin(new_world: World) -> None:
    """Dates of commits are what their author wants; when we were told of it is not."""
    build_forms(new_world)
    add(new_world, "harbour/forms")
    assert new_world.crawl() == 0
    new_world.ahead += timedelta(days=RULES.sight_margin_days * 4)
    older = work(FORMS, 2005, "eve") + work(["eve0", "eve1"], 2006, "eve")
    build(new_world, "thief/forms", older)
    add(new_world, "thief/forms")
    assert new_world.crawl() == 0
    found = between(new_world, "harbour/forms", "thief/forms")
    assert set(found) == set(COPY)
    assert {(e.direction, e.direction_basis, e.state) for e in found.values()} == {
        ("unknown", "dates_contradict_first_sight", "current")
    }
    for name in ("harbour/forms", "thief/forms"):
        assert new_world.registry.lineage.summary(slug_of(new_world, name)) == ()

    new_world.ahead += timedelta(days=400)
    build(new_world, "thief/forms", work(["eve2"], 2006, "eve", first=90))
    assert new_world.crawl() == 0
    again = between(new_world, "harbour/forms", "thief/forms")
    assert {edge.direction for edge in again.values()} == {"unknown"}
    assert {edge.key for edge in again.values()} == {edge.key for edge in found.values()}


def test_planted_licences_wrappers_and_libraries_make_no_reuse(new_world: World) -> None:
    """Threat E4: files that everybody has, and a library in three places."""
    library = {f"web/lib/jquery/{path[-8:]}": text for path, text in PLANTED.items()}
    vendored = {f"third_party/{path}": text for path, text in PLANTED.items()}
    for name, who in (("harbour/forms", "ada"), ("thief/forms", "eve")):
        build(new_world, name, [
            Commit(PLANTED | library | vendored | files([f"{who}0", f"{who}1"]), date=on(2015)),
            *work([f"{who}2", f"{who}3"], 2016, who),
        ])  # fmt: skip
    add(new_world, "harbour/forms", "thief/forms")
    assert new_world.crawl() == 0
    assert all_edges(new_world) == []
    assert _pairs(new_world) == {}


@pytest.mark.parametrize(
    "point", ["in_lineage", pytest.param("before_ack", marks=pytest.mark.slow)]
)
def test_a_worker_that_dies_while_it_measures_loses_and_doubles_nothing(
    world: World, point: str
) -> None:
    expected = told(world)
    numbers = {name: world.row(f"{PUBLIC}/{name}").id or 0 for name in COUNTRIES}
    with world.registry.database.write() as session:
        for name in DERIVED:
            session.execute(Model.metadata.tables[name].delete())
        world.registry.queue.enqueue(session, [update_job(key) for key in numbers.values()])
    worker = start_crawler(world.settings, crash_at=point, in_process=True)
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL, "the point was reached"
    let_leases_end(world.registry.database)
    last = start_crawler(world.settings, in_process=True)
    last.join(60)
    assert last.exitcode == 0
    states = world.registry.queue.counts()["lineage.update"]
    assert (states["waiting"], states["running"], states["dead"]) == (0, 0, 0)
    assert told(world) == expected
    with world.registry.database.read() as session:
        keys = list(session.exec(select(Edge.key)))
    assert len(keys) == len(set(keys))
