"""Drift of members' forks: on the page of a body, by the API, and as a file."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.api_samples import api_client
from tests.support.web_fakes import web_services

Client = TestClient[Litestar]
BODY = "forms-together"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with api_client(web_services().catalogue) as made:
        yield made


def test_the_page_lists_forks_of_members_and_the_files_of_the_body(client: Client) -> None:
    page = client.get(f"/bodies/{BODY}").text
    assert "Drift of members’ forks" in page
    assert "Forms of a member" in page
    for name in ("calendar.ics", "members.csv", "decisions.csv", "funding.csv", "drift.csv"):
        assert f"/api/v1/bodies/{BODY}/{name}" in page
    assert f"/feeds/bodies/{BODY}.atom" in page


def test_the_api_has_the_same_forks_without_their_commits(client: Client) -> None:
    forks = client.get(f"/api/v1/bodies/{BODY}/drift").json()["forks"]
    assert {x["origin"]["slug"] for x in forks} == {"forms"}
    lines = client.get(f"/api/v1/bodies/{BODY}/drift.csv").text.splitlines()
    assert lines[0].startswith("upstream,fork,distance")
    assert len(lines) == len(forks) + 1
    assert client.get("/api/v1/bodies/none/drift").status_code == 404


def test_the_file_of_decisions_has_the_source_of_each(client: Client) -> None:
    lines = client.get(f"/api/v1/bodies/{BODY}/decisions.csv").text.splitlines()
    assert lines[0].endswith(",ends_on,source_url")
    assert any(line.endswith(",https://example.org/agreement") for line in lines[1:])
