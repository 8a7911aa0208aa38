"""A repository is crawled, and what stands in the way of using it elsewhere is told with places."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from registry.catalogue.replicability import Replicability
from registry.cli.web import build_app
from tests.support.git_repos import Commit, git
from tests.support.registries import World, open_world, read_in_process

PAGE = "<html><body><h1>{title}</h1><p>Please tell us where you live now.</p></body></html>\n"
BASE = "http://127.0.0.1:8000"
MAIN = "import boto3\n\ndef send(patient):\n    # nhs_number of the patient\n    return {}\n"
FILES = {
    "README.md": "# Reminders\n\nSends reminders.\n",
    "LICENSE": "All rights are somewhere.\n",
    "requirements.txt": "flask==3.0\nboto3==1.34\nnotifications-python-client==8.0\n",
    "app/main.py": MAIN.format("patient.nhs_number"),
    "app/store.py": "def find(nhs_number):\n    return nhs_number\n",
    "app/templates/a.html": PAGE.format(title="One"),
    "app/templates/b.html": PAGE.format(title="Two"),
    "app/templates/c.html": PAGE.format(title="Three"),
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        yield made
        assert made.problems() == []


def _found(world: World) -> Replicability:
    view, _ = world.log("reminders")
    assert view.component
    return world.registry.catalogue.replicability(view.component)


def test_obstacles_have_their_places_and_go_when_they_are_mended(world: World) -> None:
    (first,) = world.build("reminders", [Commit(FILES, date=1_600_000_000)])
    world.add("reminders", country="GB")
    assert world.crawl() == 0
    found = _found(world)
    assert found.commit == first
    rules = {obstacle.rule for obstacle in found.obstacles()}
    assert rules == {
        "licence_unread", "deployment_missing", "documentation_missing", "interface_texts",
        "country_identity", "country_service", "vendor_cloud", "no_recent_commit", "no_release",
        "no_tests", "no_ci",
    }  # fmt: skip
    number = next(x for x in found.obstacles() if x.rule == "country_identity")
    assert [(x.path, x.line) for x in number.evidence] == [("app/main.py", 5), ("app/store.py", 1)]
    assert number.evidence[0].blob == git(world.place("reminders"), "rev-parse", "main:app/main.py")
    assert first in str(number.evidence[0].url)
    service = next(x for x in found.obstacles() if x.rule == "country_service")
    assert [(x.path, x.line) for x in service.evidence] == [("requirements.txt", 3)]

    _is_told(world, found)

    mended = {
        "Dockerfile": "FROM python:3.14\n", "tests/test_a.py": "def test(): pass\n",
        "README.md": "# Reminders\n\n## Installation\n\nRun it.\n",
        "app/store.py": "def find(number):\n    return number\n",
        "requirements.txt": "flask==3.0\n",
    }  # fmt: skip
    world.build("reminders", [Commit(mended, date=1_610_000_000)])
    assert world.crawl() == 0
    now = _found(world)
    gone = rules - {obstacle.rule for obstacle in now.obstacles()}
    assert gone == {
        "deployment_missing", "documentation_missing", "country_identity", "country_service",
        "vendor_cloud", "no_tests",
    }  # fmt: skip
    assert [(x.kind, x.evidence.path) for x in now.deployment] == [("container", "Dockerfile")]


def _is_told(world: World, found: Replicability) -> None:
    """The page, its twin and the API say what the catalogue knows."""
    slug = found.component.slug
    app = build_app(world.registry, BASE)
    with TestClient(app, base_url=BASE) as client:
        page = client.get(f"/components/{slug}/replicability").text
        assert "The code knows a number that one state gives out: NHS number." in page
        assert "app/main.py, line 5" in page
        assert "NHS-Nummer" not in page
        body = client.get(f"/api/v1/components/{slug}/replicability").json()
        assert len(body["obstacles"]) == len(found.obstacles())
        assert "score" not in body
        assert client.get("/api/v1/components/none/replicability").status_code == 404
        assert client.get("/components/none/replicability").status_code == 404
