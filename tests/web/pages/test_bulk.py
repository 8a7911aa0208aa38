"""The catalogue as files: what the page offers is what is there."""

import gzip
import hashlib
import json
import re

from litestar import Litestar
from litestar.testing import TestClient

from tests.support.reports import sample_bulk


def test_the_page_lists_every_file_with_its_checksum(client: TestClient[Litestar]) -> None:
    text = client.get("/data").text
    for file in sample_bulk().editions()[0].files:
        assert file.name in text
        assert file.sha256 in text


def test_an_empty_registry_says_when_there_will_be_one(empty_client: TestClient[Litestar]) -> None:
    assert "No edition was made yet" in empty_client.get("/data").text
    assert empty_client.get("/data/latest/edges.csv.gz").status_code == 404


def test_a_file_is_what_the_checksum_says(client: TestClient[Litestar]) -> None:
    links = re.findall(r'href="(/data/\d[^"]+)"', client.get("/data").text)
    assert len(links) == len(sample_bulk().editions()[0].files)
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_the_newest_has_an_address_that_stays(client: TestClient[Litestar]) -> None:
    answer = client.get("/data/latest/edges.ndjson.gz", follow_redirects=True)
    rows = [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]
    assert {"measured", "attributed", "declared"} <= {row["tag"] for row in rows}


def test_who_has_a_file_is_told_so(client: TestClient[Litestar]) -> None:
    link = f"/data/{sample_bulk().editions()[0].day}/SHA256SUMS"
    known = {"If-None-Match": client.get(link).headers["etag"]}
    again = client.get(link, headers=known)
    assert (again.status_code, again.content) == (304, b"")


def test_no_address_leads_elsewhere(client: TestClient[Litestar]) -> None:
    for path in ("/data/latest/..%2f..%2fregistry.db", "/data/..%2f/x", "/data/x/edges.csv.gz"):
        assert client.get(path).status_code == 404
