"""A report as a spreadsheet (XLSX): its figures, matrix, rows, components and what is reported.

Text is always written as text: what begins like a formula is none. The same report gives the same
bytes.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from registry.adoption.savings.table import SAVING_COLUMNS, saving_items
from registry.reports.figures import Figures
from registry.reports.matrix import MatrixChoice
from registry.reports.portfolio import portfolio_pairs
from registry.reports.sentences import headline_sentence, remark_sentence
from registry.reports.service import Report
from registry.reports.table import COLUMNS, COMPONENT_COLUMNS, component_items, row_items

NOTE: Final = (
    "Public, measured lower bound: private copies cannot be seen. Numbers of different tags are "
    "never added together."
)
MAX_TEXT: Final = 32_767  # of a cell (Excel specifications and limits)
_MATRIX: Final = ("origin", "reuser", "period", "pairs", "components", "edges")
_TAGS: Final = (
    "tag", "organisations", "countries", "foreign_countries", "repositories", "families",
    "components", "unknown", "edges",
)  # fmt: skip
_STEPS: Final = ("tag", "period", "new", "total")
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


def workbook(report: Report, choice: MatrixChoice | None = None) -> bytes:
    """Return the bytes of an XLSX file."""
    when = report.data.as_of or _EARLIEST
    return book_of(_sheets(report, choice or MatrixChoice()), "Report on reuse", when)


Sheet = tuple[str, Sequence[str], Iterable[Mapping[str, Any]]]


def book_of(sheets: Iterable[Sheet], title: str, when: datetime) -> bytes:
    """Return an XLSX file of sheets: their names, columns and rows."""
    import xlsxwriter  # only for who asks for a spreadsheet

    target = io.BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(target, options)
    created = when.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "created": created})
    bold = book.add_format({"bold": True})
    for name, columns, items in sheets:
        _fill(book.add_worksheet(name), bold, columns, items)
    book.close()
    return target.getvalue()


def _sheets(report: Report, choice: MatrixChoice) -> list[Sheet]:
    found = report.figures
    matrix = report.matrix(choice)
    steps = [
        {"tag": tag, "period": step.period, "new": step.new, "total": step.total}
        for tag, every in found.steps
        for step in every
    ]
    return [
        ("Report", ("what", "value"), _summary(report, found)),
        ("By tag", _TAGS, [_picked(item, _TAGS) for item in found.tags]),
        (f"Matrix {choice.tag}", _MATRIX, [_picked(cell, _MATRIX) for cell in matrix.cells]),
        ("New by quarter", _STEPS, steps),
        ("Components", COMPONENT_COLUMNS, component_items(report.data.components)),
        ("Rows", COLUMNS, row_items(report.data.rows)),
        ("Reported savings", SAVING_COLUMNS, saving_items(report.data.reported)),
    ]


def _picked(item: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def _summary(report: Report, found: Figures) -> list[dict[str, Any]]:
    data, coverage = report.data, report.data.coverage
    lines: list[tuple[str, Any]] = [
        ("headline", headline_sentence(found.headline)),
        ("note", NOTE),
        ("as of", data.as_of.isoformat() if data.as_of else None),
        ("method version", data.rule_version),
        *((f"portfolio: {name}", value) for name, value in portfolio_pairs(report.portfolio)),
        *(("remark", remark_sentence(remark)) for remark in report.remarks),
        ("organisations", found.headline.organisations.value),
        *((f"organisations, strongest {tag}", x.value) for tag, x in found.headline.by_strongest),
        ("countries", found.headline.countries.value),
        ("reusing repositories of unknown organisations", found.headline.unknown.value),
        ("components of the portfolio", found.headline.components),
        ("components reused by two or more, measured", found.shared.count),
        ("reusing repositories still active, measured", found.active.count),
        ("… of those of which that is known", found.active.of),
        ("pairs that gave commits back", found.contributed.count),
        ("… of those that were counted", found.contributed.of),
        ("commits given back", found.commits),
        ("median days to the first reuse abroad, measured", found.first_days),
        ("rows disputed", found.disputed.value),
        ("rows taken out again later", found.ended.value),
        *((f"rows not counted: {name}", x.value) for name, x in found.left_out),
        ("repositories known", coverage.repositories),
        ("repositories read", coverage.crawled),
        ("repositories that could not be read", coverage.failed),
        ("repositories of a known organisation", coverage.attributed),
    ]  # fmt: skip
    return [{"what": name, "value": value} for name, value in lines]


def _fill(
    sheet: Any, bold: Any, columns: Sequence[str], items: Iterable[Mapping[str, Any]]
) -> None:
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, bold)
    for line, item in enumerate(items, start=1):
        for place, name in enumerate(columns):
            _write(sheet, line, place, item[name])


def _write(sheet: Any, line: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, _text(str(value)))


def _text(text: str) -> str:
    """Return text that XML and a cell can hold."""
    clean = "".join(x if x >= " " or x in "\n\t" else "\ufffd" for x in text)
    return clean.encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
