"""Reuse actions: somebody takes a component over, and the crawler proves it.

Nobody has to be known: the key of an action is all that is needed to read, change and remove it.
The forge is never asked from here; a program that has a token of the forge asks it by itself.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, delete, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.actions import NewReuse, new_key
from registry.adoption.adopters import NewAdoption
from registry.adoption.destinations import FORGES, MAX_NAME, MAX_OWNER, PURPOSES, WrongDestination
from registry.adoption.readmodels import ReuseActionView
from registry.catalogue.readmodels import Link
from registry.errors import NotFound
from web.api.bodies import mistakes_in, read_body, wrong_body
from web.api.call import Call, CallDependency
from web.api.lookup import sent
from web.api.openapi import described, post_specs, private_specs
from web.auth.visit import ActorDependency
from web.ports.adoption import ReuseActionsPort

# A client records a few a minute: each is looked for by the crawler.
RECORD_COST: Final = 60
Key = Annotated[str, PathParameter(description="Key of the reuse action.")]
_TEXT: Final = OpenAPIType.STRING
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["component", "forge", "owner", "name"],
    properties={
        "component": Schema(type=_TEXT, max_length=120, description="Slug of the component."),
        "forge": Schema(type=_TEXT, enum=list(FORGES), description="Forge of the copy."),
        "owner": Schema(
            type=_TEXT, max_length=MAX_OWNER, description="Account there, or its address."
        ),
        "name": Schema(type=_TEXT, max_length=MAX_NAME, description="Name of the copy."),
        "purpose": Schema(type=_TEXT, enum=list(PURPOSES)),
        "default_branch_only": Schema(type=OpenAPIType.BOOLEAN),
        "key": Schema(
            type=_TEXT, description="22 to 32 random letters, digits, - and _: sent twice is once."
        ),
        "adopter": Schema(
            type=_TEXT, max_length=120,
            description="Slug of an organisation to list as adopter; needs a token for it.",
        ),
    },
    additional_properties=False,
    examples=[{"component": "forms", "forge": "github", "owner": "town", "name": "forms"}],
)  # fmt: skip
MADE: Final = Schema(
    type=OpenAPIType.OBJECT,
    properties={"url": Schema(type=_TEXT, max_length=2048, description="If it is elsewhere.")},
    additional_properties=False,
    examples=[{"url": "https://code.example/town/forms"}],
)
EXAMPLE: Final = ReuseActionView(
    key="k3yk3yk3yk3yk3yk3yk3yk3y", component=Link("forms", "Forms"),
    url="https://github.com/town/forms", forge="github", name="forms",
    source="https://github.com/city/forms", way="fork_page", purpose="evaluate",
    default_branch_only=False, state="recorded", problem="", detail="",
    page="https://github.com/city/forms/fork", is_same_forge=True,
    commands=("git clone --mirror https://github.com/city/forms",), copy=None, edge_key=None,
    adopter=None, looks=0, created_at=datetime(2026, 8, 2, tzinfo=UTC),
    changed_at=datetime(2026, 8, 2, tzinfo=UTC),
)  # fmt: skip


class ReuseActionRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is taken over, and where to."""

    component: str
    forge: str
    owner: str
    name: str
    purpose: str = "evaluate"
    default_branch_only: bool = False
    key: str = ""
    adopter: str = ""


class MadeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the copy is, when it is not where it was announced."""

    url: str = ""


class ReuseActionsApi(Controller):
    """What people take over."""

    tags = ["Reuse"]

    @post(
        "/reuse-actions",
        sync_to_thread=True,
        status_code=201,
        operation_id="post_reuse_action",
        summary="Record that a component is taken over",
        opt={"cost": RECORD_COST, "action": Action.RECORD_REUSE},
        responses=post_specs(
            201, ReuseActionView, "It is recorded.", EXAMPLE, also=(401, 403, 404, 409, 410)
        ),
        operation_class=described(sends=REQUEST),
    )
    def post_reuse_action(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Say where a copy will be; the answer tells the forge's page and the git commands for it.

        The crawler looks for the copy and measures it. The key of the answer is a secret: whoever
        has it may change and remove the action.
        """
        call.read(())
        asked = read_body(call, body, ReuseActionRequest)
        new = NewReuse(
            key=asked.key or new_key(), component=asked.component, forge=asked.forge,
            owner=asked.owner, name=asked.name, purpose=asked.purpose,
            default_branch_only=asked.default_branch_only,
        )  # fmt: skip
        adopter = None
        if asked.adopter:
            adopter = NewAdoption(component=asked.component, organisation=asked.adopter)
        with mistakes_in(ReuseActionRequest):
            try:
                made = actions_of(call).start(actor, new, adopter=adopter)
            except WrongDestination as error:
                raise wrong_body(str(error), error.field) from None
        return sent(made, 201)

    @get(
        "/reuse-actions/{key:str}",
        sync_to_thread=True,
        operation_id="get_reuse_action",
        summary="Get a reuse action",
        responses=private_specs(200, ReuseActionView, "As it is now.", EXAMPLE, also=(404,)),
        operation_class=described(),
    )
    def get_reuse_action(self, call: CallDependency, key: Key) -> Response[Any]:
        """Return an action: whether the copy was found, and the evidence for it."""
        call.read(())
        return sent(actions_of(call).action(key))

    @post(
        "/reuse-actions/{key:str}/made",
        sync_to_thread=True,
        status_code=202,
        operation_id="post_reuse_copy",
        summary="Say that the copy is there",
        opt={"cost": RECORD_COST, "action": Action.RECORD_REUSE},
        responses=post_specs(202, ReuseActionView, "It is looked at.", EXAMPLE, also=(404,)),
        operation_class=described(sends=MADE),
    )
    def post_reuse_copy(self, call: CallDependency, key: Key, body: RawBody) -> Response[Any]:
        """Let the crawler look now, at another address perhaps."""
        call.read(())
        asked = read_body(call, body, MadeRequest)
        with mistakes_in(MadeRequest):
            return sent(actions_of(call).made(key, asked.url), 202)

    @delete(
        "/reuse-actions/{key:str}",
        sync_to_thread=True,
        status_code=204,
        operation_id="delete_reuse_action",
        summary="Remove a reuse action",
        opt={"action": Action.RECORD_REUSE},
        responses=private_specs(204, None, "It is gone.", also=(404,)),
        operation_class=described(),
    )
    def delete_reuse_action(self, call: CallDependency, actor: ActorDependency, key: Key) -> None:
        """Remove the record, and the statement of an adopter that came with it.

        What was made at the forge stays there. To withdraw a statement takes a token for it.
        """
        call.read(())
        actions_of(call).remove(actor, key)


def actions_of(call: Call) -> ReuseActionsPort:
    """Return the reuse actions of this instance, or raise `NotFound` where there are none."""
    if call.services.reuse_actions is None:
        raise NotFound("this registry records no reuse")
    return call.services.reuse_actions
