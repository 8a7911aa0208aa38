"""Calls for partners at the API, as a feed, and on pages."""

from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.hard_cases import EVIL
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.router import api_routers
from web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def client() -> Any:
    from dataclasses import replace

    with asked(create_app(replace(web_services(), api_routes=api_routers()))) as made:
        yield made


def listed(client: TestClient[Litestar], query: str = "") -> list[int]:
    return [x["id"] for x in client.get(f"/api/v1/calls?{query}").json()["items"]]


def test_calls_are_listed_with_their_links_and_filtered(client: TestClient[Litestar]) -> None:
    assert listed(client) == [4, 3, 2, 1], "what was taken down is in no list"
    assert listed(client, "state=open") == [3, 2, 1]
    assert listed(client, "state=closed") == [4]
    assert listed(client, "kind=reviewer&country=CA") == [2]
    assert listed(client, "body=forms-together") == [3]
    assert listed(client, "component=forms&limit=2") == [4, 2]
    one = client.get("/api/v1/calls/1").json()
    assert one["html_url"].endswith("/calls/1")
    assert client.get(one["api_url"].partition("8000")[2]).json() == one
    page = client.get("/api/v1/calls?limit=3").json()
    assert [x["id"] for x in client.get(page["next"].partition("8000")[2]).json()["items"]] == [1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/calls/5", 410), ("/calls/99", 404), ("/calls/x", 404), ("/calls?kind=money", 400),
        ("/calls?country=Estonia", 400), ("/calls?colour=red", 400), ("/calls?after=x", 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(client: TestClient[Litestar], path: str, status: int) -> None:
    assert client.get(f"/api/v1{path}").status_code == status


def test_the_reason_of_a_takedown_is_told(client: TestClient[Litestar]) -> None:
    assert "Advertisement" in client.get("/api/v1/calls/5").json()["detail"]


def test_feeds_tell_of_open_calls_alone_in_both_forms(client: TestClient[Litestar]) -> None:
    feed = fromstring(client.get("/feeds/calls.atom").content)
    titles = [x.findtext(f"{ATOM}title") for x in feed.findall(f"{ATOM}entry")]
    assert titles == [
        "Secondment offered or wanted: Forms Together", "Reviewers wanted: Forms",
        "Co-funders wanted: Forms",
    ]  # fmt: skip
    items = client.get("/feeds/calls.json").json()["items"]
    assert [x["title"] for x in items] == titles


@pytest.mark.parametrize(
    ("code", "title"),
    [("fr", "Relecteurs recherchés\u00a0: Forms"), ("es", "Se buscan revisores: Forms")],
)
def test_feeds_of_calls_and_needs_speak_the_language_that_is_asked_for(
    client: TestClient[Litestar], code: str, title: str
) -> None:
    feed = client.get(f"/feeds/calls.json?lang={code}").json()
    (item,) = [x for x in feed["items"] if x["title"] == title]
    assert f"/{code}/calls/" in item["url"]
    english = client.get("/feeds/calls.json").json()
    assert [x["id"] for x in feed["items"]] == [x["id"] for x in english["items"]]
    assert feed["title"] != english["title"]
    needs = client.get(f"/feeds/needs.json?lang={code}").json()["items"]
    assert needs
    assert not any("offers:" in x["content_text"] for x in needs)
    assert client.get("/feeds/needs.json?lang=de").status_code == 400
    page = client.get(f"/{code}/calls").text
    assert f"/feeds/calls.atom?lang={code}" in page


def test_the_feed_of_a_body_tells_of_its_open_calls(client: TestClient[Litestar]) -> None:
    items = client.get("/feeds/bodies/forms-together.json").json()["items"]
    (called,) = [x for x in items if "/calls/" in x["url"]]
    assert called["title"] == "Secondment offered or wanted: Forms Together"


def test_markup_in_a_call_is_text_on_every_page(client: TestClient[Litestar]) -> None:
    for path in ("/calls", "/calls/2", "/components/forms"):
        text = client.get(path).text
        assert EVIL not in text
        assert "&lt;script&gt;alert(1)" in text
