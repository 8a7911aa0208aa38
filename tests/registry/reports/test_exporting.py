"""Files of a report: every column, formulas that stay text, and numbers that can be made again."""

import csv
import io
import re
import zipfile

import msgspec
import pytest

from registry.errors import InvalidInput
from registry.reports.exporting import ENDINGS, exported
from registry.reports.figures import figures_of
from registry.reports.portfolio import Portfolio
from registry.reports.service import Report
from registry.reports.table import COLUMNS
from registry.reports.workbook import workbook
from tests.support.reports import hostile_names, sample_reports


@pytest.fixture(scope="module")
def report() -> Report:
    return sample_reports().report(Portfolio(organisations=("ria",)))


def test_the_headline_can_be_made_again_from_the_csv_alone(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(report, "csv").decode())))
    assert tuple(rows[0]) == COLUMNS
    counted = [row for row in rows if row["is_counted"] == "true"]
    found = figures_of(report.data)
    strength = ["measured", "attributed", "declared", "reported"]
    best: dict[str, str] = {}
    for row in counted:
        if row["organisation"]:
            known = best.get(row["organisation"], "reported")
            best[row["organisation"]] = min(known, row["tag"], key=strength.index)
    for tag, figure in found.headline.by_strongest:
        assert list(best.values()).count(tag) == figure.value
    assert len({row["country"] for row in counted} - {""}) == found.headline.countries.value
    measured = [row for row in counted if row["tag"] == "measured"]
    active = {row["reuser"] for row in measured if row["is_active"] == "true"}
    assert len(active) == found.active.count
    for item in found.tags:
        mine = [row for row in counted if row["tag"] == item.tag]
        assert len({row["reuser_family"] for row in mine}) == item.families
        assert len({row["origin"] for row in mine}) == item.components


def test_every_form_can_be_had(report: Report) -> None:
    for ending in ENDINGS:
        assert exported(report, ending)
    whole = msgspec.json.decode(exported(report, "json"))
    assert whole["figures"]["headline"]["components"] == 6
    with pytest.raises(InvalidInput, match="csv, ndjson, json, xlsx"):
        exported(report, "docx")


def test_a_formula_in_a_name_stays_text() -> None:
    report = hostile_names()
    text = exported(report, "csv").decode()
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows[1:] for cell in row]
    assert '\'=HYPERLINK("http://x.example")' in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    with zipfile.ZipFile(io.BytesIO(workbook(report))) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
        assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)
        assert any("=HYPERLINK" in sheet for sheet in sheets)
        assert any("=1+1 hours of our own staff" in sheet for sheet in sheets)
        assert not any("hyperlink" in name for name in book.namelist())


def test_the_same_report_gives_the_same_spreadsheet(report: Report) -> None:
    one, other = workbook(report), workbook(report)
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == [
        "Report", "By tag", "Matrix measured", "New by quarter", "Components", "Rows",
        "Reported savings",
    ]  # fmt: skip
