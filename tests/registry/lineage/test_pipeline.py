"""Updates of lineage: the same result in any order of arrival, and nobody's rows but one's own."""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.db.base import Model
from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import (
    AttributionRow,
    ClusterMember,
    ClusterPair,
    Edge,
    EdgeEvent,
    EdgeState,
    EdgeTotal,
    FingerprintRow,
    PathRow,
    Repository,
)
from registry.errors import NotFound
from registry.jobs.embedded import EmbeddedQueue
from registry.lineage.background import Background
from registry.lineage.pipeline import LineageUpdater
from registry.lineage.proofs import build_proof
from registry.lineage.rules import RULES
from tests.support.databases import fresh_database
from tests.support.lineage_facts import (
    add_commits,
    add_dependency,
    add_files,
    add_package,
    add_submodule,
    moment,
    oid,
)
from tests.support.lineage_rows import NOW, World

ENOUGH = RULES.minimum_files * 2
COUNTRIES = {
    "coast/forms": "EE", "hills/forms": "FI", "lakes/copy": "CA", "plain/engine": "NL",
    "north/site": "DE", "south/portal": "FR", "west/reports": "PT", "east/twin": "SE",
    "east-side/twin": "NO",
}  # fmt: skip
SAID = "This software is based on https://code.example/plain/engine."


@dataclass
class Arrivals:
    """A catalogue into which repositories come one after the other."""

    database: Database
    world: World = field(default_factory=lambda: World(None))  # type: ignore[arg-type]
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.updater = LineageUpdater(
            database=self.database, background=Background.empty,
            queue=EmbeddedQueue(self.database, clock=lambda: NOW), prove=build_proof,
            clock=lambda: NOW,
        )  # fmt: skip

    def arrive(self, slug: str) -> None:
        """Write the facts of a repository as a crawl would, and measure it and who asks for it."""
        with self.database.write() as session:
            self.world.session = session
            self.world.component(slug, COUNTRIES[slug])
            row = session.get_one(Repository, self.world.repositories[slug])
            row.head_commit = oid(f"{slug} head").hex()
            session.add(row)
            FACTS[slug](self.world, slug)
        self.update(slug)

    def update(self, slug: str) -> None:
        """Measure a repository, and then all that this asks for, until nobody asks any more."""
        names = {key: name for name, key in self.world.repositories.items()}
        waiting = deque([slug])
        while waiting:
            name = waiting.popleft()
            with self.database.write() as session:
                found = self.updater.bring_up_to_date(session, self.world.repositories[name])
            followers = [names[key] for key in found]
            self.asked.append((name, followers))
            waiting += [follower for follower in followers if follower not in waiting]
            assert len(self.asked) < 200, "updates ask for each other without end"


def _code(world: World, slug: str, name: str, day: float, *, at_once: bool = False) -> None:
    """Add files with fingerprints, written one a day or brought at once."""
    paths, prints = [], []
    for number in range(ENOUGH):
        place = {
            "repository_id": world.repositories[slug], "path": f"src/{name}{number}.py",
            "blob": oid(f"{name} {number}"), "in_head": True,
            "first_seen": moment(day if at_once else day + number),
        }  # fmt: skip
        commit = oid(f"{slug} {name}" if at_once else f"{slug} {name} {number}")
        paths.append(place | {"commit": commit, "size": 500, "is_generated": False})
        start = sum(oid(name)[:4]) * 10_000 + number * 10
        prints += [place | {"hash": start + k, "is_third_party": False} for k in range(5)]
    insert_rows(world.session, PathRow, paths)
    insert_rows(world.session, FingerprintRow, prints)


def _say(world: World, slug: str, day: float) -> None:
    """Add a sentence that names the engine as the source, in a file that is a fact too."""
    add_files(world, slug, {"README.md": SAID}, day=day, commit=f"main {day}")
    world.session.add(
        AttributionRow(
            repository_id=world.repositories[slug], path="README.md", line=3, text=SAID,
            phrase="based_on", target="https://code.example/plain/engine",
            target_url="https://code.example/plain/engine", blob=oid(SAID).hex(),
            commit=oid(f"main {day}").hex(), first_seen=moment(day),
        )
    )  # fmt: skip


