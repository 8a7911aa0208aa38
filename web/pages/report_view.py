"""What the page of a report shows, made of its figures: every number with the link to its rows."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

from msgspec import Struct

from registry.lineage.readmodels import MatrixCell
from registry.lineage.vocabulary import GROUPS, KINDS, TAGS
from registry.reports.figures import (
    ComponentFigures,
    Figure,
    Figures,
    Share,
    Step,
    TagFigures,
    years_of,
)
from registry.reports.keeping import SavedView
from registry.reports.matrix import ALL, MatrixChoice, ReportMatrix, cell_rows
from registry.reports.portfolio import Remark
from registry.reports.rows import Coverage
from registry.reports.selecting import RowFilter
from registry.reports.service import Report
from web.pages.charts import periods as charts
from web.pages.charts.matrix import Flow, MatrixTable, flows, matrix_table
from web.pages.report_pdf import has_pdf
from web.pages.report_query import CHOICES, Linker, choice_of
from web.pages.report_savings import ReportedPart, SavingsPart, reported_part, savings_part
from web.pages.report_words import Piece, headline_pieces
from web.pages.view import Context, View

MAX_COMPONENTS: Final = 50
MAX_FLOWS: Final = 30
SORTS: Final = ("name", "organisations")
API: Final = "/api/v1/reports"


class Number(Struct, frozen=True):
    """A number and the address of the rows that it counts."""

    value: int
    href: str


class Part(Struct, frozen=True):
    """So many of so many, with the address of the rows."""

    count: int
    of: int
    share: float | None
    href: str


class TagLine(Struct, frozen=True):
    """A line of the table of evidence: a tag and its numbers at every level."""

    found: TagFigures
    href: str


class Growth(Struct, frozen=True):
    """What is new in each period, of one tag: the table, and the chart made of it."""

    tag: str
    steps: tuple[tuple[Step, str], ...]
    chart: charts.Periods | None
    is_yearly: bool


class ComponentLine(Struct, frozen=True):
    """A component of the portfolio with the links to its rows."""

    found: ComponentFigures
    numbers: tuple[tuple[str, Number], ...]
    href: str
    flag: str


class Covered(Struct, frozen=True):
    """How many components of the whole catalogue are of a country."""

    country: str
    components: int


class ReportContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/report.html`.

    `kept` are the parameters of the portfolio, as fields of the forms of this page. `exports` are
    (name, address). `saved` is the saved report that this is, `keep_href` the form to keep it.
    `covered` are the countries of the portfolio and its reusers, with how much of each is in the
    catalogue.
    """

    template: ClassVar[str] = "reports/report.html"
    saved: SavedView | None
    keep_href: str
    has_pdf: bool
    freeze_href: str
    figures: Figures
    lead: tuple[Piece, ...]
    remarks: tuple[Remark, ...]
    tags: tuple[TagLine, ...]
    choice: MatrixChoice
    matrix: ReportMatrix
    table: MatrixTable | None
    flows: tuple[Flow, ...]
    periods: tuple[tuple[str, str, bool], ...]
    growth: tuple[Growth, ...]
    components: tuple[ComponentLine, ...]
    hidden_components: int
    sort: str
    may_rank: bool
    sort_hrefs: tuple[tuple[str, str], ...]
    active: Part
    shared: Part
    contributed: Part
    disputed: Number
    ended: Number
    undated: Number
    left_out: tuple[tuple[str, Number], ...]
    coverage: Coverage
    covered: tuple[Covered, ...]
    kept: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    tag_values: tuple[str, ...]
    kinds: tuple[str, ...]
    exports: tuple[tuple[str, str], ...]
    edit_href: str
    components_href: str
    rule_version: int
    savings: SavingsPart | None
    reported: ReportedPart | None


def report_context(
    view: View, links: Linker, report: Report, saved: SavedView | None
) -> ReportContext:
    """Return all that the page shows."""
    found = report.figures
    choice = choice_of(view)
    matrix = report.matrix(choice)
    period = _period(view, matrix)
    shown = [x for x in matrix.cells if period in ("", x.period)]
    sort = _sort(view, found)
    return ReportContext(
        saved=saved,
        freeze_href=links.freeze() if view.services.snapshots and view.services.accounts else "",
        keep_href=links.keep() if saved is None and view.services.accounts else "",
        has_pdf=has_pdf(),
        figures=found,
        lead=headline_pieces(view.language, found.headline, links) if found.components else (),
        remarks=report.remarks,
        tags=tuple(TagLine(x, links.rows(x.rows)) for x in found.tags),
        choice=choice,
        matrix=matrix,
        **_drawn(view, links, matrix, shown, period),
        periods=_periods(links, choice, matrix, period),
        growth=tuple(_growth(links, tag, steps) for tag, steps in found.steps if steps),
        components=_component_lines(links, found, sort),
        hidden_components=max(0, len(found.components) - MAX_COMPONENTS),
        sort=sort,
        may_rank=found.may_rank,
        sort_hrefs=tuple((name, links.page(("sort", name))) for name in SORTS),
        active=_part(links, found.active),
        shared=_part(links, found.shared),
        contributed=_part(links, found.contributed),
        disputed=_number(links, found.disputed),
        ended=_number(links, found.ended),
        undated=Number(found.undated.value or 0, ""),
        left_out=tuple((name, _number(links, x)) for name, x in found.left_out),
        coverage=report.data.coverage,
        covered=_covered(view, report),
        kept=tuple(links.address.pairs),
        groups=GROUPS,
        tag_values=TAGS,
        kinds=KINDS,
        exports=exports(view, links),
        edit_href=links.edit(),
        components_href=links.api(f"{API}/components.csv"),
        rule_version=report.data.rule_version,
        savings=savings_part(view, links, report),
        reported=reported_part(view, links, report),
    )


