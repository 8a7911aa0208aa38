"""Importing decisions of a body from votes at a forge."""

from typing import Any, Final

from litestar import Controller, Response, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.errors import NotFound
from registry.governance.record.forge_votes import BodyVotes, Imported
from web.api.bodies import mistakes_in, read_body
from web.api.body_schemas import object_schema, text_schema
from web.api.call import Call, CallDependency, slug_in
from web.api.joint_bodies import Slug
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, writes
from web.auth.visit import ActorDependency


class VotesRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Import the votes at `url` for a member `by`; `bot` is the account whose comments count."""

    by: str
    url: str
    bot: str = ""


ASKED: Final = object_schema(
    ["by", "url"], {"by": "town", "url": "https://github.com/town/forms/issues"},
    by=text_schema("Slug of the member that records it.", 120),
    url=text_schema("Address of the issues of a repository, or of one issue.", 2048),
    bot=text_schema("Account whose comments count; not needed at GitHub.", 100),
)  # fmt: skip


class VoterRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An account at a forge that votes for a member, or does no longer."""

    by: str
    host: str
    handle: str
    remove: bool = False


VOTER: Final = object_schema(
    ["by", "host", "handle"], {"by": "town", "host": "github.com", "handle": "town-votes"},
    by=text_schema("Slug of the member for which it votes.", 120),
    host=text_schema("Host of the forge.", 260),
    handle=text_schema("Name of the account there; only a keyed hash is kept.", 101),
    remove=Schema(type=OpenAPIType.BOOLEAN, description="Whether it votes for it no longer."),
)  # fmt: skip


class BodyVotesApi(Controller):
    """Votes at forges, with a token with the scope `governance:write`."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies/{slug:str}/votes",
        operation_id="import_votes",
        summary="Import decisions from votes at a forge",
        **writes(201, Imported, "They are recorded.", Imported(decisions=(4, 5), known=2, open=1),
                 action=Action.RECORD_IN_BODY, sends=ASKED),
    )  # fmt: skip
    def import_votes(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record each vote that ended, once, with its address, days, tally, and outcome."""
        call.read(())
        asked, which = read_body(call, body, VotesRequest), slug_in(slug, "body")
        with mistakes_in(VotesRequest):
            found = _votes_of(call).import_votes(actor, which, asked.url, asked.by, asked.bot)
        return sent(found, 201)

    @post(
        "/bodies/{slug:str}/voters",
        operation_id="post_body_voter",
        summary="Say which account at a forge votes for a member",
        **writes(204, None, "It is kept, or forgotten.", action=Action.RECORD_IN_BODY,
                 sends=VOTER),
    )  # fmt: skip
    def post_voter(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> None:
        """Keep, or forget, that an account votes for a member, in the name of that member."""
        call.read(())
        asked, which = read_body(call, body, VoterRequest), slug_in(slug, "body")
        with mistakes_in(VoterRequest):
            _votes_of(call).give_handle(
                actor, which, asked.by, asked.host, asked.handle, removes=asked.remove
            )


def _votes_of(call: Call) -> BodyVotes:
    if call.services.votes is None:
        raise NotFound("this registry imports no votes")
    return call.services.votes
