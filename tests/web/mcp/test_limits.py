"""The limits of `/mcp`: those of the API, in the same buckets, and for many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.accounts.service import Accounts
from tests.support.accounts import add_account, add_token
from tests.support.agents import agent_app, agent_services, message, post
from tests.support.browser import served
from tests.support.databases import fresh_sqlite
from web.api.router import api_routers
from web.limits import RateLimiter


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Clock, str]]:
    """Yield a registry that lets a client ask sixty times a minute, its clock, and a token."""
    clock = Clock()
    limiter = RateLimiter(clock)
    database = fresh_sqlite(_folder(tmp_path_factory))
    token = add_token(database, add_account(database, "ada", {}), ())
    services = replace(
        agent_services(requests_per_minute=60),
        accounts=Accounts(database),
        api_routes=api_routers(limiter=limiter),
    )
    with served(agent_app(services, limiter)) as url:
        yield url, clock, token
    database.close()


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("limits")


def _call(tool: str, **arguments: Any) -> dict[str, Any]:
    return message("tools/call", name=tool, arguments=arguments)


def test_agents_and_programs_share_one_allowance(place: tuple[str, Clock, str]) -> None:
    url, clock, _ = place
    clock.now += 3600
    first = post(url, message("tools/list"))
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("60", "59")
    left = httpx.get(f"{url}/api/v1/countries").headers["ratelimit-remaining"]
    assert left == "58"
    dear = post(url, _call("validate_publiccode", content="a: 1"))
    assert dear.headers["ratelimit-remaining"] == "48"
    for _ in range(48):
        httpx.get(f"{url}/api/v1/countries")
    refused = post(url, message("tools/list"))
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_dear_tool_is_refused_in_words_where_little_is_left(
    place: tuple[str, Clock, str],
) -> None:
    url, clock, _ = place
    clock.now += 3600
    while int(post(url, message("tools/list")).headers["ratelimit-remaining"]) > 5:
        pass
    result = post(url, _call("validate_publiccode", content="a: 1")).json()["result"]
    assert result["isError"]
    assert "try again in" in result["content"][0]["text"]


def test_a_token_has_an_allowance_of_its_own_and_a_wrong_one_is_refused(
    place: tuple[str, Clock, str],
) -> None:
    url, clock, token = place
    clock.now += 3600
    post(url, message("tools/list"))
    own = post(url, message("tools/list"), {"authorization": f"Bearer {token}"})
    assert own.headers["ratelimit-remaining"] == "59"
    wrong = post(url, message("tools/list"), {"authorization": "Bearer gcr_wrong"})
    assert wrong.status_code == 401
    assert "Bearer" in wrong.headers["www-authenticate"]


def test_fifty_calls_at_once_are_each_answered_by_their_own(url: str) -> None:
    slugs = ("forms", "bare", "no-such-thing", "auto-evaluation", "removed-service")

    def ask(number: int) -> tuple[str, Any]:
        slug = slugs[number % len(slugs)]
        body = {**_call("get_component", component=slug), "id": number}
        answer = post(url, body).json()
        assert answer["id"] == number
        return slug, answer["result"]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert len(answers) == 50
    for slug, result in answers:
        if result.get("isError"):
            assert slug in {"no-such-thing", "removed-service"}
        else:
            assert result["structuredContent"]["slug"] == slug
