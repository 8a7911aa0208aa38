"""Bulk data: every form holds the same rows, editions are whole, what is removed is not there."""

import csv
import gzip
import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from sqlmodel import col, select

from registry.adoption.savings.reading import savings_of_components
from registry.db.session import Database
from registry.db.tables import Component, Takedown
from registry.errors import Gone, NotFound
from registry.publishing.bulk.editions import KEPT, BulkData
from registry.publishing.bulk.tables import TABLES, BulkTable
from tests.support.hard_cases import NOW
from tests.support.reports import fill_portfolio


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bulk(database: Database, tmp_path: Path, clock: Clock) -> BulkData:
    fill_portfolio(database)
    return BulkData(database, tmp_path, clock)  # type: ignore[arg-type]


def _folder(bulk: BulkData, tmp_path: Path) -> Path:
    return tmp_path / "data" / bulk.editions()[0].day


def test_every_form_holds_the_same_rows(bulk: BulkData, tmp_path: Path) -> None:
    bulk.write()
    folder = _folder(bulk, tmp_path)
    for table in TABLES:  # one edition has them all
        rows = _rows_of(folder, table)
        if table.name in {"components", "edges", "organisations", "reported_savings"}:
            assert rows, table.name


def _rows_of(folder: Path, table: BulkTable) -> list[dict[str, object]]:
    """Return the rows of a table, which are the same in each form."""
    name = table.name
    with gzip.open(folder / f"{name}.ndjson.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as cells:
        read = list(csv.reader(cells))
    with closing(sqlite3.connect(folder / "registry.sqlite")) as opened:
        (count,) = opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        parquet = engine.execute(f"SELECT * FROM '{folder / name}.parquet'").fetchall()
    assert read[0] == [column.name for column in table.columns]
    assert len(rows) == len(read) - 1 == count == len(parquet), name
    assert [str(row[0]) for row in parquet] == [str(next(iter(row.values()))) for row in rows]
    return rows


def test_reported_savings_are_those_in_force_with_their_grades(
    bulk: BulkData, database: Database, tmp_path: Path
) -> None:
    bulk.write()
    with gzip.open(_folder(bulk, tmp_path) / "reported_savings.ndjson.gz", "rt") as lines:
        rows = {row["number"]: row for row in map(json.loads, lines)}
    with database.read() as session:
        views = savings_of_components(session, ["road"])
    assert {number: row["grade"] for number, row in rows.items()} == {
        view.id: view.grade for view in views
    }
    assert sorted(row["grade"] for row in rows.values()) == [1, 2, 3]
    assert {row["low"] for row in rows.values()} == {-5_800_000, 120_000, 80_000}
    assert {row["precision"] for row in rows.values()} == {'{"since": "year"}'}
    with gzip.open(_folder(bulk, tmp_path) / "reported_savings.csv.gz", "rt") as cells:
        text = cells.read()
    assert "'=1+1 hours of our own staff" in text
    assert ",-5800000,-5800000,CAD," in text


def test_checksums_and_the_package_tell_of_every_file(bulk: BulkData, tmp_path: Path) -> None:
    edition = bulk.write()
    folder = _folder(bulk, tmp_path)
    assert {file.name for file in edition.files} == {path.name for path in folder.iterdir()}
    for file in edition.files:
        assert hashlib.sha256((folder / file.name).read_bytes()).hexdigest() == file.sha256
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {line.partition("  ")[2] for line in lines}
    assert sums == {file.name for file in edition.files} - {"SHA256SUMS"}


def test_the_same_rows_are_the_same_bytes(bulk: BulkData, clock: Clock) -> None:
    first = {file.name: file.sha256 for file in bulk.write().files}
    clock.now += timedelta(days=1)
    second = {file.name: file.sha256 for file in bulk.write().files}
    same = [name for name in first if name.endswith((".csv.gz", ".ndjson.gz"))]
    assert {name: first[name] for name in same} == {name: second[name] for name in same}


def test_a_name_that_is_a_formula_stays_text(
    bulk: BulkData, database: Database, tmp_path: Path
) -> None:
    with database.write() as session:
        row = session.exec(select(Component).where(col(Component.slug) == "form")).one()
        row.name = "=HYPERLINK(1)"
    bulk.write()
    folder = _folder(bulk, tmp_path)
    with gzip.open(folder / "components.csv.gz", "rt", encoding="utf-8") as cells:
        assert "'=HYPERLINK(1)" in cells.read()
    with gzip.open(folder / "components.ndjson.gz", "rt", encoding="utf-8") as lines:
        assert '"name":"=HYPERLINK(1)"' in lines.read()


def test_seven_editions_are_kept(bulk: BulkData, clock: Clock) -> None:
    for _ in range(KEPT + 2):
        bulk.write()
        clock.now += timedelta(days=1)
    days = [edition.day for edition in bulk.editions()]
    assert len(days) == KEPT
    assert days == sorted(days, reverse=True)


def test_a_killed_write_leaves_no_half_edition(
    bulk: BulkData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bulk.write()

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("registry.publishing.bulk.editions._describe", fail)
    with pytest.raises(OSError, match="no space"):
        bulk.write()
    assert bulk.editions() == [first]
    assert [path.name for path in (tmp_path / "data").iterdir()] == [first.day]


def test_what_is_taken_down_withholds_older_editions(
    bulk: BulkData, database: Database, clock: Clock, tmp_path: Path
) -> None:
    day = bulk.write().day
    with database.write() as session:
        row = session.exec(select(Component).where(col(Component.slug) == "road-fi")).one()
        row.is_taken_down = True
        session.add(
            Takedown(
                repository_id=row.repository_id, component_id=row.id, slug=row.slug,
                category="personal_data", former_state="active",
                taken_down_at=clock.now + timedelta(hours=1),
            )
        )  # fmt: skip
        assert [job.task for job in bulk.due_job(session)] == ["bulk.write"]
    with pytest.raises(Gone):
        bulk.edition(day)
    assert bulk.editions() == []
    clock.now += timedelta(hours=2)
    bulk.write()
    for name in ("components", "edges", "evidence"):
        with gzip.open(_folder(bulk, tmp_path) / f"{name}.ndjson.gz", "rt") as lines:
            assert "road-fi" not in lines.read()


def test_it_is_due_once_a_day(bulk: BulkData, database: Database, clock: Clock) -> None:
    with database.write() as session:
        assert len(bulk.due_job(session)) == 1
    bulk.write()
    with database.write() as session:
        assert bulk.due_job(session) == []
        clock.now += timedelta(days=1)
        assert len(bulk.due_job(session)) == 1


def test_what_there_is_not_is_not_found(bulk: BulkData) -> None:
    bulk.write()
    for day in ("2001-01-01", "..", "../..", "", "latest", "x" * 200):
        with pytest.raises(NotFound):
            bulk.edition(day)


def test_no_path_leads_out_of_an_edition(bulk: BulkData) -> None:
    day = bulk.write().day
    for name in ("../../registry.db", "..", "", ".making", "components.csv"):
        with pytest.raises(NotFound):
            bulk.file(day, name)
