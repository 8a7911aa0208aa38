"""Endpoints that are told of events, for the account whose token asks."""

from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

from litestar import Controller, Response, delete, get, patch, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import UNSET, Struct, UnsetType

from registry.accounts.authorise import Action
from registry.webhooks.endpoints import EndpointView, NewEndpoint
from registry.webhooks.events import EVENTS
from registry.webhooks.service import DeliveryView
from web.api import kinds
from web.api.bodies import mistakes_in, read_body
from web.api.call import CallDependency
from web.api.cursors import cursor, place_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs
from web.api.parameters import Parameter
from web.auth.visit import ActorDependency

OPT: Final = {"action": Action.MANAGE_OWN_WEBHOOKS}
TAGS: Final = ["Webhooks"]
Id: TypeAlias = Annotated[str, PathParameter(description="Id of the endpoint: we_5f0c….")]
DeliveryId: TypeAlias = Annotated[str, PathParameter(description="Id of the message: msg_0b54….")]


class WebhookRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for: at most one of `organisation`, `component` (slugs) and `followed`."""

    url: str
    events: tuple[str, ...]
    organisation: str | None = None
    component: str | None = None
    description: str = ""
    followed: bool = False


class WebhookChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed (RFC 7396): what is left out stays."""

    url: str | UnsetType = UNSET
    events: tuple[str, ...] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    state: str | UnsetType = UNSET


class Webhook(EndpointView, frozen=True, kw_only=True):
    """An endpoint. `secret` is there once: when it was made."""

    secret: str | None = None


class WebhookList(Struct, frozen=True, kw_only=True):
    """The endpoints of an account; operators see all."""

    items: tuple[EndpointView, ...]


class WebhookSecret(Struct, frozen=True, kw_only=True):
    """A secret, shown once."""

    secret: str


class DeliveryPage(Struct, frozen=True, kw_only=True):
    """Deliveries, the newest first."""

    items: tuple[DeliveryView, ...]
    next: str | None


_AT: Final = datetime.fromisoformat("2026-11-26T03:41:07Z")
EXAMPLE: Final = Webhook(
    id="we_5f0c9b1e7a2d4c68",
    url="https://ci.example/told",
    description="Tells the build server",
    events=("component.updated", "release.published"),
    organisation=None,
    component="city-forms",
    state="active",
    paused_because=None,
    failing_since=None,
    created_at=_AT,
)
DELIVERY: Final = DeliveryView(
    id="msg_0b54f1f4a7d04ab2a9b7c9d1a3c2b6de",
    event="release.published",
    subject="component:city-forms",
    state="delivered",
    attempts=1,
    tries=({"at": "2026-11-26T03:42:09.000000Z", "status": 204, "ms": 82},),
    created_at=_AT,
    due_at=None,
    finished_at=_AT,
    body='{"type":"release.published","timestamp":"2026-11-26T03:41:07Z","data":{}}',
)


def _text(description: str, **options: Any) -> Schema:
    return Schema(type=OpenAPIType.STRING, description=description, **options)


_EVENTS: Final = Schema(
    type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING, enum=list(EVENTS)), min_items=1,
    description="What to tell of.",
)  # fmt: skip
_URL: Final = _text("The https address that is told.", max_length=2048)
_DESCRIPTION: Final = _text("What it is for, in one line.", max_length=200)
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["url", "events"],
    properties={
        "url": _URL, "events": _EVENTS, "description": _DESCRIPTION,
        "organisation": _text("Tell only of what concerns this one."),
        "component": _text("Tell only of what concerns this one."),
        "followed": Schema(
            type=OpenAPIType.BOOLEAN, description="Tell only of what the account follows."
        ),
    },
    additional_properties=False,
    examples=[
        {"url": "https://ci.example/told", "events": ["release.published"],
         "component": "city-forms"},
    ],
)  # fmt: skip
CHANGE: Final = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "url": _URL, "events": _EVENTS, "description": _DESCRIPTION,
        "state": _text("Whether it is told of anything.", enum=["active", "paused"]),
    },
    additional_properties=False,
    examples=[{"state": "paused"}],
)  # fmt: skip
LOG: Final[tuple[Parameter, ...]] = (kinds.limit(), kinds.AFTER)


