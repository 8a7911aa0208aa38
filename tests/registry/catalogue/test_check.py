"""`registry check` finds each promise that is broken on purpose, and is silent without."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from registry.catalogue.check import Difference, check_catalogue
from registry.db.session import Database
from registry.domain.facts import Claim
from registry.search.indexing import drain_outbox
from tests.support.catalogue_rows import NOW, crawled
from tests.support.search_memory import MemoryIndex

NAME = Claim(property="name", value="Letters", line=2)


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


def _check(database: Database, index: MemoryIndex) -> list[Difference]:
    return check_catalogue(database, index, NOW)


def _filled(database: Database, index: MemoryIndex) -> None:
    crawled(database, "town/letters", [NAME])
    crawled(database, "town/post", [NAME])
    drain_outbox(database, index)


def test_a_sound_catalogue_breaks_no_promise(database: Database, index: MemoryIndex) -> None:
    assert _check(database, index) == []
    _filled(database, index)
    assert _check(database, index) == []


OVERDUE = """INSERT INTO job (task, key, lane, payload, priority, state, attempts, not_before,
    lease_until, fencing_token, created_at, changed_at) VALUES ('crawl.repository', '1', '', '{}',
    0, 'running', 1, '2020-01-01 00:00:00', '2020-01-01 00:00:00', 1, '2020-01-01 00:00:00',
    '2020-01-01 00:00:00')"""
OF_FILE = "WHERE basis = 'publiccode'"
BROKEN = {
    "claim without a document": ("I5", f"UPDATE claim SET document_id = NULL {OF_FILE}"),
    "claim without a commit": ("I5", f'UPDATE claim SET "commit" = NULL {OF_FILE}'),
    "ended document": ("I5", "UPDATE document SET ended_at = read_at"),
    "claim of another repository": (
        "I5", f"UPDATE claim SET document_id = (SELECT max(id) FROM document) {OF_FILE}",
    ),
    "document without a blob": ("I5", "UPDATE document SET blob = ''"),
    "path of no commit": ("I5", "DELETE FROM commit_fact WHERE repository_id = 1"),
    "field without a claim": ("I5", "UPDATE component_field SET claim_id = NULL"),
    "field of an ended claim": ("I5", "UPDATE claim SET ended_at = observed_at"),
    "component lost": ("I6", "DELETE FROM component WHERE repository_id = 1"),
    "history lost": ("I6", "DELETE FROM commit_fact"),
    "fields lost": ("I6", "DELETE FROM component_field"),
    "component stale": ("I3", "UPDATE component SET revision = revision + 1"),
    "lease left over": ("I9", OVERDUE),
}  # fmt: skip


@pytest.mark.parametrize(("invariant", "statement"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_named(
    sqlite_database: Database, index: MemoryIndex, invariant: str, statement: str
) -> None:
    _filled(sqlite_database, index)
    with sqlite_database.engine.connect() as connection:
        # So that rows can be lost without what hangs on them.
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text(statement))
    found = {difference.invariant: difference for difference in _check(sqlite_database, index)}
    assert invariant in found
    assert found[invariant].count >= 1
    assert found[invariant].examples


@pytest.mark.parametrize(
    ("what", "harm"),
    [
        ("missing in the search index", lambda index: index.remove([1])),
        ("extra in the search index", lambda index: index.held.update({99: 1})),
    ],
)
def test_an_index_that_differs_is_named(
    sqlite_database: Database,
    index: MemoryIndex,
    what: str,
    harm: Callable[[MemoryIndex], None],
) -> None:
    _filled(sqlite_database, index)
    harm(index)
    assert [(d.invariant, d.what, d.count) for d in _check(sqlite_database, index)] == [
        ("I3", what, 1)
    ]


def test_what_is_on_its_way_to_the_index_is_no_difference(
    sqlite_database: Database, index: MemoryIndex
) -> None:
    crawled(sqlite_database, "town/letters", [NAME])
    assert _check(sqlite_database, index) == []


def test_a_reference_to_nothing_is_damage(sqlite_database: Database, index: MemoryIndex) -> None:
    _filled(sqlite_database, index)
    with sqlite_database.engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("DELETE FROM organisation"))
    assert "I1" in {difference.invariant for difference in _check(sqlite_database, index)}