def exports(view: View, links: Linker) -> tuple[tuple[str, str], ...]:
    """Return the forms in which the report can be had here, with their addresses."""
    offered = (
        ("CSV", f"{API}/rows.csv"), ("NDJSON", f"{API}/rows.ndjson"),
        ("XLSX", f"{API}/report.xlsx"), ("JSON", API),
    )  # fmt: skip
    found = [(name, links.api(path)) for name, path in offered if view.site.offers(path)]
    return (*found, ("PDF", links.pdf())) if has_pdf() else tuple(found)


def _number(links: Linker, figure: Figure) -> Number:
    return Number(figure.value or 0, links.rows(figure.rows))


def _part(links: Linker, found: Share) -> Part:
    return Part(found.count, found.of, found.value, links.rows(found.rows))


def _period(view: View, matrix: ReportMatrix) -> str:
    """Return the year or quarter to look at alone; an empty one stands for all."""
    if matrix.choice.period == ALL:
        return ""
    wanted = view.first("at")
    return wanted if any(x.period == wanted for x in matrix.cells) else ""


def _periods(
    links: Linker, choice: MatrixChoice, matrix: ReportMatrix, current: str
) -> tuple[tuple[str, str, bool], ...]:
    """Return (period, address, is current) of each period with cells."""
    if choice.period == ALL:
        return ()
    known = sorted({cell.period for cell in matrix.cells})
    shared = _choice_pairs(choice)
    return tuple(
        (period, links.page(*shared, *([("at", period)] if period else [])) + "#matrix",
         period == current)
        for period in ("", *known)
    )  # fmt: skip


def _choice_pairs(choice: MatrixChoice) -> list[tuple[str, str]]:
    values = ((name, getattr(choice, name)) for name in CHOICES if name != "sort")
    return [(name, value) for name, value in values if value]


def _drawn(
    view: View, links: Linker, matrix: ReportMatrix, cells: Sequence[MatrixCell], period: str
) -> dict[str, Any]:
    """Return the table for countries and regions, the largest flows for organisations."""
    name = _namer(view, matrix)

    def address(origin: str, reuser: str) -> str:
        return links.rows(cell_rows(matrix.choice, origin, reuser, period or ALL))

    is_wide = matrix.choice.group == "organisation"
    return {
        "table": None if is_wide or not cells else matrix_table(cells, name, address),
        "flows": flows(cells, name, address, MAX_FLOWS) if is_wide else (),
    }


def _namer(view: View, matrix: ReportMatrix) -> Any:
    language = view.language
    if matrix.choice.group == "country":
        return language.country
    if matrix.choice.group == "region":
        return language.region
    return lambda code: matrix.labels.get(code, code)


def _growth(links: Linker, tag: str, steps: tuple[Step, ...]) -> Growth:
    is_yearly = len(steps) > charts.MOST
    shown = years_of(tag, steps) if is_yearly else steps
    lines = tuple((step, links.rows(step.rows)) for step in shown)
    return Growth(tag, lines, charts.periods(shown), is_yearly)


def _sort(view: View, found: Figures) -> str:
    """Return the order of the components: fewer than five are not ranked."""
    wanted = view.first("sort")
    return wanted if wanted in SORTS and found.may_rank else SORTS[0]


def _component_lines(links: Linker, found: Figures, sort: str) -> tuple[ComponentLine, ...]:
    every = sorted(found.components, key=lambda x: (x.component.name.casefold(), x.component.slug))
    if sort == "organisations":
        every.sort(key=lambda x: -(x.organisations[0][1].value or 0))
    return tuple(_component_line(links, item) for item in every[:MAX_COMPONENTS])


def _component_line(links: Linker, item: ComponentFigures) -> ComponentLine:
    state = item.component.repository_state
    return ComponentLine(
        found=item,
        numbers=tuple((tag, _number(links, figure)) for tag, figure in item.organisations),
        href=links.rows(item.rows),
        flag=state if state in {"gone", "archived"} else "",
    )


def _covered(view: View, report: Report) -> tuple[Covered, ...]:
    """Return the countries that the report names, by name, with what is known of each."""
    known = report.data.coverage.by_country
    found = (Covered(code, known.get(code, 0)) for code in report.data.countries)
    return tuple(sorted(found, key=lambda x: view.language.country(x.country)))


def chosen_words(wanted: RowFilter) -> Iterable[tuple[str, str]]:
    """Yield what a filter asks for, as names and values of the page."""
    for name in RowFilter.__struct_fields__:
        if value := getattr(wanted, name):
            yield name, value
