"""A flaw is published: its fork is told of the fix everywhere, takes it, and is left in peace."""

import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from registry.adoption.drift.readmodels import DriftView
from registry.cli.web import build_app
from registry.cli.working import work_until_idle
from tests.support.command_line import CommandLine
from tests.support.git_repos import Commit, git
from tests.support.lineage_story import add, build, build_forms, module, on, place, slug_of
from tests.support.osv_records import CVE, GHSA, git_range, osv_json, osv_record
from tests.support.registries import PUBLIC, World, open_world, read_in_process

BASE = "http://127.0.0.1:8000"
UPSTREAM, FORK = "harbour/forms", "northern/forms"
FLAWED = module("forms0")
MENDED = FLAWED.replace("return", "escaped = True\n    return", 1)
WHO = {"GIT_COMMITTER_NAME": "Nils", "GIT_COMMITTER_EMAIL": "nils@nils.example"}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield a registry that knows a component and its fork, and the fix that came after."""
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        build_forms(made)
        fix = Commit({"src/forms0.py": MENDED}, "Escape names", date=on(2018))
        build(made, UPSTREAM, [fix])
        add(made, UPSTREAM, FORK)
        assert made.crawl() == 0
        yield made
        assert made.problems() == []


def drift(world: World) -> DriftView:
    (found,) = world.registry.drifts.of_component(slug_of(world, FORK)).upstreams
    return found


def told(client: TestClient[Any], slug: str) -> list[str]:
    """Return where the missed fix is told of."""
    feeds = ("/feeds/fixes-missing", f"/feeds/components/{slug}/fixes-missing")
    places = {
        "list": "/fixes-missing", "component": f"/components/{slug}/drift",
        "api": "/api/v1/fixes-missing", "csv": "/api/v1/fixes-missing.csv",
        "of component": f"/api/v1/components/{slug}/drift",
    }  # fmt: skip
    answers = {name: client.get(path) for name, path in places.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all(client.get(f"{feed}.{form}").is_success for feed in feeds for form in ("atom",))
    return [name for name, answer in answers.items() if GHSA in answer.text]


def take(world: World, folder: Path, command: str) -> None:
    """Run the command of an alert in a clone of the fork, and push what came of it."""
    upstream, fork, clone = place(world, UPSTREAM), place(world, FORK), folder / "clone"
    git(folder, "clone", "--quiet", str(fork), str(clone))
    git(clone, "config", f"url.{upstream}.insteadOf", f"{PUBLIC}/{UPSTREAM}")
    for part in command.split(" && "):
        program, *words = shlex.split(part)
        assert program == "git"
        git(clone, *words, **WHO)
    git(clone, "push", "--quiet", "origin", "main")


def test_a_fork_is_told_of_a_fix_until_it_has_it(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = drift(world)
    assert (before.state, before.behind, before.missing, before.ahead) == ("measured", 4, 4, 3)
    assert before.commits[0].subject == "Escape names"
    slug, commit = slug_of(world, FORK), git(place(world, UPSTREAM), "rev-parse", "main")
    line = CommandLine(world.settings.home, monkeypatch, capsys)
    file = tmp_path / "advisory.json"
    file.write_bytes(
        osv_json(osv_record(affected=[git_range(f"{PUBLIC}/{UPSTREAM}", fixed=commit)]))
    )
    assert line.json("advisory", "import", str(file))["matched"] == 1
    work_until_idle(world.registry)
    app = build_app(world.registry, BASE)
    with TestClient(app, base_url=BASE) as client:
        assert told(client, slug) == ["list", "component", "api", "csv", "of component"]
        (item,) = client.get("/api/v1/fixes-missing").json()["items"]
        assert (item["advisory"], item["aliases"], item["severity"]) == (GHSA, [CVE], "high")
        assert (item["commit"], item["basis"], item["state"]) == (commit, "commit", "missing")
        page = client.get(f"/fixes-missing/{item['key']}").text
        assert "cherry-pick -x" in page
        assert GHSA in client.get("/feeds/fixes-missing.atom").text
        assert [row["state"] for row in line.json("drift")] == ["missing"]

        take(world, tmp_path, item["command"])
        world.ahead += timedelta(days=2)
        assert world.crawl() == 0
        assert told(client, slug) == []
        (item,) = client.get("/api/v1/fixes-missing?state=ended").json()["items"]
        assert (item["state"], item["ended_because"]) == ("ended", "taken")
    after = drift(world)
    assert (after.behind, after.equivalent, after.missing, after.ahead) == (4, 1, 3, 4)
    assert "cherry picked from commit" in git(place(world, FORK), "log", "-1", "--format=%B")
