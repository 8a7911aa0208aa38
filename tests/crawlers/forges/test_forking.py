"""Asking a forge for a fork: what is sent where, and what every kind of answer becomes."""

import json
from typing import Any

import pytest

from crawlers.forges.forking import ForgeForker
from registry.adoption.destinations import Original, destination_of
from registry.errors import CrawlFailure
from tests.support.forge_doubles import Reply, json_reply

TOKEN = "a-token-of-somebody"
FORGES = ("github", "gitlab", "gitea")
HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "gitea": "codeberg.org"}
ASKED = {
    "github": "https://api.github.com/repos/town/forms/forks",
    "gitlab": "https://gitlab.com/api/v4/projects/town%2Fforms/fork",
    "gitea": "https://codeberg.org/api/v1/repos/town/forms/forks",
}
MADE = {
    "github": (202, {"full_name": "city/forms-1"}),
    "gitlab": (201, {"path_with_namespace": "city/forms-1", "import_status": "scheduled"}),
    "gitea": (202, {"full_name": "city/forms-1", "empty": True}),
}
# Whose account it is: each forge is asked without the token before the fork, but for GitLab.
BODY = {"github": json_reply({"type": "Organization"}), "gitea": json_reply({"id": 7})}
PERSON = {"github": json_reply({"type": "User"}), "gitea": json_reply({}, 404)}


class Forge:
    """Answers the question who the owner is, then the one for a fork."""

    def __init__(self, answer: Reply | CrawlFailure, owner: Reply | None = None) -> None:
        self.answer = answer
        self.owner = owner
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []

    def request(
        self, method: str, url: str, *, headers: Any = None, body: bytes | None = None, **_: Any
    ) -> Reply:
        self.asked.append((method, url, dict(headers or {}), json.loads(body) if body else None))
        found = self.answer if method == "POST" else self.owner
        if isinstance(found, CrawlFailure) or found is None:
            raise found or CrawlFailure("connect_failed", "")
        return Reply(found.status, found.headers, found.body, found.url or url)


def ask(kind: str, forge: Forge, *, only: bool = False, token: str = TOKEN) -> Any:
    host = HOSTS[kind]
    original = Original(url=f"https://{host}/town/forms", forge=kind, default_branch="main")
    to = destination_of(kind, "city", "forms-city")
    return ForgeForker(forge).fork(original, to, token, default_branch_only=only)


def answered(kind: str, status: int, data: Any, **headers: str) -> Any:
    return ask(kind, Forge(json_reply(data, status, **headers), BODY.get(kind)))


@pytest.mark.parametrize("kind", FORGES)
def test_the_token_goes_into_one_request_to_the_forge_alone(kind: str) -> None:
    status, data = MADE[kind]
    forge = Forge(json_reply(data, status), BODY.get(kind))
    answer = ask(kind, forge)
    # The forge gave it another name, and may go on copying for long: that is its word.
    assert (answer.url, answer.refusal) == (f"https://{HOSTS[kind]}/city/forms-1", None)
    *before, (method, url, headers, _) = forge.asked
    assert (method, url) == ("POST", ASKED[kind])
    assert headers["authorization"] == ("token " if kind == "gitea" else "Bearer ") + TOKEN
    assert all(TOKEN not in str(one) for one in before)
    assert TOKEN not in url


@pytest.mark.parametrize(
    ("kind", "owner", "only", "expected"),
    [
        ("github", BODY, False,
         {"name": "forms-city", "organization": "city", "default_branch_only": False}),
        ("github", PERSON, True, {"name": "forms-city", "default_branch_only": True}),
        ("gitea", BODY, True, {"name": "forms-city", "organization": "city"}),
        ("gitea", PERSON, True, {"name": "forms-city"}),
        ("gitea", {}, False, {"name": "forms-city", "organization": "city"}),
        ("gitlab", {}, False,
         {"namespace_path": "city", "path": "forms-city", "name": "forms-city"}),
        ("gitlab", {}, True,
         {"namespace_path": "city", "path": "forms-city", "name": "forms-city",
          "branches": "main"}),
    ],
)  # fmt: skip
def test_what_is_asked_is_what_the_forge_describes(
    kind: str, owner: dict[str, Reply], only: bool, expected: dict[str, Any]
) -> None:
    status, data = MADE[kind]
    forge = Forge(json_reply(data, status), owner.get(kind))
    ask(kind, forge, only=only)
    assert forge.asked[-1][3] == expected


GITHUB_TAKEN = {
    "message": "Repository creation failed.",
    "errors": [{"field": "name", "message": "name already exists on this account"}],
}
GITLAB_TAKEN = {"message": {"name": ["has already been taken"], "path": ["has already been taken"]}}


