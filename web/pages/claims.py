"""Ownership claims: "Is this yours?", what to publish as a proof, and what came of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.db.tables import ProofMethod
from registry.domain.identity import CASE_INSENSITIVE_HOSTS
from registry.errors import Conflict, InvalidInput, NotFound
from registry.keeping.readmodels import OwnKept
from registry.publishing.domain_names import domain_of_url
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_views import Ownership, OwnershipClaimView
from registry.publishing.proofs import TXT_LABEL, WELL_KNOWN, proof_text
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.view import Context, View, ViewDependency, bounded_id
from web.ports.ownership import OwnershipPort

FORM_COST: Final = 5
METHODS: Final = {
    "organisation": (ProofMethod.DNS, ProofMethod.WELL_KNOWN, ProofMethod.FORGE),
    "component": (
        ProofMethod.REPOSITORY, ProofMethod.FORGE, ProofMethod.DNS, ProofMethod.WELL_KNOWN,
    ),
}  # fmt: skip
CHECK_SECONDS: Final = 3
# How long a page waits for the worker before it stops asking by itself.
PATIENCE_SECONDS: Final = 90


class ClaimStartContext(Context, frozen=True, kw_only=True):
    """Variables of `claim_start.html`: the form for a claim on a component or organisation.

    `problem` is `domain`, `method` or `full`, where something is to be mended.
    """

    template: ClassVar[str] = "claim_start.html"
    subject: str
    slug: str
    name: str
    methods: tuple[str, ...]
    method: str
    domain: str
    owners: tuple[Ownership, ...]
    problem: str
    csrf: str


class ClaimContext(Context, frozen=True, kw_only=True):
    """Variables of `claim.html`: one claim, to its claimant or to who may confirm it.

    `is_waiting` says that the worker was asked for a check and has not answered yet.
    """

    template: ClassVar[str] = "claim.html"
    claim: OwnershipClaimView
    proof: str
    record: str
    address: str
    path: str
    is_mine: bool
    is_waiting: bool
    is_open: bool
    may_revoke: bool
    csrf: str


class ClaimsContext(Context, frozen=True, kw_only=True):
    """Variables of `claims.html`; `kept` are files that the registry keeps, or kept, for them."""

    template: ClassVar[str] = "claims.html"
    claims: tuple[OwnershipClaimView, ...]
    kept: tuple[OwnKept, ...]


class ComponentClaimPages(Controller):
    """`/components/{slug}/claim`."""

    path = "/components/{slug:str}/claim"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show the ways to prove that a component is one's own."""
        return view.render(_start_of_component(view, visit, slug))

    @post("/", sync_to_thread=True, status_code=200, opt={"action": Action.CLAIM_OWNERSHIP})
    def start(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take the claim and go on to what is to be proven."""
        sent = read_form(view.site, request, body, FORM_COST)
        return _started(view, visit, sent, _start_of_component(view, visit, slug))


class OrganisationClaimPages(Controller):
    """`/organisations/{slug}/claim`."""

    path = "/organisations/{slug:str}/claim"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show the ways to prove that one speaks for an organisation."""
        return view.render(_start_of_organisation(view, visit, slug))

    @post("/", sync_to_thread=True, status_code=200, opt={"action": Action.CLAIM_OWNERSHIP})
    def start(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take the claim and go on to what is to be proven."""
        sent = read_form(view.site, request, body, FORM_COST)
        return _started(view, visit, sent, _start_of_organisation(view, visit, slug))


class ClaimPages(Controller):
    """`/claims`: the own claims, and each of them."""

    path = "/claims"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def mine(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the claims of who is signed in."""
        claims = tuple(ownership_of(view).mine(visit.actor))
        port = view.services.kept
        kept = tuple(port.mine(visit.actor)) if port is not None else ()
        return view.render(ClaimsContext(claims=claims, kept=kept))

    @get("/{number:int}", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def show(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[bytes]:
        """Show a claim: what to publish, what the last check found, and what follows."""
        claim = ownership_of(view).claim(visit.actor, bounded_id(number))
        context = _context(view, visit, claim)
        answer = view.render(context)
        if context.is_waiting:  # without JavaScript, and no longer than the worker takes
            answer.headers["Refresh"] = str(CHECK_SECONDS)
        return answer

    @post("/{number:int}/check", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def check(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """Have the proof looked for, and wait on the page of the claim."""
        claim = ownership_of(view).check(visit.actor, bounded_id(number))
        asked = str(int(datetime.now(UTC).timestamp()))
        return back_to(view, f"/claims/{claim.id}", asked=asked)

    @post("/{number:int}/withdraw", sync_to_thread=True, opt={"action": Action.CLAIM_OWNERSHIP})
    def withdraw(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """End one's own claim."""
        claim = ownership_of(view).withdraw(visit.actor, bounded_id(number))
        return back_to(view, f"/claims/{claim.id}")

    @post(
        "/{number:int}/confirm",
        sync_to_thread=True,
        opt={"action": Action.CONFIRM_OWNERSHIP_CLAIM},
    )
    def confirm(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """Vouch for somebody else's claim, as the second person."""
        claim = ownership_of(view).confirm(visit.actor, bounded_id(number))
        return back_to(view, f"/claims/{claim.id}")


def ownership_of(view: View) -> OwnershipPort:
    """Return the ownership claims of this instance."""
    if view.services.ownership is None:
        raise NotFound("This registry takes no ownership claims.")
    return view.services.ownership


def _start_of_component(view: View, visit: Visit, slug: str) -> ClaimStartContext:
    ownership = ownership_of(view)
    card = view.services.catalogue.component(slug, view.language.code).card
    website = None
    if card.organisation is not None:
        website = view.services.catalogue.organisation(card.organisation.slug).website
    by_domain = card.organisation is not None
    methods = [x for x in METHODS["component"] if by_domain or x not in METHODS["organisation"][:2]]
    return ClaimStartContext(
        subject="component",
        slug=card.slug,
        name=card.name.value,
        methods=tuple(x.value for x in methods),
        method=ProofMethod.REPOSITORY.value,
        domain=_suggested(website),
        owners=ownership.of_component(card.slug),
        problem="",
        csrf=visit.csrf,
    )


def _start_of_organisation(view: View, visit: Visit, slug: str) -> ClaimStartContext:
    ownership = ownership_of(view)
    organisation = view.services.catalogue.organisation(slug)
    return ClaimStartContext(
        subject="organisation",
        slug=organisation.slug,
        name=organisation.name,
        methods=tuple(x.value for x in METHODS["organisation"]),
        method=ProofMethod.DNS.value,
        domain=_suggested(organisation.website),
        owners=ownership.of_organisation(organisation.slug),
        problem="",
        csrf=visit.csrf,
    )


def _suggested(website: str | None) -> str:
    """Return the domain of a website, unless it is one of the large forges: nobody's own."""
    found = domain_of_url(website)
    is_own = found is not None and found.registrable not in CASE_INSENSITIVE_HOSTS
    return found.name if found and is_own else ""


def _started(
    view: View, visit: Visit, sent: Mapping[str, str], form: ClaimStartContext
) -> Response[Any]:
    """Write the claim down, or show the form again with what is to be mended."""
    method, domain = sent.get("method", ""), sent.get("domain", "").strip()
    form = replace(form, domain=domain[:300])
    if method not in form.methods:
        return view.render(replace(form, problem="method"), status=400)
    form = replace(form, method=method)
    new = NewClaim(
        account=visit.actor.account or 0,
        organisation=form.slug if form.subject == "organisation" else None,
        component=form.slug if form.subject == "component" else None,
        method=ProofMethod(method),
        domain=domain,
    )
    try:
        claim = ownership_of(view).start(visit.actor, new)
    except InvalidInput:
        return view.render(replace(form, problem="domain"), status=400)
    except Conflict:
        return view.render(replace(form, problem="full"), status=409)
    return back_to(view, f"/claims/{claim.id}")


def _context(view: View, visit: Visit, claim: OwnershipClaimView) -> ClaimContext:
    return ClaimContext(
        claim=claim,
        proof=proof_text(claim.token),
        record=f"{TXT_LABEL}.{claim.domain}",
        address=f"https://{claim.domain}/{WELL_KNOWN}",
        path=WELL_KNOWN,
        is_mine=claim.account == visit.actor.account,
        is_waiting=_is_waiting(view.first("asked"), claim.checked_at),
        is_open=claim.state in {"pending", "unconfirmed", "contested", "active", "lapsed"},
        may_revoke=visit.actor.is_operator and claim.account != visit.actor.account,
        csrf=visit.csrf,
    )


def _is_waiting(asked: str, checked_at: datetime | None) -> bool:
    """Tell whether a check was asked for of which there is no answer yet."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return False
    waited = datetime.now(UTC).timestamp() - int(asked)
    is_answered = checked_at is not None and checked_at.timestamp() >= int(asked)
    return 0 <= waited + 1 < PATIENCE_SECONDS and not is_answered
