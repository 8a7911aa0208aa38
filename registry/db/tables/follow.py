"""Follows: what accounts are told of by e-mail, and the mails that tell them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from registry.db.base import Model, enum_by_value

# A literal, not a parameter: only this lets a database use the partial index below.
IS_UNTOLD = text("message_id IS NULL")


class Pace(StrEnum):
    """How soon somebody is told."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailState(StrEnum):
    """Whether an address is sent mails to; `paused` after it was refused for good."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    PAUSED = "paused"


class MessageState(StrEnum):
    """Where a mail stands.

    `sending` from just before its content is handed over; one that is found so later is
    `uncertain`: nobody knows whether it arrived, and it is not sent again. `empty` had nothing to
    tell any more.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    EMPTY = "empty"


class Follow(Model, table=True):
    """An account wants to know what happens to one thing: exactly one of the four is set.

    `search` is the query string of a search. `looked_at` is up to when its answer was told.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    need_id: int | None = Field(default=None, foreign_key="need.id", index=True, ondelete="CASCADE")
    search: str | None = Field(default=None, max_length=2048)
    pace: Pace = Field(default=Pace.DAILY, sa_type=enum_by_value(Pace))
    events: list[str] = Field(default_factory=list, sa_type=JSON)
    looked_at: datetime | None = None
    created_at: datetime

    __table_args__ = (
        UniqueConstraint("account_id", "component_id"),
        UniqueConstraint("account_id", "organisation_id"),
        UniqueConstraint("account_id", "need_id"),
        UniqueConstraint("account_id", "search"),
    )


class MailAddress(Model, table=True):
    """Where an account is sent mails to; the row goes with the last follow.

    `address` is sealed. `address_key` is its keyed hash: it bounds how many mails ask one address
    for its consent. `asked_at` is when the last of them was queued, on `asked_day` the
    `asked`-th.
    """

    __tablename__ = "mail_address"

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    address: str = Field(max_length=800)
    address_key: bytes = Field(index=True)
    language: str = Field(default="en", max_length=10)
    state: MailState = Field(default=MailState.UNCONFIRMED, sa_type=enum_by_value(MailState))
    paused_because: str | None = Field(default=None, max_length=60)
    asked: int = 0
    asked_day: date | None = None
    asked_at: datetime
    confirmed_at: datetime | None = None


class FollowNotice(Model, table=True):
    """Something that happened to what is followed, to be told once.

    While no mail tells of it, a later event of the same kind and subject takes the place of its
    data. `message_id` is the mail that tells of it.
    """

    __tablename__ = "follow_notice"

    id: int | None = Field(default=None, primary_key=True)
    follow_id: int = Field(foreign_key="follow.id", index=True, ondelete="CASCADE")
    event: str = Field(max_length=40)
    subject: str = Field(max_length=300)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime
    due_at: datetime
    message_id: int | None = Field(
        default=None, foreign_key="mail_message.id", index=True, ondelete="CASCADE"
    )

    __table_args__ = (
        Index(
            "uq_follow_notice_untold", "follow_id", "event", "subject", unique=True,
            sqlite_where=IS_UNTOLD, postgresql_where=IS_UNTOLD,
        ),
        Index("ix_follow_notice_due", "due_at", sqlite_where=IS_UNTOLD, postgresql_where=IS_UNTOLD),
    )  # fmt: skip


class MailMessage(Model, table=True):
    """One mail to one account, `digest` or `confirmation`; its text is made when it is sent."""

    __tablename__ = "mail_message"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    kind: str = Field(max_length=20)
    state: MessageState = Field(
        default=MessageState.WAITING, sa_type=enum_by_value(MessageState), index=True
    )
    attempts: int = 0
    problem: str | None = Field(default=None, max_length=60)
    due_at: datetime = Field(index=True)
    created_at: datetime = Field(index=True)
    finished_at: datetime | None = None
