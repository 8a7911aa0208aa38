"""Calls for partners: read by everybody, written by maintainers of organisations.

They are called partner calls here: a `Call` of this package is one request to the API.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.calls.readmodels import CallQuery, CallView, NewCall
from registry.adoption.calls.service import Calls
from registry.adoption.calls.writing import MAX_REASON, MAX_TEXT
from registry.catalogue.readmodels import Link
from registry.db.tables import CallKind
from registry.errors import NotFound
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in
from web.api.cursors import cursor, number_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.auth.visit import ActorDependency

Number = Annotated[str, PathParameter(description="Number of the call.")]
KINDS: Final = tuple(x.value for x in CallKind)
LIST: Final = (
    kinds.choice("kind", "Only those that look for this.", KINDS),
    kinds.country("country", "Only those of organisations of this country.", example="EE"),
    kinds.text("component", "Only those about the component with this slug.", max_length=120),
    kinds.text("body", "Only those about the joint body with this slug.", max_length=120),
    kinds.text("organisation", "Only those of the organisation with this slug.", max_length=120),
    kinds.choice("state", "Only those in this state; of every state without it.",
                 ("open", "expired", "closed")),
    kinds.limit(),
    kinds.AFTER,
)  # fmt: skip
_TEXT: Final = OpenAPIType.STRING
CALL: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["organisation", "kind", "text", "lang", "contact"],
    properties={
        "organisation": Schema(type=_TEXT, max_length=120, description="Slug of who calls."),
        "kind": Schema(type=_TEXT, enum=list(KINDS)),
        "component": Schema(type=_TEXT, max_length=120, description="Slug; or else a body."),
        "body": Schema(type=_TEXT, max_length=120, description="Slug of a joint body."),
        "text": Schema(type=_TEXT, max_length=MAX_TEXT, description="Plain text, of no person."),
        "lang": Schema(type=_TEXT, max_length=35, description="Language of the text (BCP 47)."),
        "contact": Schema(type=_TEXT, max_length=2048, description="A role mailbox or a page."),
        "open_until": Schema(type=_TEXT, description="Last day; at most 12 months ahead."),
    },
    additional_properties=False,
    examples=[
        {"organisation": "town", "kind": "co_funder", "component": "forms", "lang": "en",
         "text": "We look for a second town to pay for accessibility.",
         "contact": "digital@town.example", "open_until": "2026-10-31"}
    ],
)  # fmt: skip
REASON: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["reason"],
    properties={"reason": Schema(type=_TEXT, max_length=MAX_REASON)},
    additional_properties=False,
    examples=[{"reason": "Advertisement"}],
)


class CallRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A call of an organisation about a component or a body, by their slugs."""

    organisation: str
    kind: str
    text: str
    lang: str
    contact: str
    component: str = ""
    body: str = ""
    open_until: str = ""


class TakeDownRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a call is removed from view."""

    reason: str


class CallItem(Struct, frozen=True, kw_only=True):
    """A call; it is about `component` or about `body`, and open up to and with `open_until`."""

    id: int
    kind: str
    state: str
    component: Link | None
    body: Link | None
    organisation: Link
    country: str | None
    text: str
    lang: str
    contact: str
    open_until: date
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    api_url: str
    html_url: str


class CallPage(Struct, frozen=True, kw_only=True):
    """Calls, the newest first."""

    items: tuple[CallItem, ...]
    next: str | None


EXAMPLE: Final = CallItem(
    id=4, kind="co_funder", state="open", component=Link("forms", "Forms"), body=None,
    organisation=Link("town", "Town"), country="EE",
    text="We look for a second town to pay for accessibility.", lang="en",
    contact="digital@town.example", open_until=date(2026, 10, 31),
    created_at=datetime(2026, 8, 2, tzinfo=UTC), updated_at=datetime(2026, 8, 2, tzinfo=UTC),
    closed_at=None, api_url="https://registry.example/api/v1/calls/4",
    html_url="https://registry.example/calls/4",
)  # fmt: skip


class CallsApi(Controller):
    """Calls as everybody reads them."""

    tags = ["Calls"]

    @get(
        "/calls",
        sync_to_thread=True,
        operation_id="list_calls",
        summary="List calls for partners",
        responses=specs(CallPage, "A page of calls.", CallPage(items=(EXAMPLE,), next=None)),
        operation_class=described(LIST),
    )
    def list_calls(self, call: CallDependency) -> Response[Any]:
        """Return calls of organisations that look for partners, the newest first."""
        values = call.read(LIST)
        asked = {x: values.one(x) for x in ("kind", "country", "component", "body",
                                             "organisation", "state")}  # fmt: skip
        query = CallQuery(
            after=number_of(values.one("after")) or None, limit=values.one("limit", 20), **asked
        )
        found, following = calls_of(call).list(query)
        next_url = call.next_url(values, cursor(following))
        body = CallPage(items=tuple(call_item(call, x) for x in found), next=next_url)
        return call.json(body, headers=call.links(values, next_url))

    @get(
        "/calls/{call_number:str}",
        sync_to_thread=True,
        operation_id="get_call",
        summary="Get a call for partners",
        responses=specs(CallItem, "The call.", EXAMPLE, can_be_missing=True),
        operation_class=described(),
    )
    def get_call(self, call: CallDependency, call_number: Number) -> Response[Any]:
        """Return one call, open or not; 410 where it was taken down."""
        call.read(())
        return call.json(call_item(call, calls_of(call).call(_id(call_number))))


class CallWritesApi(Controller):
    """What maintainers do with a token with the scope `components:write`."""

    tags = ["Calls"]
    security = SIGNED_IN

    @post(
        "/calls",
        operation_id="post_call",
        summary="Call for partners",
        **writes(201, CallItem, "It is open.", EXAMPLE, action=Action.OPEN_CALL, sends=CALL),
    )
    def post_call(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Open a call; the same one again changes nothing, another text takes its place."""
        call.read(())
        asked = read_body(call, body, CallRequest)
        with mistakes_in(CallRequest):
            made = calls_of(call).open(actor, NewCall(**_given(asked)))
        return sent(call_item(call, made), 201)

    @post(
        "/calls/{call_number:str}/close",
        operation_id="close_call",
        summary="Close a call",
        **writes(200, CallItem, "Closed.", EXAMPLE, action=Action.OPEN_CALL, also=(404, 409, 410)),
    )
    def close_call(
        self, call: CallDependency, actor: ActorDependency, call_number: Number
    ) -> Response[Any]:
        """End a call before its last day."""
        call.read(())
        return sent(call_item(call, calls_of(call).close(actor, _id(call_number))))

    @post(
        "/calls/{call_number:str}/take-down",
        operation_id="take_down_call",
        summary="Remove a call from view",
        **writes(204, None, "Removed.", action=Action.TAKE_DOWN_CALL, sends=REASON,
                 also=(404, 410)),
    )  # fmt: skip
    def take_down_call(
        self, call: CallDependency, actor: ActorDependency, call_number: Number, body: RawBody
    ) -> None:
        """Remove a call, as an operator; who asks for it is told the reason."""
        call.read(())
        asked = read_body(call, body, TakeDownRequest)
        with mistakes_in(TakeDownRequest):
            calls_of(call).take_down(actor, _id(call_number), asked.reason)


def calls_of(call: Call) -> Calls:
    """Return the calls of this instance, or raise `NotFound` where there are none."""
    if call.services.calls is None:
        raise NotFound("this registry keeps no calls")
    return call.services.calls


def call_item(call: Call, view: CallView) -> CallItem:
    """Return a call with its links."""
    known = {x: getattr(view, x) for x in CallItem.__struct_fields__ if not x.endswith("_url")}
    return CallItem(
        api_url=call.api_url("calls", str(view.id)), html_url=call.page_url("calls", str(view.id)),
        **known,
    )  # fmt: skip


def _given(asked: CallRequest) -> dict[str, str]:
    return {name: getattr(asked, name) for name in CallRequest.__struct_fields__}


def _id(number: str) -> int:
    return id_in(number, "call")
