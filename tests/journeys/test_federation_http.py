"""One registry reads another over real HTTP: `/v1` served here, harvested there by commands."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from registry.cli.web import build_app
from tests.support.browser import served
from tests.support.command_line import CommandLine
from tests.support.registries import World, open_world, read_in_process


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a registry with two components."""
    read_in_process(monkeypatch)
    with open_world(tmp_path / "here") as world:
        world.build("letters")
        world.build("permits")
        world.add("letters", "permits")
        assert world.crawl() == 0
        yield world


@pytest.mark.slow
def test_one_registry_harvests_another_twice_and_hears_of_a_removal(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(build_app(here.registry, "")) as address:
        host = address.partition("://")[2]
        monkeypatch.setenv("REGISTRY_CRAWL_ALLOW_HOSTS", json.dumps([host]))
        run = CommandLine(tmp_path / "there", monkeypatch, capsys)
        spec = f"catalog:{address}/v1"
        run("db", "upgrade")
        run("source", "add", spec, "--country", "EE")

        run("source", "harvest", spec)
        first = run.talk
        run("source", "harvest", spec)
        assert "0 new, 0 changed" in run.talk, (first, run.talk)
        assert "0 ended" in run.talk

        told = run.json("source", "records", spec)
        names = {row["url"] for row in told if row["kind"] == "software"}
        assert names == {f"https://code.example/town/{name}" for name in ("letters", "permits")}

        removed = "code-example-town-permits"
        here.registry.removals.take_down(removed, category="copyright")
        run("source", "harvest", spec)
        assert "1 ended" in run.talk, run.talk
        (ended,) = run.json("source", "records", spec, "--ended")
        assert ended["url"] == "https://code.example/town/permits"
        tombstone = httpx.get(f"{address}/v1/software/{ended['key']}")
        assert tombstone.status_code == 410
        changes = httpx.get(f"{address}/api/v1/changes").json()["items"]
        assert [x["component"] for x in changes if x["kind"] == "removed"] == [removed]
