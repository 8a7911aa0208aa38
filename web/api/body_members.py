"""Members of a body that come and go: asked for, signed off, and confirmed by themselves."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.governance.record.readmodels import NewMember
from web.api import body_items
from web.api.bodies import mistakes_in, read_body
from web.api.body_changes import EXAMPLE_CHANGES, ChangesResource, changes_of
from web.api.body_items import BodyResource, body_resource
from web.api.body_schemas import BY, DAY, DUES, ROLE, object_schema, text_schema
from web.api.call import CallDependency, id_in, slug_in
from web.api.joint_bodies import Slug, bodies_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, writes
from web.auth.visit import ActorDependency

Number = Annotated[str, PathParameter(description="Number of the membership.")]


class MemberRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A member to be, asked for in the name of `by`, which signs it off with this."""

    by: str
    organisation: str
    role: str
    since: str = ""
    dues: int = 0
    url: str = ""


class LeavingRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The end of the membership of `member` after a day, today where none is named."""

    by: str
    member: str
    leaves_on: str = ""


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether an organisation is the member that others say it is."""

    agrees: bool


JOINING: Final = object_schema(
    ["by", "organisation", "role"], {"by": "town", "organisation": "county", "role": "strategic"},
    by=BY, organisation=text_schema("Slug of the organisation that is to be a member."), role=ROLE,
    since=DAY, dues=DUES,
    url=text_schema("Where it can be read.", 2048),
)  # fmt: skip
LEAVING: Final = object_schema(
    ["by", "member"], {"by": "county", "member": "county", "leaves_on": "2026-12-31"},
    by=BY, member=text_schema("Slug of the organisation that leaves."), leaves_on=DAY,
)  # fmt: skip
ANSWER: Final = object_schema(["agrees"], {"agrees": True}, agrees=Schema(type=OpenAPIType.BOOLEAN))


class BodyMembersApi(Controller):
    """Members of a body, with a token with the scope `governance:write`."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies/{slug:str}/members",
        operation_id="post_body_member",
        summary="Ask for a new member of a body",
        **writes(202, ChangesResource, "It waits, or was applied.", EXAMPLE_CHANGES,
                 action=Action.RECORD_IN_BODY, sends=JOINING),
    )  # fmt: skip
    def post_member(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Ask for a member; it is invited once two that govern signed it off."""
        call.read(())
        asked, which = read_body(call, body, MemberRequest), slug_in(slug, "body")
        new = NewMember(
            organisation=asked.organisation, role=asked.role, since=asked.since, dues=asked.dues
        )
        with mistakes_in(MemberRequest):
            bodies_of(call).propose_member(actor, which, new, asked.by, asked.url)
        return sent(changes_of(call, which), 202)

    @post(
        "/bodies/{slug:str}/departures",
        operation_id="post_body_departure",
        summary="Ask for the end of a membership",
        **writes(202, ChangesResource, "It waits, or was applied.", EXAMPLE_CHANGES,
                 action=Action.RECORD_IN_BODY, sends=LEAVING),
    )  # fmt: skip
    def post_departure(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Ask for the end of one's own membership; who governs asks for that of others too."""
        call.read(())
        asked, which = read_body(call, body, LeavingRequest), slug_in(slug, "body")
        with mistakes_in(LeavingRequest):
            bodies_of(call).propose_leaving(actor, which, asked.member, asked.by, asked.leaves_on)
        return sent(changes_of(call, which), 202)

    @post(
        "/bodies/{slug:str}/members/{member:str}/answer",
        operation_id="post_body_answer",
        summary="Accept or decline to be a member of a body",
        **writes(200, BodyResource, "It is answered.", body_items.EXAMPLE,
                 action=Action.JOIN_BODY, sends=ANSWER),
    )  # fmt: skip
    def post_answer(
        self,
        call: CallDependency,
        actor: ActorDependency,
        slug: Slug,
        member: Number,
        body: RawBody,
    ) -> Response[Any]:
        """Answer for the organisation that was invited, once."""
        call.read(())
        asked, which = read_body(call, body, AnswerRequest), slug_in(slug, "body")
        bodies_of(call).answer(actor, which, id_in(member, "member"), agrees=asked.agrees)
        return sent(body_resource(call, bodies_of(call).body(which)))
