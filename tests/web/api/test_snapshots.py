"""Frozen reports at the API: listed, told, compared, followed, and made with a token."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from ruamel.yaml import YAML

from registry.accounts.idempotency import Idempotency
from registry.accounts.sealing import Sealer
from registry.accounts.service import Accounts
from registry.clock import utc_now
from registry.db.session import Database
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.service import Snapshots
from registry.verifier.report import VERIFIED_OFFLINE
from registry.verifier.snapshot import verify_snapshot
from tests.support.accounts import add_account, add_token
from tests.support.api_samples import SETTINGS
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.reports import NoSearch, fill_portfolio, sample_snapshots
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.api.idempotency import IdempotentPosts
from web.api.router import api_routers
from web.app import create_app

Client = TestClient[Litestar]
URL = "/api/v1/snapshots"
ATOM = "{http://www.w3.org/2005/Atom}"


def _get(api: Client, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_snapshots_are_listed_newest_first_without_loss(api: Client) -> None:
    address: str | None = f"{URL}?limit=1"
    found: list[str] = []
    while address:
        page = _get(api, address)
        found += [x["id"] for x in page["items"]]
        address = page["next"]
    assert found == [x.id for x in sample_snapshots().list()]
    assert len(found) == 2


def test_a_snapshot_has_its_numbers_its_citation_and_its_files(api: Client) -> None:
    listed = sample_snapshots().list()[0]
    kept = sample_snapshots().get(listed.id)
    body = _get(api, f"{URL}/{listed.id}")
    assert body["figures"] == json.loads(json.dumps(kept.figures))
    assert (body["digest"], body["rows"]) == (kept.snapshot.digest, listed.rows)
    assert body["html_url"] in body["citation"]["text"]
    cited = YAML(typ="safe", pure=True).load(body["citation"]["cff"])
    assert (cited["type"], cited["version"]) == ("dataset", listed.id)
    assert json.loads(body["citation"]["structured"])["@type"] == "Dataset"
    for file in body["files"]:
        assert api.get(urlsplit(file["url"]).path).status_code == 200
    bundle = api.get(urlsplit(body["bundle_url"]).path).content
    assert verify_snapshot(bundle).outcome == VERIFIED_OFFLINE


def test_two_snapshots_are_compared(api: Client) -> None:
    after, before = (x.id for x in sample_snapshots().list())
    body = _get(api, f"{URL}/{after}/compare?with={before}")
    assert (body["before"], body["after"], body["items"]) == (before, after, [])
    assert body["warnings"] == ["The inputs of savings are different."]


def test_snapshots_are_followed_as_a_feed(api: Client) -> None:
    answer = api.get(f"{URL}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.text)
    ids = [x.findtext(f"{ATOM}id") or "" for x in root.findall(f"{ATOM}entry")]
    assert [x.rpartition("/")[2] for x in ids] == [x.id for x in sample_snapshots().list()]
    assert "/api/v1/snapshots.atom" in api.get("/snapshots").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/s-20260101-{'0' * 16}", 404),
        ("/nonsense", 404),
        (f"?after={'A' * 8}", 400),
        ("?after=cy0yMDI2MDEwMS0wMDAwMDAwMDAwMDAwMDAw", 400),
        ("?limit=0", 400),
        ("?what=1", 400),
        (f"/s-20260101-{'0' * 16}/compare", 400),
        ("/x/compare?with=x", 400),
        (f"/x/compare?with=s-20260101-{'0' * 16}", 404),
    ],
)
def test_bad_questions_are_refused(api: Client, path: str, status: int) -> None:
    assert api.get(URL + path).status_code == status


class Writer:
    """The API over a database that may be written, with an account that has tokens."""

    def __init__(self, database: Database, client: Client) -> None:
        account = add_account(database, "Ann")
        self.snapshots = Snapshots(
            database, Reports(database, NoSearch(), lambda: NOW), ReportSavings(database),
            lambda: NOW,
        )  # fmt: skip
        self.client = client
        self._tokens = {
            name: add_token(database, account, (name,)) for name in ("reports:write", "read")
        }

    def post(self, body: Any, scope: str | None = "reports:write", **headers: str) -> Any:
        bearer = {"Authorization": f"Bearer {self._tokens[scope]}"} if scope else {}
        return self.client.post(URL, json=body, headers={**bearer, **headers})


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    database = fresh_sqlite(tmp_path_factory.mktemp("snapshots"))
    fill_portfolio(database)
    accounts = Accounts(database)
    reports, savings = Reports(database, NoSearch(), lambda: NOW), ReportSavings(database)
    posts = IdempotentPosts(accounts, Idempotency(database, Sealer([b"k" * 32]), utc_now))
    services = replace(
        web_services(), accounts=accounts, reports=reports, savings=savings, settings=SETTINGS,
        snapshots=Snapshots(database, reports, savings, lambda: NOW),
    )  # fmt: skip
    with asked(create_app(services, api_routers(posts=posts))) as client:
        yield Writer(database, client)
    database.close()


def test_a_report_is_frozen_once(writer: Writer) -> None:
    query = {"query": "component=road&kappa=1.5"}
    first, again = writer.post(query), writer.post(query)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["cache-control"] == "private, no-store"
    assert first.json() == again.json()
    body = _get(writer.client, f"{URL}/{first.json()['id']}")
    assert body == first.json()
    assert [tuple(x.values()) for x in body["assumptions"]] == [("kappa", "1.5")]
    assert writer.client.get(f"/snapshots/{body['id']}").status_code == 200


def test_a_request_that_is_sent_again_gets_the_first_answer(writer: Writer) -> None:
    body, key = {"query": "component=form"}, {"Idempotency-Key": "same"}
    first, again = writer.post(body, **key), writer.post(body, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert writer.post({"query": "component=road"}, **key).status_code == 422


def test_a_token_needs_the_scope(writer: Writer) -> None:
    before = writer.snapshots.list()
    assert writer.post({"query": "component=road"}, scope=None).status_code == 401
    assert writer.post({"query": "component=road"}, scope="read").status_code == 403
    assert writer.snapshots.list() == before


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ({"query": "component=road&rate=CA:NaN"}, "query.rate", "no finite number"),
        ({"query": "component=road&rate=CA:0"}, "query.rate", "0 is not from 100"),
        ({"query": "component=road&kapa=1"}, "query.kapa", "did you mean 'kappa'"),
        ({"query": "component=road&tag=measured"}, "query.tag", "There is no parameter"),
        ({"query": ""}, "query", "nothing to freeze"),
        ({"query": "component=none"}, "query", "nothing to freeze"),
        ({"query": "url=https://code.example/x"}, "query", "nothing to freeze"),
        ({"query": "component=road", "more": 1}, "", "unknown field"),
        ({}, "", "missing required field"),
    ],
)
def test_what_is_wrong_in_a_report_is_named(
    writer: Writer, body: dict[str, Any], place: str, message: str
) -> None:
    before = writer.snapshots.list()
    answer = writer.post(body)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert [(x["in"], x["location"]) for x in errors] == [("body", place)]
    assert message in errors[0]["detail"]
    assert writer.snapshots.list() == before


def test_a_saved_report_that_there_is_not_is_not_found(writer: Writer) -> None:
    assert writer.post({"query": f"report=rep_{'0' * 20}"}).status_code == 404
