"""An agent that asks the registry: the official client, and requests as it would send them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import anyio
import httpx
from litestar import Litestar
from mcp.client import Client
from mcp_types import CallToolResult

from registry.settings import WebSettings
from tests.support.web_fakes import web_services
from web.app import create_app
from web.limits import RateLimiter
from web.mcp.http import mcp_route, sources_of
from web.mcp.toolbox import Outcome, Sources, call
from web.mcp.tools import BY_NAME
from web.services import Services

BASE = "http://127.0.0.1:8000"
MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}


def agent_services(**settings: Any) -> Services:
    """Return services in memory, without a rate limit unless the settings say so."""
    found = WebSettings(**{"base_url": BASE, "requests_per_minute": 0, **settings})
    return web_services(settings=found)


def agent_app(services: Services | None = None, limiter: RateLimiter | None = None) -> Litestar:
    """Return the application with `/mcp`."""
    services = services or agent_services()
    return create_app(
        services, [mcp_route(services, RateLimiter() if limiter is None else limiter)]
    )


def agent_sources(**parts: Any) -> Sources:
    """Return what the tools ask, in memory."""
    return sources_of(replace(agent_services(), **parts))


def answered(tool: str, sources: Sources | None = None, **arguments: Any) -> dict[str, Any]:
    """Return the content of an answer; fails where the tool refuses."""
    outcome = called(tool, sources, **arguments)
    assert outcome.found is not None, outcome.problem
    return outcome.found.content


def refused(tool: str, sources: Sources | None = None, **arguments: Any) -> str:
    """Return why a tool refuses."""
    outcome = called(tool, sources, **arguments)
    assert outcome.found is None
    return outcome.problem


def called(tool: str, sources: Sources | None = None, **arguments: Any) -> Outcome:
    """Return what became of a call."""
    return call(BY_NAME[tool], sources or agent_sources(), arguments)


def asked(target: Any, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    """Call a tool with the official client: at an address, or of a server in this process."""

    async def ask() -> CallToolResult:
        async with Client(target, mode=mode) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(ask)


def post(url: str, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Send one message as a client of 2026-07-28 does; headers of None are left out."""
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    sent = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MODERN,
        **(headers or {}),
    }
    if isinstance(body, dict) and "method" in body:
        sent.setdefault("mcp-method", body["method"])
        if name := body.get("params", {}).get("name"):
            sent.setdefault("mcp-name", name)
    kept = {name: value for name, value in sent.items() if value is not None}
    return httpx.post(f"{url}/mcp", content=content, headers=kept, timeout=30)


def message(method: str, **params: Any) -> dict[str, Any]:
    """Return a request of 2026-07-28."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}}
