"""Needs: read by everybody, written by members of organisations, offered to by everybody known."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Reference, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody

from registry.accounts.authorise import Action
from registry.adoption.needs.readmodels import DraftView, Found, NeedQuery, NewNeed, OfferView
from registry.adoption.needs.service import Needs
from registry.adoption.needs.together import MAX_OFFER, Closing, NewOffer
from registry.adoption.needs.writing import MAX_DESCRIPTION, MAX_FUNCTIONS, MAX_TITLE, REASONS
from registry.db.tables import NeedOutcome
from registry.domain.publiccode_lists import CATEGORIES
from registry.errors import NotFound
from web.api import kinds, need_items
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.need_items import (
    AnswersRequest,
    CandidatesResource,
    ClosingRequest,
    JoinRequest,
    NeedPage,
    NeedRequest,
    NeedResource,
    OfferRequest,
    SearchRequest,
    StatementItem,
    need_resource,
    need_summary,
    statement_item,
)
from web.api.openapi import SIGNED_IN, described, post_specs, private_specs, specs, writes
from web.auth.visit import ActorDependency

# A search for candidates asks the index a dozen questions.
SEARCH_COST: Final = 60
Number = Annotated[str, PathParameter(description="Number of the need.")]
Which = Annotated[str, PathParameter(description="Number of the statement.")]
LIST: Final = (
    kinds.text("q", "Only those with these words."),
    kinds.country("country", "Only those of this country (ISO 3166-1 alpha-2).", example="CA"),
    kinds.choice("function", "Only those of this category of publiccode.yml.", CATEGORIES),
    kinds.text("organisation", "Only those of the organisation with this slug.", max_length=120),
    kinds.choice("state", "Only those in this state.", ("open", "expired", "closed")),
    kinds.limit(),
    kinds.AFTER,
)
_TEXT: Final = OpenAPIType.STRING
_SLUG: Final = Schema(type=_TEXT, max_length=120, description="Slug of the organisation.")
_URL: Final = Schema(type=_TEXT, max_length=2048, description="Where to read of it.")
_COMPONENT: Final = Schema(type=_TEXT, max_length=120, description="Slug of a component.")


def _asks(required: list[str], example: dict[str, Any], **properties: Schema | Reference) -> Schema:
    return Schema(
        type=OpenAPIType.OBJECT, required=required, properties=dict(properties),
        additional_properties=False, examples=[example],
    )  # fmt: skip


_LANG: Final = Schema(type=_TEXT, max_length=35, description="Language of the text (BCP 47).")
_FUNCTIONS: Final = Schema(
    type=OpenAPIType.ARRAY, max_items=MAX_FUNCTIONS, description="Of publiccode.yml.",
    items=Schema(type=_TEXT, enum=list(CATEGORIES)),
)  # fmt: skip
SEARCHED: Final = _asks(
    ["title", "description", "lang"],
    {"title": "Booking of appointments", "description": "Residents choose a time.", "lang": "en"},
    title=Schema(type=_TEXT, max_length=MAX_TITLE),
    description=Schema(type=_TEXT, max_length=MAX_DESCRIPTION, description="Plain text."),
    lang=_LANG,
    functions=_FUNCTIONS,
)
NEED: Final = _asks(
    ["title", "description", "lang", "organisation"],
    {"title": "Booking of appointments", "description": "Residents choose a time.", "lang": "en",
     "organisation": "town", "functions": ["online-booking"]},
    title=Schema(type=_TEXT, max_length=MAX_TITLE),
    description=Schema(type=_TEXT, max_length=MAX_DESCRIPTION, description="Plain text."),
    lang=_LANG,
    organisation=_SLUG,
    functions=_FUNCTIONS,
)  # fmt: skip
_ANSWER: Final = _asks(
    ["reason"],
    {"reason": "language", "text": "German alone"},
    reason=Schema(type=_TEXT, enum=["", *REASONS], description="Empty takes an answer back."),
    text=Schema(type=_TEXT, max_length=1000, description="Why; needed for `other`."),
)
ANSWERS: Final = _asks(
    ["answers"],
    {"answers": {"termine": {"reason": "language", "text": "German alone"}}},
    answers=Schema(
        type=OpenAPIType.OBJECT, description="By slug.", additional_properties=_ANSWER
    ),
)  # fmt: skip
JOIN: Final = _asks(["organisation"], {"organisation": "county"}, organisation=_SLUG)
OFFER: Final = _asks(
    ["text"],
    {"text": "We run this since 2023.", "organisation": "county", "component": "termine"},
    text=Schema(type=_TEXT, max_length=MAX_OFFER),
    organisation=_SLUG,
    name=Schema(type=_TEXT, max_length=200, description="Who offers, without an organisation."),
    component=_COMPONENT,
    url=_URL,
)
CLOSING: Final = _asks(
    ["outcome"],
    {"outcome": "found", "component": "termine"},
    outcome=Schema(type=_TEXT, enum=[x.value for x in NeedOutcome]),
    component=_COMPONENT,
    url=_URL,
)


class NeedsApi(Controller):
    """What public bodies need, as everybody reads it."""

    tags = ["Needs"]

    @get(
        "/needs",
        sync_to_thread=True,
        operation_id="list_needs",
        summary="List needs",
        responses=specs(NeedPage, "A page of needs.", need_items.EXAMPLE_PAGE),
        operation_class=described(LIST),
    )
    def list_needs(self, call: CallDependency) -> Response[Any]:
        """Return needs in every state, the newest first; drafts are in no answer."""
        values = call.read(LIST)
        query = NeedQuery(
            q=values.one("q", ""), country=values.one("country"), function=values.one("function"),
            organisation=values.one("organisation"), state=values.one("state"),
            after=number_of(values.one("after")) or None, limit=values.one("limit", 20),
        )  # fmt: skip
        found, following = needs_of(call).list(query)
        next_url = call.next_url(values, cursor(following))
        body = NeedPage(items=tuple(need_summary(call, x) for x in found), next=next_url)
        return call.json(body, headers=call.links(values, next_url))

    @get(
        "/needs/{need:str}",
        sync_to_thread=True,
        operation_id="get_need",
        summary="Get a need",
        responses=specs(NeedResource, "The need.", need_items.EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_need(self, call: CallDependency, need: Number) -> Response[Any]:
        """Return a need with who joined, what is offered, and its statements."""
        call.read(())
        return call.json(need_resource(call, needs_of(call).need(_id(need))))

    @get(
        "/needs/{need:str}/statements/{statement:str}",
        sync_to_thread=True,
        operation_id="get_need_statement",
        summary="Get a dated statement of a need",
        responses=specs(
            StatementItem, "The statement.", need_items.EXAMPLE_STATEMENT, can_be_missing=True
        ),
        operation_class=described(),
    )
    def get_need_statement(
        self, call: CallDependency, need: Number, statement: Which
    ) -> Response[Any]:
        """Return what was searched, what was found, and why it is not used; it never changes."""
        call.read(())
        found = needs_of(call).statement(_id(need), id_in(statement, "statement"))
        return call.json(statement_item(call, found))


class NeedSearchApi(Controller):
    """Searching for what answers a need, before anybody signs in."""

    tags = ["Needs"]

    @post(
        "/needs/candidates",
        sync_to_thread=True,
        status_code=200,
        operation_id="post_need_search",
        summary="Search for the closest components to a need",
        opt={"cost": SEARCH_COST, "action": Action.LOOK_UP},
        responses=post_specs(200, Found, "The candidates.", need_items.EXAMPLE_FOUND),
        operation_class=described(sends=SEARCHED),
    )
    def post_need_search(self, call: CallDependency, body: RawBody) -> Response[Any]:
        """Return what comes close, with reasons; what was asked for is not kept."""
        call.read(())
        asked = read_body(call, body, SearchRequest)
        need = NewNeed(
            title=asked.title, description=asked.description, lang=asked.lang,
            functions=asked.functions,
        )  # fmt: skip
        with mistakes_in(SearchRequest):
            return sent(needs_of(call).search(need))


class NeedWritesApi(Controller):
    """What the bearer of a token with the scope `needs:write` does to needs."""

    tags = ["Needs"]
    security = SIGNED_IN

    @post(
        "/needs",
        operation_id="post_need",
        summary="Write a need",
        **writes(
            201,
            NeedResource,
            "It is open for a year.",
            need_items.EXAMPLE,
            action=Action.MANAGE_NEED,
            cost=SEARCH_COST,
            sends=NEED,
        ),
    )
    def post_need(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Search for the closest components, and open a need in the name of an organisation."""
        call.read(())
        asked = read_body(call, body, NeedRequest)
        new = NewNeed(
            title=asked.title, description=asked.description, lang=asked.lang,
            functions=asked.functions,
        )  # fmt: skip
        with mistakes_in(NeedRequest):
            number = needs_of(call).create(actor, new, asked.organisation)
        return sent(need_resource(call, needs_of(call).need(number)), 201)

    @get(
        "/needs/{need:str}/candidates",
        sync_to_thread=True,
        operation_id="get_need_candidates",
        summary="Get the closest components to a need",
        opt={"action": Action.MANAGE_NEED},
        responses=private_specs(
            200, CandidatesResource, "The candidates.", need_items.EXAMPLE_CANDIDATES, also=(404,)
        ),
        operation_class=described(),
    )
    def get_need_candidates(
        self, call: CallDependency, actor: ActorDependency, need: Number
    ) -> Response[Any]:
        """Return what was found, with reasons, to members of the organisation of the need."""
        call.read(())
        return sent(candidates_resource(needs_of(call).own(actor, _id(need))))

    @post(
        "/needs/{need:str}/answers",
        operation_id="answer_need_candidates",
        summary="Say why candidates are not used",
        **writes(
            200,
            CandidatesResource,
            "As answered.",
            need_items.EXAMPLE_CANDIDATES,
            action=Action.MANAGE_NEED,
            sends=ANSWERS,
            also=(404,),
        ),
    )
    def answer_need_candidates(
        self, call: CallDependency, actor: ActorDependency, need: Number, body: RawBody
    ) -> Response[Any]:
        """Put down why candidates are not used; those that are not named stay as they are."""
        call.read(())
        asked = read_body(call, body, AnswersRequest)
        with mistakes_in(AnswersRequest):
            return sent(candidates_resource(needs_of(call).answer(actor, _id(need), asked.answers)))

    @post(
        "/needs/{need:str}/statements",
        operation_id="post_need_statement",
        summary="Issue a dated statement",
        **writes(
            201,
            StatementItem,
            "It was issued.",
            need_items.EXAMPLE_STATEMENT,
            action=Action.MANAGE_NEED,
        ),
    )
    def post_need_statement(
        self, call: CallDependency, actor: ActorDependency, need: Number
    ) -> Response[Any]:
        """Issue the next statement; 409 while a candidate has no answer."""
        call.read(())
        return sent(statement_item(call, needs_of(call).state(actor, _id(need))), 201)

    @post(
        "/needs/{need:str}/join",
        operation_id="join_need",
        summary="Join a need",
        **writes(
            200, NeedResource, "Joined.", need_items.EXAMPLE, action=Action.JOIN_NEED, sends=JOIN
        ),
    )
    def join_need(
        self, call: CallDependency, actor: ActorDependency, need: Number, body: RawBody
    ) -> Response[Any]:
        """Say that an organisation needs the same; twice is once."""
        call.read(())
        needs_of(call).join(actor, _id(need), read_body(call, body, JoinRequest).organisation)
        return sent(need_resource(call, needs_of(call).need(_id(need))))

    @post(
        "/needs/{need:str}/offers",
        operation_id="post_need_offer",
        summary="Offer what is needed",
        **writes(
            201,
            OfferView,
            "It was taken.",
            need_items.EXAMPLE_OFFER,
            action=Action.OFFER_TO_NEED,
            sends=OFFER,
        ),
    )
    def post_need_offer(
        self, call: CallDependency, actor: ActorDependency, need: Number, body: RawBody
    ) -> Response[Any]:
        """Offer something; without an organisation here it waits until the other side looks."""
        call.read(())
        asked = read_body(call, body, OfferRequest)
        new = NewOffer(text=asked.text, component=asked.component, url=asked.url, name=asked.name)
        with mistakes_in(OfferRequest):
            return sent(needs_of(call).offer(actor, _id(need), new, asked.organisation), 201)

    @post(
        "/needs/{need:str}/close",
        operation_id="close_need",
        summary="Close a need",
        **writes(
            200,
            NeedResource,
            "Closed.",
            need_items.EXAMPLE,
            action=Action.MANAGE_NEED,
            sends=CLOSING,
        ),
    )
    def close_need(
        self, call: CallDependency, actor: ActorDependency, need: Number, body: RawBody
    ) -> Response[Any]:
        """Close a need with what became of it."""
        call.read(())
        asked = read_body(call, body, ClosingRequest)
        closing = Closing(outcome=asked.outcome, component=asked.component, url=asked.url)
        with mistakes_in(ClosingRequest):
            needs_of(call).close(actor, _id(need), closing)
        return sent(need_resource(call, needs_of(call).need(_id(need))))


def needs_of(call: Call) -> Needs:
    """Return the needs of this instance, or raise `NotFound` where there are none."""
    if call.services.needs is None:
        raise NotFound("this registry keeps no needs")
    return call.services.needs


def _id(number: str) -> int:
    return id_in(number, "need")


def candidates_resource(view: DraftView) -> CandidatesResource:
    """Return the candidates of a need, and what is said of them."""
    return CandidatesResource(
        need=view.id, found=view.found, answers=view.answers, unanswered=view.unanswered
    )
