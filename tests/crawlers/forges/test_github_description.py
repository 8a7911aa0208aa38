"""The GitHub adapter against a mock server made from GitHub's own published API description."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from crawlers.forges.change_requests import Opened, open_change_request
from crawlers.forges.github import GitHub
from crawlers.forges.votes import ForgeVoteReader
from crawlers.forges.writable import Change
from registry.errors import CrawlFailure, NotFound
from tests.support.forge_doubles import Reply, client_for
from tests.support.github_mock import Loopback, github_mock

pytestmark = pytest.mark.slow  # starting the mock takes longer than all it is asked


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with github_mock(tmp_path_factory.mktemp("github")) as found:
        yield found


def _forge(port: int, prefer: str = "") -> GitHub:
    return GitHub(client_for(Loopback(port, prefer)))


def test_the_example_of_a_listing_is_read(port):
    (found,) = itertools.islice(_forge(port).list_repositories("octokit"), 1)
    assert found.forge_id == "1296269"
    assert found.url == "https://github.com/octocat/hello-world"
    assert found.path == "octocat/Hello-World"
    assert found.pushed_at is not None


def test_the_example_of_a_repository_is_read_with_its_parent(port):
    found = _forge(port).get_repository("octocat/Hello-World")
    assert (found.forge_id, found.default_branch) == ("1296269", "master")
    assert found.parent_url == "https://github.com/octocat/hello-world"
    assert found.topics == ("octocat", "atom", "electron", "api")
    assert (found.licence, found.archived) == ("MIT", False)


def test_an_answer_made_from_the_schema_alone_is_read_or_refused_by_name(port):
    for _ in range(5):  # the mock invents values, so that its URLs are of no host
        with pytest.raises(CrawlFailure) as failure:
            _forge(port, "dynamic=true").get_repository("octocat/Hello-World")
        assert failure.value.reason == "malformed"


def test_the_described_refusals_are_typed(port):
    with pytest.raises(NotFound):
        _forge(port, "code=404").get_repository("octocat/Hello-World")
    with pytest.raises(CrawlFailure) as refused:
        _forge(port, "code=403").get_repository("octocat/Hello-World")
    assert refused.value.reason == "auth"


class WithoutRequests(Loopback):
    """The example of a listing holds a request; here none is open yet."""

    def request(self, method: str, url: str, **more: Any) -> Reply:
        if method == "GET" and "/pulls?" in url:
            return Reply(200, {}, b"[]", url)
        found = super().request(method, url, **more)
        assert found.status in {200, 201, 202}, (method, url, found.body)
        return found


def test_a_change_request_is_made_of_requests_that_the_description_knows(port: int) -> None:
    http = WithoutRequests(port)
    change = Change(path="publiccode.yml", text="name: x\n", title="Describe it", body="Words")
    url = "https://github.com/octocat/Hello-World"
    opened = open_change_request(http, "github", url, "a-token-of-somebody", change)
    fork = "octocat/Hello-World"  # the example lets nobody push
    assert opened == Opened("https://github.com/octocat/Hello-World/pull/1347", True, fork)
    assert [x[0] for x in http.asked if x[0] != "GET"] == ["POST", "POST", "PUT", "POST"]


class OnePage(Loopback):
    """The example of a listing names a next page that the description does not know."""

    def request(self, method: str, url: str, **more: Any) -> Reply:
        found = super().request(method, url, **more)
        found.headers.pop("link", None)
        return found


def test_votes_are_asked_for_as_the_description_has_it(port: int) -> None:
    http = OnePage(port)
    reader = ForgeVoteReader(client_for(http))
    for place in ("issues", "issues/1347", "pull/1347"):
        found = reader.read(f"https://github.com/octocat/Hello-World/{place}")
        assert found.votes == ()  # its example comment says "Me too"
