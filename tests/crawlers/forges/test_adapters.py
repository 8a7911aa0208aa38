"""What only one of the adapters does."""

import pytest

from crawlers.forges.detect import detect, open_forge, open_source
from crawlers.forges.github import GitHub
from crawlers.forges.infer import parse_source
from crawlers.forges.plain import PlainGit
from crawlers.forges.port import ForgeKind
from registry.errors import CrawlFailure, InvalidInput
from tests.support.forge_doubles import (
    BitbucketDouble,
    FakeClock,
    GiteaDouble,
    GitHubDouble,
    GitLabDouble,
    Project,
    Reply,
    client_for,
    json_reply,
)


def _github() -> GitHubDouble:
    return GitHubDouble(projects=[Project(n, f"org/r{n}") for n in range(1, 6)])


def test_a_token_lets_many_repositories_be_probed_by_one_request():
    double = _github()
    forge = double.forge(client_for(double, tokens={"github.com": "t"}))
    found = forge.probe([f"org/r{n}" for n in range(1, 6)] + ["org/gone", 'x/y"}{'])
    assert set(found) == {f"org/r{n}" for n in range(1, 6)}
    assert found["org/r2"].forge_id == "2"
    assert found["org/r2"].head == "a" * 40
    assert [request.method for request in double.requests] == ["POST"]


def test_without_a_token_the_owners_listing_is_the_probe_and_costs_nothing_when_unchanged():
    double = _github()
    forge = double.forge(client_for(double))
    first = forge.probe(["org/r1", "Org/R5", "nobody/x"])
    assert set(first) == {"org/r1", "Org/R5"}
    asked = len(double.requests)
    assert forge.probe(["org/r1", "Org/R5", "nobody/x"]) == first
    second = double.requests[asked:]
    assert {request.status for request in second} == {304, 404}
    assert [r.size for r in second if r.status == 304] == [0, 0, 0]


def test_a_spent_graphql_budget_is_a_rate_limit():
    double = _github()
    double.scripted = [json_reply({"errors": [{"type": "RATE_LIMITED"}]})]
    forge = double.forge(client_for(double, tokens={"github.com": "t"}))
    with pytest.raises(CrawlFailure) as failure:
        forge.probe(["org/r1"])
    assert (failure.value.reason, failure.value.retryable) == ("rate_limited", True)


def test_an_enterprise_server_is_asked_below_its_own_host():
    http = GitHubDouble()
    http.root = "https://github.example.org/api/v3"
    item = http.encode(Project(4, "org/x"))
    own = {k: f"https://github.example.org/org/x{s}" for k, s in _URLS.items()}
    http.scripted = [json_reply(item | own)]
    found = GitHub(client_for(http), "github.example.org").get_repository("org/x")
    assert http.requests[0].url == "https://github.example.org/api/v3/repos/org/x"
    assert found.url == "https://github.example.org/org/x"


_URLS = {"html_url": "", "clone_url": ".git"}


def test_a_group_is_listed_with_its_subgroups_and_a_whole_host_by_keyset():
    double = GitLabDouble(projects=[Project(1, "org/a"), Project(2, "org/sub/b")])
    forge = double.forge(client_for(double))
    assert [r.path for r in forge.list_repositories("org")] == ["org/a", "org/sub/b"]
    assert "include_subgroups=true" in double.requests[0].url
    assert [r.path for r in forge.list_repositories("org/sub")] == ["org/sub/b"]
    assert "/groups/org%2Fsub/projects" in double.requests[1].url
    double.page_size = 1
    assert [r.path for r in forge.list_repositories("")] == ["org/a", "org/sub/b"]
    assert "pagination=keyset" in double.requests[-1].url


def test_a_whole_gitea_is_listed_by_its_search():
    double = GiteaDouble(projects=[Project(1, "org/a"), Project(2, "x/b"), Project(3, "x/c")])
    found = double.forge(client_for(double)).list_repositories("")
    assert [r.path for r in found] == ["org/a", "x/b", "x/c"]


def test_a_uuid_without_braces_is_refused_before_asking():
    double = BitbucketDouble()
    with pytest.raises(InvalidInput):
        double.forge(client_for(double)).get_by_id("17")
    assert double.requests == []


def test_a_plain_url_is_known_by_its_address_alone():
    forge = PlainGit("git.example.org")
    found = forge.get_repository("tools/it.git")
    assert (found.url, found.name) == ("https://git.example.org/tools/it", "it")
    assert found.forge_id is None
    assert forge.probe(["tools/it"]) == {}
    with pytest.raises(InvalidInput):
        forge.list_repositories("tools")
    with pytest.raises(InvalidInput):
        forge.get_by_id("1")


class Host:
    """A host that answers one API address and has nothing elsewhere."""

    def __init__(self, path: str, data: object) -> None:
        self._path, self._data = path, data
        self.asked = 0

    def request(self, method, url, **_):
        self.asked += 1
        if self._path in url:
            reply = json_reply(self._data)
        else:
            reply = Reply(200, {}, b"<html>") if self.asked == 1 else json_reply({}, 404)
        return Reply(reply.status, reply.headers, reply.body, url)


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("/api/v4/projects", [], ForgeKind.GITLAB),
        ("/api/v1/version", {"version": "11.0"}, ForgeKind.GITEA),
        ("/api/v3/meta", {"installed_version": "3.19"}, ForgeKind.GITHUB),
        ("/nothing", {}, ForgeKind.PLAIN),
        ("/api/", {"error": "no"}, ForgeKind.PLAIN),
    ],
)
def test_a_host_tells_its_forge_by_its_answers(path, data, kind):
    host = Host(path, data)
    assert detect("code.example.org", client_for(host)) is kind
    assert host.asked <= 3
    assert open_forge(ForgeKind.UNKNOWN, "code.example.org", client_for(host)).kind is kind


def test_a_host_that_is_down_is_not_taken_for_plain_git():
    class Down:
        def request(self, method, url, **_):
            return Reply(503, {}, b"", url)

    with pytest.raises(CrawlFailure):
        detect("code.example.org", client_for(Down()))


def test_a_source_opens_its_adapter():
    client = client_for(object(), FakeClock())
    for text, kind in [
        ("github:org", ForgeKind.GITHUB),
        ("bitbucket:team", ForgeKind.BITBUCKET),
        ("git:https://git.example.org/x", ForgeKind.PLAIN),
        ("https://codeberg.org/org/x", ForgeKind.GITEA),
    ]:
        spec = parse_source(text)
        forge = open_source(spec, client)
        assert (forge.kind, forge.host) == (kind, spec.host)
