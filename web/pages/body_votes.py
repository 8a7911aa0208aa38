"""Importing decisions of a body from votes at a forge, and saying who votes there for a member."""

from collections.abc import Mapping
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.own import RoleView
from registry.errors import InvalidInput, NotFound
from registry.governance.record.forge_votes import BodyVotes
from registry.governance.record.readmodels import BodyItem
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.bodies import PATH, bodies_of
from web.pages.body_founding import roles_of
from web.pages.decision_forms import RECORD, SIGNED_IN, acting_in
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.view import Context, View, ViewDependency

VOTES_COST = 20
"""What asking a forge takes from the rate limit."""


class BodyVotesContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/votes.html`; `refused` is what the forge or the address said."""

    template: ClassVar[str] = "bodies/votes.html"
    body: BodyItem
    acting: tuple[RoleView, ...]
    fields: Mapping[str, str]
    wrong: str
    problem: str
    refused: str
    done: str
    count: str
    csrf: str


class BodyVotesPages(Controller):
    """`/bodies/{slug}/votes`."""

    path = f"{PATH}/{{slug:str}}/votes"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=SIGNED_IN)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Ask where votes were held, and who votes there for a member."""
        return view.render(_context(view, visit, slug), is_indexed=False)

    @post("/", sync_to_thread=True, opt=RECORD)
    def take(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Import the votes that ended at an address."""
        fields = read_form(view.site, request, body, VOTES_COST)
        asked = (fields.get(name, "") for name in ("url", "by", "bot"))
        try:
            found = _votes_of(view).import_votes(visit.actor, slug, *asked)
        except InvalidInput as error:
            return view.render(_context(view, visit, slug, fields, error), status=400)
        return back_to(
            view, f"{PATH}/{slug}/votes", done="imported", count=str(len(found.decisions))
        )

    @post("/handles", sync_to_thread=True, opt=RECORD)
    def give(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Say who votes at a forge for a member, or that somebody does no longer."""
        fields = read_form(view.site, request, body, VOTES_COST)
        names = (fields.get(name, "") for name in ("voter", "host", "handle"))
        try:
            _votes_of(view).give_handle(
                visit.actor, slug, *names, removes=fields.get("way") == "remove"
            )
        except InvalidInput as error:
            return view.render(_context(view, visit, slug, fields, error), status=400)
        return back_to(view, f"{PATH}/{slug}/votes", done="handle")


def _votes_of(view: View) -> BodyVotes:
    if view.services.votes is None:
        raise NotFound("This registry imports no votes.")
    return view.services.votes


def _context(
    view: View, visit: Visit, slug: str, fields: Mapping[str, str] = {},
    error: InvalidInput | None = None,
) -> BodyVotesContext:  # fmt: skip
    body = bodies_of(view).body(slug)
    is_field = isinstance(error, WrongField)
    return BodyVotesContext(
        body=body.item,
        acting=acting_in(body, roles_of(view, visit)),
        fields=fields,
        wrong=error.field if isinstance(error, WrongField) else "",
        problem=error.problem if isinstance(error, WrongField) else "",
        refused="" if error is None or is_field else str(error),
        done=view.first("done"),
        count=view.first("count")[:6] if view.first("count").isdigit() else "0",
        csrf=visit.csrf,
    )