@pytest.mark.parametrize(
    ("kind", "status", "data", "headers", "refusal"),
    [
        *((kind, 401, {"message": "no"}, {}, "bad_token") for kind in FORGES),
        *((kind, 403, {"message": "Forbidden"}, {}, "forbidden") for kind in FORGES),
        *((kind, 404, {"message": "Not Found"}, {}, "not_found") for kind in FORGES),
        *((kind, 422, {"message": "Validation Failed"}, {}, "refused") for kind in FORGES),
        *((kind, 429, {}, {}, "rate_limited") for kind in FORGES),
        *((kind, status, {}, {}, "unavailable") for kind in FORGES for status in (500, 502, 503)),
        ("github", 403, {"message": "x"}, {"x_ratelimit_remaining": "0"}, "rate_limited"),
        ("github", 403, {"message": "You have exceeded a secondary rate limit"}, {},
         "rate_limited"),
        ("github", 403, {"message": "x"}, {"x_ratelimit_remaining": "9"}, "forbidden"),
        ("github", 422, GITHUB_TAKEN, {}, "name_taken"),
        ("github", 400, {"message": "town/forms is empty and cannot be forked"}, {}, "refused"),
        ("gitlab", 409, GITLAB_TAKEN, {}, "name_taken"),
        ("gitlab", 400, GITLAB_TAKEN, {}, "name_taken"),
        ("gitlab", 404, {"message": "404 Target Namespace Not Found"}, {}, "not_found"),
        ("gitlab", 403, {"error": "insufficient_scope", "error_description": "needs api"}, {},
         "forbidden"),
        ("gitea", 409, {"message": "repository is already forked by user"}, {}, "name_taken"),
        ("gitea", 409, {"message": "The repository with the same name already exists."}, {},
         "name_taken"),
        ("gitea", 418, {}, {}, "refused"),
    ],
)  # fmt: skip
def test_every_refusal_has_its_name(
    kind: str, status: int, data: Any, headers: dict[str, str], refusal: str
) -> None:
    answer = answered(kind, status, data, **headers)
    assert (answer.url, answer.refusal) == (None, refusal)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry_after": "120"}, 120), (503, {"retry_after": "30"}, 30), (503, {}, None),
        (429, {"x_ratelimit_reset": "90"}, 90), (403, {"retry_after": "30"}, None),
        (429, {"retry_after": "soon"}, None), (429, {"retry_after": "9" * 400}, 86_400),
    ],
)  # fmt: skip
def test_how_long_a_forge_asks_to_wait_is_told(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    wait = answered("github", status, {}, **headers).wait_seconds
    assert wait == seconds if seconds is None else wait == pytest.approx(seconds, abs=2)


def test_the_forge_is_quoted_in_one_short_plain_line() -> None:
    assert "name already exists" in answered("github", 422, GITHUB_TAKEN).detail
    assert "has already been taken" in answered("gitlab", 409, GITLAB_TAKEN).detail
    scope = {"error": "insufficient_scope", "error_description": "needs api"}
    assert answered("gitlab", 403, scope).detail == "needs api"
    said = answered("gitea", 422, {"message": "a\n\x1b[31mb\u202e" + "c" * 900}).detail
    assert said.startswith("a  [31mb c")
    assert len(said) == 300


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'"\xff"', b"{}", b'{"full_name": 7}', b'{"full_name": "../x"}',
     b'{"full_name": "a/b?c"}', b"[" * 100_000],
)  # fmt: skip
def test_an_answer_that_does_not_say_where_the_fork_is_is_none(body: bytes) -> None:
    answer = ask("github", Forge(Reply(202, {}, body), BODY["github"]))
    assert (answer.url, answer.refusal) == (None, "unavailable")


def test_an_answer_of_another_place_is_not_believed() -> None:
    moved = Reply(202, {}, b'{"full_name": "city/forms"}', "https://evil.example/forks")
    assert ask("github", Forge(moved, BODY["github"])).refusal == "refused"


def test_a_forge_that_cannot_be_reached_is_unavailable_and_says_why() -> None:
    answer = ask("gitlab", Forge(CrawlFailure("too_slow", "gitlab.com")))
    assert (answer.refusal, answer.detail) == ("unavailable", "too_slow")


@pytest.mark.parametrize(
    "token", ["", "short", "with a space", "line\r\nx: y", "ü" * 20, "x" * 501]
)
def test_what_cannot_be_a_token_is_sent_nowhere(token: str) -> None:
    forge = Forge(json_reply({}, 202))
    assert ask("github", forge, token=token).refusal == "bad_token"
    assert forge.asked == []


def test_a_token_is_never_sent_to_another_forge_than_the_original_is_at() -> None:
    forge = Forge(json_reply({}, 202))
    original = Original(url="https://github.com/town/forms", forge="github")
    to = destination_of("gitlab", "city", "forms")
    answer = ForgeForker(forge).fork(original, to, TOKEN, default_branch_only=False)
    assert (answer.refusal, forge.asked) == ("other_forge", [])
