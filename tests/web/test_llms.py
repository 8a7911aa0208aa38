"""`/llms.txt`: addresses that exist, and the way in for agents where it is open."""

import re

import pytest
from litestar import Litestar

from tests.support.agents import BASE, agent_app, agent_services
from tests.support.web_apps import asked
from web import extras
from web.api.router import api_routers
from web.app import create_app
from web.llms import llms


@pytest.fixture(scope="module")
def app() -> Litestar:
    return create_app(agent_services(), [*api_routers(), llms])


def test_every_address_that_it_names_is_there(app: Litestar) -> None:
    with asked(app) as client:
        answer = client.get("/llms.txt")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.startswith("# Public Code Registry\n\n> ")
        addresses = re.findall(rf"\(({BASE}[^)]*)\)", answer.text)
        assert f"{BASE}/mcp" in addresses
        for address in set(addresses) - {f"{BASE}/mcp"}:
            assert client.get(address).status_code == 200, address


def test_agents_are_not_sent_where_nobody_answers(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    with asked(app) as client:
        assert "/mcp" not in client.get("/llms.txt").text


def test_the_page_of_the_api_tells_agents_how_to_ask_where_somebody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with asked(agent_app()) as client:
        page = client.get("/api").text
        assert f"&#34;{BASE}/mcp&#34;" in page
        assert "Pour les agents" in client.get("/fr/api").text
        monkeypatch.setattr(extras, "find_spec", lambda _name: None)
        assert "/mcp" not in client.get("/api").text
