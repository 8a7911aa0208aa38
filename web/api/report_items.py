"""From a report to what the API returns: every number with the address of its rows."""

from urllib.parse import urlencode

from msgspec.structs import asdict

from registry.reports.figures import Figure, Figures, Headline, Share
from registry.reports.matrix import MatrixChoice, cell_rows
from registry.reports.rows import EdgeRow
from registry.reports.selecting import RowFilter, filter_pairs
from registry.reports.sentences import headline_sentence
from registry.reports.service import Report
from web.api.call import Call
from web.api.report_structs import (
    CountedItem,
    HeadlineItem,
    ReportCell,
    ReportComponentItem,
    ReportMatrixItem,
    ReportResource,
    RowItem,
    ShareItem,
    StepItem,
    TagItem,
)

Pairs = list[tuple[str, str]]


class RowUrls:
    """Makes the addresses of the rows of one report."""

    def __init__(self, call: Call, about: Pairs) -> None:
        self._base = call.api_url("reports", "rows")
        self._pairs = about

    def of(self, wanted: RowFilter) -> str:
        """Return the address of the rows that a filter selects."""
        return f"{self._base}?{urlencode([*self._pairs, *filter_pairs(wanted)])}"


def report_resource(
    call: Call, report: Report, choice: MatrixChoice, about: Pairs
) -> ReportResource:
    """Return a report with a matrix; `about` are the parameters that say what it is about."""
    found = report.figures
    urls = RowUrls(call, about)
    query = urlencode(about)
    return ReportResource(
        portfolio=report.portfolio,
        remarks=report.remarks,
        headline=_headline(found.headline, urls),
        tags=tuple(TagItem(**asdict(x), rows_url=urls.of(x.rows)) for x in found.tags),
        matrix=_matrix(report, choice, urls),
        growth=tuple(_steps(found, urls)),
        firsts=found.firsts,
        first_days=found.first_days,
        contributed=_share(found.contributed, urls),
        commits=found.commits,
        active=_share(found.active, urls),
        shared=_share(found.shared, urls),
        disputed=_counted(found.disputed, urls),
        ended=_counted(found.ended, urls),
        left_out={name: _counted(x, urls) for name, x in found.left_out},
        components=tuple(_components(call, found, urls)),
        coverage=report.data.coverage,
        rule_version=report.data.rule_version,
        as_of=report.data.as_of or call.services.as_of(),
        html_url=f"{call.page_url('reports')}?{query}",
    )


def _counted(figure: Figure, urls: RowUrls) -> CountedItem:
    return CountedItem(value=figure.value or 0, rows_url=urls.of(figure.rows))


def _share(found: Share, urls: RowUrls) -> ShareItem:
    return ShareItem(**asdict(found), share=found.value, rows_url=urls.of(found.rows))


def _headline(found: Headline, urls: RowUrls) -> HeadlineItem:
    return HeadlineItem(
        sentence=headline_sentence(found),
        components=found.components,
        reused=_counted(found.reused, urls),
        organisations=_counted(found.organisations, urls),
        countries=_counted(found.countries, urls),
        by_strongest={tag: _counted(x, urls) for tag, x in found.by_strongest},
        unknown=_counted(found.unknown, urls),
    )


def _matrix(report: Report, choice: MatrixChoice, urls: RowUrls) -> ReportMatrixItem:
    found = report.matrix(choice)
    return ReportMatrixItem(
        **asdict(choice),
        cells=tuple(
            ReportCell(
                **asdict(cell),
                rows_url=urls.of(cell_rows(choice, cell.origin, cell.reuser, cell.period)),
            )
            for cell in found.cells
        ),
        edges=found.edges,
        unplaced=found.unplaced,
    )


def _steps(found: Figures, urls: RowUrls) -> list[StepItem]:
    return [
        StepItem(
            tag=tag, period=step.period, new=step.new, total=step.total,
            rows_url=urls.of(step.rows),
        )
        for tag, steps in found.steps
        for step in steps
    ]  # fmt: skip


def _components(call: Call, found: Figures, urls: RowUrls) -> list[ReportComponentItem]:
    return [
        ReportComponentItem(
            slug=item.component.slug, name=item.component.name, url=item.component.url,
            organisation=item.component.organisation, country=item.component.country,
            repository_state=item.component.repository_state,
            organisations={tag: x.value or 0 for tag, x in item.organisations},
            countries=item.countries, first=item.first, contributed=item.contributed,
            api_url=call.api_url("components", item.component.slug), rows_url=urls.of(item.rows),
        )
        for item in found.components
    ]  # fmt: skip


def row_item(call: Call, row: EdgeRow) -> RowItem:
    """Return a row with the address of its evidence."""
    return RowItem(**asdict(row), month=row.month, evidence_url=call.api_url("evidence", row.edge))
