"""Who claims to own a component or an organisation, and which domains are of governments."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class ProofMethod(StrEnum):
    """How an ownership claim is proven."""

    DNS = "dns"
    WELL_KNOWN = "well_known"
    REPOSITORY = "repository"
    FORGE = "forge"


class OwnershipState(StrEnum):
    """Where an ownership claim stands.

    `contested` is proven while somebody else holds the same, `unconfirmed` is proven by a domain
    of which nobody knows that it is the organisation's: an operator decides on both. `lapsed` was
    active until its proof was missing twice.
    """

    PENDING = "pending"
    UNCONFIRMED = "unconfirmed"
    CONTESTED = "contested"
    ACTIVE = "active"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class OwnershipClaim(Model, table=True):
    """An account says that a component or an organisation is its own; exactly one of the two.

    `token` is random for each claim, so that a proof of one account is none of another. `level` is
    0 claimed, 1 by the forge, 2 by a domain or the repository, 3 on a government domain and
    confirmed by a second person. `failures` counts checks in a row that did not find the proof.
    """

    __tablename__ = "ownership_claim"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    method: ProofMethod = Field(sa_type=enum_by_value(ProofMethod))
    domain: str = Field(default="", max_length=253)
    token: str = Field(unique=True, max_length=64)
    state: OwnershipState = Field(
        default=OwnershipState.PENDING, sa_type=enum_by_value(OwnershipState), index=True
    )
    level: int = 0
    government_suffix: str | None = Field(default=None, max_length=253)
    second_person: str | None = Field(default=None, max_length=60)
    problem: str = Field(default="", max_length=300)
    failures: int = 0
    gave_role: bool = False
    created_at: datetime
    expires_at: datetime
    proven_at: datetime | None = None
    checked_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


class GovernmentDomain(Model, table=True):
    """A domain suffix under which only government bodies are, on the operator's list."""

    __tablename__ = "government_domain"

    suffix: str = Field(primary_key=True, max_length=253)
    country: str | None = Field(default=None, max_length=2)
    label: str = Field(default="", max_length=200)
    added_at: datetime
