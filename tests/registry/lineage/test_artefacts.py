"""Which contents are indexed: not third-party, not generated, not tiny; written by difference."""

from typing import Any

import pytest
from sqlmodel import select

from registry.db.session import Database
from registry.db.tables import FileArtefact, FingerprintRow, LineageState, PathRow
from registry.domain.dates import EARLIEST
from registry.domain.fingerprints import file_hash
from registry.lineage.artefacts import EMPTY_BLOB, index_repository
from registry.lineage.rules import RULES
from tests.support.catalogue_rows import rows_of
from tests.support.lineage_facts import Shelf, add_files, add_prints, hash_of, moment, oid
from tests.support.lineage_rows import NOW, World

NOTHING = Shelf()


class Indexed:
    """One repository whose artefacts are indexed anew after each change of its facts."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            World(session).component("forms")

    def add(self, function: Any, *arguments: Any, **values: Any) -> None:
        with self.database.write() as session:
            world = World(session, repositories={"forms": 1})
            function(world, "forms", *arguments, **values)

    def index(self, background: Any = NOTHING) -> bool:
        with self.database.write() as session:
            return index_repository(session, 1, background, NOW)

    def files(self) -> dict[int, tuple[int, bool, int]]:
        return {
            row["hash"]: (row["first_seen"], row["is_import"], row["versions"])
            for row in rows_of(self.database, FileArtefact)
        }

    def third_party(self) -> set[int]:
        return {x["hash"] for x in rows_of(self.database, FingerprintRow) if x["is_third_party"]}


@pytest.fixture
def indexed(sqlite_database: Database) -> Indexed:
    return Indexed(sqlite_database)


def test_what_is_own_is_indexed_and_what_is_not_is_left_out(database: Database) -> None:
    indexed = Indexed(database)
    indexed.add(add_files, {"src/a.py": "a", "src/big.py": "big"}, day=3)
    indexed.add(add_files, {"src/unknown.py": "unknown"}, size=None)
    indexed.add(add_files, {"src/tiny.py": "tiny"}, size=RULES.minimum_bytes - 1)
    indexed.add(add_files, {"src/small.py": "small"}, size=RULES.minimum_bytes)
    indexed.add(add_files, {"src/pb.py": "generated"}, is_generated=True)
    indexed.add(add_files, {"LICENSE": "licence", "bin/rails": "scaffold", "logo.png": "logo"})
    # Standing in one place that says nothing is enough: elsewhere it is a copy of that.
    indexed.add(add_files, {"src/jquery.py": "library", "vendor/jquery.py": "library"})
    indexed.add(add_files, {"src/published.py": "published"})
    background = Shelf(files={hash_of("published"): "npm:left@1.0.0"})
    assert indexed.index(background)
    assert indexed.files() == {
        hash_of("a"): (moment(3), False, 1), hash_of("big"): (moment(3), False, 1),
        hash_of("unknown"): (moment(0), False, 1), hash_of("small"): (moment(0), False, 1),
    }  # fmt: skip
    (state,) = rows_of(database, LineageState)
    assert (state["artefacts"], state["fingerprints"]) == (4, 0)
    assert not indexed.index(background)


def test_planted_licences_wrappers_and_libraries_are_no_artefacts(indexed: Indexed) -> None:
    planted = {
        "LICENSE": "mit", "COPYING": "gpl", "gradlew": "wrapper", "mvnw": "maven",
        "gradle/wrapper/gradle-wrapper.properties": "properties", "js/jquery.min.js": "minified",
        "static/jquery/jquery.js": "plain", "lib/jquery-3.5.1/jquery.js": "unpacked",
        "src/copy-of-jquery.js": "published", "package-lock.json": "locked",
    }  # fmt: skip
    indexed.add(add_files, planted)
    known = Shelf(files={hash_of("published"): "npm:jquery@3.5.1"}, packages=["npm:jquery@3.5.1"])
    indexed.index(known)
    assert indexed.files() == {}


def test_the_empty_file_is_none(indexed: Indexed) -> None:
    with indexed.database.write() as session:
        session.add(
            PathRow(
                repository_id=1, blob=EMPTY_BLOB, path="src/a.py", commit=oid("c"),
                first_seen=moment(1), in_head=True,
            )
        )  # fmt: skip
    indexed.index()
    assert indexed.files() == {}
    assert rows_of(indexed.database, LineageState)[0]["artefacts"] == 0


@pytest.mark.parametrize(("files", "is_import"), [(40, False), (41, True)])
def test_a_commit_of_more_than_forty_files_is_an_import(
    indexed: Indexed, files: int, is_import: bool
) -> None:
    indexed.add(add_files, {f"src/{n}.py": f"c{n}" for n in range(files)}, commit="bulk")
    indexed.add(add_files, {"src/late.py": "late"}, commit="next", day=2)
    indexed.index()
    found = indexed.files()
    assert found.pop(hash_of("late")) == (moment(2), False, 1)
    assert {mark for _, mark, _ in found.values()} == {is_import}


def test_versions_of_a_path_are_ranked_in_the_order_of_time(indexed: Indexed) -> None:
    for day, content in ((9, "third"), (1, "first"), (5, "second")):
        indexed.add(add_files, {"src/a.py": content}, day=day, in_head=False)
    # The same content elsewhere counts at the place where it stood first.
    indexed.add(add_files, {"src/b.py": "second"}, day=7)
    indexed.index()
    assert {value: found[2] for value, found in indexed.files().items()} == {
        hash_of("first"): 1, hash_of("second"): 2, hash_of("third"): 3,
    }  # fmt: skip
    assert indexed.files()[hash_of("second")][0] == moment(5)


def test_a_date_before_git_is_not_known(indexed: Indexed) -> None:
    with indexed.database.write() as session:
        session.add(
            PathRow(
                repository_id=1, blob=oid("old"), path="src/a.py", commit=oid("c"),
                first_seen=EARLIEST, in_head=True,
            )
        )  # fmt: skip
    indexed.index()
    assert indexed.files() == {hash_of("old"): (0, False, 1)}


@pytest.mark.parametrize(("known", "is_third_party"), [(2, False), (3, True)])
def test_a_file_that_is_a_third_background_is_third_party_as_a_whole(
    indexed: Indexed, known: int, is_third_party: bool
) -> None:
    indexed.add(add_files, {"src/edited.js": "edited", "src/own.js": "own"})
    indexed.add(add_prints, "src/edited.js", "edited", range(10))
    indexed.add(add_prints, "src/own.js", "own", range(100, 110))
    background = Shelf(code=dict.fromkeys(range(known), "npm:d3@5.0.0"))
    indexed.index(background)
    assert indexed.third_party() == set(range(10 if is_third_party else known))
    assert (hash_of("edited") in indexed.files()) is not is_third_party
    assert hash_of("own") in indexed.files()
    (state,) = rows_of(indexed.database, LineageState)
    assert state["fingerprints"] == (10 if is_third_party else 20 - known)


def test_code_in_places_that_tell_nothing_is_marked(indexed: Indexed) -> None:
    indexed.add(add_prints, "vendor/a.js", "a", [1, 2])
    indexed.add(add_prints, "src/a.js", "b", [3])
    indexed.index()
    assert indexed.third_party() == {1, 2}


def test_another_background_index_changes_only_what_it_knows(indexed: Indexed) -> None:
    indexed.add(add_files, {"src/a.py": "a", "src/b.py": "b"}, day=1)
    indexed.add(add_prints, "src/a.py", "a", [1, 2, 3, 4])
    assert indexed.index()
    before = rows_of(indexed.database, FileArtefact)
    newer = Shelf(
        files={hash_of("b"): "pypi:b@1"}, code={1: "pypi:b@1"}, digest="newer"
    )  # fmt: skip
    assert indexed.index(newer)
    assert rows_of(indexed.database, FileArtefact) == [
        x for x in before if x["hash"] == hash_of("a")
    ]
    assert indexed.third_party() == {1}
    assert indexed.index()
    assert rows_of(indexed.database, FileArtefact) == before
    assert indexed.third_party() == set()


def test_new_facts_change_their_own_rows_alone(indexed: Indexed) -> None:
    indexed.add(add_files, {"src/a.py": "a", "src/b.py": "b"}, day=5)
    indexed.index()
    with indexed.database.write() as session:
        row = session.exec(select(PathRow).where(PathRow.path == "src/b.py")).one()
        row.first_seen = moment(2)
    indexed.add(add_files, {"src/c.py": "c"}, day=6)
    assert indexed.index()
    assert indexed.files() == {
        hash_of("a"): (moment(5), False, 1), hash_of("b"): (moment(2), False, 1),
        hash_of("c"): (moment(6), False, 1),
    }  # fmt: skip
    (state,) = rows_of(indexed.database, LineageState)
    assert state["artefacts"] == 3


def test_hashes_are_the_beginning_of_the_ids_of_git() -> None:
    assert file_hash(bytes.fromhex("ff" * 20)) == -1
    assert file_hash(bytes.fromhex("00000000000000ff" + "11" * 12)) == 255
