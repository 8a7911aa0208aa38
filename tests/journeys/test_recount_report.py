"""The numbers of a report over a crawled story, made again by a script of its own."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.cli.web import build_app
from tests.support.lineage_story import COUNTRIES
from tests.support.registries import open_world
from tests.support.web_apps import asked

URL = "/api/v1/reports"
SCRIPT = Path(__file__).with_name("recount_report.py")
EVERYTHING = "&".join(f"country={x}" for x in sorted(set(COUNTRIES.values())))
MATRICES = [
    f"group={group}&period={period}"
    for group in ("country", "region", "organisation")
    for period in ("all", "quarter")
]


@pytest.fixture(scope="module")
def client(story: Path) -> Iterator[TestClient[Litestar]]:
    with (
        open_world(story) as world,
        asked(build_app(world.registry, "http://reports.test")) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def files(client: TestClient[Litestar], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recount")
    for name in ("rows", "components"):
        (folder / f"{name}.csv").write_bytes(client.get(f"{URL}/{name}.csv?{EVERYTHING}").content)
    return folder


def _recount(folder: Path, report: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), "rows.csv", "components.csv", str(report)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("matrix", ["", "tag=attributed", "kind=shared_commits", *MATRICES])
def test_every_number_is_that_of_the_rows(
    client: TestClient[Litestar], files: Path, tmp_path: Path, matrix: str
) -> None:
    answer = client.get(f"{URL}?{EVERYTHING}&{matrix}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["headline"]["organisations"]["value"] > 2
    (tmp_path / "report.json").write_bytes(answer.content)
    done = _recount(files, tmp_path / "report.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("all ")


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("organisation", "organisations"), ("country", "countries"), ("first_seen", "new "),
        ("reuser_family", "families"), ("contributed", "contributed"), ("is_active", "active"),
    ],
)  # fmt: skip
def test_a_changed_cell_is_found(
    client: TestClient[Litestar], files: Path, tmp_path: Path, column: str, changes: str
) -> None:
    other = {"first_seen": "1999-01-01", "contributed": "7", "is_active": "true"}
    with (files / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(x for x in rows if x["is_counted"] == "true" and x["tag"] == "measured")
    if column == "is_active":
        other["is_active"] = "false" if row[column] == "true" else "true"
    row[column] = other.get(column, "XX")
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "components.csv").write_bytes((files / "components.csv").read_bytes())
    report = client.get(f"{URL}?{EVERYTHING}").json()
    (tmp_path / "report.json").write_text(json.dumps(report))
    done = _recount(tmp_path, tmp_path / "report.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert changes in done.stdout + done.stderr


def test_the_script_imports_nothing_of_the_registry() -> None:
    imported = [
        line.split()[1].partition(".")[0]
        for line in SCRIPT.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
    ]
    assert set(imported) <= sys.stdlib_module_names
