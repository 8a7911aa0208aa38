"""Opening change requests over real HTTP: made once, brought up to date, and clear when refused."""

from collections.abc import Iterator

import pytest

from crawlers.egress import Egress
from crawlers.forges.change_requests import Opened, open_change_request
from crawlers.forges.writable import BRANCH, Change
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
from tests.support.request_doubles import FORK, RequestDouble, request_double

TOKEN = "a-token-of-somebody"
FORGES = ("github", "gitlab", "gitea")
PATH = "publiccode.yml"
_WAITED: list[float] = []


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> Iterator[RequestDouble]:
    with request_double(request.param) as double:
        yield double


def ask(forge: RequestDouble, text: str = "name: Letters\n", token: str = TOKEN) -> Opened:
    """Ask for a request, without waiting where a forge takes its time."""
    egress = Egress(CrawlSettings(allow_hosts=(forge.host,)))
    change = Change(path=PATH, text=text, title="Describe it", body="Words")
    try:
        return open_change_request(
            egress, forge.kind, forge.url, token, change, pause=_WAITED.append
        )
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


def test_who_may_not_push_asks_from_a_fork_and_once(forge: RequestDouble) -> None:
    forge.may_push, forge.slow = False, 2
    first = ask(forge)
    assert first == Opened(f"{forge.url}/request/1", True, FORK)
    assert BRANCH not in forge.branches
    assert forge.fork is not None
    assert forge.fork[BRANCH][PATH] == "name: Letters\n"
    assert PATH not in forge.fork["main"]
    scheme = "token" if forge.kind == "gitea" else "Bearer"
    assert {x[2] for x in forge.asked} == {f"{scheme} {TOKEN}"}
    assert ask(forge, "name: Post\n") == Opened(first.url, False, FORK)
    assert forge.fork[BRANCH][PATH] == "name: Post\n"
    assert len(forge.requests) == 1
    head = forge.requests[0]
    assert head["branch"] == (BRANCH if forge.kind == "gitlab" else f"ada:{BRANCH}")
    assert head.get("source_project_id", 2) == 2


def test_a_fork_that_is_there_is_used_with_the_branch_in_it(forge: RequestDouble) -> None:
    forge.may_push = False
    forge.fork = {"main": {}, BRANCH: {PATH: "name: Older\n"}}
    assert ask(forge).is_new
    assert forge.fork[BRANCH][PATH] == "name: Letters\n"


def test_a_request_of_somebody_else_is_not_taken_for_ones_own(forge: RequestDouble) -> None:
    ask(forge)
    forge.may_push = False
    assert ask(forge).is_new
    fork = BRANCH if forge.kind == "gitlab" else f"ada:{BRANCH}"
    assert [x["branch"] for x in forge.requests] == [BRANCH, fork]
    forge.may_push = True
    assert ask(forge) == Opened(f"{forge.url}/request/1", False)


def test_a_fork_that_is_not_made_in_time_is_asked_for_later(forge: RequestDouble) -> None:
    forge.may_push, forge.slow = False, 99
    _WAITED.clear()
    with pytest.raises(Unavailable, match=f"still makes the fork {FORK}") as caught:
        ask(forge)
    assert caught.value.retry_after == 60
    assert _WAITED == [0, 1, 2, 4, 8]
    forge.slow = 0
    assert ask(forge).is_new


def test_who_may_not_fork_either_is_told(forge: RequestDouble) -> None:
    forge.may_push = False
    forge.refuse = ("POST", "/fork", 403, {})
    with pytest.raises(Forbidden, match="neither write to this repository nor fork it"):
        ask(forge)
    assert not forge.requests


def test_a_repository_of_the_same_name_is_no_fork() -> None:
    with request_double("gitea") as forge:
        forge.may_push, forge.fork = False, {"main": {}}
        forge.parent = "somebody/else"
        with pytest.raises(Conflict, match="is no fork of town/letters"):
            ask(forge)


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
