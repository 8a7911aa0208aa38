"""The contract of the search port: the same for every adapter, and in part for the database.

Meilisearch is a real server when `REGISTRY_TEST_MEILISEARCH_URL` names one (its key in
`REGISTRY_TEST_MEILISEARCH_KEY`), else the double of `tests/support`.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.db.session import Database
from registry.errors import InvalidInput
from registry.search.database_search import DatabaseSearch
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.meilisearch import MeilisearchIndex
from registry.search.port import FACETS, SORTS, SearchAnswer, SearchIndex, SearchQuery
from tests.conftest import on_every_database
from tests.support.databases import fresh_database
from tests.support.examples import share
from tests.support.meilisearch_double import MeilisearchDouble
from tests.support.search_samples import T0, document, samples, store

Search = Callable[[SearchQuery], SearchAnswer]


@pytest.fixture(params=["embedded", "meilisearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    if request.param == "embedded":
        embedded = EmbeddedSearchIndex(tmp_path)
        yield embedded
        embedded.close()
        return
    live = os.environ.get("REGISTRY_TEST_MEILISEARCH_URL")
    if live:
        key = os.environ.get("REGISTRY_TEST_MEILISEARCH_KEY", "")
        real = MeilisearchIndex(live, key, prefix=f"test_{uuid4().hex[:8]}")
        real.rebuild([])
        yield real
        real._client.delete_index(real.uid)
        return
    with MeilisearchDouble() as double:
        made = MeilisearchIndex(double.url)
        made.rebuild([])
        yield made


@pytest.fixture
def filled(index: SearchIndex) -> SearchIndex:
    index.upsert(samples())
    return index


@pytest.fixture(scope="module", params=["embedded", "meilisearch", *on_every_database()])
def anyone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Search]:
    """Yield the search of every adapter and of the plain database: none of its tests writes."""
    tmp_path = tmp_path_factory.mktemp("search")
    if request.param == "embedded":
        embedded = EmbeddedSearchIndex(tmp_path)
        embedded.upsert(samples())
        yield embedded.search
    elif request.param == "meilisearch":
        with MeilisearchDouble() as double:
            made = MeilisearchIndex(double.url)
            made.upsert(samples())
            yield made.search
    else:
        with fresh_database(request.param, tmp_path) as database:
            yield _stored(database).search


def _stored(database: Database) -> DatabaseSearch:
    with database.write() as session:
        store(session, samples())
    return DatabaseSearch(database)


def ids(answer: SearchAnswer) -> list[int]:
    return [hit.component_id for hit in answer.hits]


def found(search: Search, text: str, **more: Any) -> list[int]:
    return ids(search(SearchQuery(q=text, **more)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X-Road", {1, 2}),
        ("x-road", {1, 2}),
        ("exchange secure", {1, 2}),
        ('"data exchange"', {1, 2}),
        ('"exchange data"', set()),
        ("covid", {3, 4}),
        ("andmevahetuskiht", {1}),
        ("évaluation", {3}),
        ("行政", {6}),
        ("for municipalities", {5}),
        ("covid -tested", set()),
        ("zzzqqq", set()),
        ("%", set(range(1, 7))),
        ("", set(range(1, 7))),
    ],
)
def test_words_phrases_and_exclusions_find_what_they_name(
    anyone: Search, text: str, expected: set[int]
) -> None:
    if text == "行政" and isinstance(getattr(anyone, "__self__", None), MeilisearchIndex):
        text = "行政手続きの案内"  # the double does not cut words that are written together
    answer = anyone(SearchQuery(q=text))
    assert set(ids(answer)) == expected
    assert answer.total == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("assesment", {3, 4}),  # a letter is missing
        ("asessmnet", {3, 4}),  # two are wrong in nine
        ("exchnage", {1, 2}),  # neighbours are swapped
        ("excha", {1, 2}),  # the last word is being typed
        ("ecoles", {3}),  # accents do not matter
        ("MUNICIPALITIES", {5}),
        ("xroad", {1, 2}),  # written together
        ("gemeente", {5}),  # a synonym, and a part of a package's name
        ("designer", {5}),  # from the README
        ("questionnaire", {3, 5}),  # from the category and from the long text
        ("canada", {3, 4}),  # from the name of the country
    ],
)
def test_an_index_forgives_and_completes(
    filled: SearchIndex, text: str, expected: set[int]
) -> None:
    assert set(found(filled.search, text)) == expected


def test_short_words_are_not_corrected(filled: SearchIndex) -> None:
    assert found(filled.search, "mti") == []


def test_all_words_are_wanted_and_any_will_do_when_none_has_all(filled: SearchIndex) -> None:
    answer = filled.search(SearchQuery(q="exchange zzzqqq"))
    assert set(ids(answer)) == {1, 2}
    assert answer.is_broadened
    assert not filled.search(SearchQuery(q="exchange secure")).is_broadened


def test_the_origin_comes_before_its_fork_and_the_living_before_the_dead(
    anyone: Search,
) -> None:
    assert found(anyone, "x-road") == [1, 2]
    assert found(anyone, "covid self assessment") == [3, 4]


def test_a_name_beats_a_description_and_that_a_readme(index: SearchIndex) -> None:
    index.upsert(
        [
            document(1, "a", readme="all about permits"),
            document(2, "b", descriptions={"en": "all about permits"}),
            document(3, "c", names={"en": "permits"}),
        ]
    )
    assert found(index.search, "permits") == [3, 2, 1]


def test_equal_hits_come_in_the_order_of_their_slugs(index: SearchIndex) -> None:
    slugs = ["delta", "alpha", "charlie", "bravo"]
    same = {"names": {"en": "Permit desk"}, "path": "x/y", "updated_at": T0, "created_at": T0}
    index.upsert([document(n, slug, **same) for n, slug in enumerate(slugs, 1)])
    for sort in SORTS:
        assert found(index.search, "permit", sort=sort) == [2, 4, 3, 1], sort
    paged = [
        found(index.search, "permit", limit=1, offset=offset)[0] for offset in range(len(slugs))
    ]
    assert paged == [2, 4, 3, 1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"country": ("CA",)}, {3, 4}),
        ({"country": ("CA", "EE")}, {1, 3, 4}),
        ({"country": ("CA",), "region": ("CA-AB",)}, {4}),
        ({"organisation": ("ria",)}, {1}),
        ({"licence": ("EUPL-1.2",)}, {5}),
        ({"licence_class": ("copyleft",)}, {5}),
        ({"language": ("Java", "Ruby")}, {1, 2, 6}),
        ({"ui_language": ("fr", "et")}, {1, 3}),
        ({"function": ("health", "data-exchange")}, {1, 2, 3}),
        ({"activity": ("quiet",)}, {6}),
        ({"readiness": ("none_found",)}, {1}),
        ({"readiness": ("none_found", "found")}, {1, 2}),
        ({"forge": ("gitlab",)}, {5}),
        ({"state": ("archived",)}, {4}),
        ({"country": ("XX",)}, set()),
        ({"country": ()}, set(range(1, 7))),
        ({"country": ('CA" OR "1"="1', "\\", "'; --")}, set()),
        ({"state": ("no such state",)}, set()),
    ],
)
def test_filters_narrow(anyone: Search, filters: Any, expected: set[int]) -> None:
    assert set(ids(anyone(SearchQuery(filters=filters)))) == expected


def test_forks_and_times_narrow(anyone: Search) -> None:
    assert set(ids(anyone(SearchQuery(is_fork=True)))) == {2}
    assert set(ids(anyone(SearchQuery(is_fork=False)))) == {1, 3, 4, 5, 6}
    at = [datetime.fromtimestamp(T0 + n * 1000, UTC) for n in range(8)]
    assert set(ids(anyone(SearchQuery(since=at[3], until=at[5])))) == {3, 4}
    assert set(ids(anyone(SearchQuery(since=at[5].replace(tzinfo=None))))) == {5, 6}


def test_only_the_components_with_these_ids_are_found(anyone: Search) -> None:
    everything = {x.component_id for x in anyone(SearchQuery(limit=100)).hits}
    some = frozenset(sorted(everything)[:3])
    found = anyone(SearchQuery(among=some | {999_999}, limit=100, facets=("country",)))
    assert {x.component_id for x in found.hits} == some
    assert found.total == len(some)
    assert sum(found.facets["country"].values()) <= len(some)
    assert anyone(SearchQuery(among=frozenset())).total == 0


def test_a_facet_counts_under_all_filters_but_its_own(anyone: Search) -> None:
    answer = anyone(
        SearchQuery(
            q="covid",
            filters={"country": ("CA",), "region": ("CA-ON",)},
            facets=("country", "region", "function", "ui_language"),
        )
    )
    assert ids(answer) == [3]
    assert answer.facets["country"] == {"CA": 1}
    assert answer.facets["region"] == {"CA-AB": 1, "CA-ON": 1}
    assert answer.facets["function"] == {"health": 1, "questionnaire": 1}
    assert answer.facets["ui_language"] == {"en": 1, "fr": 1}


def test_alternatives_of_a_chosen_facet_keep_their_counts(anyone: Search) -> None:
    answer = anyone(SearchQuery(filters={"country": ("EE", "XX")}, facets=("country", "language")))
    assert answer.facets["country"] == {"CA": 2, "EE": 1, "FI": 1, "JP": 1, "NL": 1, "XX": 0}
    assert next(iter(answer.facets["country"])) == "CA"
    assert answer.facets["language"] == {"Java": 1}


def test_every_facet_counts_what_its_filter_finds(anyone: Search) -> None:
    everything = anyone(SearchQuery(facets=FACETS))
    assert set(everything.facets) == set(FACETS)
    for name, counts in everything.facets.items():
        for value, count in counts.items():
            assert anyone(SearchQuery(filters={name: (value,)})).total == count, (name, value)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("reuse", [1, 5, 3, 4, 2, 6]),
        ("updated", [6, 5, 4, 3, 2, 1]),
        ("newest", [1, 2, 3, 4, 5, 6]),
        ("name", [4, 3, 5, 2, 1, 6]),
    ],
)
def test_orders(anyone: Search, sort: Any, expected: list[int]) -> None:
    assert ids(anyone(SearchQuery(sort=sort))) == expected


def test_pages_hold_everything_once(anyone: Search) -> None:
    pages = [anyone(SearchQuery(limit=4, offset=offset)) for offset in (0, 4, 8)]
    assert [len(page.hits) for page in pages] == [4, 2, 0]
    assert {page.total for page in pages} == {6}
    assert {i for page in pages for i in ids(page)} == set(range(1, 7))
    counted = anyone(SearchQuery(limit=0, facets=("country",)))
    assert (counted.hits, counted.total) == ((), 6)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag if not attrs else f"{tag}!")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_highlights_mark_and_escape(anyone: Search) -> None:
    hit = next(h for h in anyone(SearchQuery(q="tested people")).hits if h.component_id == 3)
    shown = hit.highlights["description"]
    assert "<mark>people</mark>" in shown
    assert "<mark>tested</mark> &lt;now&gt; &amp; where" in shown
    assert hit.highlight_langs["description"] == "en"


def test_a_highlight_tells_the_language_of_its_text(filled: SearchIndex) -> None:
    hit = filled.search(SearchQuery(q="ecoles", lang="en")).hits[0]
    assert "<mark>écoles</mark>" in hit.highlights["description"]
    assert hit.highlight_langs["description"] == "fr"


def test_typos_and_prefixes_are_highlighted_by_the_real_word(filled: SearchIndex) -> None:
    for text in ("assesment", "assess"):
        hit = filled.search(SearchQuery(q=text)).hits[0]
        assert "<mark>assessment</mark>" in hit.highlights["name"], text


def test_a_hostile_document_cannot_smuggle_markup(index: SearchIndex) -> None:
    evil = '<script>alert(1)</script> <mark onclick="x">tax</mark> "tax" & \'tax\''
    index.upsert([document(1, "evil", names={"en": evil}, descriptions={"en": evil})])
    for field, shown in index.search(SearchQuery(q="tax")).hits[0].highlights.items():
        parser = _Tags()
        parser.feed(shown)
        assert set(parser.tags) == {"mark"}, field
        assert "<script>" in parser.text


def test_suggestions_complete_names(filled: SearchIndex) -> None:
    assert [s.slug for s in filled.suggest("x-r")] == ["ria-x-tee", "fi-x-road"]
    assert filled.suggest("covid self ass")[0].text == "COVID-19 self assessment"
    assert filled.suggest("") == filled.suggest("  ") == []
    assert len(filled.suggest("x", limit=1)) == 1
    assert filled.suggest("x", limit=0) == []


def test_a_suggestion_list_never_exceeds_eight(index: SearchIndex) -> None:
    index.upsert([document(n, f"permit-{n}") for n in range(1, 21)])
    assert len(index.suggest("permit", limit=50)) == 8


def test_upserts_replace_and_removals_count(filled: SearchIndex) -> None:
    assert filled.upsert([document(1, "renamed", revision=2, names={"en": "Zebra"})]) == 1
    assert filled.count() == 6
    assert found(filled.search, "zebra") == [1]
    assert found(filled.search, "x-road") == [2]
    assert filled.remove([1, 2, 99]) == 2
    assert filled.remove([1]) == 0
    assert filled.count() == 4
    assert dict(filled.ids_and_revisions()) == {3: 1, 4: 1, 5: 1, 6: 1}


def test_a_late_writer_does_not_bring_back_an_older_state(filled: SearchIndex) -> None:
    filled.upsert([document(1, "new", revision=5, names={"en": "Zebra"})])
    assert filled.upsert([document(1, "old", revision=4, names={"en": "Mule"})]) == 0
    assert found(filled.search, "mule") == []
    assert dict(filled.ids_and_revisions())[1] == 5


def test_writing_twice_changes_nothing(filled: SearchIndex) -> None:
    before = filled.search(SearchQuery(facets=FACETS))
    filled.upsert(samples())
    assert filled.search(SearchQuery(facets=FACETS)) == before


def test_a_rebuild_replaces_everything(filled: SearchIndex) -> None:
    assert filled.rebuild([document(7, "only-one", names={"en": "Lighthouse"})]) == 1
    assert list(filled.ids_and_revisions()) == [(7, 1)]
    assert found(filled.search, "lighthouse") == [7]
    assert found(filled.search, "x-road") == []
    assert filled.upsert([document(8, "next")]) == 1
    assert filled.count() == 2


def test_a_rebuild_that_fails_leaves_the_old_index(filled: SearchIndex) -> None:
    def broken() -> Iterator[Any]:
        yield document(7, "only-one")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        filled.rebuild(broken())
    assert filled.count() == 6
    assert found(filled.search, "x-road") == [1, 2]
    assert filled.rebuild(samples()) == 6


def test_an_empty_index_answers(index: SearchIndex) -> None:
    answer = index.search(SearchQuery(q="anything", facets=("country",)))
    assert (answer.total, answer.hits, dict(answer.facets)) == (0, (), {"country": {}})
    assert index.count() == 0
    assert index.health()
    assert index.upsert([]) == index.remove([]) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"filters": {"colour": ("red",)}},
        {"facets": ("colour",)},
        {"sort": "random"},
        {"limit": 101},
        {"limit": -1},
        {"offset": 10_001},
        {"filters": {"country": tuple(map(str, range(1001)))}},
    ],
)
def test_a_question_that_no_index_could_answer_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        SearchQuery(**wrong)


ODD = [
    '"',
    "a OR",
    "NEAR(",
    "*",
    "x:",
    "-",
    '-"',
    "~road",
    "(",
    "country:CA",
    "\x00",
    "\ud800",
    "'",
]
hostile = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*ODD, "road", "covid", "secure"]), max_size=8).map(" ".join),
    st.text(alphabet='"-*:~^()[]{}\\/+!&|?<> ab\x00\ue000\ue001東京', max_size=40),
    st.text(min_size=1000, max_size=1100),
)
relaxed = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(relaxed, max_examples=share(40))
@given(text=hostile)
def test_no_text_makes_a_search_fail(anyone: Search, text: str) -> None:
    answer = anyone(SearchQuery(q=text, filters={"language": ("Java", text)}, facets=("language",)))
    assert set(ids(answer)) <= {1, 2}
    assert answer.total == len(answer.hits)


@settings(relaxed, max_examples=share(60))
@given(text=hostile)
def test_no_text_makes_a_suggestion_fail(filled: SearchIndex, text: str) -> None:
    assert len(filled.suggest(text)) <= 8
