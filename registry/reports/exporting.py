"""A report as a file, by the ending of its name."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from registry.domain.cells import cell_text
from registry.errors import InvalidInput
from registry.reports.figures import figures_of
from registry.reports.service import Report
from registry.reports.table import COLUMNS, row_items
from registry.reports.workbook import workbook

ENDINGS: Final = ("csv", "ndjson", "json", "xlsx")


def exported(report: Report, ending: str) -> bytes:
    """Return the file of a report: rows as CSV or NDJSON, figures as JSON, all as XLSX."""
    if ending == "csv":
        return csv_of(row_items(report.data.rows), COLUMNS)
    if ending == "ndjson":
        return b"".join(msgspec.json.encode(x) + b"\n" for x in row_items(report.data.rows))
    if ending == "json":
        whole = {
            "portfolio": report.portfolio, "remarks": report.remarks,
            "figures": figures_of(report.data), "coverage": report.data.coverage,
            "rule_version": report.data.rule_version, "as_of": report.data.as_of,
            "reported": report.data.reported,
        }  # fmt: skip
        return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
    if ending == "xlsx":
        return workbook(report)
    raise InvalidInput(f"a report can be a file of {', '.join(ENDINGS)}, not {ending[:20]!r}")


def csv_of(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8); what would be run as a formula gets a quote before."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell_text(item[name]) for name in columns] for item in items)
    return text.getvalue().encode("utf-8", "replace")
