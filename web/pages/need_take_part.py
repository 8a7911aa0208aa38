"""Needs for everybody who is signed in: joining one for an organisation, and offering something."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.adoption.needs.readmodels import NeedView, OfferView
from registry.adoption.needs.together import NewOffer
from registry.errors import Conflict
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.need_members import roles_of
from web.pages.needs import FORM_COST, PATH, needs_of, what_is_wrong
from web.pages.view import Context, View, ViewDependency, bounded_id

JOIN: Final = {"action": Action.JOIN_NEED}
OFFER: Final = {"action": Action.OFFER_TO_NEED}


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
        needs, is_over = needs_of(view), bool(fields.get("leave"))
        act = needs.leave if is_over else needs.join
        try:
            act(visit.actor, bounded_id(need), fields.get("organisation", ""))
        except Conflict:
            context = _take_part(view, visit, need)
            context = replace(context, wrong="organisation", problem="closed")
            return view.render(context, status=409)
        return _back(view, need, "left" if is_over else "joined")

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
            wrong, problem = what_is_wrong(error)
            context = _take_part(view, visit, need)
            context = replace(context, offer=new, by=by, wrong=wrong, problem=problem)
            return view.render(context, status=400 if wrong else 409)
        return _back(view, need, f"offer-{made.state}")

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
        return _back(view, need, "withdrawn")


def _back(view: View, need: int, done: str) -> Response[Any]:
    return back_to(view, f"{PATH}/{need}/take-part", done=done)


def _offer(fields: Mapping[str, str]) -> NewOffer:
    return NewOffer(
        text=fields.get("text", ""),
        component=fields.get("component", ""),
        url=fields.get("url", ""),
        name=fields.get("name", ""),
    )


def _take_part(view: View, visit: Visit, number: int) -> TakePartContext:
    needs = needs_of(view)
    need = needs.need(number)
    return TakePartContext(
        need=need,
        roles=roles_of(view, visit.actor),
        may_manage=needs.may_manage(visit.actor, need),
        own=needs.own_offers(visit.actor, number),
        offer=NewOffer(text="", component=view.first("component")),
        by="",
        wrong="",
        problem="",
        done=view.first("done"),
        csrf=visit.csrf,
    )