def _forms(world: World, slug: str) -> None:
    add_commits(world, slug, range(20))
    add_commits(world, slug, range(40, 45), line="coast")
    _code(world, slug, "forms", 0)
    _say(world, slug, 5)
    add_package(world, slug, "npm:forms")


def _fork(world: World, slug: str) -> None:
    add_commits(world, slug, range(20))
    add_commits(world, slug, range(30, 60), line="hills", author="nils")
    _code(world, slug, "forms", 0)
    _say(world, slug, 5)
    add_package(world, slug, "npm:forms")


def _taken(name: str, day: float, own: str) -> Callable[[World, str], None]:
    def write(world: World, slug: str) -> None:
        add_commits(world, slug, range(int(day), int(day) + 4), line=slug, author=slug)
        _code(world, slug, name, day, at_once=True)
        _code(world, slug, own, day + 3)

    return write


def _reports(world: World, slug: str) -> None:
    add_commits(world, slug, range(100, 104), line=slug, author=slug)
    _code(world, slug, "reports", 100)
    add_dependency(world, slug, "npm:forms", day=110)
    add_submodule(world, slug, "engine", "https://code.example/plain/engine")
    add_files(world, slug, {".gitmodules": "modules"}, day=110)


FACTS: dict[str, Callable[[World, str], None]] = {
    "coast/forms": _forms,
    "hills/forms": _fork,
    "lakes/copy": _taken("forms", 200, "lakes"),
    "plain/engine": lambda world, slug: _code(world, slug, "engine", 2),
    "north/site": _taken("engine", 300, "north"),
    "south/portal": _taken("engine", 400, "south"),
    "west/reports": _reports,
    "east/twin": lambda world, slug: _code(world, slug, "twin", 50),
    "east-side/twin": lambda world, slug: _code(world, slug, "twin", 50),
}


def told(arrivals: Arrivals) -> dict[str, Any]:
    """Return all that was found, with names in the place of row numbers."""
    with arrivals.database.read() as session:
        members = _members(session, arrivals.world)
        return {
            "pairs": _pairs(session, members),
            "edges": _edges(session, members),
            "totals": _totals(session, arrivals.world),
        }


def _members(session: Session, world: World) -> dict[int | None, Any]:
    names = {key: name for name, key in world.repositories.items()}
    clusters: dict[int | None, Any] = {None: None}
    for row in session.exec(select(ClusterMember)):
        known = clusters.get(row.cluster_id, ())
        clusters[row.cluster_id] = tuple(sorted((*known, names[row.repository_id])))
    return clusters


def _pairs(session: Session, members: dict[int | None, Any]) -> dict[Any, Any]:
    found = {}
    for row in session.exec(select(ClusterPair)):
        sides = (members[row.cluster_a], members[row.cluster_b])
        is_turned = sides[0] > sides[1]
        values = {
            kind: _turned(values, members) if is_turned else _named(values, members)
            for kind, values in row.values.items()
        }
        key = tuple(sorted(sides))
        found[key] = (values, row.verdict, members[row.upstream_id], row.rule_version)
    return found


def _named(values: dict[str, Any], members: dict[int | None, Any]) -> dict[str, Any]:
    return values | {"upstream": members[values.get("upstream")]}


def _turned(values: dict[str, Any], members: dict[int | None, Any]) -> dict[str, Any]:
    """Return measured values with a and b in each other's place."""
    other = {"a": "b", "b": "a"}
    named = {
        name[:-1] + other[name[-1]] if name[-2:] in {"_a", "_b"} else name: value
        for name, value in values.items()
    }
    if "start_gap_days" in named:
        named["start_gap_days"] = -named["start_gap_days"]
    return _named(named, members)


def _edges(session: Session, members: dict[int | None, Any]) -> dict[str, Any]:
    found = {}
    for edge in session.exec(select(Edge).where(Edge.state != EdgeState.WITHDRAWN)):
        row = edge.model_dump(mode="json")
        for name in ("id", "origin_id", "reuser_id", "origin_organisation_id",
                     "reuser_organisation_id"):  # fmt: skip
            del row[name]
        found[edge.key] = row
    return found


