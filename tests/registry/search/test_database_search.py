"""The plain database search, beyond its part of the contract, on both databases."""

import pytest

from registry.db.session import Database
from registry.db.tables import Component, IndexOutbox, Repository, RepositoryState
from registry.search.database_search import DatabaseSearch
from registry.search.indexing import check, drain_outbox, needs_rebuild, rebuild
from registry.search.port import FACETS, SearchIndex, SearchQuery
from tests.support.search_samples import document, samples, store


@pytest.fixture
def plain(database: Database) -> DatabaseSearch:
    with database.write() as session:
        store(session, samples())
    return DatabaseSearch(database)


def test_unlisted_components_are_never_found(database: Database, plain: DatabaseSearch) -> None:
    with database.write() as session:
        for number, state in ((1, RepositoryState.MOVED), (3, RepositoryState.IDENTITY_CHANGED)):
            component = session.get_one(Component, number)
            repository = session.get_one(Repository, component.repository_id)
            repository.state = state
            session.add(repository)
    answer = plain.search(SearchQuery(facets=FACETS))
    assert {hit.component_id for hit in answer.hits} == {2, 4, 5, 6}
    assert answer.facets["country"] == {"CA": 1, "FI": 1, "JP": 1, "NL": 1}
    assert plain.suggest("x-r")[0].slug == "fi-x-road"
    assert len(plain.suggest("x-r")) == 1


def test_accented_capitals_and_wildcards_are_only_themselves(database: Database) -> None:
    with database.write() as session:
        store(
            session,
            [
                document(1, "a", names={"fr": "Éducation 100%"}),
                document(2, "b", names={"fr": "Formation 100"}),
                document(3, "c", names={"fr": "a_b"}, path="x/c"),
                document(4, "d", names={"fr": "axb"}, path="x/d"),
            ],
        )
    plain = DatabaseSearch(database)

    def found(text: str) -> set[int]:
        return {hit.component_id for hit in plain.search(SearchQuery(q=text)).hits}

    assert found("éducation") == {1}
    assert found("100%") == {1}
    assert found("a_b") == {3}
    assert found("\\q") == set()
    assert found('"formation 100"') == {2}
    assert [s.slug for s in plain.suggest("a_")] == ["c"]


def test_the_tables_are_an_index_that_is_always_equal(
    database: Database, plain: DatabaseSearch
) -> None:
    index: SearchIndex = plain
    with database.write() as session:
        session.add(IndexOutbox(component_id=1, revision=1))
    assert drain_outbox(database, index) == 1
    assert rebuild(database, index) == index.count() == 6
    assert check(database, index).is_equal
    assert not needs_rebuild(database, index)
    assert index.health()
    index.close()


def test_json_that_is_no_list_or_object_does_no_harm(
    database: Database, plain: DatabaseSearch
) -> None:
    with database.write() as session:
        component = session.get_one(Component, 1)
        component.names = "scalar"  # type: ignore[assignment]
        component.categories = {"no": "list"}  # type: ignore[assignment]
        component.topics = None  # type: ignore[assignment]
        session.add(component)
    answer = plain.search(SearchQuery(q="x", facets=FACETS))
    assert {hit.component_id for hit in answer.hits} >= {1, 2}
    assert plain.search(SearchQuery(filters={"function": ("health",)})).total == 1
