"""The outbox, the rebuild and the check, on both databases."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from registry.db.session import Database
from registry.db.tables import Component, DocumentRow, IndexOutbox, Repository, RepositoryState
from registry.errors import Unavailable
from registry.search.documents import SearchDocument
from registry.search.documents_from_tables import clean
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.indexing import (
    build_documents,
    check,
    drain_outbox,
    needs_rebuild,
    rebuild,
)
from registry.search.null import NullSearchIndex
from registry.search.port import SearchQuery
from tests.support.search_samples import samples, store


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedSearchIndex:
    return EmbeddedSearchIndex(tmp_path)


@pytest.fixture
def catalogue(database: Database) -> Database:
    with database.write() as session:
        store(session, samples())
        announce(session, *range(1, 7))
    return database


def announce(session: Session, *ids: int) -> None:
    for component in ids:
        session.add(IndexOutbox(component_id=component, revision=1))


def waiting(database: Database) -> int:
    with database.read() as session:
        return session.exec(select(func.count()).select_from(IndexOutbox)).one()


def change_state(session: Session, component: int, state: RepositoryState) -> None:
    found = session.get_one(Component, component)
    repository = session.get_one(Repository, found.repository_id)
    repository.state = state
    session.add(repository)


def test_documents_are_read_as_they_were_written(catalogue: Database) -> None:
    with catalogue.read() as session:
        assert build_documents(session, range(1, 8)) == samples()
        assert build_documents(session, []) == []


def test_a_drain_brings_changes_to_the_index_and_empties_the_outbox(
    catalogue: Database, index: EmbeddedSearchIndex
) -> None:
    assert drain_outbox(catalogue, index, batch=4) == 6
    assert waiting(catalogue) == 0
    assert index.count() == 6
    assert check(catalogue, index).is_equal
    assert drain_outbox(catalogue, index) == 0


def test_components_that_must_not_be_listed_leave_the_index(
    catalogue: Database, index: EmbeddedSearchIndex
) -> None:
    drain_outbox(catalogue, index)
    with catalogue.write() as session:
        change_state(session, 1, RepositoryState.MOVED)
        change_state(session, 2, RepositoryState.IDENTITY_CHANGED)
        change_state(session, 3, RepositoryState.GONE)
        session.delete(session.get_one(Component, 4))
        announce(session, 1, 2, 3)
        session.add(IndexOutbox(component_id=4, revision=2, removed=True))
    assert drain_outbox(catalogue, index) == 4
    assert {i for i, _ in index.ids_and_revisions()} == {3, 5, 6}
    assert check(catalogue, index).is_equal


class _Down(NullSearchIndex):
    """An index that takes writes and then fails, or fails at once."""

    def __init__(self, *, on: str) -> None:
        self.on = on

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        if self.on == "upsert":
            raise Unavailable("down")
        return super().upsert(documents)

    def remove(self, ids: Iterable[int]) -> int:
        if self.on == "remove":
            raise Unavailable("down")
        return super().remove(ids)


@pytest.mark.parametrize("on", ["upsert", "remove"])
def test_rows_wait_until_the_index_acknowledged(catalogue: Database, on: str) -> None:
    with pytest.raises(Unavailable):
        drain_outbox(catalogue, _Down(on=on))
    assert waiting(catalogue) == 6


def test_the_check_names_what_differs(catalogue: Database, index: EmbeddedSearchIndex) -> None:
    drain_outbox(catalogue, index)
    index.remove([2])
    with catalogue.write() as session:
        component = session.get_one(Component, 1)
        component.revision = 9
        session.add(component)
        session.delete(session.get_one(Component, 6))
    parity = check(catalogue, index)
    assert (parity.missing, parity.stale, parity.extra) == ((2,), (1,), (6,))
    assert (parity.missing_count, parity.stale_count, parity.extra_count) == (1, 1, 1)
    assert not parity.is_equal


def test_a_rebuild_makes_the_index_equal_and_tells_how_far_it_is(
    catalogue: Database, index: EmbeddedSearchIndex
) -> None:
    assert needs_rebuild(catalogue, index)
    told: list[tuple[int, int]] = []
    assert rebuild(catalogue, index, lambda done, total: told.append((done, total))) == 6
    assert told == [(6, 6)]
    assert check(catalogue, index).is_equal
    assert not needs_rebuild(catalogue, index)


class _ChangesMeanwhile(EmbeddedSearchIndex):
    """Another process drains a change while the rebuild is being swapped in."""

    database: Database

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        count = super().rebuild(documents)
        with self.database.write() as session:
            component = session.get_one(Component, 1)
            component.revision, component.names = 2, {"en": "Lighthouse"}
            session.add(component)
            session.delete(session.get_one(Component, 5))
        return count


def test_a_change_during_a_rebuild_is_not_lost(catalogue: Database, tmp_path: Path) -> None:
    index = _ChangesMeanwhile(tmp_path)
    index.database = catalogue
    assert rebuild(catalogue, index) == 5
    assert check(catalogue, index).is_equal
    assert index.search(SearchQuery(q="lighthouse")).total == 1


def test_an_empty_catalogue_needs_no_rebuild(
    sqlite_database: Database, index: EmbeddedSearchIndex
) -> None:
    assert not needs_rebuild(sqlite_database, index)
    assert rebuild(sqlite_database, index) == 0


def test_odd_values_in_the_tables_do_no_harm(
    sqlite_database: Database, index: EmbeddedSearchIndex
) -> None:
    with sqlite_database.write() as session:
        store(session, samples()[:1])
        component = session.get_one(Component, 1)
        component.names = {"en": 5, "fr": None, "de": "Gut\x00\ue000er <b>"}
        component.descriptions = ["no", "object"]  # type: ignore[assignment]
        component.topics = {"no": "list"}  # type: ignore[assignment]
        component.categories = [None, 7, "ok"]  # type: ignore[list-item]
        session.add(component)
        announce(session, 1)
    drain_outbox(sqlite_database, index)
    hit = index.search(SearchQuery(q="Guter")).hits[0]
    assert hit.highlights["name"] == "<mark>Guter</mark> &lt;b&gt;"


def test_only_the_present_readme_nearest_to_the_root_counts(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        store(session, [samples()[4]])
        root = session.exec(select(DocumentRow)).one()
        for path, text, ended in (
            ("docs/README.md", "deep", None),
            ("A.md", "old", root.read_at),
        ):
            values = root.model_dump(exclude={"id"}) | {"path": path, "text": text}
            session.add(DocumentRow(**values | {"ended_at": ended}))
        root.text = "x" * 5000
        session.add(root)
    with sqlite_database.read() as session:
        (built,) = build_documents(session, [5])
    assert built.readme == "x" * 2000


def test_text_is_bounded_and_without_control_characters() -> None:
    assert clean("a\x00b\ue001c\nd\ud800" + "e" * 20_000).startswith("abc\nd?eee")
    assert len(clean("e" * 20_000)) == 10_000


def test_the_null_index_finds_nothing_and_says_so() -> None:
    null = NullSearchIndex()
    assert null.upsert(samples()) == 6
    assert null.rebuild(samples()) == null.remove([1]) == null.count() == 0
    assert null.search(SearchQuery(facets=("country",))).facets == {"country": {}}
    assert (null.suggest("x"), list(null.ids_and_revisions())) == ([], [])
    assert not null.health()
    null.close()
