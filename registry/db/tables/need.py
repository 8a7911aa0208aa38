"""Needs: what public bodies look for before they build, who joins them, and who offers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class NeedState(StrEnum):
    """Where a need stands; an open one whose time is over is told as expired."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class NeedOutcome(StrEnum):
    """What became of a closed need."""

    FOUND = "found"
    BUILT = "built"
    DROPPED = "dropped"


class OfferState(StrEnum):
    """Whether an offer is shown; one that is not by a member of an organisation waits first."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Need(Model, table=True):
    """A need in somebody's own words; a draft is found by a secret of which the hash is kept.

    `found` is what the last search found, with its date; `answers` map the slug of a candidate to
    the reason and text why it is not used. `country` is that of the organisation.
    """

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes | None = Field(default=None, unique=True)
    title: str = Field(max_length=200)
    description: str
    lang: str = Field(max_length=35)
    functions: list[str] = Field(default_factory=list, sa_type=JSON)
    state: NeedState = Field(default=NeedState.DRAFT, sa_type=enum_by_value(NeedState), index=True)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="SET NULL"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    country: str | None = Field(default=None, max_length=2, index=True)
    found: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    outcome: NeedOutcome | None = Field(default=None, sa_type=enum_by_value(NeedOutcome))
    outcome_component_id: int | None = Field(
        default=None, foreign_key="component.id", ondelete="SET NULL"
    )
    outcome_url: str | None = Field(default=None, max_length=2048)
    created_at: datetime
    updated_at: datetime = Field(index=True)
    opened_at: datetime | None = None
    expires_at: datetime = Field(index=True)
    closed_at: datetime | None = None


class NeedJoin(Model, table=True):
    """An organisation that needs the same."""

    __tablename__ = "need_join"

    need_id: int = Field(foreign_key="need.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(
        foreign_key="organisation.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    joined_at: datetime


class NeedOffer(Model, table=True):
    """Somebody has, or offers, what is needed: a component, or words and an address.

    Without an organisation of this registry, `name` is who offers, as they call themselves.
    """

    __tablename__ = "need_offer"

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id", index=True, ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="SET NULL"
    )
    name: str = Field(default="", max_length=200)
    text: str = Field(max_length=2000)
    url: str | None = Field(default=None, max_length=2048)
    state: OfferState = Field(
        default=OfferState.WAITING, sa_type=enum_by_value(OfferState), index=True
    )
    created_at: datetime
    decided_at: datetime | None = None


class NeedStatement(Model, table=True):
    """A dated statement of a need, never changed: `content` is canonical JSON (RFC 8785).

    `digest` is the SHA-256 of its bytes; a later number supersedes an earlier one.
    """

    __tablename__ = "need_statement"

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id", ondelete="RESTRICT")
    number: int
    digest: str = Field(unique=True, max_length=64)
    content: str
    issued_at: datetime

    __table_args__ = (UniqueConstraint("need_id", "number"),)
