"""`registry mcp` as an agent starts it: standard output carries the protocol and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from registry.db.session import Database
from tests.support.agents import message
from tests.support.api_samples import fill
from tests.support.command_line import CommandLine
from tests.support.databases import migrated_sqlite
from tests.support.reuse_samples import fill_reuse
from web import extras

PROGRAM = [sys.executable, "-m", "registry.cli.main", "mcp"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a registry with the sample catalogue."""
    home = tmp_path_factory.mktemp("agents")
    migrated_sqlite(home / "registry.db")
    database = Database(f"sqlite:///{home / 'registry.db'}")
    with database.write() as session:
        fill(session)
        fill_reuse(session)
    database.close()
    own = {"HOME": str(home), "WEB_BASE_URL": "https://r.example", "SEARCH_ENGINE": "none"}
    return os.environ | {f"REGISTRY_{name}": value for name, value in own.items()}


def test_the_official_client_asks_over_standard_streams(environment: dict[str, str]) -> None:
    server = StdioServerParameters(command=PROGRAM[0], args=PROGRAM[1:], env=environment)

    async def ask() -> tuple[Any, CallToolResult, CallToolResult]:
        async with Client(stdio_client(server)) as client:
            listed = await client.list_tools()
            found = await client.call_tool("search_components", {"query": "part 05"})
            wrong = await client.call_tool("get_component", {"component": "no-such-thing"})
            return listed, found, wrong

    listed, found, wrong = anyio.run(ask)
    assert all(tool.annotations.read_only_hint for tool in listed.tools)
    assert found.structured_content["items"][0]["slug"] == "part-05"
    assert json.loads(found.content[0].text) == found.structured_content
    assert found.content[1].uri == "https://r.example/components/part-05"
    assert wrong.is_error
    assert "no-such-thing" in wrong.content[0].text


def test_it_answers_after_what_is_no_message_and_ends_with_the_input(
    environment: dict[str, str],
) -> None:
    lines = [b"no json at all", b'{"half": ', b"\xff\xfe\x00", b"[]", b""]
    asked = json.dumps(message("tools/list")).encode()
    done = _run(environment, b"\n".join([*lines, asked, b""]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert next(x for x in answers if x.get("id") == 1)["result"]["tools"]


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    line = CommandLine(tmp_path, monkeypatch, capsys)
    assert line("mcp", code=1) == ""
    assert "pip install 'mcp>=2.3'" in line.talk


def _run(environment: dict[str, str], sent: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(PROGRAM, input=sent, env=environment, capture_output=True, timeout=60)