class WebhooksApi(Controller):
    """Who is told of what."""

    path = "/webhooks"
    tags = TAGS
    security = SIGNED_IN

    @get(
        "/",
        sync_to_thread=True,
        operation_id="list_webhooks",
        summary="List webhooks",
        opt=OPT,
        responses=private_specs(200, WebhookList, "The endpoints."),
        operation_class=described(),
    )
    def list_webhooks(self, call: CallDependency, actor: ActorDependency) -> Response[Any]:
        """Return the endpoints of the account, the oldest first; operators get all."""
        call.read(())
        return sent(WebhookList(items=call.webhooks.list(actor)))

    @post(
        "/",
        sync_to_thread=True,
        status_code=201,
        operation_id="post_webhook",
        summary="Add a webhook",
        opt=OPT,
        responses=private_specs(
            201, Webhook, "It was made; the secret is not shown again.", EXAMPLE,
            also=(404, 409, 413, 415),
        ),
        operation_class=described(sends=REQUEST),
    )  # fmt: skip
    def post_webhook(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Make an endpoint that is told of events of an organisation or a component.

        Without either it is told of everything, which is for operators alone.
        """
        call.read(())
        asked = read_body(call, body, WebhookRequest)
        wanted = NewEndpoint(
            url=asked.url, events=asked.events, organisation=asked.organisation,
            component=asked.component, description=asked.description, followed=asked.followed,
        )  # fmt: skip
        with mistakes_in(WebhookRequest):
            made, secret = call.webhooks.create(actor, wanted)
        answer = sent(_with_secret(made, secret), 201)
        answer.headers["Location"] = call.api_url("webhooks", made.id)
        return answer

    @get(
        "/{webhook_id:str}",
        sync_to_thread=True,
        operation_id="get_webhook",
        summary="Get a webhook",
        opt=OPT,
        responses=private_specs(200, EndpointView, "The endpoint.", also=(404,)),
        operation_class=described(),
    )
    def get_webhook(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id
    ) -> Response[Any]:
        """Return one endpoint, without its secret."""
        call.read(())
        return sent(call.webhooks.show(actor, webhook_id))

    @patch(
        "/{webhook_id:str}",
        sync_to_thread=True,
        operation_id="patch_webhook",
        summary="Change a webhook",
        opt=OPT,
        responses=private_specs(200, EndpointView, "As it is now.", also=(404, 413, 415)),
        operation_class=described(sends=CHANGE),
    )
    def patch_webhook(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id, body: RawBody
    ) -> Response[Any]:
        """Change what the body names; resuming a paused endpoint sends what waits for it."""
        call.read(())
        asked = read_body(call, body, WebhookChange)
        given = {name: getattr(asked, name) for name in WebhookChange.__struct_fields__}
        with mistakes_in(WebhookChange):
            changed = call.webhooks.change(
                actor, webhook_id, **{k: v for k, v in given.items() if v is not UNSET}
            )
        return sent(changed)

    @delete(
        "/{webhook_id:str}",
        sync_to_thread=True,
        status_code=204,
        operation_id="delete_webhook",
        summary="Remove a webhook",
        opt=OPT,
        responses=private_specs(204, None, "It is gone.", also=(404,)),
        operation_class=described(),
    )
    def delete_webhook(self, call: CallDependency, actor: ActorDependency, webhook_id: Id) -> None:
        """Remove an endpoint with its log."""
        call.read(())
        call.webhooks.remove(actor, webhook_id)

    @post(
        "/{webhook_id:str}/secret",
        sync_to_thread=True,
        status_code=200,
        operation_id="post_webhook_secret",
        summary="Replace the secret of a webhook",
        opt=OPT,
        responses=private_specs(200, WebhookSecret, "The new secret.", also=(404,)),
        operation_class=described(),
    )
    def post_secret(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id
    ) -> Response[Any]:
        """Give an endpoint another secret, in force at once; it is not shown again."""
        call.read(())
        return sent(WebhookSecret(secret=call.webhooks.replace_secret(actor, webhook_id)))

    @post(
        "/{webhook_id:str}/test",
        sync_to_thread=True,
        status_code=202,
        operation_id="post_webhook_test",
        summary="Test a webhook",
        opt=OPT,
        responses=private_specs(202, DeliveryView, "It is on its way.", DELIVERY, also=(404, 409)),
        operation_class=described(),
    )
    def post_test(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id
    ) -> Response[DeliveryView]:
        """Send a message of the kind `webhook.test`, at once."""
        call.read(())
        return sent(call.webhooks.test(actor, webhook_id), 202)

    @get(
        "/{webhook_id:str}/deliveries",
        sync_to_thread=True,
        operation_id="list_webhook_deliveries",
        summary="List what was sent",
        opt=OPT,
        responses=private_specs(
            200, DeliveryPage, "A page of deliveries.",
            DeliveryPage(items=(DELIVERY,), next=None), also=(404,),
        ),
        operation_class=described(LOG),
    )  # fmt: skip
    def list_deliveries(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id
    ) -> Response[Any]:
        """Return what was sent to an endpoint in 30 days, the newest first, with every try."""
        values = call.read(LOG)
        found, following = call.webhooks.deliveries(
            actor, webhook_id, after=place_of(values.one("after")), limit=values.one("limit", 20)
        )
        return sent(DeliveryPage(items=found, next=call.next_url(values, cursor(following))))

    @post(
        "/{webhook_id:str}/deliveries/{delivery_id:str}/redeliver",
        sync_to_thread=True,
        status_code=202,
        operation_id="post_webhook_redelivery",
        summary="Send a message again",
        opt=OPT,
        responses=private_specs(202, DeliveryView, "It is on its way.", DELIVERY, also=(404, 409)),
        operation_class=described(),
    )
    def post_redelivery(
        self, call: CallDependency, actor: ActorDependency, webhook_id: Id, delivery_id: DeliveryId
    ) -> Response[DeliveryView]:
        """Send a message again at once, under the same id."""
        call.read(())
        return sent(call.webhooks.redeliver(actor, webhook_id, delivery_id), 202)


def _with_secret(made: EndpointView, secret: str) -> Webhook:
    known = {name: getattr(made, name) for name in EndpointView.__struct_fields__}
    return Webhook(**known, secret=secret)
