"""What only the Meilisearch adapter does: tasks, a full or absent server, the filter language."""

from collections.abc import Iterator

import pytest

from registry.errors import Unavailable
from registry.search.meilisearch import MeilisearchIndex
from registry.search.meilisearch_settings import index_settings, quoted
from registry.search.port import SearchQuery
from tests.support.meilisearch_double import MeilisearchDouble
from tests.support.search_samples import document, samples


@pytest.fixture
def double() -> Iterator[MeilisearchDouble]:
    with MeilisearchDouble() as served:
        yield served


@pytest.fixture
def index(double: MeilisearchDouble) -> MeilisearchIndex:
    made = MeilisearchIndex(double.url, "the-key")
    made.upsert(samples())
    return made


def test_a_full_task_store_is_pruned_and_the_next_try_succeeds(
    index: MeilisearchIndex, double: MeilisearchDouble
) -> None:
    double.is_full = True
    with pytest.raises(Unavailable, match="no_space_left_on_device"):
        index.upsert([document(9, "more")])
    assert "DELETE /tasks" in double.requests
    assert index.upsert([document(9, "more")]) == 1
    assert index.count() == 7


def test_a_task_that_fails_for_want_of_space_prunes_too(
    index: MeilisearchIndex, double: MeilisearchDouble
) -> None:
    double.fail_next_task = "no_space_left_on_device"
    with pytest.raises(Unavailable, match="no_space_left_on_device"):
        index.upsert([document(9, "more")])
    assert "DELETE /tasks" in double.requests
    assert index.count() == 6


def test_a_task_that_fails_is_not_acknowledged(
    index: MeilisearchIndex, double: MeilisearchDouble
) -> None:
    double.fail_next_task = "internal"
    with pytest.raises(Unavailable, match="internal"):
        index.upsert([document(9, "more")])


def test_an_absent_server_is_unavailable_everywhere() -> None:
    with MeilisearchDouble() as gone:
        index = MeilisearchIndex(gone.url)
    assert not index.health()
    for use in (
        lambda: index.search(SearchQuery(q="x")),
        lambda: index.suggest("x"),
        lambda: index.upsert([document(1, "x")]),
        lambda: index.remove([1]),
        lambda: index.rebuild([]),
        lambda: list(index.ids_and_revisions()),
        index.count,
    ):
        with pytest.raises(Unavailable):
            use()


def test_an_index_that_was_never_made_is_unavailable(double: MeilisearchDouble) -> None:
    index = MeilisearchIndex(double.url)
    assert not index.health()
    with pytest.raises(Unavailable, match="index_not_found"):
        index.search(SearchQuery(q="x"))


def test_no_error_tells_the_key(double: MeilisearchDouble) -> None:
    index = MeilisearchIndex(double.url, "very-secret-key")
    with pytest.raises(Unavailable) as caught:
        index.search(SearchQuery(q="x"))
    assert "very-secret-key" not in f"{caught.value} {caught.value.__cause__}"


def test_a_rebuild_swaps_and_leaves_one_index(
    index: MeilisearchIndex, double: MeilisearchDouble
) -> None:
    double.indexes[f"{index.uid}_rebuild_dead"] = {}
    double.settings[f"{index.uid}_rebuild_dead"] = {}
    index.rebuild([document(7, "only-one")])
    assert list(double.indexes) == [index.uid]
    assert "POST /swap-indexes" in double.requests
    assert double.settings[index.uid] == index_settings()


def test_one_request_answers_a_question_with_chosen_facets(
    index: MeilisearchIndex, double: MeilisearchDouble
) -> None:
    double.requests.clear()
    answer = index.search(
        SearchQuery(
            filters={"country": ("CA",), "language": ("TypeScript",)},
            facets=("country", "language", "licence"),
        )
    )
    assert double.requests == ["POST /multi-search"]
    assert answer.facets["licence"] == {"Apache-2.0": 2}
    assert answer.total_is_exact
    assert not index.search(SearchQuery(limit=4, offset=2)).total_is_exact


@pytest.mark.parametrize(
    ("value", "literal"),
    [("CA", '"CA"'), ('a" OR "b', '"a\\" OR \\"b"'), ("\\", '"\\\\"'), ('\\"', '"\\\\\\""')],
)
def test_values_are_quoted_for_the_filter_language(value: str, literal: str) -> None:
    assert quoted(value) == literal
