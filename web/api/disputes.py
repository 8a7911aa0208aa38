"""Objections: read by everybody, sent by anybody, answered by the other side, decided by operators.

With a token of a member of an organisation that is concerned, an objection disputes at once.
"""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.disputes.readmodels import DisputeView
from registry.disputes.reasons import (
    AFFILIATION_CATEGORIES,
    ATTRIBUTION_CATEGORIES,
    EDGE_CATEGORIES,
    FIELD_CATEGORIES,
    MAX_REASON,
    MIN_REASON,
    SAVING_CATEGORIES,
    STATES,
)
from registry.domain.properties import PROPERTIES
from web.api import kinds, reuse_examples
from web.api.bodies import mistakes_in, read_body, wrong_body
from web.api.call import Call, CallDependency, id_in, slug_in
from web.api.cursors import cursor, number_of
from web.api.dispute_items import (
    AnswerRequest,
    DecisionRequest,
    DisputeItem,
    DisputePage,
    DisputeRequest,
    dispute_item,
)
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, post_specs, specs, writes
from web.api.reuse import Key, key_in
from web.auth.visit import ActorDependency
from web.limits import LIST_COST

# A client sends a few a minute: what people write has to be read by people.
DISPUTE_COST: Final = 200
Number = Annotated[str, PathParameter(description="Number of the objection.")]
LIST: Final = (
    kinds.choice("state", "Only those in this state.", STATES),
    kinds.text("evidence", "Only those to the edge with this key.", max_length=40),
    kinds.text("component", "Only those to the component with this slug."),
    kinds.number("saving", "Only those to the reported saving with this number.", 2**31 - 1),
    kinds.limit(),
    kinds.AFTER,
)
_TEXT: Final = OpenAPIType.STRING


def _reason(description: str, least: int = MIN_REASON) -> Schema:
    return Schema(
        type=_TEXT, min_length=least, max_length=MAX_REASON, description=description
    )  # fmt: skip


REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["category", "reason"],
    properties={
        "evidence": Schema(type=_TEXT, description="Key of the edge that is wrong; or:"),
        "component": Schema(
            type=_TEXT,
            description="Slug of the component that is of another organisation, or has a field "
            "that is wrong.",
        ),
        "property": Schema(
            type=_TEXT, enum=sorted(PROPERTIES), description="Of a component: the wrong field."
        ),
        "lang": Schema(type=_TEXT, description="The language of the text, where it has one."),
        "affiliation": Schema(type=_TEXT, description="Or: key of the affiliation."),
        "saving": Schema(
            type=OpenAPIType.INTEGER, minimum=1, description="Or: number of the reported saving."
        ),
        "category": Schema(
            type=_TEXT,
            enum=list(
                dict.fromkeys(
                    (
                        *EDGE_CATEGORIES,
                        *ATTRIBUTION_CATEGORIES,
                        *FIELD_CATEGORIES,
                        *AFFILIATION_CATEGORIES,
                        *SAVING_CATEGORIES,
                    )
                )
            ),
            description=f"What is wrong; of an organisation {', '.join(ATTRIBUTION_CATEGORIES)}; "
            f"of a field {', '.join(FIELD_CATEGORIES)}; "
            f"of an affiliation {', '.join(AFFILIATION_CATEGORIES)}; "
            f"of a saving {', '.join(SAVING_CATEGORIES)}.",
        ),
        "reason": _reason("Why, for people to read. Leave personal data out."),
    },
    additional_properties=False,
    examples=[reuse_examples.DISPUTE_REQUEST],
)
ANSWER: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["answer"],
    properties={"answer": _reason("What the other side says; public.", 1)},
    additional_properties=False,
    examples=[{"answer": "We took it over from them in 2018, with their consent."}],
)
DECISION: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["accept", "reply"],
    properties={
        "accept": Schema(type=OpenAPIType.BOOLEAN, description="Whether the objection is right."),
        "reply": _reason("Why; public.", 1),
    },
    additional_properties=False,
    examples=[{"accept": False, "reply": "The commits are the same in both histories."}],
)


