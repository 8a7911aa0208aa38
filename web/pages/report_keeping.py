"""Keeping reports: the list under an account, and the form by which one is kept or changed."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from litestar.response import Redirect

from registry.accounts.authorise import Action
from registry.domain.countries import COUNTRIES
from registry.errors import Conflict, InvalidInput
from registry.reports.keeping import MAX_FUNDING, Funding, NewReport, SavedView
from registry.reports.portfolio import MAX_COMPONENTS, Portfolio
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, pay_for_form
from web.pages.report_form import Sent, WrongReport, asked_in, sent_form
from web.pages.report_query import REPORTS, address_of
from web.pages.reports import FORM_COST, reports_of
from web.pages.view import Context, View, ViewDependency

PATH: Final = "/account/reports"
KEEP: Final = {"action": Action.KEEP_REPORT}
SPARE_LINES: Final = 2


class OwnReportsContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/own.html`."""

    template: ClassVar[str] = "reports/own.html"
    reports: tuple[SavedView, ...]
    done: str
    csrf: str


class KeepReportContext(Context, frozen=True, kw_only=True):
    """Variables of `reports/form.html`; without a `key` the report is a new one.

    `funding` are the lines that were written, and empty ones for more.
    """

    template: ClassVar[str] = "reports/form.html"
    key: str
    asked: NewReport
    funding: tuple[Funding, ...]
    countries: tuple[str, ...]
    most: int
    wrong: str
    problem: str
    csrf: str


class OwnReportPages(Controller):
    """`/account/reports`."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=KEEP)
    def mine(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the saved reports of the visitor."""
        context = OwnReportsContext(
            reports=reports_of(view).list_own(visit.actor), done=view.first("done"),
            csrf=visit.csrf,
        )  # fmt: skip
        return view.render(context, is_indexed=False)

    @get("/new", sync_to_thread=True, opt=KEEP)
    def ask(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Ask for the title of the report in the address."""
        reports_of(view)
        asked = NewReport(title="", portfolio=address_of(view).portfolio)
        return view.render(_form(view, visit, "", asked), is_indexed=False)

    @post("/new", sync_to_thread=True, opt=KEEP)
    def keep(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Keep a report; what is wrong is said at the form."""
        return _written(view, visit, request, body, "")

    @get("/{report_key:str}/edit", sync_to_thread=True, opt=KEEP)
    def show(
        self, view: ViewDependency, visit: VisitDependency, report_key: FromPath[str]
    ) -> Response[bytes]:
        """Show the form with what is kept."""
        found = reports_of(view).own(visit.actor, report_key)
        asked = NewReport(
            title=found.title, portfolio=found.portfolio, programme=found.programme,
            since=str(found.since or ""), until=str(found.until or ""), funding=found.funding,
        )  # fmt: skip
        return view.render(_form(view, visit, found.key, asked), is_indexed=False)

    @post("/{report_key:str}/edit", sync_to_thread=True, opt=KEEP)
    def change(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest,
        report_key: FromPath[str], body: RawBody,
    ) -> Response[Any]:  # fmt: skip
        """Change a saved report; what is wrong is said at the form."""
        reports_of(view).own(visit.actor, report_key)
        return _written(view, visit, request, body, report_key)

    @post("/{report_key:str}/delete", sync_to_thread=True, opt=KEEP)
    def delete(
        self, view: ViewDependency, visit: VisitDependency, report_key: FromPath[str]
    ) -> Response[Any]:
        """Delete a saved report."""
        reports_of(view).delete(visit.actor, report_key)
        return back_to(view, PATH, done="deleted")


def _written(view: View, visit: Visit, request: AnyRequest, body: bytes, key: str) -> Response[Any]:
    """Keep or change a report, and go to it."""
    pay_for_form(view.site, request, FORM_COST)
    sent = sent_form(request.headers.get("content-type", ""), body)
    asked = _asked(sent, Portfolio())
    reports = reports_of(view)
    try:
        asked = _asked(sent, reports.named(asked_in(sent)))
        found = reports.change(visit.actor, key, asked) if key else reports.keep(visit.actor, asked)
    except WrongReport as error:
        return _mend(view, visit, key, _asked(sent, error.portfolio), error.field, str(error))
    except WrongField as error:
        field = "urls" if error.field == "portfolio" else error.field
        text = str(error).partition(" ")[2]
        return _mend(view, visit, key, asked, field, f"{error.field}: {text}")
    except (Conflict, InvalidInput) as error:
        return _mend(view, visit, key, asked, "", str(error))
    return Redirect(view.language.link(f"{REPORTS}/{found.key}"), status_code=303)


def _asked(sent: Sent, portfolio: Portfolio) -> NewReport:
    texts = {name: sent.fields.get(name, "") for name in ("title", "programme", "since", "until")}
    lines = (_line(sent.fields, number) for number in range(1, MAX_FUNDING + 1))
    return NewReport(portfolio=portfolio, funding=tuple(lines), **texts)


def _line(fields: Mapping[str, str], number: int) -> Funding:
    names = Funding.__struct_fields__
    return Funding(**{name: fields.get(f"{name}-{number}", "").strip() for name in names})


def _form(
    view: View, visit: Visit, key: str, asked: NewReport, wrong: str = "", problem: str = ""
) -> KeepReportContext:
    written = [line for line in asked.funding if not line.is_empty]
    spare = [Funding()] * min(SPARE_LINES, MAX_FUNDING - len(written))
    return KeepReportContext(
        key=key,
        asked=asked,
        funding=(*written, *spare),
        countries=tuple(sorted(COUNTRIES, key=view.language.country)),
        most=MAX_COMPONENTS,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )


def _mend(
    view: View, visit: Visit, key: str, asked: NewReport, wrong: str, problem: str
) -> Response[Any]:
    return view.render(_form(view, visit, key, asked, wrong, problem), status=400)
