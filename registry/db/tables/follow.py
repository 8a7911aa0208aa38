"""Following: what an account wants to be told of, its mail address, and mails on their way."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class MailKind(StrEnum):
    """What a mail is for."""

    CONFIRM = "confirm"
    DIGEST = "digest"


class MailState(StrEnum):
    """Where a mail stands; a failed one is not tried again."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Follow(Model, table=True):
    """An account follows a component, an organisation or a search; `by_mail` puts it into digests.

    `search` is what is asked, in one fixed form (`registry.catalogue.questions`), and `search_key`
    the same in 32 characters; `looked_at` is when it was last compared with what it found before.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    """Account and target in one word, so that each is followed once."""
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    component_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE"
    )
    search: str | None = Field(default=None, max_length=2000)
    search_key: str | None = Field(default=None, max_length=32, index=True)
    looked_at: datetime | None = None
    by_mail: bool = False
    created_at: datetime


class FollowMatch(Model, table=True):
    """A component that a followed search found, once and for all: it is told of a single time.

    `mail_id` is the digest that tells of it: none while it waits, 0 where no digest ever does (it
    was there from the beginning, or was found while mail was not asked for). It is no foreign key:
    mails are forgotten, and what they told stays told.
    """

    __tablename__ = "follow_match"

    follow_id: int = Field(foreign_key="follow.id", primary_key=True, ondelete="CASCADE")
    component_id: int = Field(
        foreign_key="component.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    mail_id: int | None = Field(default=None, index=True)
    found_at: datetime


class MailAddress(Model, table=True):
    """Where an account gets mail: given by its person, used for nothing before it is confirmed.

    `sealed` is the address, bound to `key`. `confirm_hash` is of the secret in the link that
    confirms it, good until `confirm_until`. `leave_hash` is of the secret in each mail by which
    anybody who has the mail ends it; the secret itself is kept sealed, for the next mail. Up to
    and with the change `seen_seq` everything was put into digests; the next is due at `due_at`.
    """

    __tablename__ = "mail_address"

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    key: str = Field(unique=True, max_length=40)
    sealed: str = Field(max_length=800)
    lang: str = Field(max_length=10)
    confirm_hash: bytes | None = Field(default=None, unique=True)
    confirm_until: datetime | None = None
    confirmed_at: datetime | None = None
    leave_hash: bytes = Field(unique=True)
    leave_sealed: str = Field(max_length=400)
    seen_seq: int = 0
    due_at: datetime | None = Field(default=None, index=True)
    created_at: datetime


class Mail(Model, table=True):
    """One mail on its way; `key` is the part of its Message-ID that is the same at every try.

    It holds no address. A digest is made of the changes after `from_seq` up to `to_seq`; `sealed`
    is the secret of a confirmation, gone once it was sent. `problem` is why the last try failed.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    kind: MailKind = Field(sa_type=enum_by_value(MailKind))
    state: MailState = Field(default=MailState.WAITING, sa_type=enum_by_value(MailState))
    from_seq: int = 0
    to_seq: int = 0
    sealed: str | None = Field(default=None, max_length=400)
    attempts: int = 0
    problem: str = Field(default="", max_length=200)
    due_at: datetime = Field(index=True)
    created_at: datetime
    finished_at: datetime | None = Field(default=None, index=True)


class Reminder(Model, table=True):
    """An account was reminded in a digest that something ends on a day; never a second time."""

    mail_id: int = Field(foreign_key="mail.id", index=True, ondelete="CASCADE")
    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    subject: str = Field(primary_key=True, max_length=60)
    ends_on: date = Field(primary_key=True)
