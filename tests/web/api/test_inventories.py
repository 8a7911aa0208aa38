"""The inventory of an organisation over the API and as a page, over a real database."""

import csv
import io
from urllib.parse import urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.api_samples import FORMULA

Client = TestClient[Litestar]
URL = "/api/v1/organisations/city/inventory"


def _rows(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_every_component_is_in_the_inventory_once(api: Client, limit: int) -> None:
    address: str | None = f"{URL}?limit={limit}&sort=changed"
    found: list[str] = []
    while address:
        page = api.get(address).json()
        found += [x["component"] for x in page["items"]]
        address = page["next"]
    assert len(found) == len(set(found)) == page["totals"]["components"] == page["matching"] == 15
    assert found == sorted(found)  # the sample's parts were changed in the order of their number


def test_the_file_holds_what_the_pages_hold(api: Client) -> None:
    items = api.get(f"{URL}?limit=100").json()["items"]
    rows = _rows(api, f"{URL}.csv")
    assert [x["component"] for x in rows] == [x["component"] for x in items]
    for row, item in zip(rows, items, strict=True):
        known = item["reusing_organisations"]
        assert row["reusing_organisations"] == ("" if known is None else str(known))
        assert row["evidence_url"] == item["evidence_url"]
    assert rows == _rows(api, "/api/v1/organisations/city.omb.csv")


def test_filters_leave_what_they_say_and_totals_stay(api: Client) -> None:
    whole = api.get(URL).json()["totals"]
    for name in ("found", "not_measured"):
        page = api.get(f"{URL}?reuse={name}&limit=100").json()
        assert page["totals"] == whole
        assert page["matching"] == len(page["items"]) > 0
        assert all((x["reusing_organisations"] is None) == (name != "found") for x in page["items"])
        assert len(_rows(api, f"{URL}.csv?reuse={name}")) == page["matching"]


@pytest.mark.parametrize(
    ("query", "place", "code"),
    [
        ("activity=asleep", "activity", "invalid"),
        ("usage=", "usage", "invalid"),
        ("reuse=yes", "reuse", "invalid"),
        ("sort=size", "sort", "invalid"),
        ("limit=0", "limit", "invalid"),
        ("after=eA", "after", "invalid"),
        ("feedback=some&feedback=none", "feedback", "repeated"),
        ("usages=stated", "usages", "unknown_parameter"),
        ("fields=secret", "fields", "invalid"),
    ],
)
def test_a_wrong_parameter_is_named(api: Client, query: str, place: str, code: str) -> None:
    answer = api.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert [(x["location"], x["code"]) for x in answer.json()["errors"]] == [(place, code)]


def test_an_organisation_that_there_is_not_has_no_inventory(api: Client) -> None:
    for path in ("/inventory", "/inventory.csv"):
        assert api.get(f"/api/v1/organisations/none{path}").status_code == 404
        assert api.get(f"/api/v1/organisations/NO%20NE{path}").status_code == 404
    assert api.get("/organisations/none/inventory").status_code == 404


def test_a_name_with_a_formula_stays_text(api: Client) -> None:
    text = api.get("/api/v1/organisations/province/inventory.csv").text
    assert "'=HYPERLINK" in text
    assert "\n=" not in text
    assert ",=" not in text
    page = api.get("/organisations/agency/inventory").text
    assert FORMULA.replace('"', "&#34;") in page


def test_the_page_tells_the_numbers_of_the_api(api: Client) -> None:
    data = api.get(URL).json()
    text = api.get("/organisations/city/inventory").text
    assert "15 components are in this inventory." in text
    assert data["totals"]["reused"] == 1
    by, where = (data["totals"][f"reusing_{name}"] for name in ("organisations", "countries"))
    assert f"1 is reused by others, as measured (organisations: {by}, countries: {where})" in text
    reused = api.get(f"{URL}?reuse=found").json()["items"][0]
    assert (by, where) == (reused["reusing_organisations"], reused["reusing_countries"])
    assert f'href="{URL}.csv"' in text
    assert 'href="/api/v1/organisations/city.code.json"' in text
    assert "/inventory" in api.get("/organisations/city").text
    twin = f'<link rel="alternate" type="application/json" href="{URL}">'
    assert twin in text


def test_the_page_keeps_filters_and_passes_over_nonsense(api: Client) -> None:
    text = api.get("/organisations/city/inventory?reuse=found&usage=nonsense&sort=reuse").text
    matching = api.get(f"{URL}?reuse=found").json()["matching"]
    assert f"{matching} component" in text
    assert f'href="{URL}.csv?reuse=found&amp;sort=reuse"' in text
    assert "nonsense" not in text.partition("<main")[2].partition("</main")[0]
    assert api.get("/organisations/city/inventory?after=9223372036854775807").status_code == 200


def test_the_evidence_of_a_number_is_there(api: Client) -> None:
    item = next(x for x in api.get(f"{URL}?reuse=found").json()["items"])
    parts = urlsplit(item["evidence_url"])
    assert api.get(parts.path).status_code == 200
