"""Calls for people and money: on a component, or by an organisation for itself."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class CallKind(StrEnum):
    """What is looked for."""

    CO_MAINTAINER = "co_maintainer"
    CO_FUNDER = "co_funder"
    REVIEWER = "reviewer"
    EXCHANGE = "exchange"
    SECONDMENT = "secondment"


class Call(Model, table=True):
    """A call by an organisation, about one of its components or about itself.

    `organisation_id` is in whose name; none where the component belongs to none here. `contact`
    is a web address or the mailbox of a role, never a person's.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: CallKind = Field(sa_type=enum_by_value(CallKind), index=True)
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    text: str = Field(max_length=2000)
    lang: str = Field(max_length=35)
    contact: str = Field(max_length=500)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    closed_at: datetime | None = None
