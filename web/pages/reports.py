"""Reports for funders: a portfolio, the page about it, and the rows behind every number."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.domain.countries import COUNTRIES
from registry.errors import InvalidInput, NotFound
from registry.reports.keeping import NewReport, SavedView
from registry.reports.portfolio import (
    MAX_COMPONENTS,
    Portfolio,
    fits_address,
    portfolio_query,
)
from registry.reports.service import Reports
from web.auth.visit import Visit, VisitDependency
from web.i18n.marking import _
from web.pages.forms import AnyRequest, pay_for_form
from web.pages.report_form import WrongReport, asked_in, sent_form
from web.pages.report_pdf import has_pdf
from web.pages.report_print import report_pdf
from web.pages.report_query import REPORTS, Linker, ReportAddress, address_of
from web.pages.report_rows import rows_context
from web.pages.report_view import API, report_context
from web.pages.view import CACHE, Context, View, ViewDependency

MAKE: Final = {"action": Action.MAKE_REPORT}
FORM_COST: Final = 10
PDF_COST: Final = 30
KEPT_TITLE: Final = _("Report without a title")
EMPTY: Final = _("Say which software it is: fill in one of the fields.")
TOO_LONG: Final = _(
    "This is too much for an address: sign in and save the report, or choose an organisation, a "
    "topic or a search that finds it."
)


class ReportsContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/index.html`; `countries` are those with components."""

    template: ClassVar[str] = "reports/index.html"
    countries: tuple[tuple[str, int, str], ...]


class NewReportContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/new.html`; `wrong` is the field to be mended, `problem` why."""

    template: ClassVar[str] = "reports/new.html"
    portfolio: Portfolio
    countries: tuple[str, ...]
    most: int
    wrong: str
    problem: str
    csrf: str


class ReportPages(Controller):
    """`/reports`, `/reports/new` and `/reports/rows`."""

    path = REPORTS
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency) -> Response[Any]:
        """Show a report, or what reports are where none is asked for."""
        reports = reports_of(view)
        address = address_of(view)
        if address.is_empty:
            return view.render(_index(view))
        saved = reports.saved(address.stored) if address.stored else None
        return _shown(view, address, saved)

    @get("/{report_key:str}", sync_to_thread=True)
    def saved(self, view: ViewDependency, report_key: FromPath[str]) -> Response[Any]:
        """Show a saved report: whoever knows its key may read it."""
        found = reports_of(view).saved(report_key)
        address = replace(address_of(view), stored=found.key)
        return _shown(view, address, found)

    @get("/rows", sync_to_thread=True)
    def rows(self, view: ViewDependency) -> Response[Any]:
        """Show the rows that a number counts."""
        reports = reports_of(view)
        address = address_of(view)
        if address.is_empty:
            return Redirect(view.language.link(f"{REPORTS}/new"), status_code=303)
        report = reports.report(portfolio_at(reports, address))
        links = Linker(view, address)
        context = rows_context(view, links, report)
        return view.render(context, is_demo=any(x.is_demo for x in context.edges), is_indexed=False)

    @get("/report.pdf", sync_to_thread=True)
    def pdf(self, view: ViewDependency, request: AnyRequest) -> Response[Any]:
        """Give a report as a PDF, where this instance can make one."""
        reports, address = reports_of(view), address_of(view)
        if address.is_empty or not has_pdf():
            raise NotFound("There is no PDF here: print the page of the report instead.")
        pay_for_form(view.site, request, PDF_COST)
        saved = reports.saved(address.stored) if address.stored else None
        report = reports.report(portfolio_at(reports, address))
        content = report_pdf(view, Linker(view, address), report, saved)
        headers = {
            "Content-Disposition": 'inline; filename="report.pdf"', "Cache-Control": CACHE,
            "Content-Language": view.language.code, "X-Robots-Tag": "noindex",
        }  # fmt: skip
        return Response(content, media_type="application/pdf", headers=headers)

    @get("/new", sync_to_thread=True)
    def new(self, view: ViewDependency, visit: VisitDependency) -> Response[Any]:
        """Ask which components a report is about; what is in the address is there already."""
        portfolio = portfolio_at(reports_of(view), address_of(view))
        context = _form(view, visit, portfolio)
        return view.render(context, is_indexed=not view.pairs)

    @post("/new", sync_to_thread=True, opt=MAKE)
    def make(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Go to the report on what was chosen; what is wrong is said at the form."""
        pay_for_form(view.site, request, FORM_COST)
        sent = sent_form(request.headers.get("content-type", ""), body)
        asked = Portfolio()
        try:
            asked = asked_in(sent)
            asked = reports_of(view).named(asked)
        except WrongReport as error:
            return _mend(view, visit, error.portfolio, error.field, str(error))
        except InvalidInput as error:
            return _mend(view, visit, asked, "organisations", str(error))
        if asked.is_empty:
            return _mend(view, visit, asked, "urls", view.language.gettext(EMPTY))
        if not fits_address(asked):
            return _kept(view, visit, asked)
        target = f"{view.language.link(REPORTS)}?{portfolio_query(asked)}"
        return Redirect(target, status_code=303)


def reports_of(view: View) -> Reports:
    """Return the reports of this instance."""
    if view.services.reports is None:
        raise NotFound("This registry makes no reports.")
    return view.services.reports


def _index(view: View) -> ReportsContext:
    known = view.services.catalogue.countries()
    link = view.language.link(REPORTS)
    found = sorted(known, key=lambda x: view.language.country(x.code))
    return ReportsContext(
        countries=tuple(
            (x.code, x.components, f"{link}?{portfolio_query(Portfolio(countries=(x.code,)))}")
            for x in found
            if x.components
        )
    )


def portfolio_at(reports: Reports, address: ReportAddress) -> Portfolio:
    """Return what an address is about: a saved portfolio, or the one that stands in it."""
    return reports.saved(address.stored).portfolio if address.stored else address.portfolio


def _shown(view: View, address: ReportAddress, saved: SavedView | None) -> Response[Any]:
    reports = reports_of(view)
    report = reports.report(saved.portfolio if saved else address.portfolio)
    links = Linker(view, address)
    return view.render(
        report_context(view, links, report, saved),
        is_demo=report.data.is_demo, twin=links.api(API), is_indexed=False,
    )  # fmt: skip


def _kept(view: View, visit: Visit, asked: Portfolio) -> Response[Any]:
    """Keep a portfolio that is too long for an address, for who is signed in."""
    if visit.actor.account is None:
        return _mend(view, visit, asked, "urls", view.language.gettext(TOO_LONG))
    title = view.language.gettext(KEPT_TITLE)
    found = reports_of(view).keep(visit.actor, NewReport(title=title, portfolio=asked))
    return Redirect(view.language.link(f"{REPORTS}/{found.key}"), status_code=303)


def _form(
    view: View, visit: Visit, portfolio: Portfolio, wrong: str = "", problem: str = ""
) -> NewReportContext:
    return NewReportContext(
        portfolio=portfolio,
        countries=tuple(sorted(COUNTRIES, key=view.language.country)),
        most=MAX_COMPONENTS,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )


def _mend(
    view: View, visit: Visit, portfolio: Portfolio, wrong: str, problem: str
) -> Response[Any]:
    return view.render(_form(view, visit, portfolio, wrong, problem), status=400)
