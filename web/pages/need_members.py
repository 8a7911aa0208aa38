"""Needs for members of their organisation: opening a draft, and managing what is open."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.adoption.needs.readmodels import DraftView, NeedView, OfferView
from registry.adoption.needs.service import Needs
from registry.adoption.needs.together import Closing
from registry.adoption.needs.writing import REASONS
from registry.db.tables import NeedOutcome
from registry.errors import Conflict, NotFound
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import accounts_of
from web.pages.forms import AnyRequest, back_to, private, read_form
from web.pages.needs import FORM_COST, PATH, SEARCH_COST, answers_of, needs_of, what_is_wrong
from web.pages.view import Context, View, ViewDependency, bounded_id

MANAGE: Final = {"action": Action.MANAGE_NEED}


class OpenNeedContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/open.html`; `roles` are the organisations of who is signed in."""

    template: ClassVar[str] = "needs/open.html"
    draft: DraftView
    secret: str
    roles: tuple[RoleView, ...]
    wrong: str
    problem: str
    csrf: str


class ManageContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/manage.html`: for members of the organisation of a need."""

    template: ClassVar[str] = "needs/manage.html"
    need: NeedView
    draft: DraftView
    waiting: tuple[OfferView, ...]
    reasons: tuple[str, ...]
    outcomes: tuple[str, ...]
    closing: Closing
    wrong: str
    problem: str
    done: str
    csrf: str


class OpenNeedPages(Controller):
    """`/needs/drafts/{secret}/publish`."""

    path = f"{PATH}/drafts/{{secret:str}}/publish"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.OFFER_TO_NEED})
    def ask(
        self, view: ViewDependency, visit: VisitDependency, secret: FromPath[str]
    ) -> Response[bytes]:
        """Ask in whose name a draft is made public."""
        return private(view.render(_open(view, visit, secret), is_indexed=False))

    @post("/", sync_to_thread=True, opt=MANAGE)
    def open(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        secret: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Make a draft public."""
        fields = read_form(view.site, request, body, FORM_COST)
        try:
            number = needs_of(view).open_draft(visit.actor, secret, fields.get("organisation", ""))
        except Conflict:
            context = replace(_open(view, visit, secret), wrong="organisation", problem="choice")
            return private(view.render(context, status=400))
        return back_to(view, f"{PATH}/{number}/manage", done="opened")


class ManageNeedPages(Controller):
    """`/needs/{need}/manage`."""

    path = f"{PATH}/{{need:int}}/manage"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=MANAGE)
    def show(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[bytes]:
        """Show a need to those who may change it."""
        return view.render(_manage(view, visit, bounded_id(need)), is_indexed=False)

    @post("/answers", sync_to_thread=True, opt=MANAGE)
    def answer(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        need: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Put down why candidates are not used."""
        answers = answers_of(read_form(view.site, request, body, FORM_COST))
        return _done(view, visit, need, "saved", lambda x, n: x.answer(visit.actor, n, answers))

    @post("/search", sync_to_thread=True, opt=MANAGE)
    def search_again(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        need: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Search once more."""
        read_form(view.site, request, body, SEARCH_COST)
        return _done(view, visit, need, "searched", lambda x, n: x.search_again(visit.actor, n))

    @post("/statement", sync_to_thread=True, opt=MANAGE)
    def state(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[Any]:
        """Issue a statement and show it."""
        try:
            made = needs_of(view).state(visit.actor, bounded_id(need))
        except Conflict:
            context = replace(_manage(view, visit, need), problem="unanswered")
            return view.render(context, status=409)
        return back_to(view, f"{PATH}/{need}/statement/{made.number}")

    @post("/renew", sync_to_thread=True, opt=MANAGE)
    def renew(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[Any]:
        """Let the need be open for another year."""
        return _done(view, visit, need, "renewed", lambda x, n: x.renew(visit.actor, n))

    @post("/close", sync_to_thread=True, opt=MANAGE)
    def close(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        need: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Close the need with what became of it."""
        closing = _closing(read_form(view.site, request, body, FORM_COST))
        return _done(
            view, visit, need, "closed",
            lambda x, n: x.close(visit.actor, n, closing), closing=closing,
        )  # fmt: skip

    @post("/offers/{offer:int}/{decision:str}", sync_to_thread=True, opt=MANAGE)
    def decide(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        need: FromPath[int],
        offer: FromPath[int],
        decision: FromPath[str],
    ) -> Response[Any]:
        """Show or refuse an offer."""
        if decision not in {"show", "refuse"}:
            raise NotFound("an offer is shown or refused")
        show, number = decision == "show", bounded_id(offer)
        return _done(
            view, visit, need, "decided",
            lambda x, n: x.decide_offer(visit.actor, n, number, show=show),
        )  # fmt: skip


def roles_of(view: View, actor: Actor) -> tuple[RoleView, ...]:
    """Return the organisations in whose name somebody may act."""
    return accounts_of(view).account(actor.account or 0).roles


def _done(
    view: View,
    visit: Visit,
    number: int,
    done: str,
    act: Callable[[Needs, int], object],
    **sent: Closing,
) -> Response[Any]:
    """Do something to a need and go back to its page, or say there what is wrong with `sent`."""
    try:
        act(needs_of(view), bounded_id(number))
    except (WrongField, Conflict) as error:
        wrong, problem = what_is_wrong(error)
        context = replace(_manage(view, visit, number), wrong=wrong, problem=problem, **sent)
        return view.render(context, status=400 if wrong else 409)
    return back_to(view, f"{PATH}/{number}/manage", done=done)


def _closing(fields: Mapping[str, str]) -> Closing:
    return Closing(
        outcome=fields.get("outcome", ""),
        component=fields.get("component", ""),
        url=fields.get("url", ""),
    )


def _open(view: View, visit: Visit, secret: str) -> OpenNeedContext:
    return OpenNeedContext(
        draft=needs_of(view).draft(secret),
        secret=secret,
        roles=roles_of(view, visit.actor),
        wrong="",
        problem="",
        csrf=visit.csrf,
    )


def _manage(view: View, visit: Visit, number: int) -> ManageContext:
    needs = needs_of(view)
    return ManageContext(
        draft=needs.own(visit.actor, number),
        need=needs.need(number),
        waiting=needs.waiting_offers(visit.actor, number),
        reasons=REASONS,
        outcomes=tuple(NeedOutcome),
        closing=Closing(outcome=""),
        wrong="",
        problem="",
        done=view.first("done"),
        csrf=visit.csrf,
    )
