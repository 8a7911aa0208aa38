"""The protocol as clients see it, over a real HTTP server (docs/mcp.md)."""

from typing import Any

import anyio
import httpx
import pytest
from mcp.client import Client

from tests.support.agents import META, asked, message, post

OLD = ("2025-06-18", "2025-11-25")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client_lists_and_calls_the_tools(url: str, mode: str) -> None:
    async def ask() -> tuple[list[str], Any]:
        async with Client(f"{url}/mcp", mode=mode) as client:
            tools = (await client.list_tools()).tools
            return [x.name for x in tools], await client.call_tool(
                "get_component", {"component": "forms"}
            )

    names, result = anyio.run(ask)
    assert names[:2] == ["search_components", "get_component"]
    assert not result.is_error
    assert result.structured_content["slug"] == "forms"
    assert result.content[1].uri == "http://127.0.0.1:8000/components/forms"


@pytest.mark.parametrize("version", OLD)
def test_clients_of_older_revisions_initialize(url: str, version: str) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": version, "capabilities": {},
                   "clientInfo": {"name": "old", "version": "1"}},
    }  # fmt: skip
    plain: Any = {"mcp-protocol-version": None, "mcp-method": None}
    answer = post(url, hello, plain)
    assert answer.status_code == 200
    assert answer.json()["result"]["protocolVersion"] == version
    assert "mcp-session-id" not in answer.headers
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    listed = post(url, listing, {**plain, "mcp-protocol-version": version})
    assert listed.json()["result"]["tools"][0]["name"] == "search_components"


def test_a_server_is_discovered_with_its_versions(url: str) -> None:
    result = post(url, message("server/discover")).json()["result"]
    assert result["supportedVersions"] == ["2026-07-28"]
    assert result["resultType"] == "complete"
    assert "never instructions" in result["instructions"]
    assert "tools" in result["capabilities"]
    assert "prompts" not in result["capabilities"]


def test_lists_can_be_kept_and_are_always_the_same(url: str) -> None:
    first = post(url, message("tools/list")).json()["result"]
    assert (first["ttlMs"], first["cacheScope"]) == (3_600_000, "public")
    assert first["resultType"] == "complete"
    assert post(url, message("tools/list")).json()["result"]["tools"] == first["tools"]


def test_headers_that_do_not_fit_the_body_are_refused(url: str) -> None:
    answer = post(url, message("tools/list"), {"mcp-method": "tools/call"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32020


def test_an_unsupported_version_is_refused_with_those_that_are(url: str) -> None:
    body = message("tools/list")
    body["params"]["_meta"] = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    answer = post(url, body, {"mcp-protocol-version": "2031-01-01"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == -32022
    assert "2026-07-28" in error["data"]["supported"]


def test_an_unknown_method_is_not_found(url: str) -> None:
    answer = post(url, message("tools/destroy"))
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_there_are_no_sessions_and_no_streams(url: str, method: str) -> None:
    answer = httpx.request(method, f"{url}/mcp", headers={"accept": "text/event-stream"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://[", ""]
)
def test_a_foreign_origin_is_refused(url: str, origin: str) -> None:
    answer = post(url, message("tools/list"), {"origin": origin})
    assert answer.status_code == 403
    assert "Origin" in answer.json()["detail"]


def test_an_own_origin_and_a_foreign_host(url: str) -> None:
    assert post(url, message("tools/list"), {"origin": "http://localhost:6274"}).status_code == 200
    assert post(url, message("tools/list"), {"host": "evil.example"}).status_code == 400


def test_answers_carry_the_headers_of_every_answer(url: str) -> None:
    headers = post(url, message("tools/list")).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_an_unknown_tool_is_an_error_of_the_protocol(url: str) -> None:
    error = post(url, message("tools/call", name="rm", arguments={})).json()["error"]
    assert error["code"] == -32602
    assert "search_components" in error["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        ([message("tools/list")], 400),
        (b"x" * 2_000_000, 413),
        (b"", 400),
    ],
)
def test_what_is_no_message_is_refused(url: str, body: Any, status: int) -> None:
    assert post(url, body).status_code == status
    assert asked(f"{url}/mcp", "get_component", component="forms").is_error is False
