"""Caching, forms and headers of answers."""

from contextlib import suppress
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from web.api.answers import encoded, is_held
from web.api.negotiation import Form, NotAcceptable, chosen_form

Client = TestClient[Litestar]
ALL = tuple(Form)
PATHS = [
    "/api/v1/",
    "/api/v1/openapi.json",
    "/api/v1/components?limit=3",
    "/api/v1/components.csv",
    "/api/v1/components.ndjson",
    "/api/v1/components.atom",
    "/api/v1/components/part-05",
    "/api/v1/components/part-05/metadata",
    "/api/v1/organisations",
    "/api/v1/organisations/city",
    "/api/v1/repositories",
    "/api/v1/repositories/5",
    "/api/v1/countries",
    "/api/v1/countries/EE",
    "/api/v1/search/suggest?q=pa",
    "/api/v1/sources",
    "/api/v1/crawls",
    "/api/v1/takedowns",
    "/api/v1/crawls/repositories/5",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_the_client_has_is_304(api: Client, path: str) -> None:
    first = api.get(path)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "public, max-age=60"
    again = api.get(path, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert api.get(path, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_its_version_and_is_open_to_other_sites(api: Client, path: str) -> None:
    for headers in ({}, {"if-none-match": "*"}):
        answer = api.get(path, headers={"origin": "https://other.example", **headers})
        assert answer.headers["api-version"] == "1.0.0"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_head_has_the_headers_of_get(api: Client, path: str) -> None:
    assert api.head(path).headers["etag"] == api.get(path).headers["etag"]


def test_the_tag_is_that_of_the_content(api: Client) -> None:
    pages = [api.get(f"/api/v1/components?limit={limit}&sort=name") for limit in (1, 2, 3)]
    assert len({page.headers["etag"] for page in pages}) == 3


def test_last_modified_is_that_of_the_component(api: Client) -> None:
    answer = api.get("/api/v1/components/part-05")
    stated = parsedate_to_datetime(answer.headers["last-modified"]).isoformat()
    assert stated.replace("+00:00", "Z") == answer.json()["updated_at"]


@pytest.mark.parametrize(
    ("header", "held"),
    [
        (None, False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_tags_are_compared_weakly(header: str | None, held: bool) -> None:
    assert is_held(header, '"a"') is held


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, Form.JSON),
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("application/*", Form.JSON),
        ("text/csv", Form.CSV),
        ("text/*", Form.CSV),
        ("TEXT/CSV;Q=1", Form.CSV),
        ("application/json;q=0.5, text/csv", Form.CSV),
        ("application/json;q=0, */*", Form.CSV),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Form.JSON),
        ("application/atom+xml;type=feed, */*;q=0.1", Form.ATOM),
        ("application/x-ndjson;q=0.9,text/csv;q=0.8", Form.NDJSON),
        ("text/csv;q=abc", Form.JSON),
        (";;;,", Form.JSON),
    ],
)
def test_the_client_gets_the_form_that_it_likes_best(accept: str | None, form: Form) -> None:
    assert chosen_form(accept, ALL) is form


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/json;q=0", "*/*;q=0"])
def test_nothing_that_is_accepted_is_406(api: Client, accept: str) -> None:
    answer = api.get("/api/v1/countries", headers={"accept": accept})
    assert answer.status_code == 406
    assert "application/json" in answer.json()["detail"]


def test_the_suffix_decides_before_the_accept_header(api: Client) -> None:
    answer = api.get("/api/v1/components.csv?limit=1", headers={"accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/csv")


@given(st.text(max_size=80))
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    with suppress(NotAcceptable):
        assert chosen_form(accept, ALL) in ALL


def test_json_never_fails_over_a_lone_surrogate() -> None:
    assert encoded({"a\ud800": ["b", ("\udfff",), 1, None]}) == b'{"a?":["b",["?"],1,null]}'
