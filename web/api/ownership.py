"""Ownership claims of who brings the token: started, looked at, checked, confirmed, withdrawn."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.db.tables import ProofMethod
from registry.errors import NotFound
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_views import OwnershipClaimView
from registry.publishing.proofs import TXT_LABEL, WELL_KNOWN, proof_text
from web.api.bodies import mistakes_in, read_body, wrong_body
from web.api.call import Call, CallDependency, id_in
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, described, private_specs, writes
from web.auth.visit import ActorDependency
from web.ports.ownership import OwnershipPort

Number = Annotated[str, PathParameter(description="Number of the ownership claim.")]
SLUG: Final = Schema(type=OpenAPIType.STRING, max_length=120, description="Its slug.")
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["method"],
    properties={
        "component": SLUG,
        "organisation": SLUG,
        "method": Schema(
            type=OpenAPIType.STRING,
            enum=[x.value for x in ProofMethod],
            description="How it will be proven: `dns` (a TXT record) and `well_known` (a file at "
            "the domain) need `domain`; `repository` (a file at HEAD) proves a component; `forge` "
            "asks for public membership.",
        ),
        "domain": Schema(
            type=OpenAPIType.STRING,
            max_length=253,
            description="The domain that the organisation registered.",
        ),
    },
    additional_properties=False,
    examples=[{"organisation": "alberta", "method": "dns", "domain": "alberta.ca"}],
)


class OwnershipClaimRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is claimed, by its slug, and how it will be proven."""

    method: str
    component: str | None = None
    organisation: str | None = None
    domain: str = ""


class OwnershipClaimItem(Struct, frozen=True, kw_only=True):
    """An ownership claim.

    `publish` is what has to stand at `publish_at`, shown to the claimant alone; empty where nothing
    has to. `level` is 0 not proven, 1 known by the forge, 2 proven, 3 a government domain with a
    second person.
    """

    id: int
    subject: str
    slug: str
    method: str
    domain: str
    state: str
    level: int
    problem: str
    publish: str
    publish_at: str
    created_at: datetime
    expires_at: datetime
    proven_at: datetime | None
    checked_at: datetime | None
    api_url: str
    html_url: str


class OwnershipClaimList(Struct, frozen=True, kw_only=True):
    """Ownership claims, the newest first."""

    items: tuple[OwnershipClaimItem, ...]


_WHEN: Final = datetime.fromisoformat("2026-08-02T09:30:00Z")
EXAMPLE: Final = OwnershipClaimItem(
    id=7, subject="organisation", slug="alberta", method="dns", domain="alberta.ca",
    state="active", level=2, problem="", publish="gcr-claim=0xFxuzcIgP-qo1cEEKzgCVkIzVFHYwKX",
    publish_at="_gcr-challenge.alberta.ca", created_at=_WHEN, expires_at=_WHEN, proven_at=_WHEN,
    checked_at=_WHEN, api_url="https://registry.example/api/v1/ownership-claims/7",
    html_url="https://registry.example/claims/7",
)  # fmt: skip


