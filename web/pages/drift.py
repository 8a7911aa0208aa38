"""How far forks are from where they come from: a tab of components, and pages of missed fixes."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.adoption.drift.fix_views import SEVERITIES, STATES
from registry.adoption.drift.mutes import MAX_REASON
from registry.adoption.drift.readmodels import ComponentDrift, FixQuery, FixView
from registry.errors import Conflict
from registry.texts import WrongField
from web.auth.visit import VisitDependency
from web.pages.components import Heading, heading
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, feed_links

FORM_COST: Final = 5
PAGE_SIZE: Final = 50
PATH: Final = "/fixes-missing"


class DriftTabContext(Context, frozen=True, kw_only=True):
    """Variables of `component/drift.html`; `widest` is the number of the longest bar."""

    template: ClassVar[str] = "component/drift.html"
    head: Heading
    drift: ComponentDrift
    widest: int
    exports: tuple[tuple[str, str], ...]


class FixesContext(Context, frozen=True, kw_only=True):
    """Variables of `fixes.html`: missed fixes by state, severity and organisation."""

    template: ClassVar[str] = "fixes.html"
    fixes: tuple[FixView, ...]
    states: tuple[str, ...]
    severities: tuple[str, ...]
    state: str
    severity: str
    organisation: str
    first_href: str | None
    next_href: str | None
    exports: tuple[tuple[str, str], ...]


class FixContext(Context, frozen=True, kw_only=True):
    """Variables of `fix.html`: one missed fix."""

    template: ClassVar[str] = "fix.html"
    fix: FixView


class FixMuteContext(Context, frozen=True, kw_only=True):
    """Variables of `fix_mute.html`; `problem` is of `field_problem`, or `ended`, if any."""

    template: ClassVar[str] = "fix_mute.html"
    fix: FixView
    reason: str
    most: int
    problem: str
    csrf: str


class ComponentDriftPages(Controller):
    """`/components/{slug}/drift`."""

    path = "/components"
    include_in_schema = False

    @get("/{slug:str}/drift", sync_to_thread=True)
    def show_drift(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show what the component is behind by, what it misses, and the same of its forks."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        found = view.services.drifts.of_component(slug)
        numbers = (
            number or 0 for x in (*found.upstreams, *found.forks) for number in (x.behind, x.ahead)
        )
        twin = f"/api/v1/components/{slug}/drift"
        context = DriftTabContext(
            head=heading(view, detail, "drift"),
            drift=found,
            widest=max(numbers, default=0),
            exports=_offered(view, (("json", twin), ("csv", f"{twin}.csv"))),
        )
        feeds = feed_links(f"/feeds/components/{slug}{PATH}")
        return view.render(context, is_demo=detail.card.is_demo, twin=twin, feeds=feeds)


class FixPages(Controller):
    """`/fixes-missing` and each of them."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def list_fixes(self, view: ViewDependency) -> Response[bytes]:
        """List the fixes that forks miss, the latest changed first."""
        state = view.first("state") if view.first("state") in STATES else "missing"
        severity = view.first("severity") if view.first("severity") in SEVERITIES else ""
        organisation = view.first("organisation")[:120]
        query = FixQuery(
            state=(state,),
            severity=(severity,) if severity else (),
            organisation=organisation or None,
            after=row_after(view),
            limit=PAGE_SIZE,
        )
        page = view.services.drifts.fixes(query)
        first_href, next_href = page_links(view, page.next)
        api = "/api/v1/fixes-missing"
        context = FixesContext(
            fixes=page.items,
            states=STATES,
            severities=SEVERITIES,
            state=state,
            severity=severity,
            organisation=organisation,
            first_href=first_href,
            next_href=next_href,
            exports=_offered(view, (("json", api), ("csv", f"{api}.csv"), ("atom", f"{api}.atom"))),
        )
        return view.render(context, twin=api, feeds=feed_links("/feeds/fixes-missing"))

    @get("/{fix:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, fix: FromPath[str]) -> Response[bytes]:
        """Show what is missed, how it is taken over, and whether it is muted."""
        found = view.services.drifts.fix(fix)
        return view.render(
            FixContext(fix=found),
            is_demo=found.fork.is_demo,
            twin=f"/api/v1/fixes-missing/{found.key}",
            feeds=feed_links(f"/feeds/components/{found.fork.slug}{PATH}"),
        )


class FixMutePages(Controller):
    """`/fixes-missing/{key}/mute` and `unmute`: for maintainers of the fork's organisation."""

    path = f"{PATH}/{{fix:str}}"
    include_in_schema = False

    @get("/mute", sync_to_thread=True, opt={"action": Action.MUTE_FIX})
    def ask(
        self, view: ViewDependency, visit: VisitDependency, fix: FromPath[str]
    ) -> Response[bytes]:
        """Ask for the reason, or offer to let the alert count again."""
        return view.render(_mute_form(view.services.drifts.fix(fix), visit.csrf))

    @post("/mute", sync_to_thread=True, status_code=200, opt={"action": Action.MUTE_FIX})
    def mute(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        fix: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Mute the alert; what is wrong with the reason is said beside the form."""
        reason = read_form(view.site, request, body, FORM_COST).get("reason", "")
        found = view.services.drifts.fix(fix)
        try:
            view.services.drifts.mute(visit.actor, fix, reason)
        except WrongField as error:
            form = _mute_form(found, visit.csrf, reason[:MAX_REASON], error.problem)
            return view.render(form, status=400)
        except Conflict:
            return view.render(_mute_form(found, visit.csrf, problem="ended"), status=409)
        return back_to(view, f"{PATH}/{fix}")

    @post("/unmute", sync_to_thread=True, status_code=200, opt={"action": Action.MUTE_FIX})
    def unmute(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        fix: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Let the alert count again."""
        read_form(view.site, request, body, FORM_COST)
        view.services.drifts.unmute(visit.actor, fix)
        return back_to(view, f"{PATH}/{fix}")


def _mute_form(fix: FixView, csrf: str, reason: str = "", problem: str = "") -> FixMuteContext:
    return FixMuteContext(fix=fix, reason=reason, most=MAX_REASON, problem=problem, csrf=csrf)


def _offered(view: View, exports: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, path) for name, path in exports if view.site.offers(path))
