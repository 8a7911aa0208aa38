"""Calls: an organisation looks for partners for a component or a joint body, until a day."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class CallKind(StrEnum):
    """What an organisation looks for."""

    CO_MAINTAINER = "co_maintainer"
    CO_FUNDER = "co_funder"
    REVIEWER = "reviewer"
    EXCHANGE = "exchange"
    SECONDMENT = "secondment"


class PartnerCall(Model, table=True):
    """A call for partners, about a component or about a body.

    `open_until` is its last day, UTC. `open_key` names organisation, subject and kind while it is
    open, so that there is one of each; it is empty once the call was closed, taken down or
    replaced after its last day. `removed_because` is why an operator took it down. `contact` is
    an address of a role or a page, never of a person.
    """

    __tablename__ = "partner_call"

    id: int | None = Field(default=None, primary_key=True)
    kind: CallKind = Field(sa_type=enum_by_value(CallKind))
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    body_id: int | None = Field(
        default=None, foreign_key="joint_body.id", index=True, ondelete="CASCADE"
    )
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    text: str = Field(max_length=2000)
    lang: str = Field(max_length=35)
    contact: str = Field(max_length=2048)
    open_until: date = Field(index=True)
    open_key: str | None = Field(default=None, unique=True, max_length=80)
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    removed_because: str | None = Field(default=None, max_length=300)
