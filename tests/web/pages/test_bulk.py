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


def test_a_download_goes_on_where_it_broke_off(client: TestClient[Litestar]) -> None:
    link = f"/data/{sample_bulk().editions()[0].day}/registry.sqlite"
    whole = client.get(link)
    assert whole.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in whole.headers
    assert int(whole.headers["content-length"]) == len(whole.content)
    rest = client.get(
        link, headers={"Range": "bytes=1000-", "If-Range": whole.headers["etag"]}
    )  # fmt: skip
    assert rest.status_code == 206
    assert whole.content[:1000] + rest.content == whole.content
    size = len(whole.content)
    assert rest.headers["content-range"] == f"bytes 1000-{size - 1}/{size}"
    assert int(rest.headers["content-length"]) == len(rest.content)
    assert rest.headers["etag"] == whole.headers["etag"]
    assert "content-encoding" not in rest.headers


def test_a_part_that_is_not_there_is_refused_and_another_file_sent_whole(
    client: TestClient[Litestar],
) -> None:
    link = f"/data/{sample_bulk().editions()[0].day}/SHA256SUMS"
    whole = client.get(link)
    size = len(whole.content)
    beyond = client.get(link, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    for headers in ({"If-Range": '"other"'}, {"Range": "bytes=0-1,3-4"}, {"Range": "bytes=9-2"}):
        again = client.get(link, headers={"Range": "bytes=1-2", **headers})
        assert (again.status_code, again.content) == (200, whole.content)
    known = {"If-None-Match": whole.headers["etag"], "Range": "bytes=0-1"}
    assert client.get(link, headers=known).status_code == 304
    assert client.head(link, headers={"Range": "bytes=0-1"}).status_code == 200
