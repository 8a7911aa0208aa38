"""What the application answers to whom: pages, errors, caching, refusals."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from registry.errors import Unavailable
from tests.support.page_paths import PAGE_PATHS
from tests.support.web_apps import FAILURES, BrokenCatalogue, asked, failing_services, sample_app
from tests.support.web_fakes import web_services
from web.app import create_app

Client = TestClient[Litestar]


@pytest.mark.parametrize("prefix", ["", "/fr", "/es"])
def test_every_page_is_there_in_every_language(client: Client, prefix: str) -> None:
    for path in PAGE_PATHS:
        answer = client.get(f"{prefix}{path}" if path != "/" or not prefix else prefix)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{prefix[1:] or "en"}"' in answer.text


def test_every_page_of_an_empty_registry_is_there(empty_client: Client) -> None:
    for path in ("/", "/search", "/search?q=x", "/reuse", "/matrix", "/countries", "/crawls"):
        assert empty_client.get(path).status_code == 200, path


def test_an_empty_registry_tells_its_operator_what_to_do(empty_client: Client) -> None:
    page = empty_client.get("/").text
    for command in ("registry up", "registry source add", "registry crawl run", "registry doctor"):
        assert command in page


def test_pages_may_be_cached_for_a_minute_and_are_not_sent_twice(client: Client) -> None:
    first = client.get("/method")
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["last-modified"] == "Sun, 02 Aug 2026 09:30:00 GMT"
    again = client.get("/method", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/method", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_tag_of_a_page_changes_with_its_language_and_address(client: Client) -> None:
    tags = {client.get(path).headers["etag"] for path in ("/method", "/fr/method", "/glossary")}
    assert len(tags) == 3


def test_nothing_sets_a_cookie_or_stores_a_session(client: Client) -> None:
    for path in ("/", "/search?q=forms", "/nothing"):
        assert "set-cookie" not in client.get(path).headers


def test_head_is_answered_like_get(client: Client) -> None:
    assert client.head("/method").status_code == 200
    assert client.head("/nothing").status_code == 404


def test_pages_cannot_be_written_to(client: Client) -> None:
    answer = client.post("/search", content=b"x")
    assert answer.status_code == 405
    assert "<h1" in answer.text


def test_a_parameter_that_is_not_known_is_ignored(client: Client) -> None:
    assert client.get("/search?utm_source=x&q=forms").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%1b[31m",
        "unknown=%07",
        "q=" + "x" * 301,
        "country=" + "x" * 201,
        "k" * 201 + "=1",
        "&".join(f"a{i}=1" for i in range(201)),
    ],
)
def test_a_query_string_that_no_form_sends_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 400
    assert "\x00" not in answer.text
    assert "\x1b" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["q=%ed%a0%80", "q=%ff%fe", "q=%", "=", "&&&", "since=never", "is_fork=perhaps", "sort=x"],
)
def test_odd_bytes_and_values_never_break_a_page(client: Client, query: str) -> None:
    assert client.get(f"/search?{query}").status_code in {200, 400}


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "9" * 400, "x", "1e5"])
def test_a_row_number_that_cannot_be_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/crawls/repositories/{number}").status_code == 404


def test_a_missing_component_offers_near_names(client: Client) -> None:
    answer = client.get("/components/formz")
    assert answer.status_code == 404
    assert 'href="/components/forms"' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


def test_an_unknown_address_has_a_page_in_its_language(client: Client) -> None:
    answer = client.get("/fr/rien")
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/components/old-forms", "/components/forms"),
        ("/fr/components/old-forms/metadata", "/fr/components/forms/metadata"),
        ("/components/old-forms/dispute", "/components/forms/dispute"),
        ("/components/old-forms/reuse-this?owner=town", "/components/forms/reuse-this?owner=town"),
        ("/countries/ca", "/countries/CA"),
    ],
)
def test_what_was_renamed_is_redirected_for_good(client: Client, old: str, new: str) -> None:
    answer = client.get(old)
    assert (answer.status_code, answer.headers["location"]) == (301, new)


def test_the_list_of_components_is_the_search(client: Client) -> None:
    answer = client.get("/es/components?country=EE")
    assert (answer.status_code, answer.headers["location"]) == (302, "/es/search?country=EE")


@pytest.mark.parametrize(
    ("name", "status"),
    [("gone", 410), ("busy", 503), ("conflict", 409), ("odd", 500), ("bug", 500)],
)
def test_errors_of_the_api_are_problems(client: Client, name: str, status: int) -> None:
    answer = client.get(f"/api/v1/failures/{name}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["instance"] == f"/api/v1/failures/{name}"
    assert "secret" not in answer.text


def test_an_unknown_path_of_the_api_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


def test_a_program_that_asks_a_page_for_json_gets_a_problem(client: Client) -> None:
    answer = client.get("/components/formz", headers={"Accept": "application/json"})
    assert answer.json()["detail"] == "there is no component 'formz'"


@pytest.fixture(scope="module")
def failing() -> Iterator[tuple[Client, BrokenCatalogue]]:
    catalogue = BrokenCatalogue()
    with asked(create_app(failing_services(catalogue))) as opened:
        yield opened, catalogue


def test_waiting_is_told_in_seconds(
    client: Client, failing: tuple[Client, BrokenCatalogue]
) -> None:
    assert client.get("/api/v1/failures/busy").headers["retry-after"] == "7"
    home, catalogue = failing
    catalogue.error = Unavailable("down")
    answer = home.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "Try again in 30 seconds" in answer.text


@pytest.mark.parametrize(
    ("name", "status", "heading"),
    [
        ("gone", 410, "This entry was removed"),
        ("conflict", 409, "This request cannot be answered"),
        ("busy", 503, "This part is not available now"),
        ("odd", 500, "Something went wrong here"),
    ],
)
def test_errors_have_a_page_that_says_what_to_do(
    failing: tuple[Client, BrokenCatalogue], name: str, status: int, heading: str
) -> None:
    home, catalogue = failing
    catalogue.error = FAILURES[name]()
    answer = home.get("/")
    assert answer.status_code == status
    assert heading in answer.text
    assert f"<title>Error: {heading} – Public Code Registry</title>" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_an_unforeseen_error_has_a_number_that_is_in_the_log(client: Client) -> None:
    with capture_logs() as events:
        answer = client.get("/broken")
    assert answer.status_code == 500
    incident = answer.text.split("<strong><code>")[1].split("<")[0]
    assert len(incident) == 8
    assert [(x["incident"], x["path"], x["log_level"]) for x in events] == [
        (incident, "/broken", "error")
    ]
    assert "ZeroDivisionError" not in answer.text
    assert "secret" not in answer.text


def test_the_reference_lists_the_operations_of_the_app_itself(client: Client) -> None:
    page = client.get("/api").text
    assert "/api/v1/components/{slug}" in page
    assert "Find components." in page
    assert "curl &#39;http://localhost:8000/api/v1/components&#39;" in page


def test_without_an_api_nothing_links_to_one() -> None:
    with asked(create_app(web_services())) as plain:
        assert plain.get("/api").status_code == 404
        page = plain.get("/search?q=forms").text
    assert "/api" not in page


def test_pages_name_the_same_data_where_the_api_offers_it(client: Client) -> None:
    twin = '<link rel="alternate" type="application/json" href="{}">'
    assert twin.format("/api/v1/components/forms") in client.get("/components/forms").text
    assert twin.format("/api/v1/components?q=forms") in client.get("/search?q=forms").text
    assert "application/json" not in client.get("/countries").text


def test_each_page_links_to_itself_in_the_other_languages(client: Client) -> None:
    page = client.get("/fr/search?q=forms").text
    base = "http://localhost:8000"
    assert f'<link rel="canonical" href="{base}/fr/search?q=forms">' in page
    for code, prefix in (("en", ""), ("fr", "/fr"), ("es", "/es"), ("x-default", "")):
        expected = f'<link rel="alternate" hreflang="{code}" href="{base}{prefix}/search?q=forms">'
        assert expected in page


def test_demo_data_are_marked_on_the_page_that_shows_them(client: Client) -> None:
    assert "Demo data." in client.get("/components/auto-evaluation").text
    assert "Demo data." not in client.get("/components/forms").text
    assert "Demo data." in client.get("/search").text


def test_a_degraded_search_says_so() -> None:
    with asked(create_app(web_services(is_degraded=True))) as client:
        assert "Search is limited" in client.get("/search?q=forms").text


def test_large_pages_are_compressed(client: Client) -> None:
    answer = client.get("/search", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 30_000


def test_no_regular_expression_excludes_a_path_from_a_middleware(client: Client) -> None:
    app: Any = client.app
    found = [m for route in app.routes for m in getattr(route, "route_handlers", ())]
    assert found
    for handler in found:
        for layer in handler.resolve_middleware():
            config = getattr(layer, "kwargs", {}).get("config")
            assert getattr(config, "exclude", None) is None


def test_the_app_is_made_again_for_each_set_of_services(client: Client) -> None:
    assert sample_app() is not client.app
