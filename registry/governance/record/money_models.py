"""What is told of money and suppliers of a body, and what is asked to be recorded of them."""

from msgspec import Struct

from registry.governance.record.readmodels import Provenance


class NewFunding(Struct, frozen=True, kw_only=True):
    """Money of a payer (slug or name) over a time: `amount` in whole units of `currency`.

    `currency` is an ISO 4217 code, `share` percent of all the money for that purpose.
    """

    payer: str
    since: str
    until: str = ""
    country: str = ""
    amount: int | None = None
    currency: str = ""
    share: float | None = None
    purpose: str = ""


class NewContract(Struct, frozen=True, kw_only=True):
    """A supplier that works on behalf of somebody (slugs or names), over a time."""

    supplier: str
    on_behalf_of: str
    since: str
    until: str = ""
    purpose: str = ""


class FundingView(Struct, frozen=True, kw_only=True):
    """Money of a payer, from `since` up to and without `until`: days, months or years."""

    id: int
    payer: str
    country: str | None
    amount: int | None
    currency: str | None
    share: float | None
    since: str
    until: str | None
    purpose: str
    source: Provenance


class ContractView(Struct, frozen=True, kw_only=True):
    """A supplier that works for somebody, from `since` up to and without `until`, as dates go."""

    id: int
    supplier: str
    on_behalf_of: str
    since: str
    until: str | None
    purpose: str
    source: Provenance
