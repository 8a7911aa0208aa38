"""A report as it is printed: one document without links to pages of rows, for a PDF."""

from typing import ClassVar, Final

from registry.adoption.savings.models import SavingView
from registry.reports.figures import Figures, Step, years_of
from registry.reports.keeping import SavedView
from registry.reports.matrix import MatrixChoice, ReportMatrix
from registry.reports.portfolio import Remark
from registry.reports.rows import Coverage, EdgeRow
from registry.reports.savings.draws import Range
from registry.reports.selecting import RowFilter, select
from registry.reports.service import Report
from web.pages.report_pdf import pdf_of
from web.pages.report_query import Linker
from web.pages.report_savings import savings_part
from web.pages.report_words import headline_pieces
from web.pages.view import Context, View

MAX_COMPONENTS: Final = 200
MAX_ROWS: Final = 400


class PrintContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/print.html`; `site` is the public address of the registry.

    `savings` are (name, range), `reported` what organisations report, `names` those of components
    by slug. At most `most` components or reported savings, and `most_rows` rows, are printed.
    """

    template: ClassVar[str] = "reports/print.html"
    title: str
    lead: str
    address: str
    site: str
    saved: SavedView | None
    remarks: tuple[Remark, ...]
    figures: Figures
    matrix: ReportMatrix
    years: tuple[tuple[str, tuple[Step, ...]], ...]
    savings: tuple[tuple[str, Range | None], ...]
    reported: tuple[SavingView, ...]
    coverage: Coverage
    rows: tuple[EdgeRow, ...]
    names: dict[str, str]
    most: int
    most_rows: int
    rule_version: int


def report_pdf(view: View, links: Linker, report: Report, saved: SavedView | None) -> bytes:
    """Return the report as a PDF, in the language of the page."""
    html = view.html(_context(view, links, report, saved), view.chrome(is_demo=report.data.is_demo))
    return pdf_of(html, view.site.base_url)


def _context(view: View, links: Linker, report: Report, saved: SavedView | None) -> PrintContext:
    found = report.figures
    lead = "".join(x.text for x in headline_pieces(view.language, found.headline, links))
    rows = select(report.data.rows, RowFilter())
    site = view.site.base_url
    return PrintContext(
        title=saved.title if saved else "",
        lead=lead,
        address=site + links.page(),
        site=site,
        saved=saved,
        remarks=report.remarks,
        figures=found,
        matrix=report.matrix(MatrixChoice()),
        years=tuple((tag, years_of(tag, steps)) for tag, steps in found.steps if steps),
        savings=_savings(view, links, report),
        reported=report.data.reported,
        coverage=report.data.coverage,
        rows=tuple(sorted(rows, key=lambda x: (x.origin, str(x.first_seen or ""), x.edge))),
        names={item.slug: item.name for item in report.data.components},
        most=MAX_COMPONENTS,
        most_rows=MAX_ROWS,
        rule_version=report.data.rule_version,
    )


def _savings(view: View, links: Linker, report: Report) -> tuple[tuple[str, Range | None], ...]:
    part = savings_part(view, links, report)
    if part is None:
        return ()
    text = view.language.gettext
    return (
        (text("Replacement cost"), part.found.replacement),
        (text("Avoided cost"), part.found.avoided),
    )
