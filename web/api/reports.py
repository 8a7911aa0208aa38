"""Reports for funders: figures of a portfolio, and the rows behind them as data."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final

from litestar import Controller, Response, get

from registry.errors import NotFound
from registry.reports.rows import EdgeRow
from registry.reports.selecting import select
from registry.reports.service import Report, Reports
from registry.reports.table import COLUMNS, COMPONENT_COLUMNS, component_items, row_items
from registry.reports.workbook import workbook
from web.api import kinds, report_examples
from web.api.answers import selected
from web.api.call import Call, CallDependency
from web.api.exports import Column, csv_file, ndjson_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.api.report_items import report_resource, row_item
from web.api.report_query import (
    FILTER,
    MATRIX,
    PORTFOLIO,
    about,
    asked_matrix,
    asked_portfolio,
    asked_rows,
)
from web.api.report_structs import ReportResource, RowItem, RowListing
from web.limits import EXPORT_COST, LIST_COST

REPORT_COST: Final = 5
REPORT: Final = (*PORTFOLIO, *MATRIX, kinds.fields(ReportResource.__struct_fields__))
ROWS: Final = (
    *PORTFOLIO, *FILTER, kinds.limit(), kinds.AFTER, kinds.fields(RowItem.__struct_fields__),
)  # fmt: skip
FILE: Final = (*PORTFOLIO, *FILTER)


def _columns(names: Iterable[str]) -> tuple[Column, ...]:
    return tuple(Column(name, name, itemgetter(name)) for name in names)


ROW_COLUMNS: Final = _columns(COLUMNS)
PART_COLUMNS: Final = _columns(COMPONENT_COLUMNS)


class ReportsApi(Controller):
    """Reports."""

    path = "/reports"
    tags = ["Reports"]

    @get(
        "/",
        sync_to_thread=True,
        operation_id="get_report",
        summary="Get a report on a portfolio of components",
        opt={"cost": REPORT_COST},
        responses=specs(ReportResource, "The figures.", report_examples.REPORT),
        operation_class=described(REPORT),
    )
    def get_report(self, call: CallDependency) -> Response[Any]:
        """Return who reuses the components of a portfolio, how that is known, and what is not.

        Each parameter of the portfolio adds its components. Every number has the address of the
        rows that it counts. Numbers of different tags are never added together.
        """
        values = call.read(REPORT)
        report = _report(call, values)
        resource = report_resource(call, report, asked_matrix(values), about(values))
        return call.resource(resource, values, last_modified=report.data.as_of)

    @get(
        "/rows",
        sync_to_thread=True,
        operation_id="list_report_rows",
        summary="List the rows behind a number of a report",
        opt={"forms": (Form.JSON, Form.CSV, Form.NDJSON), "cost": REPORT_COST},
        responses=specs(RowListing, "A page of rows.", report_examples.ROWS),
        operation_class=described(ROWS, report_examples.FILES),
    )
    def list_rows(self, call: CallDependency) -> Response[Any]:
        """Return a page of rows, by the key of their edge, with how many match in all.

        Without a filter all rows that figures count. `.csv` and `.ndjson` after `rows` give all of
        them at once, and there also those that are not counted, unless a filter is sent.
        """
        if call.form is not Form.JSON:
            call.pay(EXPORT_COST - LIST_COST)
            return _file(call, call.form)
        values = call.read(ROWS)
        report = _report(call, values)
        rows = select(report.data.rows, asked_rows(values))
        after = values.one("after", "")
        rest = [row for row in rows if row.edge > after]
        shown = rest[: values.one("limit", 20)]
        cursor = shown[-1].edge if len(rest) > len(shown) else None
        following = call.next_url(values, cursor)
        fields = values.one("fields", ())
        items: Any = tuple(selected(row_item(call, row), fields) for row in shown)
        as_of = report.data.as_of or call.services.as_of()
        body = RowListing(
            items=items, total=len(rows), next=following, as_of=as_of,
            rule_version=report.data.rule_version,
        )  # fmt: skip
        return call.json(body, last_modified=as_of, headers=call.links(values, following))

    @get(
        "/rows.csv",
        sync_to_thread=True,
        operation_id="export_report_rows_csv",
        summary="Export the rows of a report as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(FILE, {Form.CSV: report_examples.CSV}, only=True),
    )
    def rows_csv(self, call: CallDependency) -> Response[Any]:
        """Return every row, also those that are not counted, unless a filter is sent."""
        return _file(call, Form.CSV)

    @get(
        "/rows.ndjson",
        sync_to_thread=True,
        operation_id="export_report_rows_ndjson",
        summary="Export the rows of a report as NDJSON",
        opt={"form": Form.NDJSON, "cost": EXPORT_COST},
        responses=specs(str, "One JSON object per line."),
        operation_class=described(FILE, {Form.NDJSON: report_examples.NDJSON}, only=True),
    )
    def rows_ndjson(self, call: CallDependency) -> Response[Any]:
        """Return every row, also those that are not counted, unless a filter is sent."""
        return _file(call, Form.NDJSON)

    @get(
        "/report.xlsx",
        sync_to_thread=True,
        operation_id="export_report_xlsx",
        summary="Export a report as a spreadsheet",
        opt={"form": Form.XLSX, "cost": EXPORT_COST},
        responses=specs(str, "An XLSX file (ISO/IEC 29500)."),
        operation_class=described((*PORTFOLIO, *MATRIX), {Form.XLSX: "PK"}, only=True),
    )
    def report_xlsx(self, call: CallDependency) -> Response[Any]:
        """Return figures, matrix, components and all rows, a sheet each; formulas stay text."""
        values = call.read((*PORTFOLIO, *MATRIX))
        report = _report(call, values)
        content = workbook(report, asked_matrix(values))
        return call.file(content, Form.XLSX, name="report.xlsx", last_modified=report.data.as_of)

    @get(
        "/components.csv",
        sync_to_thread=True,
        operation_id="export_report_components_csv",
        summary="Export the components of a report as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(PORTFOLIO, {Form.CSV: report_examples.COMPONENTS_CSV}, only=True),
    )
    def components_csv(self, call: CallDependency) -> Response[Any]:
        """Return a line for each component of the portfolio, reused or not."""
        report = _report(call, call.read(PORTFOLIO))
        items = component_items(report.data.components)
        return call.export(csv_file(items, PART_COLUMNS), Form.CSV, last_modified=report.data.as_of)


def reports_of(call: Call) -> Reports:
    """Return the reports of this instance, or raise `NotFound`."""
    if call.services.reports is None:
        raise NotFound("this registry makes no reports")
    return call.services.reports


def _report(call: Call, values: Values) -> Report:
    reports = reports_of(call)
    return reports.report(asked_portfolio(values, reports))


def _file(call: Call, form: Form) -> Response[Any]:
    values = call.read(FILE)
    report = _report(call, values)
    rows = _exported(report, values)
    parts = (
        csv_file(row_items(rows), ROW_COLUMNS) if form is Form.CSV else ndjson_file(row_items(rows))
    )
    return call.export(parts, form, last_modified=report.data.as_of)


def _exported(report: Report, values: Values) -> Iterable[EdgeRow]:
    """Return every row where nothing narrows it, else those that the filter selects."""
    is_whole = not any(name.name in dict(values.pairs) for name in FILTER)
    return report.data.rows if is_whole else select(report.data.rows, asked_rows(values))
