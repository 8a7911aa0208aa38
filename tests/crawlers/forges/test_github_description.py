"""The GitHub adapter against a mock server made from GitHub's own published API description."""

import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from crawlers.forges.github import GitHub
from registry.errors import CrawlFailure, NotFound
from tests.support.forge_doubles import Reply, client_for

_PACKAGES = Path(__file__).parent / "node_modules"
_DESCRIPTION = _PACKAGES / "@octokit/openapi/generated/api.github.com.json"
_PRISM = _PACKAGES / "@stoplight/prism-cli/dist/index.js"
_PATHS = ("/orgs/{org}/repos", "/users/{username}/repos", "/repos/{owner}/{repo}")


def _needed(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of the paths that are used: the whole one takes long to load."""
    paths = {path: {"get": description["paths"][path]["get"]} for path in _PATHS}
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


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    node = shutil.which("node")
    if node is None or not _PRISM.exists() or not _DESCRIPTION.exists():
        pytest.skip("the mock of GitHub's API is not installed: npm ci in tests/crawlers/forges")
    folder = tmp_path_factory.mktemp("github")
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
    """Sends what is meant for the public API to the mock, asking it for a certain answer."""

    def __init__(self, port: int, prefer: str = "") -> None:
        self._port = port
        self._prefer = {"prefer": prefer} if prefer else {}

    def request(self, method: str, url: str, *, headers: Any = None, **_: Any) -> Reply:
        path = url.removeprefix("https://api.github.com")
        assert path != url
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, path, headers={**headers, **self._prefer})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read(), url)
        finally:
            connection.close()


def _forge(port: int, prefer: str = "") -> GitHub:
    return GitHub(client_for(Loopback(port, prefer)))


def test_the_example_of_a_listing_is_read(port):
    (found,) = itertools.islice(_forge(port).list_repositories("octokit"), 1)
    assert found.forge_id == "1296269"
    assert found.url == "https://github.com/octocat/hello-world"
    assert found.path == "octocat/Hello-World"
    assert found.pushed_at is not None


def test_the_example_of_a_repository_is_read_with_its_parent(port):
    found = _forge(port).get_repository("octocat/Hello-World")
    assert (found.forge_id, found.default_branch) == ("1296269", "master")
    assert found.parent_url == "https://github.com/octocat/hello-world"
    assert found.topics == ("octocat", "atom", "electron", "api")
    assert (found.licence, found.archived) == ("MIT", False)


def test_an_answer_made_from_the_schema_alone_is_read_or_refused_by_name(port):
    for _ in range(5):  # the mock invents values, so that its URLs are of no host
        with pytest.raises(CrawlFailure) as failure:
            _forge(port, "dynamic=true").get_repository("octocat/Hello-World")
        assert failure.value.reason == "malformed"


def test_the_described_refusals_are_typed(port):
    with pytest.raises(NotFound):
        _forge(port, "code=404").get_repository("octocat/Hello-World")
    with pytest.raises(CrawlFailure) as refused:
        _forge(port, "code=403").get_repository("octocat/Hello-World")
    assert refused.value.reason == "auth"