def _totals(session: Session, world: World) -> list[Any]:
    names = {key: name for name, key in world.components.items()}
    rows = session.exec(select(EdgeTotal)).all()
    return sorted((names[row.component_id], row.tag, row.edges, row.organisations,
                   row.countries, row.foreign_countries) for row in rows)  # fmt: skip


def arrived(database: Database, order: Sequence[str]) -> Arrivals:
    """Return a catalogue into which all repositories came in an order."""
    arrivals = Arrivals(database)
    for slug in order:
        arrivals.arrive(slug)
    return arrivals


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what is told when the oldest comes first."""
    with fresh_database("sqlite", tmp_path_factory.mktemp("expected")) as database:
        return told(arrived(database, list(COUNTRIES)))


def test_the_story_is_told_right(expected: dict[str, Any]) -> None:
    ends = {
        (edge["kind"], edge["proof"]["origin"]["url"][21:], edge["proof"]["reuser"]["url"][21:],
         edge["direction"])
        for edge in expected["edges"].values()
    }  # fmt: skip
    copies = {
        ("coast/forms", "lakes/copy"), ("plain/engine", "north/site"),
        ("plain/engine", "south/portal"),
    }  # fmt: skip
    assert {(kind, *pair, "known") for kind in ("shared_files", "similar_files")
            for pair in copies} <= ends  # fmt: skip
    assert ("shared_commits", "coast/forms", "hills/forms", "known") in ends
    assert ("package_dependency", "coast/forms", "west/reports", "known") in ends
    assert ("submodule", "plain/engine", "west/reports", "known") in ends
    assert ("attribution_text", "plain/engine", "coast/forms", "known") in ends
    twins = {end for end in ends if "twin" in end[1]}
    assert {end[3] for end in twins} == {"unknown"}
    assert len(ends) == 6 + 4 + len(twins)
    assert len(twins) == 2


def in_some_order(seed: int) -> list[str]:
    """Return the repositories in a mixed order, but the founder of a family before its fork.

    Of members that hold the same since the same day, the one that was known first stands for its
    family in edges to others.
    """
    order = random.Random(seed).sample(list(COUNTRIES), len(COUNTRIES))
    places = sorted(order.index(slug) for slug in ("coast/forms", "hills/forms"))
    order[places[0]], order[places[1]] = "coast/forms", "hills/forms"
    return order


@pytest.mark.parametrize(
    ("kind", "seed"),
    [("sqlite", 0), ("sqlite", 1), ("sqlite", 2), ("sqlite", 3),
     pytest.param("postgresql", 4, marks=pytest.mark.postgresql)],
)  # fmt: skip
def test_what_is_told_does_not_depend_on_the_order_of_arrival(
    expected: dict[str, Any], tmp_path: Path, kind: str, seed: int
) -> None:
    with fresh_database(kind, tmp_path) as database:
        arrivals = arrived(database, in_some_order(seed))
        found = told(arrivals)
        rows = _rows(database)
        arrivals.update("lakes/copy")
        assert _rows(database) == rows
    assert found["pairs"] == expected["pairs"]
    assert found["edges"].keys() == expected["edges"].keys()
    for key, edge in found["edges"].items():
        assert edge == expected["edges"][key]
    assert found["totals"] == expected["totals"]


def _rows(database: Database) -> dict[str, list[Any]]:
    """Return all rows that an update may write."""
    names = ("file_artefact", "fingerprint_fact", "cluster_member", "cluster_pair", "edge",
             "edge_event", "edge_total", "lineage_state")  # fmt: skip
    tables = [Model.metadata.tables[name] for name in names]
    with database.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(table.select())), key=str)
            for table in tables
        }


@pytest.fixture
def arrivals(sqlite_database: Database) -> Arrivals:
    return Arrivals(sqlite_database)


def test_a_second_update_writes_nothing_and_asks_for_nobody(arrivals: Arrivals) -> None:
    for slug in ("coast/forms", "lakes/copy", "plain/engine"):
        arrivals.arrive(slug)
    before = _rows(arrivals.database)
    assert before["edge"]
    arrivals.asked.clear()
    for slug in ("lakes/copy", "plain/engine", "coast/forms"):
        arrivals.update(slug)
    assert arrivals.asked == [("lakes/copy", []), ("plain/engine", []), ("coast/forms", [])]
    assert _rows(arrivals.database) == before


def test_who_names_a_newcomer_or_shares_with_it_is_looked_at_again(arrivals: Arrivals) -> None:
    for slug in ("west/reports", "coast/forms", "north/site", "south/portal"):
        arrivals.arrive(slug)
    assert ("coast/forms", ["west/reports"]) in arrivals.asked, "it depends on the package"
    arrivals.asked.clear()
    arrivals.arrive("plain/engine")
    (name, followers), *rest = arrivals.asked
    assert name == "plain/engine"
    assert set(followers) >= {"coast/forms", "west/reports"}, "a text and a submodule name it"
    assert {"north/site", "south/portal"} & set(followers), "their pair has an upstream now"
    assert [slug for slug, _ in rest] == followers
    assert all(not more for _, more in rest)


def test_a_known_upstream_takes_the_edge_between_two_takers_away(arrivals: Arrivals) -> None:
    arrivals.arrive("north/site")
    arrivals.arrive("south/portal")
    assert _standing(arrivals) == {("north/site", "south/portal")}
    arrivals.arrive("plain/engine")
    assert _standing(arrivals) == {("plain/engine", "north/site"), ("plain/engine", "south/portal")}
    with arrivals.database.read() as session:
        events = session.exec(select(EdgeEvent.reason).order_by(col(EdgeEvent.id))).all()
        totals = session.exec(select(EdgeTotal.component_id, EdgeTotal.edges)).all()
    assert events.count("no longer found") == 2
    assert [tuple(row) for row in totals] == [(arrivals.world.components["plain/engine"], 4)]


def _standing(arrivals: Arrivals) -> set[tuple[str, str]]:
    names = {key: name for name, key in arrivals.world.components.items()}
    with arrivals.database.read() as session:
        edges = session.exec(select(Edge).where(Edge.state != EdgeState.WITHDRAWN))
        return {(names[edge.origin_id or 0], names[edge.reuser_id]) for edge in edges}


def test_a_fork_that_joins_two_families_leaves_no_pair_between_them(arrivals: Arrivals) -> None:
    """Two that copied each other are one family once a third holds commits of both."""
    for slug in ("coast/forms", "lakes/copy"):
        arrivals.arrive(slug)
    assert _standing(arrivals) == {("coast/forms", "lakes/copy")}
    with arrivals.database.write() as session:
        arrivals.world.session = session
        arrivals.world.component("west/reports", "PT")
        row = session.get_one(Repository, arrivals.world.repositories["west/reports"])
        row.head_commit = oid("joined").hex()
        add_commits(arrivals.world, "west/reports", range(10))
        add_commits(arrivals.world, "west/reports", range(200, 204), line="lakes/copy")
    arrivals.update("west/reports")
    with arrivals.database.read() as session:
        assert session.exec(select(ClusterPair)).all() == []
        clusters = set(session.exec(select(ClusterMember.cluster_id)))
        kinds = set(session.exec(select(Edge.kind).where(Edge.state != EdgeState.WITHDRAWN)))
    assert len(clusters) == 1
    assert kinds == {"shared_commits"}


def test_a_sentence_is_the_founders_though_its_fork_was_known_first(arrivals: Arrivals) -> None:
    for slug in ("plain/engine", "hills/forms"):
        arrivals.arrive(slug)
    assert _standing(arrivals) == {("plain/engine", "hills/forms")}
    arrivals.arrive("coast/forms")
    assert _standing(arrivals) == {("plain/engine", "coast/forms"), ("coast/forms", "hills/forms")}


def test_a_repository_that_nobody_knows_is_refused(arrivals: Arrivals) -> None:
    with arrivals.database.write() as session, pytest.raises(NotFound, match="no repository 77"):
        arrivals.updater.bring_up_to_date(session, 77)
