"""Reports at the API: figures with the rows behind them, as JSON and as files."""

import csv
import io
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.reports.table import COLUMNS

Client = TestClient[Litestar]
URL = "/api/v1/reports"


def _get(api: Client, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_number_has_the_address_of_its_rows(api: Client) -> None:
    body = _get(api, f"{URL}?organisation=ria")
    head = body["headline"]
    assert head["components"] == 6
    for tag, item in head["by_strongest"].items():
        rows = _get(api, f"{item['rows_url']}&limit=100")["items"]
        assert len({row["organisation"] for row in rows}) == item["value"], tag
    for item in body["tags"]:
        assert _get(api, item["rows_url"])["total"] == item["edges"]
    for cell in body["matrix"]["cells"]:
        rows = _get(api, f"{cell['rows_url']}&limit=100")["items"]
        assert len(rows) == cell["edges"]
        assert len({(x["origin"], x["organisation"]) for x in rows}) == cell["pairs"]
    for name, item in body["left_out"].items():
        assert _get(api, item["rows_url"])["total"] == item["value"], name
    assert set(body["left_out"]) == {
        "direction_unknown", "internal", "mirror", "possible", "superseded", "withdrawn",
    }  # fmt: skip


def test_rows_are_paged_without_loss(api: Client) -> None:
    address: str | None = f"{URL}/rows?organisation=ria&limit=4&fields=edge"
    found: list[str] = []
    while address:
        page = _get(api, address)
        found += [item["edge"] for item in page["items"]]
        address = page["next"]
    assert len(found) == page["total"] == len(set(found))


def test_a_file_holds_every_row_with_every_column(api: Client) -> None:
    answer = api.get(f"{URL}/rows.csv?organisation=ria")
    rows = _rows(answer.text)
    assert tuple(rows[0]) == COLUMNS
    assert any(row["is_counted"] == "false" for row in rows)
    counted = [row for row in rows if row["is_counted"] == "true"]
    assert len(counted) == _get(api, f"{URL}/rows?organisation=ria")["total"]
    lines = api.get(f"{URL}/rows.ndjson?organisation=ria").text.splitlines()
    assert len(lines) == len(rows)


def test_a_filter_narrows_a_file(api: Client) -> None:
    rows = _rows(api.get(f"{URL}/rows.csv?organisation=ria&to_country=FI&tag=measured").text)
    assert rows
    assert {(row["country"], row["tag"]) for row in rows} == {("FI", "measured")}


def test_the_accept_header_chooses_the_form(api: Client) -> None:
    answer = api.get(f"{URL}/rows?organisation=ria", headers={"accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")


def test_components_stand_in_a_file_reused_or_not(api: Client) -> None:
    rows = _rows(api.get(f"{URL}/components.csv?organisation=ria").text)
    assert [row["slug"] for row in rows] == ["evil", "form", "long", "old", "quiet", "road"]


def test_an_empty_portfolio_says_what_was_looked_at(api: Client) -> None:
    body = _get(api, f"{URL}?url=https://code.example/none&component=nothing")
    assert body["headline"]["components"] == 0
    assert {(x["name"], x["reason"]) for x in body["remarks"]} == {
        ("url", "unknown"), ("component", "unknown"),
    }  # fmt: skip
    assert body["coverage"]["repositories"] > 0


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("organisation=RIA%20x", "organisation"),
        ("country=XX", "country"),
        ("component=road&group=planet", "group"),
        ("component=road&colour=red", "colour"),
    ],
)
def test_a_mistake_is_named(api: Client, query: str, named: str) -> None:
    answer = api.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]["location"]


@pytest.mark.parametrize("period", ["2024-Q5", "2024-13", "24", "٢٠٢٤", "2024-Q", "0000", "x"])
def test_a_period_that_is_none_is_refused(api: Client, period: str) -> None:
    answer = api.get(f"{URL}/rows", params={"component": "road", "period": period})
    assert answer.status_code == 400
    assert "period" in answer.json()["detail"]
