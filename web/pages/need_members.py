"""Needs for those who are signed in: opening one, managing one's own, joining and offering."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.adoption.needs.readmodels import DraftView, NeedView, OfferView
from registry.adoption.needs.together import Closing, NewOffer
from registry.adoption.needs.writing import REASONS
from registry.db.tables import NeedOutcome
from registry.errors import Conflict, NotFound
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import accounts_of, back_to
from web.pages.forms import AnyRequest, read_form
from web.pages.needs import FORM_COST, PATH, SEARCH_COST, answers_of, kept_private, needs_of
from web.pages.view import Context, View, ViewDependency, bounded_id

MANAGE: Final = {"action": Action.MANAGE_NEED}
JOIN: Final = {"action": Action.JOIN_NEED}
OFFER: Final = {"action": Action.OFFER_TO_NEED}


class OpenNeedContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/open.html`; `roles` are the organisations of who is signed in."""

    template: ClassVar[str] = "needs/open.html"
    draft: DraftView
    secret: str
    roles: tuple[RoleView, ...]
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


class TakePartContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/take_part.html`; `may_manage` leads its owners to the other page."""

    template: ClassVar[str] = "needs/take_part.html"
    need: NeedView
    roles: tuple[RoleView, ...]
    may_manage: bool
    own: tuple[OfferView, ...]
    offer: NewOffer
    by: str
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
        return kept_private(view.render(_open(view, visit, secret), is_indexed=False))

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
            context = _open(view, visit, secret, problem="organisation")
            return kept_private(view.render(context, status=400))
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
        needs = needs_of(view)
        return _done(view, visit, need, "saved",
                     lambda x: needs.answer(visit.actor, x, answers))  # fmt: skip

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
        needs = needs_of(view)
        return _done(view, visit, need, "searched",
                     lambda x: needs.search_again(visit.actor, x))  # fmt: skip

    @post("/statement", sync_to_thread=True, opt=MANAGE)
    def state(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[Any]:
        """Issue a statement and show it."""
        try:
            made = needs_of(view).state(visit.actor, bounded_id(need))
        except Conflict:
            context = _manage(view, visit, need, problem="unanswered")
            return view.render(context, status=409)
        return back_to(view, f"{PATH}/{need}/statement/{made.need}")

    @post("/renew", sync_to_thread=True, opt=MANAGE)
    def renew(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[Any]:
        """Let the need be open for another year."""
        needs = needs_of(view)
        return _done(view, visit, need, "renewed", lambda x: needs.renew(visit.actor, x))

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
        needs = needs_of(view)
        return _done(view, visit, need, "closed",
                     lambda x: needs.close(visit.actor, x, closing), closing)  # fmt: skip

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
        needs, show = needs_of(view), decision == "show"
        return _done(
            view, visit, need, "decided",
            lambda x: needs.decide_offer(visit.actor, x, bounded_id(offer), show=show),
        )  # fmt: skip


class TakePartPages(Controller):
    """`/needs/{need}/take-part`."""

    path = f"{PATH}/{{need:int}}/take-part"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=OFFER)
    def show(
        self, view: ViewDependency, visit: VisitDependency, need: FromPath[int]
    ) -> Response[bytes]:
        """Show what somebody signed in can do for a need."""
        return view.render(_take_part(view, visit, bounded_id(need)), is_indexed=False)

    @post("/join", sync_to_thread=True, opt=JOIN)
    def join(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        need: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Say that an organisation needs the same, or take that back."""
        fields = read_form(view.site, request, body, FORM_COST)
        needs, body_slug = needs_of(view), fields.get("organisation", "")
        act = needs.leave if fields.get("leave") else needs.join
        try:
            act(visit.actor, bounded_id(need), body_slug)
        except Conflict:
            context = _take_part(view, visit, need, wrong="organisation", problem="join")
            return view.render(context, status=409)
        done = "left" if fields.get("leave") else "joined"
        return back_to(view, f"{PATH}/{need}/take-part", done=done)

    @post("/offer", sync_to_thread=True, opt=OFFER)
    def offer(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        need: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Offer a component or something else; what is wrong is said at the form."""
        fields = read_form(view.site, request, body, FORM_COST)
        new, by = _offer(fields), fields.get("by", "")
        try:
            made = needs_of(view).offer(visit.actor, bounded_id(need), new, by)
        except (WrongField, Conflict) as error:
            wrong = error.field if isinstance(error, WrongField) else ""
            problem = error.problem if isinstance(error, WrongField) else "closed"
            context = _take_part(view, visit, need, offer=new, by=by, wrong=wrong, problem=problem)
            return view.render(context, status=400)
        return back_to(view, f"{PATH}/{need}/take-part", done=f"offer-{made.state}")

    @post("/offers/{offer:int}/withdraw", sync_to_thread=True, opt=OFFER)
    def withdraw(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        need: FromPath[int],
        offer: FromPath[int],
    ) -> Response[Any]:
        """Take back one's own offer."""
        needs_of(view).withdraw_offer(visit.actor, bounded_id(need), bounded_id(offer))
        return back_to(view, f"{PATH}/{need}/take-part", done="withdrawn")


def roles_of(view: View, actor: Actor) -> tuple[RoleView, ...]:
    """Return the organisations in whose name somebody may act."""
    return accounts_of(view).account(actor.account or 0).roles


def _done(
    view: View,
    visit: Visit,
    number: int,
    done: str,
    act: Callable[[int], Any],
    closing: Closing | None = None,
) -> Response[Any]:
    """Do something to a need and go back to its page, or say there what is wrong."""
    try:
        act(bounded_id(number))
    except (WrongField, Conflict) as error:
        wrong = error.field if isinstance(error, WrongField) else ""
        problem = error.problem if isinstance(error, WrongField) else "closed"
        context = _manage(view, visit, number, wrong=wrong, problem=problem, closing=closing)
        return view.render(context, status=400 if wrong else 409)
    return back_to(view, f"{PATH}/{number}/manage", done=done)


def _closing(fields: Mapping[str, str]) -> Closing:
    return Closing(
        outcome=fields.get("outcome", ""),
        component=fields.get("component", ""),
        url=fields.get("url", ""),
    )


def _offer(fields: Mapping[str, str]) -> NewOffer:
    return NewOffer(
        text=fields.get("text", ""),
        component=fields.get("component", ""),
        url=fields.get("url", ""),
        name=fields.get("name", ""),
    )


def _open(view: View, visit: Visit, secret: str, problem: str = "") -> OpenNeedContext:
    return OpenNeedContext(
        draft=needs_of(view).draft(secret),
        secret=secret,
        roles=roles_of(view, visit.actor),
        problem=problem,
        csrf=visit.csrf,
    )


def _manage(
    view: View,
    visit: Visit,
    number: int,
    *,
    wrong: str = "",
    problem: str = "",
    closing: Closing | None = None,
) -> ManageContext:
    needs = needs_of(view)
    return ManageContext(
        draft=needs.own(visit.actor, number),
        need=needs.need(number),
        waiting=needs.waiting_offers(visit.actor, number),
        reasons=REASONS,
        outcomes=tuple(NeedOutcome),
        closing=closing or Closing(outcome=""),
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )


def _take_part(
    view: View,
    visit: Visit,
    number: int,
    *,
    offer: NewOffer | None = None,
    by: str = "",
    wrong: str = "",
    problem: str = "",
) -> TakePartContext:
    need = needs_of(view).need(number)
    return TakePartContext(
        need=need,
        roles=roles_of(view, visit.actor),
        may_manage=needs_of(view).may_manage(visit.actor, need),
        own=needs_of(view).own_offers(visit.actor, number),
        offer=offer or NewOffer(text="", component=view.first("component")),
        by=by,
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
