"""Examples of answers about reports for the OpenAPI document; what they tell is invented."""

from datetime import UTC, date, datetime
from typing import Final

from msgspec.structs import asdict

from registry.reports.figures import FirstReuse
from registry.reports.portfolio import Portfolio, Remark
from registry.reports.rows import Coverage, EdgeRow
from registry.reports.selecting import RowFilter
from registry.reports.table import COLUMNS, COMPONENT_COLUMNS
from web.api.examples import BASE
from web.api.negotiation import Form
from web.api.report_structs import (
    CountedItem,
    HeadlineItem,
    ReportCell,
    ReportComponentItem,
    ReportMatrixItem,
    ReportResource,
    RowItem,
    RowListing,
    ShareItem,
    StepItem,
    TagItem,
)

_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_ROWS: Final = f"{BASE}/api/v1/reports/rows?organisation=example-city"
_FIRST: Final = FirstReuse(
    slug="example-city-forms", days=410, country="FI", edge="ev_0a1b2c3d4e5f60718293a4b5"
)
_MEASURED: Final = RowFilter(tag="measured")


def _counted(value: int, more: str = "") -> CountedItem:
    return CountedItem(value=value, rows_url=_ROWS + more)


def _share(count: int, of: int, more: str) -> ShareItem:
    return ShareItem(count=count, of=of, share=count / of, rows=_MEASURED, rows_url=_ROWS + more)


ROW: Final = EdgeRow(
    edge="ev_0a1b2c3d4e5f60718293a4b5", evidence="9f" * 32, kind="shared_commits",
    tag="measured", state="current", confidence="verified", origin="example-city-forms",
    reuser="example-town-forms", reuser_name="Town forms", is_counted=True,
    origin_organisation="example-city", origin_country="EE", organisation="example-town",
    organisation_name="Example Town", country="FI", reuser_family="example-city-forms",
    first_seen=date(2021, 5, 3), last_seen=date(2026, 5, 30), share=0.82, share_basis="commits",
    probability=0.9889, is_active=True, contributed=12,
)  # fmt: skip
REPORT: Final = ReportResource(
    portfolio=Portfolio(
        organisations=("example-city",), urls=("https://code.example/city/nothing",)
    ),
    remarks=(
        Remark(name="url", value="https://code.example/city/nothing", reason="unknown"),
    ),
    headline=HeadlineItem(
        sentence="1 component; 1 organisation in 1 country reuse them: 1 measured.",
        components=1, reused=_counted(1), organisations=_counted(1), countries=_counted(1),
        by_strongest={"measured": _counted(1, "&strongest=measured")},
        unknown=_counted(0, "&to_organisation=-"),
    ),
    tags=(
        TagItem(
            tag="measured", edges=1, repositories=1, families=1, organisations=1, components=1,
            countries=1, foreign_countries=1, unknown=0, rows=_MEASURED,
            rows_url=f"{_ROWS}&tag=measured",
        ),
    ),
    matrix=ReportMatrixItem(
        group="country", period="all", tag="measured", kind="", edges=1, unplaced=0,
        cells=(
            ReportCell(
                origin="EE", reuser="FI", period="all", pairs=1, components=1, edges=1,
                rows_url=f"{_ROWS}&tag=measured&from_country=EE&to_country=FI",
            ),
        ),
    ),
    growth=(
        StepItem(
            tag="measured", period="2021-Q2", new=1, total=1,
            rows_url=f"{_ROWS}&tag=measured&period=2021-Q2&new=true",
        ),
    ),
    firsts=(_FIRST,), first_days=410.0, contributed=_share(1, 1, "&contributed=true"), commits=12,
    active=_share(1, 1, "&tag=measured&active=true"),
    shared=_share(0, 1, "&tag=measured&shared=true"),
    disputed=_counted(0, "&disputed=true"), ended=_counted(0, "&ended=true"),
    left_out={"mirror": _counted(2, "&left_out=mirror")},
    components=(
        ReportComponentItem(
            slug="example-city-forms", name="City forms", url="https://code.example/city/forms",
            organisation="example-city", country="EE", repository_state="active",
            organisations={"measured": 1}, countries=1, first=_FIRST, contributed=12,
            api_url=f"{BASE}/api/v1/components/example-city-forms",
            rows_url=f"{_ROWS}&origin=example-city-forms",
        ),
    ),
    coverage=Coverage(
        repositories=1200, crawled=1150, failed=30, pending=15, gone=5, attributed=1100,
        by_country={"EE": 400, "FI": 750},
    ),
    rule_version=1, as_of=_AT, html_url=f"{BASE}/reports?organisation=example-city",
)  # fmt: skip
ROWS: Final = RowListing(
    items=(
        RowItem(
            **asdict(ROW), month=ROW.month, evidence_url=f"{BASE}/api/v1/evidence/{ROW.edge}"
        ),
    ),
    total=1, next=None, as_of=_AT, rule_version=1,
)  # fmt: skip
CSV: Final = ",".join(COLUMNS) + "\r\n"
COMPONENTS_CSV: Final = ",".join(COMPONENT_COLUMNS) + "\r\n"
NDJSON: Final = '{"edge":"ev_0a1b2c3d4e5f60718293a4b5","kind":"shared_commits"}\n'
FILES: Final = {Form.CSV: CSV, Form.NDJSON: NDJSON}