class DisputesApi(Controller):
    """What people object to."""

    tags = ["Reuse"]

    @get(
        "/disputes",
        sync_to_thread=True,
        operation_id="list_disputes",
        summary="List objections",
        responses=specs(
            DisputePage, "A page of objections.",
            reuse_examples.DISPUTES,
        ),
        operation_class=described(LIST),
    )  # fmt: skip
    def list_disputes(self, call: CallDependency) -> Response[Any]:
        """Return the public log of objections to edges and components, the newest first."""
        values = call.read(LIST)
        found, following = call.services.disputes.log(
            state=values.one("state"), evidence=values.one("evidence"),
            component=values.one("component"), saving=values.one("saving"),
            after=number_of(values.one("after")) or None,
            limit=values.one("limit", 20),
        )  # fmt: skip
        next_url = call.next_url(values, cursor(following))
        body = DisputePage(items=tuple(dispute_item(call, x) for x in found), next=next_url)
        return call.json(body, headers=call.links(values, next_url))

    @get(
        "/disputes/{dispute:str}",
        sync_to_thread=True,
        operation_id="get_dispute",
        summary="Get an objection",
        responses=specs(
            DisputeItem, "The objection.", reuse_examples.DISPUTE, can_be_missing=True
        ),
        operation_class=described(),
    )  # fmt: skip
    def get_dispute(
        self, call: CallDependency, actor: ActorDependency, dispute: Number
    ) -> Response[Any]:
        """Return an objection; operators, by a token for it, read what is not public yet."""
        call.read(())
        case = call.services.disputes.case(actor, _id(dispute))
        return call.json(dispute_item(call, case.dispute))

    @post(
        "/disputes",
        sync_to_thread=True,
        status_code=201,
        operation_id="post_dispute",
        summary="Object to an edge, an attribution, a field, an affiliation or a saving",
        opt={"cost": DISPUTE_COST, "action": Action.OPEN_DISPUTE},
        responses=post_specs(
            201, DisputeItem, "It was written down.", reuse_examples.DISPUTE, also=(404, 409, 410)
        ),
        operation_class=described(sends=REQUEST),
    )
    def post_dispute(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Take an objection.

        With a token of a member of an organisation that is concerned (scope `components:write`)
        what is wrong is disputed at once, and the reason is public. All others wait for an
        operator; without a token nothing of the sender is kept. It costs as much as ten files.
        """
        call.read(())
        asked = read_body(call, body, DisputeRequest)
        named = (asked.evidence, asked.component, asked.affiliation, asked.saving)
        if sum(name is not None for name in named) != 1:
            raise wrong_body("name evidence, a component, an affiliation or a saving", "evidence")
        if asked.property is not None and asked.component is None:
            raise wrong_body("a property is of a component", "property")
        if asked.lang is not None and asked.property is None:
            raise wrong_body("a language is of a property", "lang")
        with mistakes_in(DisputeRequest):
            made = _objected(call, actor, asked)
        return sent(dispute_item(call, made), 201)

    @post(
        "/disputes/{dispute:str}/answer",
        operation_id="answer_dispute",
        summary="Answer an objection",
        security=SIGNED_IN,
        **writes(
            200,
            DisputeItem,
            "As answered.",
            reuse_examples.DISPUTE,
            action=Action.ANSWER_DISPUTE,
            sends=ANSWER,
        ),
    )
    def answer_dispute(
        self, call: CallDependency, actor: ActorDependency, dispute: Number, body: RawBody
    ) -> Response[Any]:
        """Say what the organisation on the other side thinks of it, once, as a member of it."""
        call.read(())
        asked = read_body(call, body, AnswerRequest)
        with mistakes_in(AnswerRequest):
            changed = call.services.disputes.answer(actor, _id(dispute), asked.answer)
        return sent(dispute_item(call, changed))

    @post(
        "/disputes/{dispute:str}/withdraw",
        operation_id="withdraw_dispute",
        summary="Withdraw your objection",
        security=SIGNED_IN,
        **writes(
            200, DisputeItem, "As withdrawn.", reuse_examples.DISPUTE,
            action=Action.WITHDRAW_DISPUTE,
        ),
    )  # fmt: skip
    def withdraw_dispute(
        self, call: CallDependency, actor: ActorDependency, dispute: Number
    ) -> Response[Any]:
        """Withdraw an objection of your own while it waits: what it disputed stands as before."""
        call.read(())
        return sent(dispute_item(call, call.services.disputes.withdraw(actor, _id(dispute))))

    @post(
        "/disputes/{dispute:str}/decide",
        operation_id="decide_dispute",
        summary="Decide on an objection",
        security=SIGNED_IN,
        **writes(
            200,
            DisputeItem,
            "As decided.",
            reuse_examples.DISPUTE,
            action=Action.DECIDE_DISPUTE,
            cost=LIST_COST,
            sends=DECISION,
        ),
    )
    def decide_dispute(
        self, call: CallDependency, actor: ActorDependency, dispute: Number, body: RawBody
    ) -> Response[Any]:
        """Accept or reject an objection, as an operator."""
        call.read(())
        asked = read_body(call, body, DecisionRequest)
        with mistakes_in(DecisionRequest):
            decided = call.services.disputes.decide(
                actor, _id(dispute), accept=asked.accept, reply=asked.reply
            )
        return sent(dispute_item(call, decided))

    @post(
        "/evidence/{key:str}/confirm",
        operation_id="confirm_evidence",
        summary="Confirm an edge",
        security=SIGNED_IN,
        **writes(204, None, "It is confirmed.", action=Action.CONFIRM_EDGE),
    )
    def confirm_evidence(self, call: CallDependency, actor: ActorDependency, key: Key) -> None:
        """Say that an edge is right, as an owner of an organisation on one side."""
        call.read(())
        call.services.disputes.confirm(actor, key_in(key))


def _objected(call: Call, actor: Actor, asked: DisputeRequest) -> DisputeView:
    disputes, told = call.services.disputes, (asked.category, asked.reason)
    if asked.evidence is not None:
        return disputes.object_to_edge(actor, key_in(asked.evidence), *told)
    if asked.affiliation is not None:
        return disputes.object_to_affiliation(actor, asked.affiliation[:40], *told)
    if asked.saving is not None:
        return disputes.object_to_saving(actor, id_in(str(asked.saving), "reported saving"), *told)
    slug = slug_in(asked.component or "", "component")
    if asked.property is None:
        return disputes.object_to_attribution(actor, slug, *told)
    return disputes.object_to_field(actor, slug, (asked.property, asked.lang), *told)


def _id(number: str) -> int:
    return id_in(number, "objection")
