"""Organisations, repositories, countries, completion, sources and crawls."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.db.session import Database
from tests.support.api_samples import BASE, COUNT, fill, sample_catalogue
from web.api.repositories import STATES

Client = TestClient[Litestar]
URL = "/api/v1"
NEEDED = {
    "suggest": "?q=p",
    "lookup": "?purl=pkg:npm/x",
    "verdict": "?inbound=MIT&outbound=EUPL-1.2",
}
# The first is sent something, the others ask who it is.
ANSWERS = {"validate": 405, "ownership-claims": 401, "proposals": 401}


def test_the_index_leads_to_resources_that_answer(api: Client) -> None:
    body = api.get(f"{URL}/").json()
    assert body == api.get(URL).json()
    plain = [x["url"].partition("{")[0] for x in body["resources"] if "/{" not in x["url"]]
    assert len(plain) >= 14
    for address in plain:
        name = address.rpartition("/")[2]
        answer = api.get(address + NEEDED.get(name, ""))
        assert answer.status_code == ANSWERS.get(name, 200), address
    assert api.get(body["openapi"]).json()["openapi"].startswith("3.1")
    assert api.get(body["documentation"]).status_code == 200


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_organisations_are_paged_without_loss(api: Client, limit: int) -> None:
    address: str | None = f"{URL}/organisations?limit={limit}&fields=slug"
    found: list[str] = []
    while address:
        page = api.get(address).json()
        found += [item["slug"] for item in page["items"]]
        address = page["next"]
    assert found == ["agency", "city", "province"]


def test_organisations_of_a_country(api: Client) -> None:
    page = api.get(f"{URL}/organisations?country=CA&limit=1").json()
    assert [item["slug"] for item in page["items"]] == ["agency"]
    assert "country=CA&limit=1&after=" in page["next"]
    assert api.get(page["next"]).json()["items"][0]["slug"] == "province"


def test_an_organisation(api: Client) -> None:
    body = api.get(f"{URL}/organisations/city").json()
    assert (body["components"], body["repositories"], body["country"]) == (16, 16, "EE")
    assert body["sources"] == ["code.example/city"]
    assert body["html_url"] == f"{BASE}/organisations/city"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://code.example/city/part-05",
        "https://code.example/city/part-05.git",
        "https://CODE.example/city/part-05/",
        "https://code.example/old/name",
    ],
)
def test_a_repository_is_found_in_any_spelling_of_its_url(api: Client, spelling: str) -> None:
    items = api.get(f"{URL}/repositories", params={"url": spelling}).json()["items"]
    assert [item["id"] for item in items] == [5]


@pytest.mark.parametrize("url", ["ext::sh -c x", "https://a:b@code.example/x", "file:///etc", "x"])
def test_what_is_no_repository_url_is_refused(api: Client, url: str) -> None:
    answer = api.get(f"{URL}/repositories", params={"url": url})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == "url"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", COUNT + 1),
        ("q=part-0", 9),
        ("q=%25", 0),
        ("q=_", 0),
        ("host=code.example", COUNT + 1),
        ("host=other.example", 0),
        ("state=moved", 1),
        ("state=active&q=part-4", 8),
        ("url=https%3A%2F%2Fcode.example%2Fcity%2Fpart", 0),
    ],
)
def test_repositories_are_found_and_paged_without_loss(api: Client, query: str, count: int) -> None:
    address: str | None = f"{URL}/repositories?limit=7&{query}"
    found: list[int] = []
    while address:
        page = api.get(address).json()
        found += [item["id"] for item in page["items"]]
        address = page["next"]
    assert found == sorted(set(found))
    assert len(found) == count


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_asked_for(api: Client, state: str) -> None:
    assert api.get(f"{URL}/repositories?state={state}").status_code == 200


@pytest.mark.parametrize("resource", ["organisations", "repositories"])
@pytest.mark.parametrize("cursor", ["a", "LTE", "AAAA", "MQ-_", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_foreign_cursor_never_fails(api: Client, resource: str, cursor: str) -> None:
    answer = api.get(f"{URL}/{resource}?after={cursor}")
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.json()["errors"][0]["location"] == "after"


def test_a_repository_and_its_crawl_log(api: Client) -> None:
    body = api.get(f"{URL}/repositories/5").json()
    assert body["component"] == "part-05"
    assert api.get(body["html_url"]).status_code == 200
    log = api.get(f"{URL}/crawls/repositories/5").json()
    assert log["repository"] == body
    assert log["events"][0]["outcome"] == "too_slow"
    assert log["events"][0]["next_step"]


def test_countries(api: Client) -> None:
    items = api.get(f"{URL}/countries").json()["items"]
    assert [item["code"] for item in items] == ["CA", "EE"]
    canada = api.get(f"{URL}/countries/ca").json()
    assert canada == items[0]
    assert canada["organisations"] == 2
    assert canada["regions"] == [{"code": "CA-ON", "components": 16}]


def test_completion(api: Client) -> None:
    items = api.get(f"{URL}/search/suggest?q=part%200").json()["items"]
    assert len(items) == 8
    assert items[0] == {
        "text": "Part 02",
        "slug": "part-02",
        "api_url": f"{BASE}{URL}/components/part-02",
        "html_url": f"{BASE}/components/part-02",
    }
    assert len(api.get(f"{URL}/search/suggest?q=part%200&limit=3").json()["items"]) == 3


@pytest.mark.parametrize(("query", "location"), [("", "q"), ("q=", "q"), ("q=a&limit=9", "limit")])
def test_completion_needs_a_beginning(api: Client, query: str, location: str) -> None:
    answer = api.get(f"{URL}/search/suggest?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == location


def test_sources_and_the_state_of_crawling(api: Client) -> None:
    source = api.get(f"{URL}/sources").json()["items"][0]
    assert (source["spec"], source["repositories"], source["failed"]) == (
        "code.example/city",
        COUNT + 1,
        1,
    )
    body = api.get(f"{URL}/crawls").json()
    assert body["states"] == {"active": COUNT, "moved": 1}
    assert body["freshness"]["day"] == COUNT + 1
    assert body["failures"][0]["reason"] == "auth"
    assert "sources" not in body
    assert api.get(f"{URL}/crawls?fields=repositories").json() == {"repositories": COUNT + 1}


def test_repositories_are_listed_alike_on_every_database(database: Database) -> None:
    with database.write() as session:
        fill(session)
    catalogue = sample_catalogue(database)
    first, place = catalogue.repositories(text="PART-0", state="active", limit=4)
    rest, end = catalogue.repositories(text="PART-0", state="active", after=place or 0, limit=5)
    assert [view.id for view in (*first, *rest)] == list(range(1, 10))
    assert (place, end) == (4, None)
    assert catalogue.repositories(url="https://code.example/old/name")[0][0].id == 5
    assert catalogue.repositories(text="part_0") == ([], None)


@pytest.mark.parametrize(
    ("inbound", "outbound", "verdict"),
    [
        ("MIT", "EUPL-1.2", "yes"),
        ("GPL-3.0-only", "MIT", "no"),
        ("( and MIT", "Unheard-Of", "unknown"),
    ],
)
def test_the_verdict_on_two_licences_says_that_it_is_no_advice(
    api: Client, inbound: str, outbound: str, verdict: str
) -> None:
    asked = {"inbound": inbound, "outbound": outbound}
    answer = api.get(f"{URL}/licences/verdict", params=asked)
    assert answer.status_code == 200
    body = answer.json()
    assert "not legal advice" in body.pop("note")
    assert body == asked | {"verdict": verdict}
    assert api.get(f"{URL}/licences/verdict?inbound=MIT").status_code == 400
