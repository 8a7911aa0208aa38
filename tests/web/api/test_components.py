"""Lists of components: filters, pages that lose nothing, and single components."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from tests.support.api_samples import BASE, COUNT, api_client

Client = TestClient[Litestar]
URL = "/api/v1/components"


def slugs(client: Client, query: str) -> list[str]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["slug"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", COUNT),
        ("q=", COUNT),
        ("country=EE", 15),
        ("country=EE&country=CA", COUNT),
        ("country=FR", 0),
        ("region=CA-ON", 16),
        ("organisation=city", 15),
        ("organisation=city&organisation=agency", 31),
        ("licence=MIT", 23),
        ("licence=MIT&country=EE", 7),
        ("language=Java", 11),
        ("activity=quiet", 9),
        ("forge=gitea", 23),
        ("function=form-builder", 9),
        ("ui_language=fr", 1),
        ("platform=web", 0),
        ("min_reuse_organisations=1", 2),
        ("min_reuse_countries=1&country=EE", 1),
        ("min_reuse_countries=2", 0),
        ("reused_in=CA", 1),
        ("reused_in=ee&reused_in=CA", 2),
        ("reused_in=CA&country=CA", 0),
        ("is_fork=true", 2),
        ("is_fork=false", COUNT - 2),
        ("licence_fits=EUPL-1.2", COUNT),
        ("licence_fits=eupl-1.2", COUNT),
        ("since=2025-06-01T00:00:00Z", 12),
        ("until=2025-06-01T00:00:00Z", COUNT - 12),
        ("since=2025-06-01&until=2025-06-02", 12),
        ("q=%22number+7%22", 1),
        ("q=number", COUNT - 2),
    ],
)
def test_filters_narrow_the_answer(api: Client, query: str, count: int) -> None:
    answer = api.get(f"{URL}?{query}&limit=100" if query else f"{URL}?limit=100").json()
    assert answer["total"] == count == len(answer["items"])
    assert answer["total_is_exact"] is True


@pytest.mark.parametrize("suffix", ["", ".csv", ".ndjson", ".atom"])
def test_a_licence_that_there_is_not_is_named_with_what_is_near(api: Client, suffix: str) -> None:
    answer = api.get(f"{URL}{suffix}?licence_fits=EUPL+1.2")
    assert answer.status_code == 400
    (mistake,) = answer.json()["errors"]
    assert (mistake["location"], mistake["code"]) == ("licence_fits", "invalid")
    assert "did you mean EUPL-1.2" in mistake["detail"]


def test_the_order_is_the_one_asked_for(api: Client) -> None:
    assert slugs(api, "limit=3&sort=updated") == ["part-01", "part-02", "part-03"]
    assert slugs(api, "limit=3&sort=newest") == ["part-47", "part-46", "part-45"]
    assert slugs(api, "limit=2&sort=name&country=EE") == ["part-03", "part-06"]


def test_texts_come_in_the_language_asked_for(api: Client) -> None:
    item = api.get(f"{URL}?limit=1&country=EE&lang=fr").json()["items"][0]
    assert item["name"] == {"value": "Partie 03", "lang": "fr"}
    assert api.get(f"{URL}/part-03?lang=fr").json()["name"]["value"] == "Partie 03"


@pytest.mark.parametrize("limit", [1, 7, 20, 46, 47, 100])
def test_following_next_gives_every_component_once(api: Client, limit: int) -> None:
    address: str | None = f"{URL}?sort=name&limit={limit}"
    found: list[str] = []
    while address:
        page = api.get(address).json()
        found += [item["slug"] for item in page["items"]]
        address = page["next"]
    assert len(found) == len(set(found)) == COUNT


def test_next_keeps_every_parameter(api: Client) -> None:
    query = (
        "q=form&country=CA&country=EE&organisation=city&organisation=agency&licence=MIT"
        "&licence=EUPL-1.2&licence_fits=EUPL-1.2&language=Python&language=Java&activity=active"
        "&activity=quiet&forge=gitlab&forge=gitea&is_fork=false&since=2025-05-01"
        "&until=2025-07-01T00%3A00%3A00%2B02%3A00&sort=name&limit=2&fields=slug,name&lang=fr"
    )
    first = api.get(f"{URL}?{query}").json()
    asked = parse_qsl(urlsplit(first["next"]).query)
    assert [pair for pair in asked if pair[0] != "after"] == parse_qsl(query)
    second = api.get(first["next"]).json()
    assert second["total"] == first["total"] > 4
    assert all(set(item) == {"slug", "name"} for item in second["items"])
    third = parse_qsl(urlsplit(second["next"]).query)
    assert [pair for pair in third if pair[0] != "after"] == parse_qsl(query)


def test_next_is_in_the_link_header_too(api: Client) -> None:
    first = api.get(f"{URL}?limit=2&country=CA")
    following = first.json()["next"]
    assert following.startswith(f"{BASE}{URL}?")
    assert first.headers["link"] == f'<{following}>; rel="next"'
    second = api.get(following)
    assert f'<{BASE}{URL}?limit=2&country=CA>; rel="first"' in second.headers["link"]


def test_the_last_page_has_no_next(api: Client) -> None:
    answer = api.get(f"{URL}?limit=100")
    assert answer.json()["next"] is None
    assert "link" not in answer.headers


@pytest.mark.parametrize("cursor", ["zzzz", "AAAA", "MTAwMDE", "LTE"])
def test_a_foreign_cursor_is_refused_by_name(api: Client, cursor: str) -> None:
    answer = api.get(f"{URL}?after={cursor}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == "after"


def test_facets_count_under_the_other_filters(api: Client) -> None:
    facets = api.get(f"{URL}?country=EE&limit=1").json()["facets"]
    countries = {
        value["value"]: value
        for facet in facets
        if facet["name"] == "country"
        for value in facet["values"]
    }
    assert countries["EE"]["count"] == 15
    assert countries["EE"]["selected"] is True
    assert countries["CA"]["count"] == COUNT - 15


def test_fields_select_top_level_fields_of_the_items(api: Client) -> None:
    page = api.get(f"{URL}?limit=2&fields=slug,fork_count").json()
    assert all(list(item) == ["slug", "fork_count"] for item in page["items"])
    assert page["total"] == COUNT


def test_a_lone_surrogate_in_crawled_text_spoils_no_list(api: Client) -> None:
    items = api.get(f"{URL}?limit=5").json()["items"]
    assert items[3]["description"]["value"] == "a lone surrogate: ?"


def test_totals_stop_at_ten_thousand() -> None:
    class Large:
        def search(self, query: ComponentQuery) -> SearchPage:
            return SearchPage(items=(), total=123_456, next="MjA")

    with api_client(Large()) as client:
        page = client.get(URL).json()
    assert (page["total"], page["total_is_exact"]) == (10_000, False)


def test_a_component_has_links_to_its_parts_and_each_answers(api: Client) -> None:
    body = api.get(f"{URL}/part-05").json()
    assert body["uuid"] == "00000000-0000-4000-8000-000000000005"
    assert body["repository"]["aliases"] == ["https://code.example/old/name"]
    assert body["api_url"] == f"{BASE}{URL}/part-05"
    assert body["html_url"] == f"{BASE}/components/part-05"
    assert api.get(body["html_url"]).status_code == 200
    parts = {name: api.get(address) for name, address in body["parts"].items()}
    assert {answer.status_code for answer in parts.values()} == {200}
    assert sorted(parts) == [
        "activity", "adopters", "dependencies", "drift", "forks", "lineage", "metadata",
        "releases", "replicability", "reuse",
    ]  # fmt: skip


def test_the_parts_hold_what_is_known(api: Client) -> None:
    def part(name: str) -> dict[str, Any]:
        found: dict[str, Any] = api.get(f"{URL}/part-05/{name}").json()
        return found

    assert part("dependencies")["dependencies"][0]["name"] == "jinja2"
    assert part("dependencies")["submodules"][0]["url"] == "https://code.example/l/i"
    licence = next(x for x in part("metadata")["fields"] if x["property"] == "licence")
    assert (licence["source"]["path"], licence["source"]["line"]) == ("publiccode.yml", 7)
    assert part("metadata")["documents"][0]["kind"] == "publiccode"
    assert part("activity")["commit_count"] == 5
    assert part("activity")["events"][0]["cause"]
    assert part("releases") == {
        "items": [
            {"name": "v1.0", "version": "1.0", "commit": "a" * 40,
             "released_at": "2025-06-01T12:00:00Z"}
        ],
        "total": 1,
    }  # fmt: skip
    assert sorted(x["slug"] for x in part("forks")["items"]) == ["part-06", "part-07"]


def test_one_component_can_be_cut_to_chosen_fields(api: Client) -> None:
    assert api.get(f"{URL}/part-05?fields=slug,licence").json() == {
        "slug": "part-05",
        "licence": "EUPL-1.2",
    }


def test_the_json_suffix_is_the_same_resource(api: Client) -> None:
    assert api.get(f"{URL}/part-05.json").content == api.get(f"{URL}/part-05").content
    wanted = api.get(f"{URL}.json?limit=2&country=CA", headers={"accept": "text/html"}).json()
    assert wanted["items"] == api.get(f"{URL}?limit=2&country=CA").json()["items"]
    assert "/components.json?" in wanted["next"]


@pytest.mark.parametrize("slug", ["nothing", "%00", "Part-05", "a" * 200, "%F0%9F%98%80", "..%2e"])
def test_a_component_that_is_not_there_is_not_found(api: Client, slug: str) -> None:
    answer = api.get(f"{URL}/{slug}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
