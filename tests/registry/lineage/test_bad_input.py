"""What hostile or unlucky repositories can do to the edges of others: nothing."""

import time
from typing import Any

import pytest
from sqlalchemy import insert

from registry.db.session import Database
from registry.db.tables import (
    ClusterMember,
    ClusterPair,
    CommitRow,
    Component,
    Edge,
    EdgeEvent,
    EdgeKind,
    EdgeState,
    EdgeTotal,
    FileArtefact,
    PackageSpan,
    Repository,
    RepositoryState,
)
from registry.errors import NotFound
from registry.lineage.pipeline import LineageUpdater
from tests.support.catalogue_rows import rows_of
from tests.support.lineage_facts import (
    Shelf,
    add_commits,
    add_dependency,
    add_files,
    add_package,
    moment,
    oid,
)
from tests.support.lineage_rows import NOW, World

FORMS, COPY = 1, 2
KNOWN = Shelf(packages=["npm:jquery@3.5.1"])
PUPPETS = 1_000


class Town:
    """A repository, one that may reuse it, and the updates of both."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.world: Any = None
        unused: Any = None
        self.updater = LineageUpdater(
            database=database, background=lambda: KNOWN, queue=unused, clock=lambda: NOW,
            prove=lambda _session, finding, key: {"key": key, "digest": finding.kind.value},
        )  # fmt: skip
        with database.write() as session:
            self.world = World(session)
            self.world.component("town/forms", "EE")
            self.world.component("city/copy", "FI")

    def add(self, function: Any, *arguments: Any, **values: Any) -> None:
        with self.database.write() as session:
            self.world.session = session
            function(self.world, *arguments, **values)

    def update(self, *keys: int) -> list[int]:
        followers: list[int] = []
        for key in keys:
            with self.database.write() as session:
                followers += self.updater.bring_up_to_date(session, key)
        return followers

    def edges(self) -> list[tuple[EdgeKind, EdgeState, int | None, int]]:
        rows = sorted(rows_of(self.database, Edge), key=lambda row: row["id"])
        return [(r["kind"], r["state"], r["origin_id"], r["reuser_id"]) for r in rows]

    def totals(self) -> dict[tuple[int, str], int]:
        rows = rows_of(self.database, EdgeTotal)
        return {(row["component_id"], row["tag"]): row["edges"] for row in rows}


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return Town(sqlite_database)


def _forked(town: Town) -> None:
    town.add(add_commits, "town/forms", range(20))
    town.add(add_commits, "town/forms", range(20, 30), line="forms")
    town.add(add_commits, "city/copy", range(20))
    town.add(add_commits, "city/copy", range(40, 45), line="copy", author="bob")


def _copied(town: Town) -> None:
    for number in range(8):
        town.add(add_files, "town/forms", {f"src/{number}.py": f"rule {number}"},
                 day=number, commit=f"f{number}")  # fmt: skip
        town.add(add_files, "city/copy", {f"lib/{number}.py": f"rule {number}"},
                 day=100, commit="copied")  # fmt: skip


FORKED = (EdgeKind.SHARED_COMMITS, EdgeState.CURRENT, FORMS, COPY)
COPIED = (EdgeKind.SHARED_FILES, EdgeState.CURRENT, FORMS, COPY)


def test_forks_and_copies_become_edges_and_updating_again_changes_no_row(
    database: Database,
) -> None:
    town = Town(database)
    _copied(town)
    town.add(add_commits, "town/forms", range(9))
    town.update(FORMS, COPY)
    assert town.edges() == [COPIED]
    assert town.totals() == {(FORMS, "measured"): 1}
    tables = (Edge, EdgeEvent, EdgeTotal, ClusterMember, ClusterPair, FileArtefact)
    before = [rows_of(database, table) for table in tables]
    assert town.update(COPY, FORMS, COPY) == []
    assert [rows_of(database, table) for table in tables] == before


def test_planted_licences_wrappers_and_libraries_make_no_edge(town: Town) -> None:
    planted = {
        "LICENSE": "mit", "gradlew": "wrapper", "gradlew.bat": "wrapper for windows",
        "mvnw": "maven", "js/jquery.min.js": "minified", "static/jquery/jquery.js": "plain",
        "lib/jquery-3.5.1/jquery.js": "unpacked", "js/jquery.validate.js": "plugin",
        "node_modules/a/index.js": "module", "vendor/b/b.php": "package",
        "package-lock.json": "lock", ".github/workflows/ci.yml": "ci", "bin/rails": "rails",
        "docs/api/index.html": "documentation", "public/404.html": "not found",
    }  # fmt: skip
    for slug in ("town/forms", "city/copy"):
        town.add(add_files, slug, planted)
    assert town.update(FORMS, COPY) == []
    assert town.edges() == []
    assert rows_of(town.database, FileArtefact) == []
    assert rows_of(town.database, ClusterPair) == []


def test_borrowed_names_of_authors_join_nobody(town: Town) -> None:
    town.add(add_commits, "town/forms", range(20), author="ada")
    town.add(add_commits, "city/copy", range(20), line="copy", author="ada")
    town.update(FORMS, COPY)
    assert town.edges() == []
    assert len({row["cluster_id"] for row in rows_of(town.database, ClusterMember)}) == 2


def test_a_repository_that_vanishes_keeps_its_edge(town: Town) -> None:
    _forked(town)
    town.update(FORMS, COPY)
    before = rows_of(town.database, Edge)
    assert town.edges() == [FORKED]
    with town.database.write() as session:
        row = session.get(Repository, COPY)
        assert row is not None
        row.sqlmodel_update({"state": RepositoryState.GONE, "last_outcome": "gone"})
        session.add(row)
    town.update(FORMS, COPY)
    assert rows_of(town.database, Edge) == before
    assert before[0]["first_seen"].timestamp() == moment(40)
    assert town.totals() == {(FORMS, "measured"): 1}


def test_a_package_that_its_owner_took_back_is_withdrawn_and_not_deleted(town: Town) -> None:
    town.add(add_package, "town/forms", "npm:forms")
    town.add(add_dependency, "city/copy", "npm:forms")
    town.update(FORMS, COPY)
    assert town.edges() == [(EdgeKind.PACKAGE_DEPENDENCY, EdgeState.CURRENT, FORMS, COPY)]
    with town.database.write() as session:
        session.delete(session.get(PackageSpan, 1))
    town.update(COPY)
    assert town.edges() == [(EdgeKind.PACKAGE_DEPENDENCY, EdgeState.WITHDRAWN, FORMS, COPY)]
    assert town.totals() == {}


def _puppets(town: Town, count: int) -> list[int]:
    """Add repositories of one account that hold the commits of `forms` and nothing else."""
    keys = list(range(100, 100 + count))
    with town.database.write() as session:
        session.execute(
            insert(Repository),
            [
                {
                    "id": key, "url": f"https://code.example/puppets/{key}",
                    "host": "code.example", "path": f"puppets/{key}", "state_since": NOW,
                    "state": RepositoryState.ACTIVE, "added_at": NOW,
                }
                for key in keys
            ],
        )  # fmt: skip
        session.execute(
            insert(Component),
            [
                {
                    "id": key, "uuid": f"uuid-{key}", "slug": f"puppet-{key}", "name": f"{key}",
                    "repository_id": key, "created_at": NOW, "updated_at": NOW,
                }
                for key in keys
            ],
        )  # fmt: skip
        session.execute(
            insert(CommitRow),
            [
                {
                    "repository_id": key, "id": oid(f"main {day}"), "parents": b"",
                    "author_time": moment(day), "commit_time": moment(day),
                    "author_key": oid("ada")[:16], "author_domain": "", "on_main": True,
                    "flags": "",
                }
                for key in keys
                for day in range(8)
            ],
        )  # fmt: skip
    return keys


def test_forks_without_a_commit_of_their_own_add_no_reuse(town: Town) -> None:
    _forked(town)
    town.update(FORMS, COPY)
    before = town.totals()
    puppets = _puppets(town, 3)
    town.update(*puppets, FORMS, COPY)
    assert town.totals() == before
    rows = rows_of(town.database, Edge)
    mirrors = [row for row in rows if row["reuser_id"] > COPY or row["origin_id"] > COPY]
    assert len(mirrors) == len(puppets)
    assert all(row["is_mirror"] for row in mirrors)


def test_a_thousand_sock_puppets_add_no_reuse_and_cost_little(town: Town) -> None:
    _forked(town)
    town.update(FORMS, COPY)
    before = town.totals()
    puppets = _puppets(town, PUPPETS)
    started = time.process_time()
    town.update(puppets[0], puppets[-1], FORMS, COPY)
    assert time.process_time() - started < 10
    # Neither does what was true before become less.
    assert town.totals() == before == {(FORMS, "measured"): 1}
    assert town.edges() == [FORKED]


def test_a_repository_that_is_not_there_is_named(town: Town) -> None:
    with pytest.raises(NotFound, match="99"):
        town.update(99)
