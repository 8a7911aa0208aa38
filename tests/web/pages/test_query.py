"""The address of a search says exactly what is searched, both ways."""

import shlex
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.catalogue.questions import FILTERS, read_question, write_question
from registry.catalogue.readmodels import ComponentQuery
from registry.cli.commands.search import search
from registry.errors import InvalidInput
from web.pages.query import (
    MAX_VALUES,
    SORTS,
    active_filters,
    address,
    checked_pairs,
    command_line,
    parse_query,
    query_pairs,
    without,
    without_filters,
)

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
VALUES = st.lists(WORDS, unique=True, max_size=4).map(tuple)
DAYS = st.none() | st.dates(date(1970, 1, 1), date(2100, 1, 1)).map(
    lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)
)
QUERIES = st.builds(
    ComponentQuery,
    q=st.lists(WORDS, max_size=4).map(" ".join),
    licence_fits=st.none() | WORDS,
    is_fork=st.none() | st.booleans(),
    since=DAYS,
    until=DAYS,
    sort=st.sampled_from(SORTS),
    after=st.none() | WORDS,
    min_reuse_organisations=st.integers(0, 1_000),
    min_reuse_countries=st.integers(0, 200),
    **dict.fromkeys(FILTERS, VALUES),
)


class Given:
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def items(self) -> tuple[tuple[str, str], ...]:
        return self.pairs


@given(QUERIES)
def test_a_query_survives_its_own_address(query: ComponentQuery) -> None:
    url = address("/search", query)
    pairs = parse_qsl(urlsplit(url).query, strict_parsing=True) if "?" in url else []
    assert parse_query(pairs, "en") == query


@given(QUERIES)
def test_the_command_holds_every_part_as_one_word(query: ComponentQuery) -> None:
    words = shlex.split(command_line(query))
    assert words[:2] == ["registry", "search"]
    for name, value in active_filters(query):
        assert f"--{name.replace('_', '-')}" in words
        assert value in words


@given(QUERIES)
def test_taking_away_every_filter_leaves_words_and_order(query: ComponentQuery) -> None:
    rest = query
    for name, value in active_filters(query):
        rest = without(rest, name, value)
    assert active_filters(rest) == []
    assert (rest.q, rest.sort) == (query.q, query.sort)
    plain = ComponentQuery(q=query.q, sort=query.sort)
    assert query_pairs(without_filters(query)) == query_pairs(plain)


def test_values_of_a_filter_are_kept_once_and_bounded() -> None:
    pairs = [("country", "EE"), ("country", " EE "), ("country", ""), ("country", "FI")]
    assert parse_query(pairs, "en").country == ("EE", "FI")
    many = [("country", str(i)) for i in range(100)]
    assert len(parse_query(many, "en").country) == MAX_VALUES


def test_values_that_make_no_sense_are_left_out() -> None:
    pairs = [("sort", "best"), ("is_fork", "maybe"), ("since", "soon"), ("limit", "9999")]
    assert parse_query(pairs, "fr") == ComponentQuery(lang="fr")


def test_the_first_page_is_shown_when_a_filter_goes() -> None:
    query = ComponentQuery(country=("EE", "FI"), after="cursor", is_fork=False)
    assert without(query, "country", "EE") == ComponentQuery(country=("FI",), is_fork=False)
    assert without(query, "is_fork", "false").is_fork is None


def test_words_that_look_like_an_option_stay_words() -> None:
    assert command_line(ComponentQuery(q="--help")) == "registry search -- --help"
    assert command_line(ComponentQuery(q="a'b")) == "registry search 'a'\"'\"'b'"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused(character: str) -> None:
    with pytest.raises(InvalidInput, match="control"):
        checked_pairs(Given(("x", f"a{character}")))


def test_line_breaks_that_a_paste_brings_are_spaces() -> None:
    pairs = checked_pairs(Given(("q", "one\r\n two\tthree")))
    assert parse_query(pairs, "en").q == "one two three"


def test_a_long_name_of_a_parameter_is_not_repeated_whole() -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_pairs(Given(("k" * 500, "v")))
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("value", ["-1", "1.5", "two", "1001", "9" * 30, "\u0665", ""])
def test_a_least_number_that_makes_no_sense_is_left_out(value: str) -> None:
    assert parse_query([("min_reuse_organisations", value)], "en") == ComponentQuery()
    if value:
        with pytest.raises(InvalidInput, match="min_reuse_organisations must be a number from 0"):
            read_question(f"q=forms&min_reuse_organisations={value}")


def test_a_followed_search_holds_what_the_page_asks() -> None:
    asked = ComponentQuery(
        q="forms", platform=("web",), reused_in=("FI", "CA"), min_reuse_organisations=2,
        min_reuse_countries=5,
    )  # fmt: skip
    text = write_question(asked)
    assert text == (
        "q=forms&platform=web&reused_in=FI&reused_in=CA"
        "&min_reuse_organisations=2&min_reuse_countries=5"
    )
    assert read_question(text) == asked


def test_the_command_line_knows_every_option_that_a_page_prints() -> None:
    asked = ComponentQuery(
        q="-forms", licence_fits="MIT", is_fork=False, since=datetime(2024, 5, 31, tzinfo=UTC),
        until=datetime(2025, 1, 1, tzinfo=UTC), sort="name", min_reuse_organisations=2,
        min_reuse_countries=1,
    )  # fmt: skip
    asked = replace(asked, **dict.fromkeys(FILTERS, ("x",)))
    words = shlex.split(command_line(asked))[2:]
    read = search.make_context("search", words).params
    assert {name: read[name] for name in FILTERS} == dict.fromkeys(FILTERS, ("x",))
    assert (read["is_fork"], read["min_reuse_organisations"], read["min_reuse_countries"]) == (
        False, 2, 1,
    )  # fmt: skip
    days = [f"{read[name]:%Y-%m-%d}" for name in ("since", "until")]
    assert days == ["2024-05-31", "2025-01-01"]
