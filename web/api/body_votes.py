"""Importing decisions of a body from votes at a forge."""

from typing import Any, Final

from litestar import Controller, Response, post
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.errors import NotFound
from registry.governance.record.forge_votes import Imported
from web.api.bodies import mistakes_in, read_body
from web.api.body_schemas import object_schema, text_schema
from web.api.call import CallDependency, slug_in
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
    bot=text_schema("Account whose comments count; needed but at GitHub.", 100),
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
        if call.services.votes is None:
            raise NotFound("this registry imports no votes")
        with mistakes_in(VotesRequest):
            found = call.services.votes.import_votes(actor, which, asked.url, asked.by, asked.bot)
        return sent(found, 201)
