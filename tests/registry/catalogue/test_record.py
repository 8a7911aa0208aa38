"""Storing readings: by difference, without loss, and the same twice."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from registry.catalogue.record import AuthorHasher, record_reading, replace_claims
from registry.db.base import Model
from registry.db.session import Database
from registry.db.tables import (
    ClaimRow,
    CommitRow,
    DependencyRow,
    DocumentRow,
    PackageRow,
    PathRow,
    ReleaseRow,
    Repository,
    TrailerRow,
)
from registry.db.tables.facts import MASKED_AUTHOR
from registry.domain.dates import EARLIEST
from registry.domain.facts import (
    Claim,
    Commit,
    Dependency,
    Diagnostic,
    Document,
    LanguageShare,
    Package,
    PathFirstSeen,
    Reading,
    Release,
    Submodule,
)
from registry.publishing.erasure import erase, places_of
from tests.support.catalogue_rows import HASHER, HEAD, NOW, document, reading, register, rows_of

NAME = Claim(property="name", value="Letters", line=2)
FULL = reading(
    document(NAME),
    document(Claim(property="licence", value="MIT"), kind="licence", path="LICENSE"),
    releases=(Release(name="v1", commit=HEAD, time=1_600_000_000, version="1"),),
    languages=(LanguageShare(name="Python", size=10, files=1),),
    submodules=(Submodule(path="lib", commit="c" * 40, url="https://x.example/a"),),
    packages=(Package(ecosystem="npm", name="letters", path="package.json"),),
    dependencies=(Dependency(ecosystem="npm", name="left", path="package.json", spec="^1"),),
    community={"security": "SECURITY.md"},
)


class Shelf:
    """One repository, to which readings are recorded."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.day = 0
        with database.write() as session:
            self.id = register(session, "town/letters").id

    def record(self, found: Reading, reader_version: int = 1) -> None:
        self.day += 1
        with self.database.write() as session:
            row = session.get(Repository, self.id)
            assert row is not None
            record_reading(
                session, row, found, hasher=HASHER, reader_version=reader_version,
                now=NOW + timedelta(days=self.day),
            )  # fmt: skip

    def all(self) -> dict[str, list[Any]]:
        with self.database.read() as session:
            return {
                table.name: session.execute(table.select()).all()
                for table in Model.metadata.sorted_tables
            }

    def rows(self, table: Any) -> list[dict[str, Any]]:
        return rows_of(self.database, table)


@pytest.fixture
def shelf(sqlite_database: Database) -> Shelf:
    return Shelf(sqlite_database)


def test_the_same_reading_a_second_time_changes_no_row(database: Database) -> None:
    shelf = Shelf(database)
    shelf.record(FULL)
    before = shelf.all()
    shelf.record(FULL)
    assert shelf.all() == before
    assert before["document"]


def test_a_changed_document_is_ended_and_the_new_one_added(shelf: Shelf) -> None:
    shelf.record(FULL)
    changed = Claim(property="name", value="Post", line=2)
    shelf.record(reading(document(changed)))
    documents = {(d["path"], d["ended_at"] is None): d for d in shelf.rows(DocumentRow)}
    assert set(documents) == {
        ("publiccode.yml", False), ("publiccode.yml", True), ("LICENSE", False),
    }  # fmt: skip
    standing = [c for c in shelf.rows(ClaimRow) if c["ended_at"] is None]
    assert [(c["value"], c["document_id"]) for c in standing] == [
        ("Post", documents["publiccode.yml", True]["id"])
    ]
    assert len(shelf.rows(ClaimRow)) == 3, "ended, never deleted"


def test_a_newer_reader_reads_the_same_document_anew(shelf: Shelf) -> None:
    shelf.record(FULL)
    shelf.record(FULL, reader_version=2)
    assert len(shelf.rows(DocumentRow)) == 4
    assert sum(d["ended_at"] is None for d in shelf.rows(DocumentRow)) == 2


def test_a_document_that_could_not_be_read_is_known_by_its_contents(shelf: Shelf) -> None:
    bad = Document(
        kind="readme", path="README.md", blob="1" * 40, size=0, sha256="", status="unparseable"
    )
    shelf.record(reading(bad))
    shelf.record(reading(bad))
    assert len(shelf.rows(DocumentRow)) == 1
    other = Document(
        kind="readme", path="README.md", blob="2" * 40, size=0, sha256="", status="unparseable"
    )
    shelf.record(reading(other))
    assert [d["blob"][0] for d in shelf.rows(DocumentRow) if d["ended_at"] is None] == ["2"]


def test_facts_of_head_are_replaced_and_those_of_history_stay(shelf: Shelf) -> None:
    shelf.record(FULL)
    shelf.record(reading())
    for table in (ReleaseRow, PackageRow, DependencyRow):
        assert shelf.rows(table) == []
    assert len(shelf.rows(CommitRow)) == 1


def test_what_no_ref_reaches_any_more_stays_but_is_not_of_head(shelf: Shelf) -> None:
    shelf.record(FULL)
    other = "d" * 40
    rewritten = reading(
        head=other,
        commits=(Commit(other, (), 1_600_000_500, 1_600_000_500, "b@gov.example", True),),
        paths=(PathFirstSeen("e" * 40, "new.py", other, 1_600_000_500, True),),
    )
    shelf.record(rewritten)
    assert {c["id"].hex()[0]: c["on_main"] for c in shelf.rows(CommitRow)} == {
        "a": False, "d": True,
    }  # fmt: skip
    assert {p["path"]: p["in_head"] for p in shelf.rows(PathRow)} == {
        "README.md": False, "new.py": True,
    }  # fmt: skip


