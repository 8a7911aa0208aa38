"""Upkeep of needs: searched for again, renewed, left, and what becomes of offers."""

from typing import Annotated, Any

from litestar import Controller, Response, delete, get, post
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.needs.readmodels import OfferView
from web.api import need_items
from web.api.bodies import read_body
from web.api.call import CallDependency, id_in
from web.api.lookup import sent
from web.api.need_items import CandidatesResource, JoinRequest, NeedResource, need_resource
from web.api.needs import JOIN, SEARCH_COST, Number, candidates_resource, needs_of
from web.api.openapi import SIGNED_IN, described, private_specs, writes
from web.auth.visit import ActorDependency

OfferNumber = Annotated[str, PathParameter(description="Number of the offer.")]


class OfferList(Struct, frozen=True):
    """Offers to a need that wait to be looked at."""

    items: tuple[OfferView, ...]


class NeedUpkeepApi(Controller):
    """What the bearer of a token with the scope `needs:write` goes on doing with needs."""

    tags = ["Needs"]
    security = SIGNED_IN

    @post(
        "/needs/{need:str}/search",
        operation_id="search_need_again",
        summary="Search for candidates again",
        **writes(
            200,
            CandidatesResource,
            "The candidates.",
            need_items.EXAMPLE_CANDIDATES,
            action=Action.MANAGE_NEED,
            cost=SEARCH_COST,
        ),
    )
    def search_need_again(
        self, call: CallDependency, actor: ActorDependency, need: Number
    ) -> Response[Any]:
        """Search once more; answers to candidates that are found again stay."""
        call.read(())
        return sent(candidates_resource(needs_of(call).search_again(actor, _id(need))))

    @post(
        "/needs/{need:str}/renew",
        operation_id="renew_need",
        summary="Let a need be open for another year",
        **writes(200, NeedResource, "Renewed.", need_items.EXAMPLE, action=Action.MANAGE_NEED),
    )
    def renew_need(
        self, call: CallDependency, actor: ActorDependency, need: Number
    ) -> Response[Any]:
        """Confirm that it is still needed."""
        call.read(())
        needs_of(call).renew(actor, _id(need))
        return sent(need_resource(call, needs_of(call).need(_id(need))))

    @post(
        "/needs/{need:str}/leave",
        operation_id="leave_need",
        summary="Leave a need",
        **writes(
            200, NeedResource, "Left.", need_items.EXAMPLE, action=Action.JOIN_NEED, sends=JOIN
        ),
    )
    def leave_need(
        self, call: CallDependency, actor: ActorDependency, need: Number, body: RawBody
    ) -> Response[Any]:
        """Take back that an organisation needs the same; 404 where it never said so."""
        call.read(())
        needs_of(call).leave(actor, _id(need), read_body(call, body, JoinRequest).organisation)
        return sent(need_resource(call, needs_of(call).need(_id(need))))

    @get(
        "/needs/{need:str}/offers",
        sync_to_thread=True,
        operation_id="list_waiting_offers",
        summary="List offers that wait",
        opt={"action": Action.MANAGE_NEED},
        responses=private_specs(200, OfferList, "The offers.", also=(404,)),
        operation_class=described(),
    )
    def list_waiting_offers(
        self, call: CallDependency, actor: ActorDependency, need: Number
    ) -> Response[Any]:
        """Return the offers that are not shown yet, to members of the organisation of the need."""
        call.read(())
        return sent(OfferList(needs_of(call).waiting_offers(actor, _id(need))))

    @post(
        "/needs/{need:str}/offers/{offer:str}/show",
        operation_id="show_need_offer",
        summary="Show an offer to everybody",
        **writes(200, NeedResource, "It is shown.", need_items.EXAMPLE, action=Action.MANAGE_NEED),
    )
    def show_need_offer(
        self, call: CallDependency, actor: ActorDependency, need: Number, offer: OfferNumber
    ) -> Response[Any]:
        """Let an offer that waits be read by everybody."""
        call.read(())
        needs_of(call).decide_offer(actor, _id(need), id_in(offer, "offer"), show=True)
        return sent(need_resource(call, needs_of(call).need(_id(need))))

    @post(
        "/needs/{need:str}/offers/{offer:str}/refuse",
        operation_id="refuse_need_offer",
        summary="Refuse an offer",
        **writes(
            200, NeedResource, "It is refused.", need_items.EXAMPLE, action=Action.MANAGE_NEED
        ),
    )
    def refuse_need_offer(
        self, call: CallDependency, actor: ActorDependency, need: Number, offer: OfferNumber
    ) -> Response[Any]:
        """Take an offer out, whether it waits or is shown."""
        call.read(())
        needs_of(call).decide_offer(actor, _id(need), id_in(offer, "offer"), show=False)
        return sent(need_resource(call, needs_of(call).need(_id(need))))

    @delete(
        "/needs/{need:str}/offers/{offer:str}",
        operation_id="delete_need_offer",
        summary="Take back one's own offer",
        **writes(204, None, "It is gone.", action=Action.OFFER_TO_NEED),
    )
    def delete_need_offer(
        self, call: CallDependency, actor: ActorDependency, need: Number, offer: OfferNumber
    ) -> None:
        """Take back what one offered."""
        call.read(())
        needs_of(call).withdraw_offer(actor, _id(need), id_in(offer, "offer"))


def _id(number: str) -> int:
    return id_in(number, "need")
