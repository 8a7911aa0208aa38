"""A mock server made from GitHub's own published API description, and a client that leads to it."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.support.forge_doubles import Reply

_PACKAGES = Path(__file__).parents[1] / "crawlers/forges/node_modules"
_DESCRIPTION = _PACKAGES / "@octokit/openapi/generated/api.github.com.json"
_PRISM = _PACKAGES / "@stoplight/prism-cli/dist/index.js"
_USED = (
    ("/orgs/{org}/repos", "get"),
    ("/users/{username}/repos", "get"),
    ("/users/{username}", "get"),
    ("/repos/{owner}/{repo}", "get"),
    ("/repos/{owner}/{repo}/forks", "post"),
    ("/repos/{owner}/{repo}/git/ref/{ref}", "get"),
    ("/repos/{owner}/{repo}/git/refs", "post"),
    ("/repos/{owner}/{repo}/contents/{path}", "get"),
    ("/repos/{owner}/{repo}/contents/{path}", "put"),
    ("/repos/{owner}/{repo}/pulls", "get"),
    ("/repos/{owner}/{repo}/pulls", "post"),
    ("/repos/{owner}/{repo}/issues/comments", "get"),
    ("/repos/{owner}/{repo}/issues/{issue_number}", "get"),
    ("/repos/{owner}/{repo}/issues/{issue_number}/comments", "get"),
)


def _needed(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of the paths that are used: the whole one takes long to load."""
    paths: dict[str, dict[str, Any]] = {}
    for path, how in _USED:
        paths.setdefault(path, {})[how] = description["paths"][path][how]
    components: dict[str, dict[str, Any]] = {}
    waiting: list[Any] = [paths]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.values() if isinstance(part, dict) else part)
        reference = part.get("$ref") if isinstance(part, dict) else None
        if isinstance(reference, str):
            section, name = reference.removeprefix("#/components/").split("/", 1)
            known = components.setdefault(section, {})
            if name not in known:
                known[name] = description["components"][section][name]
                waiting.append(known[name])
        waiting = [part for part in waiting if isinstance(part, dict | list)]
    kept = {key: description[key] for key in ("openapi", "info", "servers")}
    return {**kept, "paths": paths, "components": components}


@contextmanager
def github_mock(folder: Path) -> Iterator[int]:
    """Start the mock and yield its port, or skip saying how to get it."""
    node = shutil.which("node")
    if node is None or not _PRISM.exists() or not _DESCRIPTION.exists():
        pytest.skip("the mock of GitHub's API is not installed: npm ci in tests/crawlers/forges")
    description = folder / "github.json"
    description.write_text(json.dumps(_needed(json.loads(_DESCRIPTION.read_bytes()))))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free: int = probe.getsockname()[1]
    with (folder / "log").open("wb") as log:
        command = [node, str(_PRISM), "mock", "--host", "127.0.0.1", "--port", str(free)]
        mock = subprocess.Popen([*command, str(description)], stdout=log, stderr=log)
        try:
            _wait(free, mock)
            yield free
        finally:
            mock.terminate()
            mock.wait(10)


def _wait(port: int, mock: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and mock.poll() is None:
        with socket.socket() as attempt:
            attempt.settimeout(0.2)
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the mock server did not start")


class Loopback:
    """Sends what is meant for the public API to the mock, asking it for a certain answer.

    `asked` are method, path and headers of every request.
    """

    def __init__(self, port: int, prefer: str = "") -> None:
        self._port = port
        self.prefer = prefer
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def request(
        self, method: str, url: str, *, headers: Any = None, body: bytes | None = None, **_: Any
    ) -> Reply:
        path = url.removeprefix("https://api.github.com")
        assert path != url
        self.asked.append((method, path, dict(headers)))
        prefer = {"prefer": self.prefer} if self.prefer else {}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, path, body=body, headers={**headers, **prefer})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read(), url)
        finally:
            connection.close()
