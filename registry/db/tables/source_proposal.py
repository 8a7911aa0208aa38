"""Organisations that people propose to crawl, which an operator accepts or refuses."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class ProposalState(StrEnum):
    """Where a proposal stands; nothing is asked of its address before it is `accepted`."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class SourceProposal(Model, table=True):
    """Somebody proposes to crawl an organisation at a forge that the catalogue does not know.

    `spec` is what becomes a source (`github:github.com/alphagov`), `evidence_url` the page that
    shows that the organisation is a public one, `reply` what the operator said.
    """

    __tablename__ = "source_proposal"

    id: int | None = Field(default=None, primary_key=True)
    spec: str = Field(index=True, max_length=2048)
    url: str = Field(max_length=2048)
    name: str = Field(max_length=200)
    country: str = Field(max_length=2)
    evidence_url: str = Field(max_length=2048)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    state: ProposalState = Field(
        default=ProposalState.WAITING, sa_type=enum_by_value(ProposalState), index=True
    )
    reply: str = Field(default="", max_length=1000)
    created_at: datetime
    decided_at: datetime | None = None