class OwnershipApi(Controller):
    """What the bearer of a token claims to own."""

    tags = ["Publishing"]
    security = SIGNED_IN

    @get(
        "/ownership-claims",
        sync_to_thread=True,
        operation_id="list_ownership_claims",
        summary="List your ownership claims",
        opt={"action": Action.CLAIM_OWNERSHIP},
        responses=private_specs(
            200, OwnershipClaimList, "Your claims.", OwnershipClaimList(items=(EXAMPLE,))
        ),
        operation_class=described(),
    )
    def list_ownership_claims(self, call: CallDependency, actor: ActorDependency) -> Response[Any]:
        """Return the ownership claims of the account, the newest first."""
        call.read(())
        claims = _port(call).mine(actor)
        return call.json(OwnershipClaimList(items=tuple(_item(call, x) for x in claims)))

    @get(
        "/ownership-claims/{number:str}",
        sync_to_thread=True,
        operation_id="get_ownership_claim",
        summary="Get an ownership claim",
        opt={"action": Action.CLAIM_OWNERSHIP},
        responses=private_specs(200, OwnershipClaimItem, "The claim.", EXAMPLE, also=(404,)),
        operation_class=described(),
    )
    def get_ownership_claim(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """Return a claim of your own, or one that you may confirm."""
        call.read(())
        return call.json(_item(call, _port(call).claim(actor, _id(number))))

    @post(
        "/ownership-claims",
        operation_id="post_ownership_claim",
        summary="Claim a component or organisation",
        **writes(
            201,
            OwnershipClaimItem,
            "It waits for its proof.",
            EXAMPLE,
            action=Action.CLAIM_OWNERSHIP,
            sends=REQUEST,
            also=(404, 409, 410),
        ),
    )
    def post_ownership_claim(
        self, call: CallDependency, actor: ActorDependency, body: RawBody
    ) -> Response[Any]:
        """Write down a claim, and return what has to be published where; valid for seven days.

        The same claim again is the one that is open already.
        """
        call.read(())
        asked = read_body(call, body, OwnershipClaimRequest)
        try:
            new = NewClaim(
                account=actor.account or 0,
                component=asked.component,
                organisation=asked.organisation,
                method=ProofMethod(asked.method),
                domain=asked.domain,
            )
        except ValueError:
            known = ", ".join(ProofMethod)
            raise wrong_body(f"method must be one of {known}", "method") from None
        with mistakes_in(OwnershipClaimRequest):
            return sent(_item(call, _port(call).start(actor, new)), 201)

    @post(
        "/ownership-claims/{number:str}/check",
        operation_id="check_ownership_claim",
        summary="Have an ownership claim checked",
        **writes(
            202,
            OwnershipClaimItem,
            "The proof will be looked for.",
            EXAMPLE,
            action=Action.CLAIM_OWNERSHIP,
        ),
    )
    def check_ownership_claim(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """Have the proof looked for by the worker: `checked_at` tells when that was done."""
        call.read(())
        return sent(_item(call, _port(call).check(actor, _id(number))), 202)

    @post(
        "/ownership-claims/{number:str}/confirm",
        operation_id="confirm_ownership_claim",
        summary="Confirm somebody else's ownership claim",
        **writes(
            200,
            OwnershipClaimItem,
            "The claim as confirmed.",
            EXAMPLE,
            action=Action.CONFIRM_OWNERSHIP_CLAIM,
        ),
    )
    def confirm_ownership_claim(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """Vouch for a proven claim as the second person: as operator or owner."""
        call.read(())
        return sent(_item(call, _port(call).confirm(actor, _id(number))), 200)

    @post(
        "/ownership-claims/{number:str}/withdraw",
        operation_id="withdraw_ownership_claim",
        summary="Withdraw an ownership claim",
        **writes(
            200,
            OwnershipClaimItem,
            "The claim as withdrawn.",
            EXAMPLE,
            action=Action.CLAIM_OWNERSHIP,
        ),
    )
    def withdraw_ownership_claim(
        self, call: CallDependency, actor: ActorDependency, number: Number
    ) -> Response[Any]:
        """End a claim of your own; a role that it gave stays until you leave it."""
        call.read(())
        return sent(_item(call, _port(call).withdraw(actor, _id(number))), 200)


def _port(call: Call) -> OwnershipPort:
    if call.services.ownership is None:
        raise NotFound("this registry takes no ownership claims")
    return call.services.ownership


def _id(number: str) -> int:
    return id_in(number, "ownership claim")


def _item(call: Call, view: OwnershipClaimView) -> OwnershipClaimItem:
    places = {
        "dns": f"{TXT_LABEL}.{view.domain}",
        "well_known": f"https://{view.domain}/{WELL_KNOWN}",
        "repository": WELL_KNOWN,
    }
    at = places.get(view.method, "")
    return OwnershipClaimItem(
        id=view.id, subject=view.subject, slug=view.slug, method=view.method, domain=view.domain,
        state=view.state, level=view.level, problem=view.problem,
        publish=proof_text(view.token) if at and view.token else "", publish_at=at,
        created_at=view.created_at, expires_at=view.expires_at, proven_at=view.proven_at,
        checked_at=view.checked_at, api_url=call.api_url("ownership-claims", str(view.id)),
        html_url=call.page_url("claims", str(view.id)),
    )  # fmt: skip
