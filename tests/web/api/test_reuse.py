"""Reuse over the API: lists that miss nothing, numbers that lead to their rows, objections."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.service import Catalogue
from registry.lineage.readmodels import ReuseQuery
from tests.support.api_samples import BASE, FORMULA, api_client
from tests.support.lineage_fakes import InMemoryLineage
from tests.support.reuse_samples import (
    BLOB,
    COMMIT_ID,
    COUNTED,
    DENIED,
    FIRST,
    FORKS,
    PURL,
    TEXT,
)
from web.api.parameters import read
from web.api.reuse_query import PARAMETERS, query_string, question

Client = TestClient[Litestar]
URL = "/api/v1"
ATOM = "{http://www.w3.org/2005/Atom}"


def every(api: Client, address: str) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        page = api.get(following).json()
        found += page["items"]
        following = page["next"]
    return found


def keys_of(rows: Any) -> list[str]:
    return [row["key"] for row in rows]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("sort", ["first_seen", "changed"])
def test_pages_of_edges_add_up_and_tags_do_not(api: Client, limit: int, sort: str) -> None:
    address = f"{URL}/reuse?limit={limit}&sort={sort}"
    page = api.get(address).json()
    assert page["by_tag"] == COUNTED
    assert "total" not in page
    found = keys_of(every(api, address))
    assert len(found) == len(set(found)) == sum(COUNTED.values())


def test_an_edge_tells_who_reuses_whose_code_and_how_that_is_known(api: Client) -> None:
    (edge,) = api.get(f"{URL}/reuse?tag=attributed").json()["items"]
    assert edge["key"] == TEXT
    assert (edge["origin"]["slug"], edge["origin"]["name"]) == (None, FORMULA)
    assert edge["origin"]["region"] == "CA-AB"
    assert edge["state"] == "since_removed"
    assert edge["api_url"] == f"{BASE}{URL}/evidence/{TEXT}"
    assert edge["html_url"] == f"{BASE}/evidence/{TEXT}"
    assert api.get(f"{URL}/reuse?fields=key,tag&limit=1").json()["items"][0].keys() == {
        "key",
        "tag",
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from=EE&to=CA", FORKS),
        ("from=ee", FORKS),
        ("to=EE", 2),
        ("from=CA&to=EE&direction=unknown", 1),
        ("from_region=CA-AB", 1),
        ("from_organisation=city&to_organisation=agency", FORKS // 2),
        ("component=part-03", FORKS + 1),
        ("origin=part-03", FORKS),
        ("reuser=part-09", 1),
        ("kind=declared&kind=package_dependency", 2),
        ("confidence=likely", 1),
        ("confidence=possible", 1),
        ("state=disputed&state=withdrawn", 2),
        ("with_internal=true", sum(COUNTED.values()) + 1),
        ("with_mirrors=true", sum(COUNTED.values()) + 1),
        ("with_possible=true", sum(COUNTED.values()) + 1),
        ("foreign=true&tag=measured", FORKS + 2),
        ("since=2023-06-01&until=2023-09-01", 3),
        ("component=nothing", 0),
    ],
)
def test_filters_give_the_same_edges_in_every_form(api: Client, query: str, count: int) -> None:
    found = sorted(keys_of(every(api, f"{URL}/reuse?limit=9&{query}")))
    assert len(found) == count
    assert sorted(keys_of(rows_of(api.get(f"{URL}/reuse.csv?{query}").text))) == found
    lines = api.get(f"{URL}/reuse.ndjson?{query}").text.splitlines()
    assert sorted(keys_of(map(json.loads, lines))) == found
    feed = fromstring(api.get(f"{URL}/reuse.atom?{query}").content)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.findall(f"{ATOM}entry")]
    assert sorted(key.rpartition("/")[2] for key in ids) == found


@pytest.mark.parametrize("media", ["text/csv", "application/x-ndjson", "application/atom+xml"])
def test_the_accept_header_gives_the_same_file(api: Client, media: str) -> None:
    for resource in ("reuse", "components/part-03/reuse"):
        answer = api.get(f"{URL}/{resource}", headers={"accept": media})
        assert answer.headers["content-type"].partition(";")[0] == media
        suffix = {"text/csv": "csv", "application/x-ndjson": "ndjson"}.get(media, "atom")
        by_suffix = api.get(f"{URL}/{resource}.{suffix}")
        if suffix != "atom":  # a feed names its own address
            assert answer.content == by_suffix.content
        held = {"if-none-match": by_suffix.headers["etag"]}
        assert api.get(f"{URL}/{resource}.{suffix}", headers=held).status_code == 304


def test_a_file_of_one_page_leads_to_the_next(api: Client) -> None:
    address: str | None = f"{URL}/reuse.ndjson?limit=10&tag=measured"
    found: list[str] = []
    while address:
        answer = api.get(address)
        found += keys_of(map(json.loads, answer.text.splitlines()))
        links = [x for x in answer.headers.get("link", "").split(", ") if 'rel="next"' in x]
        address = links[0].partition(">")[0][1:] if links else None
    assert found == keys_of(
        map(json.loads, api.get(f"{URL}/reuse.ndjson?tag=measured").text.splitlines())
    )


def test_what_a_spreadsheet_would_run_gets_a_quote_before(api: Client) -> None:
    (row,) = rows_of(api.get(f"{URL}/reuse.csv?tag=attributed").text)
    assert row["origin_name"] == row["locator"] == f"'{FORMULA}"
    assert (row["origin_slug"], row["reuser_slug"], row["strength"]) == (
        "",
        "part-04",
        "mentions=4",
    )


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("from=UK", "from"),
        ("from_region=ontario", "from_region"),
        ("kind=gossip", "kind"),
        ("tag=measured,declared", "tag"),
        ("state=open", "state"),
        ("confidence=0.9", "confidence"),
        ("direction=up", "direction"),
        ("since=yesterday", "since"),
        ("foreign=1", "foreign"),
        ("sort=name", "sort"),
        ("limit=101", "limit"),
        ("after=MQ", "after"),
        ("after=WyIyMDI0LTAxLTAxVDAwOjAwOjAwIiwgLTFd", "after"),
        ("origin=part-03&origin=part-04", "origin"),
        ("component=%00", "component"),
        ("fields=proof", "fields"),
        ("total=true", "total"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".csv", ".atom"])
def test_a_question_that_makes_no_sense_is_refused(
    api: Client, suffix: str, query: str, location: str
) -> None:
    answer = api.get(f"{URL}/reuse{suffix}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["location"] == location


def test_a_question_can_be_written_as_an_address_and_read_again() -> None:
    text = (
        "from=EE&from=FI&to_region=CA-ON&kind=submodule&tag=measured&state=disputed"
        "&confidence=likely&from_organisation=city&component=part-03&direction=unknown"
        "&since=2024-01-01&until=2024-06-01T12%3A30%3A00Z&foreign=false&with_mirrors=true"
    )
    query = question(read(text.encode(), PARAMETERS))
    assert question(read(query_string(query).encode(), PARAMETERS)) == query
    assert sorted(parse_qsl(query_string(query))) == sorted(parse_qsl(text))
    assert query_string(ReuseQuery()) == ""


def test_evidence_has_its_proof_history_and_links(api: Client) -> None:
    body = api.get(f"{URL}/evidence/{FIRST}").json()
    assert body["edge"]["kind"] == "shared_commits"
    assert [event["reason"] for event in body["events"]] == ["found"]
    assert body["proof_url"] == f"{BASE}{URL}/evidence/{FIRST}/proof"
    assert api.get(body["proof_url"]).json() == body["proof"]
    assert body["proof"]["digest"] == body["proof_digest"]
    answer = api.get(f"{URL}/evidence/{FIRST}?fields=proof_digest")
    assert answer.json() == {"proof_digest": body["proof_digest"]}
    assert answer.headers["last-modified"].endswith("GMT")
    assert api.get(f"{URL}/evidence/{DENIED}.json").json()["edge"]["state"] == "withdrawn"


def test_the_reuse_of_a_component_goes_both_ways(api: Client) -> None:
    body = api.get(f"{URL}/components/part-03/reuse").json()
    assert [row["tag"] for row in body["summary"]] == ["measured"]
    assert body["summary"][0]["edges"] == FORKS
    marks = [edge for edge in body["reused_by"] if edge["is_mirror"] or edge["is_internal"]]
    assert (len(body["reused_by"]), len(marks), len(body["reuses"])) == (FORKS + 2, 2, 0)
    assert len(body["undirected"]) == 1
    lists = (body["reused_by"], body["reuses"], body["undirected"])
    listed = sorted(edge["key"] for edges in lists for edge in edges)
    assert sorted(keys_of(rows_of(api.get(f"{URL}/components/part-03/reuse.csv").text))) == listed
    declared = api.get(f"{URL}/components/part-05/reuse?tag=declared").json()
    assert [edge["tag"] for edge in declared["reused_by"]] == ["declared"]
    assert [row["tag"] for row in declared["summary"]] == ["declared"]
    assert api.get(f"{URL}/components/part-05/reuse.csv?tag=reported").text.count("\r\n") == 1


def test_the_family_of_a_component_is_a_tree(api: Client) -> None:
    body = api.get(f"{URL}/components/part-04/lineage").json()
    root = body["nodes"][0]
    assert root["depth"] == 0
    (here,) = [node for node in body["nodes"] if node["is_current"]]
    assert here["slug"] == "part-04"
    assert here["parent"] in {node["slug"] or node["name"] for node in body["nodes"]}
    assert [edge["direction"] for edge in body["unplaced"]] == ["unknown"]


@pytest.mark.parametrize("group", ["country", "region", "organisation"])
@pytest.mark.parametrize("period", ["all", "year", "quarter"])
def test_every_number_of_a_matrix_leads_to_its_rows(api: Client, group: str, period: str) -> None:
    address = f"{URL}/matrix?group={group}&period={period}"
    body = api.get(address).json()
    assert body["cells"]
    for cell in body["cells"]:
        assert len(every(api, cell["reuse_url"] + "&limit=100")) == cell["edges"]
    rows = rows_of(api.get(address.replace("matrix?", "matrix.csv?")).text)
    assert [row["edges"] for row in rows] == [str(cell["edges"]) for cell in body["cells"]]
    assert body["edges"] == sum(cell["edges"] for cell in body["cells"])
    assert body["unknown_direction"] == 1


def test_a_matrix_is_of_one_tag(api: Client) -> None:
    body = api.get(f"{URL}/matrix?tag=attributed&from=CA").json()
    assert [(x["origin"], x["reuser"], x["pairs"]) for x in body["cells"]] == [("CA", "CA", 1)]
    assert api.get(f"{URL}/matrix?tag=declared&kind=submodule").json()["cells"] == []
    by_header = api.get(f"{URL}/matrix", headers={"accept": "text/csv"})
    assert by_header.text == api.get(f"{URL}/matrix.csv").text
    for query in ("tag=measured&tag=declared", "group=city", "period=month", "from=Estonia"):
        assert api.get(f"{URL}/matrix?{query}").status_code == 400
    answer = api.get(f"{URL}/matrix", headers={"accept": "application/atom+xml"})
    assert answer.status_code == 406


def test_what_a_country_gives_and_takes_leads_to_its_rows(api: Client) -> None:
    body = api.get(f"{URL}/countries/ee/reuse").json()
    assert body["code"] == "EE"
    for partner in (*body["gives"], *body["takes"]):
        assert every(api, partner["reuse_url"])
    assert [(x["country"], x["pairs"]) for x in body["gives"]] == [("CA", 2)]
    assert len(body["latest"]) == 5
    assert api.get(f"{URL}/countries/FR/reuse").json()["gives"] == []


def test_the_method_has_thresholds_and_every_detector(api: Client) -> None:
    body = api.get(f"{URL}/method").json()
    assert body["thresholds"]["maximum_tau"] == 0.35
    assert [item["kind"] for item in body["detectors"]][:2] == ["shared_commits", "shared_files"]
    assert body["html_url"] == f"{BASE}/method"


def test_a_few_things_are_looked_up_by_address_and_many_by_a_body(api: Client) -> None:
    swhid = f"swh:1:rev:{COMMIT_ID};origin=https://code.example/x"
    asked = {
        "blob": BLOB,
        "purl": PURL,
        "swhid": swhid,
        "url": f"{BASE.replace('http', 'https')}/x",
    }
    asked["url"] = "https://code.example/old/name.git"
    by_address = api.get(f"{URL}/lookup", params=asked).json()
    sent = {f"{name}s": [value] for name, value in asked.items()}
    answer = api.post(f"{URL}/lookup", json=sent)
    assert answer.json() == by_address
    assert answer.headers["cache-control"] == "no-store"
    assert (by_address["asked"], by_address["known"]) == (4, 4)
    (hit,) = by_address["hits"]
    assert (hit["slug"], hit["found"], hit["country"]) == ("part-05", 4, "CA")
    assert [BLOB, "src/forms.py"] in hit["samples"]
    assert hit["api_url"] == f"{BASE}{URL}/components/part-05"
    assert api.post(f"{URL}/lookup", json={"commits": [COMMIT_ID.upper()]}).json()["known"] == 1


def test_third_party_code_is_named(catalogue: Catalogue) -> None:
    with api_client(catalogue, lineage=InMemoryLineage()) as client:
        body = client.post(f"{URL}/lookup", json={"blobs": ["b" * 40]}).json()
    assert (body["hits"], body["third_party"]) == ([], {"b" * 40: "npm:jquery@3.7.1"})


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("", ""),
        ("blob=abc", "blob"),
        (f"blob={'g' * 40}", "blob"),
        ("&".join(f"blob={number:040x}" for number in range(51)), "blob"),
        ("swhid=swh:1:dir:" + "a" * 40, "swhid"),
        ("purl=left-pad", "purl"),
        ("url=file:///etc/passwd", "url"),
        ("url=https://user:secret@code.example/x", "url"),
        ("content=secret", "content"),
    ],
)
def test_a_lookup_of_what_is_no_id_is_refused(api: Client, query: str, location: str) -> None:
    answer = api.get(f"{URL}/lookup?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == location


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({}, ""),
        ({"blobs": []}, ""),
        ({"blobs": ["abc"]}, "blobs"),
        ({"blobs": "a" * 40}, ""),
        ({"blobs": [None]}, ""),
        ({"files": ["print('secret')"]}, ""),
        ({"urls": ["javascript:alert(1)"]}, "urls"),
        ({"purls": ["pkg:"]}, "purls"),
        ({"blobs": [f"{number:040x}" for number in range(1001)]}, ""),
        ([], ""),
        ("text", ""),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(api: Client, body: Any, location: str) -> None:
    answer = api.post(f"{URL}/lookup", json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["in"], error["location"]) == ("body", location)


@pytest.mark.parametrize("path", ["lookup", "disputes"])
@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b'{"blobs": ["\xff"]}', {"content-type": "application/json"}, 400),
        (b"[" * 100_000, {"content-type": "application/json"}, 400),
        (b"", {"content-type": "application/json; charset=utf-8"}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"category=other", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {}, 415),
        (b" " * (1024 * 1024 + 1), {"content-type": "application/json"}, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    api: Client, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = api.post(f"{URL}/{path}", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["lookup", "disputes"])
def test_only_json_is_answered_to_what_is_sent(api: Client, path: str) -> None:
    answer = api.post(f"{URL}/{path}", json={}, headers={"accept": "text/csv"})
    assert answer.status_code == 406
    assert answer.json()["status"] == 406


@pytest.mark.parametrize("query", ["from=CA", "to=CA", "from=EE&to=CA&kind=shared_commits"])
def test_numbers_of_a_narrower_matrix_lead_to_their_rows_too(api: Client, query: str) -> None:
    body = api.get(f"{URL}/matrix?group=region&period=year&{query}").json()
    assert body["edges"] == sum(cell["edges"] for cell in body["cells"])
    for cell in body["cells"]:
        assert len(every(api, cell["reuse_url"] + "&limit=100")) == cell["edges"]


def test_links_to_edges_are_addresses_of_this_registry(api: Client) -> None:
    for cell in api.get(f"{URL}/matrix").json()["cells"]:
        parts = urlsplit(cell["reuse_url"])
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE}{URL}/reuse"
