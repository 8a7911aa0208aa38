"""Components as files of other catalogues, over the API."""

import csv
import io
import json

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.publishing.exports.forms import FORMS
from tests.support.api_samples import BASE, COUNT, FORMULA

Client = TestClient[Litestar]
URL = "/api/v1/components"


@pytest.mark.parametrize("form", [x for x in FORMS if x.name != "publiccode"], ids=lambda x: x.name)
def test_a_component_is_had_by_the_suffix(api: Client, form: object) -> None:
    address = f"{URL}/part-05.{form.suffix}"  # type: ignore[attr-defined]
    answer = api.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(form.media_type)  # type: ignore[attr-defined]
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "part-05" in answer.text
    again = api.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_a_format_asks_for_and_nobody_knows_is_named(api: Client) -> None:
    answer = api.get(f"{URL}/part-05.publiccode.yml")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert {"softwareType", "platforms", "maintenance.type"} <= {x["location"] for x in errors}
    assert {x["code"] for x in errors} == {"not_known"}


def test_only_proven_upstreams_are_stated(api: Client) -> None:
    for slug, based_on in (
        ("part-04", ["https://code.example/city/part-03"]),  # shared commits
        ("part-06", ["https://code.example/city/part-03"]),  # inside the body; a statement is none
        ("part-12", []),  # denied, and possible only
        ("part-03", []),  # the direction is not known
    ):
        found = api.get(f"{URL}/{slug}.codemeta.json").json()
        assert found.get("isBasedOn", []) == based_on, slug


def test_profiles_belong_to_one_form(api: Client) -> None:
    for address in ("part-05?profile=latest", "part-05.codemeta.json?profile=latest",
                    "part-05.publiccode.yml?profile=oldest"):  # fmt: skip
        answer = api.get(f"{URL}/{address}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["location"] == "profile"


@pytest.mark.parametrize(
    "name", ["part-99.codemeta.json", "part-05.exe", ".codemeta.json", "a.b.c"]
)
def test_what_there_is_not_is_not_found(api: Client, name: str) -> None:
    assert api.get(f"{URL}/{name}").status_code == 404


def test_an_inventory_holds_every_component_of_the_organisation(api: Client) -> None:
    answer = api.get("/api/v1/organisations/agency.code.json")
    body = answer.json()
    assert body["agency"] == FORMULA
    assert len(body["releases"]) == api.get("/api/v1/organisations/agency").json()["components"]
    assert api.get("/api/v1/organisations/none.code.json").status_code == 404


def test_a_report_of_an_agency_is_safe_to_open(api: Client) -> None:
    text = api.get("/api/v1/organisations/city.omb.csv").text
    rows = {row["component"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert len(rows) == 15  # one more is listed nowhere: its repository moved
    assert rows["part-03"]["forks"] == "30"
    agency = api.get("/api/v1/organisations/province.omb.csv").text
    assert "'=HYPERLINK" in agency
    assert "\n=" not in agency
    assert ",=" not in agency


@pytest.mark.parametrize("limit", [1, 10, 500])
def test_the_whole_catalogue_is_paged_without_loss(api: Client, limit: int) -> None:
    address: str | None = f"{URL}.dcat.jsonld?limit={limit}"
    found: list[str] = []
    while address:
        answer = api.get(address)
        page = json.loads(answer.content)
        found += [asset["@id"] for asset in page["dcat:dataset"]]
        view = page.get("hydra:view")
        address = view["hydra:next"]["@id"] if view else None
        assert (address is None) == ('rel="next"' not in answer.headers.get("link", ""))
    assert found == [f"{BASE}/components/part-{number:02}" for number in range(1, COUNT + 1)]
    assert api.get(f"{URL}.dcat.jsonld?after=eA").status_code == 400
