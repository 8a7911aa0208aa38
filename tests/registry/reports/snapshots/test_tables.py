"""A snapshot as a spreadsheet and as Parquet: the same rows, and no text is a formula."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from registry.reports.snapshots.content import Snapshot, snapshot_of
from registry.reports.snapshots.tables import table_file, table_files
from tests.registry.reports.snapshots.test_bundle import frozen

FIGURES = {"tags": {"measured": {"organisations": 3}}, "headline": [1, None], "=1+1": True}


def _snapshot(**changed: Any) -> Snapshot:
    return snapshot_of(msgspec.json.encode(frozen().document | changed))


def _parquet(tmp_path: Path, snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    data = table_file(f"{name}.parquet", snapshot, {})
    assert data is not None
    path = tmp_path / f"{name}.parquet"
    path.write_bytes(data)
    found = duckdb.sql(f"select * from '{path}'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _sheets(snapshot: Snapshot) -> dict[str, str]:
    data = table_file("snapshot.xlsx", snapshot, FIGURES)
    assert data is not None
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = re.findall(r'<sheet name="([^"]+)"', packed.read("xl/workbook.xml").decode())
        return {
            name: packed.read(f"xl/worksheets/sheet{number}.xml").decode()
            for number, name in enumerate(names, start=1)
        }


@pytest.mark.parametrize("name", ["rows", "components"])
def test_parquet_holds_every_row_as_the_snapshot_does(tmp_path: Path, name: str) -> None:
    snapshot = _snapshot()
    told = snapshot.document[name]
    assert told
    found = _parquet(tmp_path, snapshot, name)
    assert [list(row) for row in found] == [list(row) for row in found[:1] * len(found)]
    as_text = [msgspec.to_builtins(row) for row in found]
    assert as_text == [{key: row[key] for key in as_text[0]} for row in told]
    assert set(as_text[0]) == set(told[0])


def test_a_spreadsheet_has_all_parts_and_no_formula() -> None:
    snapshot = frozen()
    evil = {**snapshot.document["components"][0], "name": '=HYPERLINK("http://x")'}
    sheets = _sheets(_snapshot(components=[evil]))
    assert list(sheets) == ["Snapshot", "Figures", "Components", "Rows", "Reported savings"]
    assert not any("<f>" in sheet for sheet in sheets.values())
    assert sheets["Rows"].count("<row ") == 1 + len(snapshot.document["rows"])
    assert "tags.measured.organisations" in sheets["Figures"]
    assert "HYPERLINK" in sheets["Components"]


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    for name in table_files():
        assert table_file(name, frozen(), FIGURES) == table_file(name, frozen(), FIGURES)


def test_a_snapshot_of_the_first_form_has_no_reported_savings() -> None:
    document = frozen().document
    del document["reported"]
    first = snapshot_of(msgspec.json.encode(document | {"rows": []}))
    assert _sheets(first)["Reported savings"].count("<row ") == 1
    assert table_file("rows.parquet", first, {}) is not None


@pytest.mark.parametrize("name", ["", "xlsx", "reported.parquet", "../rows.parquet", "rows.csv"])
def test_another_name_is_no_file(name: str) -> None:
    assert table_file(name, frozen(), FIGURES) is None
