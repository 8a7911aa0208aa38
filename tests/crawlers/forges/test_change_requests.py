"""Opening change requests over real HTTP: made once, brought up to date, and clear when refused."""

from collections.abc import Iterator

import pytest

from crawlers.egress import Egress
from crawlers.forges.change_requests import BRANCH, Change, Opened, open_change_request
from registry.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RegistryError,
    Unauthenticated,
    Unavailable,
)
from registry.settings import CrawlSettings
from tests.support.request_doubles import RequestDouble, request_double

TOKEN = "a-token-of-somebody"
FORGES = ("github", "gitlab", "gitea")
PATH = "publiccode.yml"


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> Iterator[RequestDouble]:
    with request_double(request.param) as double:
        yield double


def ask(forge: RequestDouble, text: str = "name: Letters\n", token: str = TOKEN) -> Opened:
    egress = Egress(CrawlSettings(allow_hosts=(forge.host,)))
    change = Change(path=PATH, text=text, title="Describe it", body="Words")
    try:
        return open_change_request(egress, forge.kind, forge.url, token, change)
    finally:
        egress.close()


def test_a_request_is_made_once_and_its_file_brought_up_to_date(forge: RequestDouble) -> None:
    first = ask(forge)
    assert first == Opened(f"{forge.url}/request/1", True)
    assert forge.branches[BRANCH][PATH] == "name: Letters\n"
    assert PATH not in forge.branches["main"]
    scheme = "token" if forge.kind == "gitea" else "Bearer"
    assert {x[2] for x in forge.asked} == {f"{scheme} {TOKEN}"}
    assert all(TOKEN not in x[1] for x in forge.asked)
    writes = sum(x[0] != "GET" for x in forge.asked)
    assert ask(forge) == Opened(first.url, False)
    # Only the attempt to make the branch is repeated.
    assert sum(x[0] != "GET" for x in forge.asked) == writes + 1
    assert ask(forge, "name: Post\n") == Opened(first.url, False)
    assert forge.branches[BRANCH][PATH] == "name: Post\n"
    assert len(forge.requests) == 1


def test_a_branch_that_was_left_is_used_and_a_file_that_is_there_is_changed(
    forge: RequestDouble,
) -> None:
    forge.branches["main"][PATH] = "name: Old\n"
    forge.branches[BRANCH] = {PATH: "name: Older\n"}
    assert ask(forge).is_new
    assert forge.branches[BRANCH][PATH] == "name: Letters\n"


def test_what_is_there_already_is_not_asked_for(forge: RequestDouble) -> None:
    forge.branches["main"][PATH] = "name: Letters\n"
    with pytest.raises(Conflict, match="this very file"):
        ask(forge)
    assert not forge.requests


@pytest.mark.parametrize(
    ("status", "headers", "error", "words"),
    [
        (401, {}, Unauthenticated, "does not take the token"),
        (403, {}, Forbidden, "may not write"),
        (403, {"X-RateLimit-Remaining": "0"}, Unavailable, "pause"),
        (404, {}, NotFound, "no such repository"),
        (409, {}, Conflict, "meanwhile"),
        (422, {}, InvalidInput, "refuses it with 422"),
        (429, {"Retry-After": "30"}, Unavailable, "pause"),
        (502, {}, Unavailable, "fails with 502"),
    ],
)
def test_what_a_forge_refuses_is_told_clearly_and_without_the_token(
    forge: RequestDouble,
    status: int,
    headers: dict[str, str],
    error: type[RegistryError],
    words: str,
) -> None:
    part = {"github": f"contents/{PATH}", "gitea": f"contents/{PATH}", "gitlab": "files/"}
    forge.refuse = ("PUT" if forge.kind == "github" else "POST", part[forge.kind], status, headers)
    with pytest.raises(error, match=words) as caught:
        ask(forge)
    assert TOKEN not in str(caught.value)
    if status == 429:
        assert isinstance(caught.value, Unavailable)
        assert caught.value.retry_after == 30
    assert not forge.requests
    forge.refuse = None
    assert ask(forge).is_new, "asked again, it goes on where it stopped"


def test_an_unreachable_forge_may_be_asked_later(forge: RequestDouble) -> None:
    forge.server.shutdown()
    forge.server.server_close()
    with pytest.raises(Unavailable, match="cannot be reached"):
        ask(forge)


@pytest.mark.parametrize("token", ["", "short", "two words here", "line\nbreak-token", "x" * 501])
def test_what_is_no_token_is_sent_nowhere(token: str) -> None:
    with request_double("github") as double:
        with pytest.raises(Unauthenticated):
            ask(double, token=token)
        assert double.asked == []


def test_a_forge_without_requests_is_named() -> None:
    change = Change(path=PATH, text="x", title="x", body="x")
    egress = Egress(CrawlSettings())
    with pytest.raises(InvalidInput, match="GitHub, GitLab or Forgejo"):
        open_change_request(egress, "plain", "https://git.example.org/a/b", TOKEN, change)
    egress.close()
