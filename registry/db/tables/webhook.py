"""Webhooks: endpoints that are told of events, and hooks by which forges tell us of pushes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class EndpointState(StrEnum):
    """Whether an endpoint is told of anything."""

    ACTIVE = "active"
    PAUSED = "paused"


class DeliveryState(StrEnum):
    """Where a delivery stands; a failed one is not tried again by itself."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


# Literals, not parameters: only these let a database use the partial indexes below.
IS_COLLECTING = text("is_collecting")
IS_WAITING = text("state = 'waiting'")


class WebhookEndpoint(Model, table=True):
    """An address that is told of events of an organisation, of a component, or of all.

    With `is_followed` it is told of what its account follows, whatever that is at the time.

    `secret` is sealed. `account_id` is who made it; none means the operator on the command line.
    `failing_since` is the first failure after the last success.
    """

    __tablename__ = "webhook_endpoint"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="CASCADE"
    )
    url: str = Field(max_length=2048)
    description: str = Field(default="", max_length=200)
    events: list[str] = Field(default_factory=list, sa_type=JSON)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    is_followed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    secret: str = Field(max_length=400)
    state: EndpointState = Field(default=EndpointState.ACTIVE, sa_type=enum_by_value(EndpointState))
    paused_because: str | None = Field(default=None, max_length=60)
    failing_since: datetime | None = None
    created_at: datetime


class WebhookDelivery(Model, table=True):
    """One message to one endpoint; `key` is the id that the receiver sees at every try.

    While `is_collecting`, later events of the same kind and subject take the place of its body.
    `tries` are mappings of `at`, `status` or `reason`, and `ms`.
    """

    __tablename__ = "webhook_delivery"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    endpoint_id: int = Field(foreign_key="webhook_endpoint.id", index=True, ondelete="CASCADE")
    event: str = Field(max_length=40)
    subject: str = Field(max_length=300)
    body: str
    state: DeliveryState = Field(
        default=DeliveryState.WAITING, sa_type=enum_by_value(DeliveryState)
    )
    is_collecting: bool = True
    attempts: int = 0
    tries: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    due_at: datetime
    created_at: datetime = Field(index=True)
    finished_at: datetime | None = None

    __table_args__ = (
        Index(
            "uq_webhook_delivery_collecting", "endpoint_id", "event", "subject", unique=True,
            sqlite_where=IS_COLLECTING, postgresql_where=IS_COLLECTING,
        ),
        Index(
            "ix_webhook_delivery_due", "due_at",
            sqlite_where=IS_WAITING, postgresql_where=IS_WAITING,
        ),
    )  # fmt: skip


class InboundHook(Model, table=True):
    """An address at which a forge tells of pushes of one organisation or source.

    `key` is its part of the address; `secret` is sealed. `last_refused_at` is when a message came
    that was not signed with it.
    """

    __tablename__ = "inbound_hook"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    forge: str = Field(max_length=20)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    source_id: int | None = Field(default=None, foreign_key="source.id", ondelete="CASCADE")
    secret: str = Field(max_length=400)
    created_at: datetime
    last_received_at: datetime | None = None
    last_refused_at: datetime | None = None


class InboundDelivery(Model, table=True):
    """A message that a hook received: kept for a while, so that it does nothing a second time.

    `body_hash` is that of the signed body: forges do not sign their delivery ids. `outcome` is
    queued or ignored.
    """

    __tablename__ = "inbound_delivery"

    hook_id: int = Field(foreign_key="inbound_hook.id", primary_key=True, ondelete="CASCADE")
    delivery_id: str = Field(primary_key=True, max_length=100)
    body_hash: str = Field(max_length=64)
    received_at: datetime = Field(index=True)
    outcome: str | None = Field(default=None, max_length=20)

    __table_args__ = (Index("uq_inbound_delivery_body", "hook_id", "body_hash", unique=True),)
