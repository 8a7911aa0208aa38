"""Frozen reports as a funder and an auditor see them."""

import io
import json
import re
import zipfile

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.reports.snapshots.service import Listed
from registry.verifier.report import VERIFIED_OFFLINE
from registry.verifier.snapshot import verify_snapshot
from tests.support.reports import sample_snapshots


@pytest.fixture
def listed() -> list[Listed]:
    return sample_snapshots().list()


def test_the_list_leads_to_each(client: TestClient[Litestar], listed: list[Listed]) -> None:
    text = client.get("/snapshots").text
    for item in listed:
        assert f"/snapshots/{item.id}" in text


def test_an_empty_list_says_how_to_make_one(empty_client: TestClient[Litestar]) -> None:
    assert "No report was frozen here yet" in empty_client.get("/snapshots").text


def test_a_snapshot_cites_itself(client: TestClient[Litestar], listed: list[Listed]) -> None:
    key = listed[0].id
    text = client.get(f"/snapshots/{key}").text
    assert f"http://localhost:8000/snapshots/{key}" in text
    assert f"@misc{{{key}" in text
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["@type"] == "Dataset"
    assert f"registry report verify {key}.zip" in text


def test_the_bundle_of_the_page_verifies(
    client: TestClient[Litestar], listed: list[Listed]
) -> None:
    for item in listed:
        answer = client.get(f"/snapshots/{item.id}/files/{item.id}.zip")
        assert answer.headers["etag"] == f'"{item.id}"'
        report = verify_snapshot(answer.content)
        assert (report.outcome, report.evidence) == (VERIFIED_OFFLINE, item.id)


def test_every_file_is_that_of_the_bundle(
    client: TestClient[Litestar], listed: list[Listed]
) -> None:
    key = listed[0].id
    bundle = client.get(f"/snapshots/{key}/files/{key}.zip").content
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        for name in ("rows.csv", "rows.ndjson", "components.csv", "figures.json", "snapshot.json"):
            answer = client.get(f"/snapshots/{key}/files/{name}")
            assert answer.content == packed.read(name)
            assert answer.headers["content-type"].count("charset") == name.endswith(".csv")


def test_its_tables_hold_what_the_snapshot_holds(
    client: TestClient[Litestar], listed: list[Listed]
) -> None:
    key = listed[0].id
    page = client.get(f"/snapshots/{key}").text
    for name in ("snapshot.xlsx", "rows.parquet", "components.parquet"):
        place = f"/snapshots/{key}/files/{name}"
        assert place in page
        answer = client.get(place)
        assert answer.headers["content-type"].startswith("application/vnd.")
        assert f'filename="{name}"' in answer.headers["content-disposition"]
    for name in ("reported.parquet", "proofs.parquet", "other.xlsx", ".parquet"):
        assert client.get(f"/snapshots/{key}/files/{name}").status_code == 404


def test_who_has_a_file_is_told_so(client: TestClient[Litestar], listed: list[Listed]) -> None:
    key = listed[0].id
    answer = client.get(f"/snapshots/{key}/files/rows.csv", headers={"If-None-Match": f'"{key}"'})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/snapshots/s-20260101-0000000000000000", "/snapshots/..%2f..%2fetc", "/snapshots/x"]
)
def test_what_there_is_not_is_not_found(client: TestClient[Litestar], path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_file_that_there_is_not_is_not_found(
    client: TestClient[Litestar], listed: list[Listed]
) -> None:
    assert client.get(f"/snapshots/{listed[0].id}/files/secret.txt").status_code == 404


def test_two_are_compared_with_their_reasons(
    client: TestClient[Litestar], listed: list[Listed]
) -> None:
    text = client.get(f"/snapshots/{listed[0].id}/compare?with={listed[1].id}").text
    assert "The inputs of savings are different." in text
    assert "No row differs." in text


def test_a_report_leads_to_freezing_it(client: TestClient[Litestar]) -> None:
    assert 'href="/snapshots"' in client.get("/reports?organisation=ria").text
