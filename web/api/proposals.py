"""Proposals of organisations to crawl: made with a token, decided by operators."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.db.tables import ProposalState
from registry.domain.countries import COUNTRIES
from registry.errors import NotFound
from registry.publishing.proposals import (
    MAX_NAME,
    MAX_REPLY,
    NewProposal,
    Proposals,
    ProposalView,
)
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs, writes
from web.auth.visit import ActorDependency

LIST: Final = (
    kinds.choice("state", "Only those in this state.", tuple(x.value for x in ProposalState)),
    kinds.limit(),
    kinds.AFTER,
)
Number = Annotated[str, PathParameter(description="Number of the proposal.")]
_TEXT: Final = OpenAPIType.STRING
EXAMPLE: Final = ProposalView(
    id=4, url="https://github.com/example-town", name="Example Town", country="FI",
    evidence_url="https://town.example/open-source", state="waiting", reply="",
    created_at=datetime.fromisoformat("2026-08-02T09:30:00Z"), decided_at=None,
)  # fmt: skip
PROPOSAL: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["url", "name", "country", "evidence_url"],
    properties={
        "url": Schema(type=_TEXT, description="Address of the organisation at its forge."),
        "name": Schema(type=_TEXT, min_length=2, max_length=MAX_NAME, description="Its name."),
        "country": Schema(type=_TEXT, enum=sorted(COUNTRIES), description="ISO 3166-1."),
        "evidence_url": Schema(type=_TEXT, description="A page that shows that it is public."),
    },
    additional_properties=False,
    examples=[
        {
            "url": EXAMPLE.url,
            "name": EXAMPLE.name,
            "country": EXAMPLE.country,
            "evidence_url": EXAMPLE.evidence_url,
        }
    ],
)
DECISION: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["accept", "reply"],
    properties={
        "accept": Schema(type=OpenAPIType.BOOLEAN, description="Whether it is crawled."),
        "reply": Schema(type=_TEXT, min_length=1, max_length=MAX_REPLY, description="Why."),
    },
    additional_properties=False,
    examples=[{"accept": True, "reply": "The town names this account on its page."}],
)


class DecisionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator decides, and why."""

    accept: bool
    reply: str


class ProposalRequest(NewProposal, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation that should be crawled."""


class ProposalPage(Struct, frozen=True, kw_only=True):
    """Proposals, the newest first."""

    items: tuple[ProposalView, ...]
    next: str | None


class ProposalsApi(Controller):
    """Organisations that are proposed: one's own, of operators all."""

    tags = ["Publishing"]
    security = SIGNED_IN

    @get(
        "/proposals",
        sync_to_thread=True,
        operation_id="list_proposals",
        summary="List proposals",
        opt={"action": Action.READ_ACCOUNT},
        responses=private_specs(
            200,
            ProposalPage,
            "A page of proposals.",
            ProposalPage(
                items=(EXAMPLE,), next="https://registry.example/api/v1/proposals?after=NA"
            ),
        ),
        operation_class=described(LIST),
    )
    def list_proposals(self, call: CallDependency, actor: ActorDependency) -> Response[Any]:
        """Return your proposals, to operators those of everybody, the newest first."""
        values = call.read(LIST)
        found, following = _proposals(call).page(
            actor, state=values.one("state"), after=number_of(values.one("after")) or None,
            limit=values.one("limit", 20),
        )  # fmt: skip
        return sent(ProposalPage(items=found, next=call.next_url(values, cursor(following))))

    @get(
        "/proposals/{proposal:str}",
        sync_to_thread=True,
        operation_id="get_proposal",
        summary="Get a proposal",
        opt={"action": Action.READ_ACCOUNT},
        responses=private_specs(200, ProposalView, "The proposal.", EXAMPLE, also=(404,)),
        operation_class=described(),
    )
    def get_proposal(
        self, call: CallDependency, actor: ActorDependency, proposal: Number
    ) -> Response[Any]:
        """Return a proposal of your own; operators read every one."""
        call.read(())
        return sent(_proposals(call).case(actor, _id(proposal)).proposal)

    @post(
        "/proposals",
        operation_id="post_proposal",
        summary="Propose an organisation",
        **writes(
            201, ProposalView, "It waits for an operator.", EXAMPLE,
            action=Action.PROPOSE_SOURCE, sends=PROPOSAL, also=(409,),
        ),
    )  # fmt: skip
    def post_proposal(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Propose that the repositories of a public body at a forge are crawled.

        Nothing is asked of the addresses before an operator accepted.
        """
        call.read(())
        asked = read_body(call, body, ProposalRequest)
        with mistakes_in(ProposalRequest):
            return sent(_proposals(call).propose(actor, asked), 201)

    @post(
        "/proposals/{proposal:str}/decide",
        operation_id="decide_proposal",
        summary="Decide on a proposal",
        **writes(
            200, ProposalView, "As decided.", EXAMPLE,
            action=Action.DECIDE_PROPOSAL, sends=DECISION,
        ),
    )  # fmt: skip
    def decide_proposal(
        self, call: CallDependency, actor: ActorDependency, proposal: Number, body: RawBody
    ) -> Response[Any]:
        """Accept a proposal, so that the organisation is crawled, or refuse it, as an operator."""
        call.read(())
        asked = read_body(call, body, DecisionRequest)
        with mistakes_in(DecisionRequest):
            decided = _proposals(call).decide(
                actor, _id(proposal), accept=asked.accept, reply=asked.reply
            )
        return sent(decided)


def _id(number: str) -> int:
    return id_in(number, "proposal")


def _proposals(call: Call) -> Proposals:
    if call.services.proposals is None:
        raise NotFound("this registry takes no proposals")
    return call.services.proposals
