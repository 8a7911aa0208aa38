"""Hooks by which forges tell of pushes, for maintainers of an organisation."""

from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

from litestar import Controller, Response, delete, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.errors import InvalidInput
from registry.webhooks.hooks import HookView
from registry.webhooks.inbound import FORGES
from web.api.bodies import read_body, wrong_body
from web.api.call import CallDependency
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs
from web.auth.visit import ActorDependency

OPT: Final = {"action": Action.MANAGE_WEBHOOKS}
Slug: TypeAlias = Annotated[str, PathParameter(description="Slug of the organisation.")]
Key: TypeAlias = Annotated[str, PathParameter(description="Key of the hook, such as hk_0a1b….")]
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["forge"],
    properties={
        "forge": Schema(type=OpenAPIType.STRING, enum=list(FORGES), description="Who will send."),
        "secret": Schema(
            type=OpenAPIType.STRING, min_length=16, max_length=200,
            description="The secret that the forge made; else one is made.",
        ),
    },
    additional_properties=False,
    examples=[{"forge": "github"}],
)  # fmt: skip


class HookRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for."""

    forge: str
    secret: str | None = None


class HookList(Struct, frozen=True, kw_only=True):
    """The hooks of an organisation, the oldest first."""

    items: tuple[HookView, ...]


class HookMade(Struct, frozen=True, kw_only=True):
    """What to enter at the forge; the secret is not shown again."""

    key: str
    url: str
    secret: str


LIST_EXAMPLE: Final = HookList(
    items=(
        HookView(
            key="hk_0a1b2c3d4e5f60718293a4b5c6d7e8f9", forge="github",
            path="/hooks/github/hk_0a1b2c3d4e5f60718293a4b5c6d7e8f9", organisation="city",
            source=None, created_at=datetime.fromisoformat("2026-11-26T03:41:07Z"),
            last_received_at=None,
        ),
    )
)  # fmt: skip


class HooksApi(Controller):
    """Who may tell us of pushes."""

    path = "/organisations/{slug:str}/hooks"
    tags = ["Webhooks"]
    security = SIGNED_IN

    @get(
        "/",
        sync_to_thread=True,
        operation_id="list_organisation_hooks",
        summary="List the hooks of an organisation",
        opt=OPT,
        responses=private_specs(200, HookList, "The hooks.", LIST_EXAMPLE, also=(404,)),
        operation_class=described(),
    )
    def list_hooks(self, call: CallDependency, actor: ActorDependency, slug: Slug) -> Response[Any]:
        """Return the hooks of an organisation, without their secrets."""
        call.read(())
        return sent(HookList(items=call.hooks.list(actor, slug)))

    @post(
        "/",
        sync_to_thread=True,
        status_code=201,
        operation_id="post_organisation_hook",
        summary="Add a hook to an organisation",
        opt=OPT,
        responses=private_specs(
            201, HookMade, "It was made; the secret is not shown again.",
            also=(404, 409, 413, 415),
        ),
        operation_class=described(sends=REQUEST),
    )  # fmt: skip
    def post_hook(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Make an address at which a forge tells of pushes to repositories of the organisation."""
        call.read(())
        asked = read_body(call, body, HookRequest)
        try:
            made = call.hooks.add(actor, slug, asked.forge, asked.secret)
        except InvalidInput as error:
            raise wrong_body(str(error)) from None
        url = call.page_url(made.path.lstrip("/"))
        return sent(HookMade(key=made.key, url=url, secret=made.secret), 201)

    @delete(
        "/{hook:str}",
        sync_to_thread=True,
        status_code=204,
        operation_id="delete_organisation_hook",
        summary="Remove a hook of an organisation",
        opt=OPT,
        responses=private_specs(204, None, "It is gone.", also=(404,)),
        operation_class=described(),
    )
    def delete_hook(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, hook: Key
    ) -> None:
        """Remove a hook: what is sent to it is refused from now on."""
        call.read(())
        call.hooks.remove(actor, slug, hook)
