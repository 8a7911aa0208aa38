"""What the account whose token asks follows: components, organisations and searches."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, delete, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.adoption.follows.readmodels import FollowView
from registry.adoption.follows.service import Follows
from registry.catalogue.readmodels import Link
from registry.errors import NotFound
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, id_in
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs, writes
from web.auth.visit import ActorDependency

Number = Annotated[str, PathParameter(description="Number of what is followed.")]
OPT: Final = {"action": Action.FOLLOW}
_SLUG: Final = Schema(
    type=OpenAPIType.STRING, max_length=120, description="A slug; one of the three is given."
)
_SEARCH: Final = Schema(
    type=OpenAPIType.STRING,
    max_length=2000,
    description="A search as in the address of `/api/v1/components`, what comes after the `?`. "
    "Sort and page do not count. It may find at most 2,000 components now.",
)
FOLLOW: Final = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "component": _SLUG,
        "organisation": _SLUG,
        "search": _SEARCH,
        "by_mail": Schema(type=OpenAPIType.BOOLEAN, description="Whether it is in digests."),
    },
    additional_properties=False,
    examples=[
        {"component": "forms", "by_mail": True},
        {"search": "q=forms&country=CA", "by_mail": False},
    ],
)
EXAMPLE: Final = FollowView(
    id=3, component=Link("forms", "Forms"), organisation=None, by_mail=True,
    created_at=datetime(2026, 8, 2, tzinfo=UTC),
)  # fmt: skip


class FollowRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A component or an organisation by its slug, or a search as in its address."""

    component: str = ""
    organisation: str = ""
    search: str = ""
    by_mail: bool = False


class FollowList(Struct, frozen=True, kw_only=True):
    """All that an account follows, the latest first."""

    items: tuple[FollowView, ...]


class FollowsApi(Controller):
    """`/follows`."""

    path = "/follows"
    tags = ["Webhooks"]
    security = SIGNED_IN

    @get(
        "/",
        sync_to_thread=True,
        operation_id="list_follows",
        summary="List what the account follows",
        opt=OPT,
        responses=private_specs(200, FollowList, "All of it.", FollowList(items=(EXAMPLE,))),
        operation_class=described(),
    )
    def list_follows(self, call: CallDependency, actor: ActorDependency) -> Response[Any]:
        """Return what the account follows; its webhooks can be limited to it."""
        call.read(())
        return sent(FollowList(items=follows_of(call).list(actor)))

    @post(
        "/",
        operation_id="follow",
        summary="Follow a component, an organisation or a search",
        **writes(201, FollowView, "It is followed.", EXAMPLE, action=Action.FOLLOW, sends=FOLLOW,
                 also=(404, 409, 410, 503)),
    )  # fmt: skip
    def follow(self, call: CallDependency, actor: ActorDependency, body: RawBody) -> Response[Any]:
        """Follow something; again only changes whether it is told by mail."""
        call.read(())
        asked = read_body(call, body, FollowRequest)
        with mistakes_in(FollowRequest):
            made = follows_of(call).follow(
                actor, component=asked.component, organisation=asked.organisation,
                search=asked.search, by_mail=asked.by_mail,
            )  # fmt: skip
        return sent(made, 201)

    @delete(
        "/{follow_number:str}",
        operation_id="unfollow",
        summary="Follow something no more",
        **writes(204, None, "Followed no more.", action=Action.FOLLOW, also=(404,)),
    )
    def unfollow(self, call: CallDependency, actor: ActorDependency, follow_number: Number) -> None:
        """End it; what was sent is not taken back."""
        call.read(())
        follows_of(call).unfollow(actor, id_in(follow_number, "follow"))


def follows_of(call: Call) -> Follows:
    """Return what is followed in this instance, or raise `NotFound` where nobody can follow."""
    if call.services.follows is None:
        raise NotFound("nobody follows anything in this registry")
    return call.services.follows
