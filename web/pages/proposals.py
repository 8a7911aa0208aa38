"""Proposals: an organisation that is not known here, to be crawled, and what came of it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action, is_allowed
from registry.db.tables import ProposalState
from registry.domain.countries import COUNTRIES
from registry.errors import Conflict, InvalidInput, NotFound
from registry.publishing.proposals import MAX_REPLY, NewProposal, Proposals, ProposalView
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, bounded_id

FORM_COST: Final = 20
PAGE_SIZE: Final = 50
STATES: Final = tuple(x.value for x in ProposalState)
FIELDS: Final = ("url", "name", "country", "evidence_url")


class UnknownContext(Context, frozen=True, kw_only=True):
    """Variables of `publish/unknown.html`: an organisation of which no repository is known.

    `standing` is that of `Proposals.standing`; `wrong` is the field to be mended, `problem` why,
    or `taken` where it cannot be proposed now.
    """

    template: ClassVar[str] = "publish/unknown.html"
    url: str
    standing: str
    sent: dict[str, str]
    countries: tuple[str, ...]
    is_signed_in: bool
    wrong: str
    problem: str
    csrf: str


class ProposalsContext(Context, frozen=True, kw_only=True):
    """Variables of `proposals.html`; `is_of_all` says that they are everybody's."""

    template: ClassVar[str] = "proposals.html"
    proposals: tuple[ProposalView, ...]
    states: tuple[str, ...]
    state: str
    is_of_all: bool
    first_href: str | None
    next_href: str | None


class ProposalContext(Context, frozen=True, kw_only=True):
    """Variables of `proposal.html`; `text` is what the reply holds, `problem` what is wrong."""

    template: ClassVar[str] = "proposal.html"
    proposal: ProposalView
    may_decide: bool
    text: str
    most: int
    problem: str
    done: str
    csrf: str


class ProposePages(Controller):
    """`/publish/propose`."""

    path = "/publish/propose"
    include_in_schema = False

    @post("/", sync_to_thread=True, status_code=200, opt={"action": Action.PROPOSE_SOURCE})
    def propose(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Keep a proposal, or show the form again with what is to be mended."""
        form = read_form(view.site, request, body, FORM_COST)
        sent = {name: form.get(name, "").strip() for name in FIELDS}
        try:
            made = proposals_of(view).propose(visit.actor, NewProposal(**sent))
        except WrongField as error:
            page = unknown(view, visit, sent, wrong=error.field, problem=error.problem)
            return view.render(page, status=400, is_indexed=False)
        except Conflict:
            page = unknown(view, visit, sent, problem="closed")
            return view.render(page, status=409, is_indexed=False)
        return back_to(view, f"/proposals/{made.id}", done="made")


class ProposalPages(Controller):
    """`/proposals`: one's own; of operators all."""

    path = "/proposals"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def list_them(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List proposals, the newest first."""
        state = view.first("state") if view.first("state") in STATES else ""
        found, following = proposals_of(view).page(
            visit.actor, state=state or None, after=row_after(view), limit=PAGE_SIZE
        )
        first_href, next_href = page_links(view, following)
        context = ProposalsContext(
            proposals=found,
            states=STATES,
            state=state,
            is_of_all=is_allowed(visit.actor, Action.DECIDE_PROPOSAL),
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, is_indexed=False)

    @get("/{proposal:int}", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def show(
        self, view: ViewDependency, visit: VisitDependency, proposal: FromPath[int]
    ) -> Response[bytes]:
        """Show a proposal, to operators with the form to decide on it."""
        return view.render(_context(view, visit, bounded_id(proposal)), is_indexed=False)

    @post("/{proposal:int}/decide", sync_to_thread=True, opt={"action": Action.DECIDE_PROPOSAL})
    def decide(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        proposal: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Accept or refuse a proposal, as an operator."""
        fields = read_form(view.site, request, body, FORM_COST)
        text, verdict = fields.get("text", ""), fields.get("verdict", "")
        key = bounded_id(proposal)
        if verdict not in {"accept", "refuse"}:
            return view.render(_context(view, visit, key, "verdict", text), status=400)
        try:
            proposals_of(view).decide(visit.actor, key, accept=verdict == "accept", reply=text)
        except WrongField as error:
            return view.render(_context(view, visit, key, error.problem, text), status=400)
        except Conflict:
            return view.render(_context(view, visit, key, "closed"), status=409)
        return back_to(view, f"/proposals/{key}", done="decided")


def proposals_of(view: View) -> Proposals:
    """Return the proposals of this registry, or raise `NotFound` where it takes none."""
    if view.services.proposals is None:
        raise NotFound("This registry takes no proposals.")
    return view.services.proposals


def unknown(
    view: View, visit: Visit, sent: dict[str, str], wrong: str = "", problem: str = ""
) -> UnknownContext:
    """Return the page of an organisation of which nothing is known, with the form to propose it."""
    try:
        standing = proposals_of(view).standing(sent["url"])
    except InvalidInput:
        standing = "new"
    return UnknownContext(
        url=sent["url"],
        standing=standing,
        sent={name: sent.get(name, "") for name in FIELDS},
        countries=tuple(sorted(COUNTRIES, key=view.language.country)),
        is_signed_in=visit.actor.account is not None,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )


def _context(
    view: View, visit: Visit, number: int, problem: str = "", text: str = ""
) -> ProposalContext:
    case = proposals_of(view).case(visit.actor, number)
    done = view.first("done")
    return ProposalContext(
        proposal=case.proposal,
        may_decide=case.may_decide,
        text=text,
        most=MAX_REPLY,
        problem=problem,
        done=done if done in {"made", "decided"} else "",
        csrf=visit.csrf,
    )
