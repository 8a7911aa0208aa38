"""The rows behind a number of a report, each with the link to its evidence."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import ClassVar, Final

from msgspec import Struct

from registry.lineage.readmodels import EdgeView, End
from registry.reports.rows import EdgeRow, ReportComponent
from registry.reports.selecting import FIELDS, RowFilter, filter_of, filter_pairs, select
from registry.reports.service import Report
from web.pages.paging import page_links
from web.pages.report_query import Linker
from web.pages.view import Context, View

PAGE_SIZE: Final = 50
API: Final = "/api/v1/reports/rows"


class Asked(Struct, frozen=True):
    """What a filter asks for, with the link that asks for it no longer."""

    name: str
    value: str
    label: str
    href: str


class ReportRowsContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/rows.html`; the counts are of all rows, `edges` are those of a page."""

    template: ClassVar[str] = "reports/rows.html"
    edges: tuple[EdgeView, ...]
    total: int
    organisations: int
    repositories: int
    countries: int
    components: int
    asked: tuple[Asked, ...]
    report_href: str
    first_href: str | None
    next_href: str | None
    exports: tuple[tuple[str, str], ...]
    rule_version: int


def rows_context(view: View, links: Linker, report: Report) -> ReportRowsContext:
    """Return what the page of rows shows; raises `InvalidInput` for a filter that there is not."""
    wanted = filter_of({name: view.first(name) for name in FIELDS})
    rows = select(report.data.rows, wanted)
    shown, following = _page(rows, view.first("after"))
    first_href, next_href = page_links(view, following)
    components = {item.slug: item for item in report.data.components}
    return ReportRowsContext(
        edges=tuple(edge_of(row, components) for row in shown),
        total=len(rows),
        organisations=len({row.organisation for row in rows} - {None}),
        repositories=len({row.reuser for row in rows}),
        countries=len({row.country for row in rows} - {None}),
        components=len({row.origin for row in rows}),
        asked=_asked(links, wanted, report),
        report_href=links.page(),
        first_href=first_href,
        next_href=next_href,
        exports=tuple(
            (name, links.api(f"{API}{suffix}", *filter_pairs(wanted)))
            for name, suffix in (("CSV", ".csv"), ("NDJSON", ".ndjson"), ("JSON", ""))
            if view.site.offers(f"{API}{suffix}")
        ),
        rule_version=report.data.rule_version,
    )


def _page(rows: list[EdgeRow], after: str) -> tuple[list[EdgeRow], str | None]:
    """Return the rows of a page, newest first, and the row that the next one begins after."""
    ordered = sorted(rows, key=lambda row: (str(row.first_seen or ""), row.edge), reverse=True)
    start = next((n + 1 for n, row in enumerate(ordered) if row.edge == after), 0)
    shown = ordered[start : start + PAGE_SIZE]
    has_more = len(ordered) > start + PAGE_SIZE
    return shown, shown[-1].edge if has_more else None


def edge_of(row: EdgeRow, components: Mapping[str, ReportComponent]) -> EdgeView:
    """Return a row as the lists of reuse show edges."""
    item = components[row.origin]
    seen = None if row.first_seen is None else datetime.combine(row.first_seen, time(), UTC)
    same = row.origin_organisation == item.organisation
    return EdgeView(
        key=row.edge, kind=row.kind, tag=row.tag, state=row.state,
        origin=End(
            name=item.name, slug=item.slug, url=item.url,
            organisation=item.organisation_name if same else row.origin_organisation,
            organisation_slug=row.origin_organisation, country=row.origin_country,
            region=row.origin_region,
        ),
        reuser=End(
            name=row.reuser_name, slug=row.reuser, organisation=row.organisation_name,
            organisation_slug=row.organisation, country=row.country, region=row.region,
        ),
        direction="unknown" if row.left_out == "direction_unknown" else "known",
        locator=row.locator, first_seen=seen, confidence=row.confidence,
        rule_version=row.rule_version,
        is_mirror=row.left_out == "mirror", is_internal=row.left_out == "internal",
        is_confirmed=row.is_confirmed, is_demo=row.is_demo,
    )  # fmt: skip


def _asked(links: Linker, wanted: RowFilter, report: Report) -> tuple[Asked, ...]:
    pairs = filter_pairs(wanted)
    names = {row.organisation: row.organisation_name for row in report.data.rows}
    names |= {item.organisation: item.organisation_name for item in report.data.components}
    names |= {item.slug: item.name for item in report.data.components}
    return tuple(
        Asked(
            name,
            value,
            names.get(value) or value,
            links.rows(filter_of({n: v for n, v in pairs if n != name})),
        )
        for name, value in pairs
    )