@pytest.mark.parametrize("cap", ["commits", "paths", "entries"])
def test_a_partial_reading_takes_nothing_off_the_main_line(shelf: Shelf, cap: str) -> None:
    shelf.record(FULL)
    shelf.record(reading(commits=(), paths=(), partial=(cap,)))
    commit, path = shelf.rows(CommitRow)[0], shelf.rows(PathRow)[0]
    assert commit["on_main"] is (cap == "commits")
    assert path["in_head"] is (cap != "commits")


def test_an_earlier_sight_of_a_file_moves_its_date_and_a_later_one_does_not(
    shelf: Shelf,
) -> None:
    other = "d" * 40
    seen = (
        (EARLIEST, "a" * 40), (EARLIEST + 500, HEAD), (EARLIEST + 400, other),
        (EARLIEST + 600, "e" * 40), (EARLIEST, "f" * 40),
    )  # fmt: skip
    for moment, commit in seen:
        shelf.record(reading(paths=(PathFirstSeen("b" * 40, "a", commit, moment, True),)))
    (path,) = shelf.rows(PathRow)
    assert (path["first_seen"], path["commit"].hex()) == (EARLIEST + 400, other)


def test_a_file_that_comes_back_keeps_its_first_date(shelf: Shelf) -> None:
    for in_head in (True, False, True):
        shelf.record(reading(paths=(PathFirstSeen("b" * 40, "a", HEAD, 500, in_head),)))
    (path,) = shelf.rows(PathRow)
    assert (path["first_seen"], path["in_head"]) == (500, True)


def test_authors_are_kept_as_a_hash_and_a_domain() -> None:
    hasher, other = AuthorHasher(b"k" * 32), AuthorHasher(b"l" * 32)
    key, domain = hasher("ada@gov.example")
    assert (len(key), domain) == (16, "gov.example")
    assert hasher("ada@gov.example") == (key, domain)
    assert other("ada@gov.example")[0] != key
    for odd in ("", "nobody", "a@localhost", "a@<script>.x", "a@"):
        assert hasher(odd)[1] == ""


def test_texts_that_postgresql_refuses_are_stored_all_the_same(database: Database) -> None:
    shelf = Shelf(database)
    shelf.record(
        reading(
            Document(
                kind="readme", path="README.md", blob="1" * 40, size=3, sha256="x", text="a\0b",
                html="<p>\0</p>", data={"a\0": [float("nan")]}, version="1\0",
                diagnostics=(Diagnostic(severity="error", message="odd \0"),),
                claims=(Claim(property="name", value={"a": "b\0"}),),
            ),
            packages=(Package(ecosystem="npm", name="a\0b", path="package.json"),),
            languages=(LanguageShare(name="Py\0", size=1, files=1),),
            default_branch="ma\0in",
            community={"x": "y\0"},
        )
    )  # fmt: skip
    (row,) = shelf.rows(DocumentRow)
    assert (row["text"], row["data"]) == ("a\ufffdb", {"a\ufffd": ["nan"]})
    assert shelf.rows(PackageRow)[0]["name"] == "a\ufffdb"


def test_claims_of_a_source_without_documents_are_replaced_by_difference(
    shelf: Shelf,
) -> None:
    def say(*claims: Claim) -> None:
        with shelf.database.write() as session:
            replace_claims(session, shelf.id or 0, "forge", claims, NOW)

    topics, licence = (
        Claim(property="topics", value=["a\0"]),
        Claim(property="licence", value="MIT"),
    )
    say(topics, licence)
    before = shelf.rows(ClaimRow)
    say(topics, licence)
    assert shelf.rows(ClaimRow) == before
    say(topics)
    assert [(c["property"], c["ended_at"] is None) for c in shelf.rows(ClaimRow)] == [
        ("topics", True), ("licence", False),
    ]  # fmt: skip


def test_who_is_recorded_on_a_commit_is_a_hash_and_a_domain(database: Database) -> None:
    shelf = Shelf(database)
    people = (("reviewed", "bo@house.example"), ("signed_off", "ann@town.example"))
    commit = Commit(
        HEAD, (), 1, 2, "ann@town.example", on_main=True, merger="cy@town.example", trailers=people
    )
    shelf.record(reading(commits=(commit,)))
    (row,) = shelf.rows(CommitRow)
    assert (row["merger_key"], row["merger_domain"]) == HASHER("cy@town.example")
    stored = {(x["role"], x["person_key"], x["person_domain"]) for x in shelf.rows(TrailerRow)}
    assert stored == {(role, *HASHER(email)) for role, email in people}
    before = shelf.all()
    shelf.record(reading(commits=(commit,)))
    assert shelf.all() == before
    shelf.record(reading(commits=(replace(commit, merger="", trailers=people[:1]),)))
    assert [x["role"] for x in shelf.rows(TrailerRow)] == ["reviewed"]
    assert shelf.rows(CommitRow)[0]["merger_key"] is None


def test_who_asked_to_be_masked_is_in_no_trailer(shelf: Shelf) -> None:
    commit = Commit(
        HEAD, (), 1, 2, "ann@town.example", on_main=True, committer="bo@house.example",
        merger="bo@house.example", trailers=(("reviewed", "bo@house.example"),),
    )  # fmt: skip
    shelf.record(reading(commits=(commit,)))
    with shelf.database.write() as session:
        erase(session, ["bo@house.example"], hasher=HASHER, now=NOW)
        assert places_of(session, "bo@house.example", hasher=HASHER) == []
    assert shelf.rows(TrailerRow) == []
    again = replace(commit, merger="BO@house.example", trailers=(("acked", "bo@house.example"),))
    shelf.record(reading(commits=(again,)))
    assert shelf.rows(TrailerRow) == []
    assert shelf.rows(CommitRow)[0]["merger_key"] == MASKED_AUTHOR
