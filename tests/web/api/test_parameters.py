"""Reading a query string strictly: every mistake is named, nothing is bent."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import ValidationException

from web.api import kinds
from web.api.component_files import LIST
from web.api.parameters import MAX_PAIRS, MAX_QUERY, MAX_VALUES, read
from web.api.repositories import LIST as REPOSITORIES

GOOD = [
    ("q=x%20%20road", "q", "x road"),
    ("q=", "q", ""),
    ("q=caf%C3%A9+au+lait", "q", "café au lait"),
    ("country=ca", "country", "CA"),
    ("region=CA-ON", "region", "CA-ON"),
    ("organisation=city", "organisation", "city"),
    ("licence=EUPL-1.2", "licence", "EUPL-1.2"),
    ("licence_fits=MIT", "licence_fits", "MIT"),
    ("language=C%2B%2B", "language", "C++"),
    ("ui_language=pt-BR", "ui_language", "pt-BR"),
    ("function=form-builder", "function", "form-builder"),
    ("activity=quiet", "activity", "quiet"),
    ("forge=gitlab", "forge", "gitlab"),
    ("is_fork=true", "is_fork", True),
    ("is_fork=false", "is_fork", False),
    ("sort=name", "sort", "name"),
    ("limit=100", "limit", 100),
    ("limit=1", "limit", 1),
    ("after=MjA", "after", "MjA"),
    ("lang=fr", "lang", "fr"),
    ("fields=slug,%20name,slug", "fields", ("slug", "name")),
]
BAD = [
    ("country=UK", "country", "did you mean GB?"),
    ("country=Canada", "country", "ISO 3166-1"),
    ("region=ontario", "region", "ISO 3166-2"),
    ("organisation=City%20of", "organisation", "slug"),
    ("licence=", "licence", "must not be empty"),
    (f"licence={'x' * 201}", "licence", "at most 200"),
    ("ui_language=french!", "ui_language", "language tag"),
    ("function=%3Cb%3E", "function", "category"),
    ("activity=alive", "activity", "must be one of active, quiet, archived, unknown"),
    ("forge=Git%20Lab", "forge", "forge"),
    ("is_fork=1", "is_fork", "true or false"),
    ("is_fork=TRUE", "is_fork", "true or false"),
    ("sort=stars", "sort", "must be one of relevance"),
    ("limit=0", "limit", "from 1 to 100"),
    ("limit=101", "limit", "from 1 to 100"),
    ("limit=-1", "limit", "from 1 to 100"),
    ("limit=1.0", "limit", "from 1 to 100"),
    ("limit=%D9%A1", "limit", "from 1 to 100"),
    (f"limit={'9' * 150}", "limit", "from 1 to 100"),
    ("after=a%2Fb", "after", "cursor"),
    ("lang=english", "lang", "language tag"),
    ("fields=slug,secret", "fields", "there is no field 'secret'"),
    ("since=yesterday", "since", "must be a date"),
    ("since=20240531", "since", "must be a date"),
    ("since=2024-W01-1", "since", "must be a date"),
    ("since=2024-02-30", "since", "must be a date"),
    ("since=0001-01-01T00:00:00%2B14:00", "since", "from 1970"),
    ("until=9999-12-31T23:59:59-14:00", "until", "to 2199"),
    ("until=2024-05-31T12:00:00%2B99:00", "until", "must be a date"),
    (f"q={'x' * 301}", "q", "at most 300"),
]
NOT_TEXT = ["q=%00", "q=a%0Ab", "q=%1B", "q=%C2%85", "q=%ED%A0%80", "q=%FF", "q=\x80", "%00=x"]


def errors_of(raw: bytes) -> list[dict[str, str]]:
    with pytest.raises(ValidationException) as caught:
        read(raw, LIST)
    found: Any = caught.value.extra
    return list(found)


@pytest.mark.parametrize(("query", "name", "value"), GOOD)
def test_a_good_value_is_read(query: str, name: str, value: object) -> None:
    assert read(query.encode(), LIST).one(name) == value


@pytest.mark.parametrize(("query", "name", "words"), BAD)
def test_a_bad_value_is_named_with_what_would_be_accepted(
    query: str, name: str, words: str
) -> None:
    (error,) = errors_of(query.encode())
    assert error["in"] == "query"
    assert error["location"] == name
    assert error["code"] == "invalid"
    assert words in error["detail"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-31", "2024-05-31T00:00:00+00:00"),
        ("2024-05-31t12:30z", "2024-05-31T12:30:00+00:00"),
        ("2024-05-31T12:30:15.5%2B02:00", "2024-05-31T12:30:15.500000+02:00"),
    ],
)
def test_times_without_a_zone_are_utc(text: str, iso: str) -> None:
    assert read(f"since={text}".encode(), LIST).one("since").isoformat() == iso


@pytest.mark.parametrize("query", NOT_TEXT)
def test_what_is_not_text_is_refused(query: str) -> None:
    (error,) = errors_of(query.encode("latin-1"))
    assert error["code"] == "not_text"
    assert error["location"].isprintable()


def test_an_unknown_parameter_is_named_with_the_nearest_known_one() -> None:
    (error,) = errors_of(b"contry=CA")
    assert error["code"] == "unknown_parameter"
    assert error["location"] == "contry"
    assert "did you mean 'country'" in error["detail"]


def test_an_unknown_parameter_far_from_all_others_gets_the_list() -> None:
    (error,) = errors_of(b"zzzzzz=1")
    assert "there are activity, after, country" in error["detail"]


def test_an_unknown_parameter_is_refused_even_without_a_value() -> None:
    assert errors_of(b"reused_by")[0]["code"] == "unknown_parameter"


def test_a_very_long_unknown_name_is_cut() -> None:
    assert len(errors_of(b"z" * 4000 + b"=1")[0]["location"]) < 100


def test_every_mistake_is_told_at_once() -> None:
    found = errors_of(b"limit=0&sort=x&contry=CA&activity=active")
    assert [x["location"] for x in found] == ["limit", "sort", "contry"]


@pytest.mark.parametrize("name", ["q", "limit", "sort", "after", "since", "is_fork", "lang"])
def test_a_single_valued_parameter_is_refused_twice(name: str) -> None:
    values = {"q": "a", "limit": "5", "sort": "name", "after": "MQ", "since": "2024-01-01"}
    value = values.get(name, "true" if name == "is_fork" else "fr")
    (error,) = errors_of(f"{name}={value}&{name}={value}".encode())
    assert error["code"] == "repeated"


def test_a_filter_may_be_repeated_and_keeps_its_order_once_each() -> None:
    assert read(b"country=CA&country=EE&country=ca", LIST).many("country") == ("CA", "EE")


def test_the_number_of_values_and_parameters_is_bounded() -> None:
    many = b"&".join(b"country=CA" for _ in range(MAX_VALUES + 1))
    assert errors_of(many)[0]["code"] == "too_many"
    flood = b"&".join(b"a=1" for _ in range(MAX_PAIRS + 1))
    assert errors_of(flood) == [
        {"in": "query", "location": "", "code": "too_many",
         "detail": f"There are more than {MAX_PAIRS} parameters."}
    ]  # fmt: skip


def test_a_query_is_refused_that_would_leave_no_room_for_its_cursor() -> None:
    long = "&".join(f"licence={'ü' * 199}" for _ in range(5))
    assert errors_of(long.encode())[0]["code"] == "too_long"
    assert len(long) < MAX_QUERY


def test_a_required_parameter_that_is_missing_is_named() -> None:
    required = kinds.text("q", "", required=True)
    with pytest.raises(ValidationException) as caught:
        read(b"", [required])
    assert caught.value.extra == [
        {"in": "query", "location": "q", "code": "required",
         "detail": "The parameter 'q' is required."}
    ]  # fmt: skip


def test_a_cursor_is_added_and_everything_else_kept_in_order() -> None:
    values = read("q=a b&country=CA&country=EE&after=MQ&limit=5".replace(" ", "+").encode(), LIST)
    assert values.with_cursor("Mg") == "q=a+b&country=CA&country=EE&limit=5&after=Mg"
    assert values.with_cursor(None) == "q=a+b&country=CA&country=EE&limit=5"


@pytest.mark.parametrize("parameter", [*LIST, *REPOSITORIES], ids=lambda x: x.name)
def test_every_parameter_is_documented_with_an_example_that_is_accepted(parameter: Any) -> None:
    assert len(parameter.description) > 10
    if parameter.example is not None:
        parameter.parse(parameter.example)
    documented = parameter.documented().to_schema()
    assert documented["in"] == "query"
    assert ("items" in documented["schema"]) == parameter.many


@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_values_or_a_refusal(raw: bytes) -> None:
    with suppress(ValidationException):
        values = read(raw, LIST)
        again = read(values.with_cursor(values.one("after")).encode(), LIST)
        assert sorted(again.pairs) == sorted(values.pairs)
