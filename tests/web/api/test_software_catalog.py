"""The Software Catalog API v1 at `/v1`: as its description has it, and our harvester reads it."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from litestar import Litestar
from litestar.testing import TestClient
from ruamel.yaml import YAML

from crawlers.metadata.publiccode import read as read_publiccode
from registry.db.session import Database
from registry.db.tables import DocumentRow, Repository, RepositoryAlias
from registry.domain.facts import Document
from registry.publishing.service import Publishing
from registry.publishing.software import CatalogQuery, SoftwareCatalog
from tests.support.api_samples import api_client, sample_catalogue
from tests.support.catalogue_rows import NOW, reading, record, register
from tests.support.databases import fresh_sqlite
from tests.support.peer_doubles import ROOT, Reply
from tests.support.peers import Harvester, everything
from tests.support.real_data import real_data
from tests.support.registries import publiccode
from tests.support.reuse_samples import lineage_over

Client = TestClient[Litestar]
NAMES = tuple(f"part-{number}" for number in range(7))
BROKEN = "part-3"
NOT_KNOWN = "00000000-0000-4000-8000-000000000000"


def own(name: str) -> Document:
    """Return the publiccode.yml of a component as the crawler reads it; one has no licence."""
    text = publiccode(name, url=f"https://code.example/town/{name}")
    if name == BROKEN:
        text = text.replace("  license: EUPL-1.2", "  mainCopyrightOwner: Town")
    return read_publiccode(text.encode(), path="publiccode.yml", blob="b" * 40)


def fill(database: Database) -> None:
    with database.write() as session:
        for number, name in enumerate(NAMES):
            row = register(session, f"town/{name}", country="EE")
            record(session, row, reading(own(name)), NOW + timedelta(minutes=number // 2))
        record(session, register(session, "town/plain"), reading())  # no file of its own
        fork = register(session, "town/fork")
        fork.is_fork, fork.parent_url = True, "https://code.example/town/part-0"
        record(session, fork, reading(own("part-0")))  # it repeats its upstream's file
        first = session.get(Repository, 1)
        assert first
        session.add(RepositoryAlias(url="https://code.example/old/part-0", repository_id=1,
                                    since=NOW))  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = fresh_sqlite(tmp_path_factory.mktemp("software"))
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[Client]:
    publishing = Publishing(database, lambda: NOW)
    lineage = lineage_over(database)
    with api_client(sample_catalogue(database), lineage=lineage, publishing=publishing) as opened:
        yield opened


def pages(client: Client, address: str) -> Iterator[dict[str, Any]]:
    """Follow `links.next` as a client does: a query relative to the address."""
    path = address.partition("?")[0]
    following: str | None = address
    while following:
        page = client.get(following).json()
        yield page
        query = page["links"]["next"]
        following = query and path + query


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_every_entry_is_listed_once_in_order_of_creation(client: Client, size: int) -> None:
    asked = f"/v1/software?page[size]={size}&all=true"
    found = [x for p in pages(client, asked) for x in p["data"]]
    assert [(x["createdAt"], x["id"]) for x in found] == sorted(
        (x["createdAt"], x["id"]) for x in found
    )
    assert {x["url"].rpartition("/")[2]: x["active"] for x in found} == {
        name: name != BROKEN for name in NAMES
    }
    assert len(found) == len(NAMES)
    active = [x for p in pages(client, f"/v1/software?page[size]={size}") for x in p["data"]]
    assert active == [x for x in found if x["active"]]


def test_pages_lead_back_and_keep_every_parameter(client: Client) -> None:
    asked = "/v1/software?all=true&page[size]=2&from=2020-01-01T00:00:00Z"
    forth = list(pages(client, asked))
    assert forth[0]["links"]["prev"] is None
    back, query = [], forth[-1]["links"]["prev"]
    while query:
        sent = parse_qs(query.removeprefix("?"))
        assert (sent["all"], sent["page[size]"]) == (["true"], ["2"])
        assert sent["from"] == ["2020-01-01T00:00:00Z"]
        page = client.get("/v1/software" + query).json()
        back.append(page["data"])
        query = page["links"]["prev"]
    assert back[::-1] == [page["data"] for page in forth[:-1]]


def test_filters(client: Client) -> None:
    def urls(query: str) -> list[str]:
        answer = client.get(f"/v1/software?{query}")
        return [x["url"].rpartition("/")[2] for x in answer.json()["data"]]

    assert urls("url=https://code.example/town/part-1") == ["part-1"]
    assert urls("url=https://code.example/old/part-0") == ["part-0"]
    assert urls(f"url=https://code.example/town/{BROKEN}") == []
    assert urls(f"url=https://code.example/town/{BROKEN}&all=true") == [BROKEN]
    assert urls("from=2026-05-01T12:02:30Z") == ["part-6"]
    assert sorted(urls("to=2026-05-01T12:00:30Z")) == ["part-0", "part-1"]


def test_the_file_is_that_of_the_component(client: Client) -> None:
    (item,) = client.get("/v1/software?url=https://code.example/town/part-1").json()["data"]
    found = YAML(typ="safe", pure=True).load(item["publiccodeYml"])
    assert found == own("part-1").data
    assert client.get(f"/v1/software/{item['id']}").json() == item
    assert client.get(f"/v1/software/{item['id']}/analysis").json() == {}
    (first,) = client.get("/v1/software?url=https://code.example/town/part-0").json()["data"]
    assert first["aliases"] == ["https://code.example/old/part-0"]


def test_measured_reuse_stands_under_our_name(api: Client, filled: Database) -> None:
    uuid = "00000000-0000-4000-8000-000000000005"  # it has a file that could not be kept whole
    assert api.get(f"/v1/software/{uuid}").status_code == 404
    with filled.write() as session:
        row = session.get_one(DocumentRow, 1)
        former, row.data = row.data, {"name": "Part 05"}
        session.add(row)
    found = api.get(f"/v1/software/{uuid}/analysis").json()
    with filled.write() as session:
        session.get_one(DocumentRow, 1).data = former
    body = found["public-code-registry"]
    assert (body["v"], {x["tag"] for x in body["reuse"]}) == (1, {"declared", "measured"})
    evidence = body["reuse"][1]["evidence"]
    listed = api.get(evidence).json()["items"]
    assert len(listed) == body["reuse"][1]["edges"] == 1


def test_publishers_and_the_one_catalogue(client: Client) -> None:
    (town,) = client.get("/v1/publishers").json()["data"]
    assert town["codeHosting"][0]["url"] == "https://code.example/town"
    assert client.get(f"/v1/publishers/{town['id']}").json() == town
    assert client.get(f"/v1/publishers/{town['alternativeId']}").json() == town
    (one,) = client.get("/v1/catalogs").json()["data"]
    assert client.get("/v1/catalogs/∅").json() == client.get(f"/v1/catalogs/{one['id']}").json()
    inside = client.get(f"/v1/catalogs/{one['id']}/software?all=true").json()
    assert len(inside["data"]) == len(NAMES)
    assert client.get("/v1/catalogs/∅/publishers").json()["data"] == [town]
    assert client.get("/v1/status").status_code == 204


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/software?page[size]=0", 422),
        ("/v1/software?page[size]=101", 422),
        ("/v1/software?page[after]=rubbish", 422),
        ("/v1/software?page[after]=WyJ4IiwgIngiXQ", 422),
        ("/v1/software?from=yesterday", 422),
        ("/v1/software?al=true", 422),
        ("/v1/publishers?page[before]=%00", 422),
        (f"/v1/software/{NOT_KNOWN}", 404),
        (f"/v1/software/{NOT_KNOWN}/analysis", 404),
        ("/v1/publishers/none", 404),
        ("/v1/catalogs/none/software", 404),
        ("/v1/nothing", 404),
    ],
)
def test_mistakes_are_told_as_the_description_has_it(
    client: Client, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


# The description is OpenAPI 3.0, whose schemas differ from JSON Schema in one word.
def _schemas() -> dict[str, Any]:
    path = real_data("apis/software-catalog-api.oas.yaml")
    whole = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))

    def translated(value: Any) -> Any:
        if isinstance(value, list):
            return [translated(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: translated(item) for key, item in value.items() if key != "nullable"}
        is_type = isinstance(value.get("type"), str)
        if value.get("nullable") is True and is_type:
            found["type"] = [value["type"], "null"]
        return found

    schemas: dict[str, Any] = translated(whole["components"]["schemas"])
    # In the description the links are bare cursors; its servers send relative queries.
    for name in ("prev", "next"):
        schemas["Links"]["properties"][name].pop("format")
    return schemas


@pytest.mark.real_data
def test_answers_keep_the_published_description(client: Client) -> None:
    schemas = _schemas()

    def check(value: Any, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        checker = Draft202012Validator(schema, format_checker=FormatChecker())
        assert [x.message for x in checker.iter_errors(value)] == []

    for kind, name in (("software", "Software"), ("publishers", "Publisher"),
                       ("catalogs", "Catalog")):  # fmt: skip
        page = client.get(f"/v1/{kind}?all=true&page[size]=2").json()
        assert set(page) == {"data", "links"}
        check(page["links"], "Links")
        assert page["data"]
        for item in page["data"]:
            check(item, name)
            if name != "Catalog":
                check(client.get(f"/v1/{kind}/{item['id']}").json(), name)
    key = client.get("/v1/software").json()["data"][0]["id"]
    check(client.get(f"/v1/software/{key}/analysis").json(), "AnalysisData")
    check(client.get("/v1/software/none").json(), "Error")
    check(client.get("/v1/software?page[size]=0&x=1").json(), "ValidationError")


class Door:
    """What a harvester sends goes to our own application."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.requests: list[str] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = 0,
        total_seconds: float = 0,
    ) -> Reply:
        self.requests.append(url)
        own = url.removeprefix(ROOT.removesuffix("/v1"))
        answer = self._client.request(method, own, headers=dict(headers or {}))
        return Reply(answer.status_code, dict(answer.headers), answer.content, url)


def test_our_own_harvester_reads_us_whole_and_twice_alike(client: Client, tmp_path: Path) -> None:
    assert urlsplit(ROOT).path == "/v1"
    ours = [x for p in pages(client, "/v1/software?all=true") for x in p["data"]]
    other = fresh_sqlite(tmp_path)
    try:
        harvester = Harvester(other, Door(client))
        assert harvester.run().outcome == "harvested"
        records = {row.key: row for row in harvester.records()}
        assert set(records) == {item["id"] for item in ours}
        for item in ours:
            kept = {k: v for k, v in records[item["id"]].data.items() if k in item}
            assert kept == {k: v for k, v in item.items() if k in kept}
        assert len(harvester.records("publisher")) == 1
        before = everything(other)
        harvester.run()
        assert everything(other) == before
    finally:
        other.close()


def test_ids_of_publishers_have_the_form_that_clients_accept(database: Database) -> None:
    (town,) = SoftwareCatalog(database, lambda: NOW).publishers(CatalogQuery()).items
    pattern = "[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89aAbB][a-f0-9]{3}-[a-f0-9]{12}"
    assert re.fullmatch(pattern, town["id"])
