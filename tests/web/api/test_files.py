"""CSV, NDJSON and feeds: whole, safe to open, and valid."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.readmodels import ComponentCard, ComponentQuery, SearchPage, Text
from registry.domain.cells import FORMULA as FORMULA_STARTS
from registry.errors import Unavailable
from tests.support.api_samples import BASE, COUNT, FORMULA, api_client
from web.api.exports import MAX_ROWS, cell

Client = TestClient[Litestar]
URL = "/api/v1/components"
ATOM = "{http://www.w3.org/2005/Atom}"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "atom": "application/atom+xml",
    "feed.json": "application/feed+json",
}


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def csv_slugs(text: str) -> list[str]:
    return [row["slug"] for row in csv_rows(text)]


def ndjson_slugs(text: str) -> list[str]:
    return [json.loads(line)["slug"] for line in text.splitlines()]


def atom_slugs(text: str) -> list[str]:
    entries = fromstring(text.encode()).findall(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}id").rpartition("/")[2] for entry in entries]


def json_feed_slugs(text: str) -> list[str]:
    return [item["id"].rpartition("/")[2] for item in json.loads(text)["items"]]


READERS: dict[str, Callable[[str], list[str]]] = {
    "csv": csv_slugs,
    "ndjson": ndjson_slugs,
    "atom": atom_slugs,
    "feed.json": json_feed_slugs,
}


@pytest.mark.parametrize("suffix", TYPES)
@pytest.mark.parametrize("query", ["", "country=CA", "q=form&licence=MIT&activity=active"])
def test_a_file_has_every_component_of_the_answer(api: Client, suffix: str, query: str) -> None:
    answer = api.get(f"{URL}.{suffix}?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].lower() == TYPES[suffix]
    listed = api.get(f"{URL}?{query}{'&' if query else ''}sort=updated&limit=100").json()
    found = READERS[suffix](answer.text)
    assert sorted(found) == sorted(item["slug"] for item in listed["items"])
    assert answer.headers["total-count"] == str(listed["total"]) == str(len(found))


@pytest.mark.parametrize("suffix", TYPES)
def test_the_accept_header_gives_the_same_file(api: Client, suffix: str) -> None:
    accept = TYPES[suffix].partition(";")[0]
    by_header = api.get(f"{URL}?country=EE", headers={"accept": accept})
    assert by_header.headers["content-type"].lower() == TYPES[suffix]
    assert by_header.headers["vary"].startswith("Accept")
    found = READERS[suffix](by_header.text)
    assert found == READERS[suffix](api.get(f"{URL}.{suffix}?country=EE").text)
    assert len(found) == 15


@pytest.mark.parametrize("suffix", TYPES)
def test_pages_of_a_file_add_up_to_the_whole(api: Client, suffix: str) -> None:
    found: list[str] = []
    address: str | None = f"{URL}.{suffix}?sort=name&limit=20"
    while address:
        answer = api.get(address)
        found += READERS[suffix](answer.text)
        next_link = [x for x in answer.headers.get("link", "").split(", ") if 'rel="next"' in x]
        address = next_link[0].partition(">")[0][1:] if next_link else None
    assert found == READERS[suffix](api.get(f"{URL}.{suffix}?sort=name").text)
    assert len(found) == COUNT


def test_what_a_spreadsheet_would_run_gets_a_quote_before(api: Client) -> None:
    rows = csv_rows(api.get(f"{URL}.csv").text)
    assert next(row["name"] for row in rows if row["slug"] == "part-01") == f"'{FORMULA}"
    organisations = csv_rows(api.get("/api/v1/organisations.csv").text)
    assert [row["name"] for row in organisations] == [f"'{FORMULA}", "City", "Province"]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_made_harmless(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"  {start}1+1") == f"'  {start}1+1"


@given(st.text())
def test_no_text_makes_a_cell_that_a_spreadsheet_would_run(text: str) -> None:
    shown = cell(text)
    assert not shown.lstrip(" ").startswith(FORMULA_STARTS)
    shown.encode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (True, "true"), (3, "3"), (-3, "-3"), (("CA", "EE"), "CA EE"), ("a\0b", "a�b")],
)
def test_values_have_one_way_to_be_written(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_chosen_fields_are_the_columns(api: Client) -> None:
    text = api.get(f"{URL}.csv?fields=slug,organisation&limit=1").text
    assert text.splitlines()[0] == "slug,organisation,organisation_name"
    lines = api.get(f"{URL}.ndjson?fields=slug,licence&limit=1").text.splitlines()
    assert json.loads(lines[0]) == {"slug": "part-01", "licence": "EUPL-1.2"}


def test_csv_lines_end_as_the_standard_says(api: Client) -> None:
    text = api.get(f"{URL}.csv?limit=2").text
    assert text.count("\r\n") == 3
    assert text.endswith("\r\n")


def test_the_feed_has_the_shape_of_atom(api: Client) -> None:
    feed = fromstring(api.get(f"{URL}.atom?q=form&limit=5").content)
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == "tag:127.0.0.1,2025:components?q=form"
    assert feed.findtext(f"{ATOM}title") == "Public Code Registry: form"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{BASE}{URL}.atom?q=form&limit=5"
    assert links["next"].startswith(f"{BASE}{URL}.atom?q=form&limit=5&after=")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 5
    for entry in entries:
        for name in ("id", "title", "updated"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1
        assert entry.findtext(f"{ATOM}updated").endswith("Z")
    newest = max(entry.findtext(f"{ATOM}updated") for entry in entries)
    assert feed.findtext(f"{ATOM}updated") == newest


def test_the_feed_is_newest_first_and_carries_no_foreign_scheme(api: Client) -> None:
    text = api.get(f"{URL}.atom?q=form").text
    times = [
        x.findtext(f"{ATOM}updated") for x in fromstring(text.encode()).findall(f"{ATOM}entry")
    ]
    assert times == sorted(times, reverse=True)
    assert "javascript:" not in text


def test_the_same_question_has_the_same_feed_id_in_any_order(api: Client) -> None:
    def key(query: str) -> str:
        found: str = fromstring(api.get(f"{URL}.atom?{query}").content).findtext(f"{ATOM}id")
        return found

    one = key("country=CA&country=EE&licence=MIT")
    assert one == key("licence=MIT&country=EE&country=CA&limit=3")
    assert one != key("licence=MIT&country=EE")


def test_an_empty_answer_is_a_valid_file(api: Client) -> None:
    assert csv_rows(api.get(f"{URL}.csv?country=FR").text) == []
    assert api.get(f"{URL}.ndjson?country=FR").text == ""
    feed = fromstring(api.get(f"{URL}.atom?country=FR").content)
    assert feed.findtext(f"{ATOM}updated") == "2025-06-01T12:00:00Z"


class Endless:
    """A catalogue whose every page has another after it; `good` pages, then it fails."""

    def __init__(self, good: int = 10**9) -> None:
        self.asked = 0
        self._good = good

    def search(self, query: ComponentQuery) -> SearchPage:
        self.asked += 1
        if self.asked > self._good:
            raise Unavailable("the index went away", retry_after=9)
        cards = tuple(
            ComponentCard(slug=f"c-{self.asked}-{x}", name=Text("x" * 50)) for x in range(100)
        )
        return SearchPage(items=cards, total=10**6, next=f"{self.asked}")


def test_a_file_stops_at_ten_thousand_components() -> None:
    endless = Endless()
    with api_client(endless) as client:
        text = client.get(f"{URL}.ndjson?fields=slug").text
    assert len(ndjson_slugs(text)) == MAX_ROWS
    assert endless.asked == 100


def test_a_failure_half_way_is_an_error_and_not_half_a_file() -> None:
    with api_client(Endless(good=30)) as client:
        answer = client.get(f"{URL}.csv")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "9"
    assert answer.headers["content-type"] == "application/problem+json"


def test_organisations_are_exported_whole(api: Client) -> None:
    lines = api.get("/api/v1/organisations.ndjson?country=CA").text.splitlines()
    found: list[Any] = [json.loads(line) for line in lines]
    assert [item["slug"] for item in found] == ["agency", "province"]
