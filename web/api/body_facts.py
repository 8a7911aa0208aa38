"""What members record of their body by the API: facts, money, suppliers."""

from typing import Any, Final

from litestar import Controller, Response, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody
from msgspec import Struct

from registry.accounts.authorise import Action
from registry.db.tables import FactKind
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import NewFact
from registry.governance.record.striking import ROWS
from web.api import body_items
from web.api.bodies import mistakes_in, read_body
from web.api.body_items import BodyResource, body_resource
from web.api.body_schemas import DATE, object_schema, text_schema
from web.api.call import Call, CallDependency, slug_in
from web.api.decision_items import SOURCED, Sourced
from web.api.joint_bodies import Slug, bodies_of
from web.api.lookup import sent
from web.api.openapi import SIGNED_IN, writes
from web.auth.visit import ActorDependency

_URL: Final = "https://town.example/report"
_NAME: Final = text_schema("Name, or slug of an organisation here.", 400)
_PURPOSE: Final = text_schema("What for.", 400)


class FactRequest(Sourced, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact; `choice` is of the list of its kind, where there is one."""

    kind: str
    choice: str = ""
    text: str = ""
    since: str = ""
    until: str = ""


class FundingRequest(Sourced, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Money of a payer over a time."""

    payer: str
    since: str
    until: str = ""
    country: str = ""
    amount: int | None = None
    currency: str = ""
    share: float | None = None
    purpose: str = ""


class ContractRequest(Sourced, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A supplier, and on behalf of whom it works over a time."""

    supplier: str
    on_behalf_of: str
    since: str
    until: str = ""
    purpose: str = ""


class MistakeRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was entered wrongly: `number` is its `id`."""

    by: str
    what: str
    number: int
    reason: str


MISTAKE: Final = object_schema(
    ["by", "what", "number", "reason"],
    {"by": "town", "what": "funding", "number": 7, "reason": "A digit too many."},
    by=text_schema("Slug of the organisation that entered it.", 120),
    what=Schema(type=OpenAPIType.STRING, enum=list(ROWS)),
    number=Schema(type=OpenAPIType.INTEGER, minimum=1, description="Its `id`."),
    reason=text_schema("What was wrong; it is kept in the audit log.", 400),
)
FACT: Final = object_schema(
    ["by", "kind", "url"],
    {"by": "town", "kind": "exit_clause", "choice": "yes", "text": "Notice of a year.",
     "url": _URL},
    kind=Schema(type=OpenAPIType.STRING, enum=[x.value for x in FactKind]),
    choice=text_schema("Of the list of its kind, where there is one.", 40),
    text=text_schema("Plain text.", 2000), since=DATE, until=DATE, **SOURCED,
)  # fmt: skip
FUNDING: Final = object_schema(
    ["by", "payer", "since", "url"],
    {"by": "town", "payer": "town", "amount": 50000, "currency": "EUR", "since": "2026-01-01",
     "url": _URL},
    payer=_NAME, country=text_schema("ISO 3166-1 alpha-2.", 2),
    amount=Schema(type=OpenAPIType.INTEGER, minimum=0, description="In whole units."),
    currency=text_schema("ISO 4217.", 3),
    share=Schema(type=OpenAPIType.NUMBER, maximum=100, exclusive_minimum=0,
                 description="Percent of all the money for that purpose."),
    since=DATE, until=DATE, purpose=_PURPOSE, **SOURCED,
)  # fmt: skip
CONTRACT: Final = object_schema(
    ["by", "supplier", "on_behalf_of", "since", "url"],
    {"by": "town", "supplier": "Example Ltd", "on_behalf_of": "town", "since": "2026-01-01",
     "url": _URL},
    supplier=_NAME, on_behalf_of=_NAME, since=DATE, until=DATE, purpose=_PURPOSE, **SOURCED,
)  # fmt: skip


class BodyFactsApi(Controller):
    """What the bearer of a token with the scope `governance:write` records of a body."""

    tags = ["Governance"]
    security = SIGNED_IN

    @post(
        "/bodies/{slug:str}/facts",
        operation_id="post_body_fact",
        summary="Record a fact about a body",
        **writes(201, BodyResource, "It is recorded.", body_items.EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=FACT),
    )  # fmt: skip
    def post_fact(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record a fact; of some kinds a newer one ends the one before."""
        call.read(())
        asked, which = read_body(call, body, FactRequest), slug_in(slug, "body")
        new = NewFact(
            kind=asked.kind, choice=asked.choice, text=asked.text, since=asked.since,
            until=asked.until,
        )  # fmt: skip
        with mistakes_in(FactRequest):
            bodies_of(call).facts.add_fact(actor, which, new, asked.evidence, asked.by)
        return _told(call, which)

    @post(
        "/bodies/{slug:str}/funding",
        operation_id="post_funding",
        summary="Record money for a body",
        **writes(201, BodyResource, "It is recorded.", body_items.EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=FUNDING),
    )  # fmt: skip
    def post_funding(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record who pays how much over a time."""
        call.read(())
        asked, which = read_body(call, body, FundingRequest), slug_in(slug, "body")
        new = NewFunding(
            payer=asked.payer, since=asked.since, until=asked.until, country=asked.country,
            amount=asked.amount, currency=asked.currency, share=asked.share,
            purpose=asked.purpose,
        )  # fmt: skip
        with mistakes_in(FundingRequest):
            bodies_of(call).facts.add_funding(actor, which, new, asked.evidence, asked.by)
        return _told(call, which)

    @post(
        "/bodies/{slug:str}/contracts",
        operation_id="post_contract",
        summary="Record a supplier of a body",
        **writes(201, BodyResource, "It is recorded.", body_items.EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=CONTRACT),
    )  # fmt: skip
    def post_contract(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Record a supplier, and on behalf of whom it works; a circle is refused."""
        call.read(())
        asked, which = read_body(call, body, ContractRequest), slug_in(slug, "body")
        new = NewContract(
            supplier=asked.supplier, on_behalf_of=asked.on_behalf_of, since=asked.since,
            until=asked.until, purpose=asked.purpose,
        )  # fmt: skip
        with mistakes_in(ContractRequest):
            bodies_of(call).facts.add_contract(actor, which, new, asked.evidence, asked.by)
        return _told(call, which)

    @post(
        "/bodies/{slug:str}/mistakes",
        operation_id="post_body_mistake",
        summary="Strike out what was entered wrongly",
        **writes(200, BodyResource, "It is struck out.", body_items.EXAMPLE,
                 action=Action.RECORD_IN_BODY, sends=MISTAKE),
    )  # fmt: skip
    def post_mistake(
        self, call: CallDependency, actor: ActorDependency, slug: Slug, body: RawBody
    ) -> Response[Any]:
        """Strike out a fact, money or a contract that the same organisation entered.

        It leaves the record; the audit log keeps what it said, and the reason.
        """
        call.read(())
        asked, which = read_body(call, body, MistakeRequest), slug_in(slug, "body")
        with mistakes_in(MistakeRequest):
            bodies_of(call).facts.strike(
                actor, which, asked.what, asked.number, asked.reason, asked.by
            )
        return sent(body_resource(call, bodies_of(call).body(which)), 200)


def _told(call: Call, slug: str) -> Response[Any]:
    return sent(body_resource(call, bodies_of(call).body(slug)), 201)
