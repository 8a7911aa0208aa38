"""A body with all that is recorded of it."""

from msgspec import Struct

from registry.governance.record.money_models import ContractView, FundingView
from registry.governance.record.readmodels import (
    BodyItem,
    ComponentOfBody,
    FactView,
    MemberView,
    Provenance,
)


class GoverningBody(Struct, frozen=True, kw_only=True):
    """A body as the page of a component that it governs tells of it.

    Without `is_consented` nobody on the component's side is known to agree, and what the body
    says of itself counts nothing for the component.
    """

    item: BodyItem
    facts: tuple[FactView, ...]
    members: tuple[MemberView, ...]
    is_consented: bool = True


class BodyView(Struct, frozen=True, kw_only=True):
    """A body with all that is recorded of it; `missing` are kinds of which nothing is."""

    id: int
    item: BodyItem
    source: Provenance
    components: tuple[ComponentOfBody, ...]
    members: tuple[MemberView, ...]
    facts: tuple[FactView, ...]
    missing: tuple[str, ...]
    funding: tuple[FundingView, ...]
    contracts: tuple[ContractView, ...]

    @property
    def governed(self) -> tuple[str, ...]:
        """The components that it governs today, as slugs."""
        return tuple(x.component.slug for x in self.components if x.until is None)

    @property
    def keepers(self) -> tuple[str, ...]:
        """The organisations of this registry that are members today, as slugs."""
        return tuple(
            x.organisation.slug for x in self.members if x.organisation and x.is_current
        )  # fmt: skip
