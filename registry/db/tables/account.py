"""Accounts of people: how they sign in, their sessions, roles and tokens.

Secrets are never here: of a session, link, invitation or token only the SHA-256 is kept.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class Role(StrEnum):
    """What an account is in an organisation; each includes those before it."""

    MEMBER = "member"
    MAINTAINER = "maintainer"
    OWNER = "owner"


class AccountState(StrEnum):
    """Whether an account may be used; a deleted one stays as a number without a person."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Account(Model, table=True):
    """A person; `name` is what others see, and identifies nobody."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    is_operator: bool = False
    state: AccountState = Field(default=AccountState.ACTIVE, sa_type=enum_by_value(AccountState))
    created_at: datetime
    signed_in_at: datetime | None = None


class Identity(Model, table=True):
    """By whom a person is known: the issuer and its unchanging number, never e-mail or login.

    `label` is how the provider called the person last, for people to recognise; it decides nothing.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    issuer: str = Field(max_length=500)
    subject: str = Field(max_length=255)
    provider: str = Field(max_length=40)
    label: str = Field(default="", max_length=100)
    linked_at: datetime

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class Membership(Model, table=True):
    """The role of an account in an organisation."""

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    organisation_id: int = Field(
        foreign_key="organisation.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    role: Role = Field(sa_type=enum_by_value(Role))
    since: datetime


class WebSession(Model, table=True):
    """Somebody who is signed in with a browser; `signed_in_at` tells how fresh that is."""

    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    provider: str = Field(max_length=40)
    browser: str = Field(default="", max_length=200)
    signed_in_at: datetime
    seen_at: datetime = Field(index=True)


class SignInAttempt(Model, table=True):
    """The session before sign-in: what was sent to a provider, to hold the answer against.

    `account_id` is set where somebody who is signed in links another identity.
    """

    __tablename__ = "sign_in_attempt"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True)
    provider: str = Field(max_length=40)
    issuer: str = Field(max_length=500)
    state: str = Field(max_length=100)
    nonce: str = Field(max_length=100)
    verifier: str = Field(max_length=128)
    next_path: str = Field(max_length=2048)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    created_at: datetime = Field(index=True)


class SignInLink(Model, table=True):
    """A link that signs somebody in once; the row goes when it is used."""

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    created_at: datetime


class Invitation(Model, table=True):
    """A role that is offered to whoever brings the link first; the row goes when it is taken."""

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    role: Role = Field(sa_type=enum_by_value(Role))
    invited_by: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    created_at: datetime


class ApiToken(Model, table=True):
    """A token for programs; `organisation_id` narrows it to one organisation."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=100)
    ending: str = Field(max_length=4)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="CASCADE"
    )
    created_at: datetime
    expires_at: datetime
    used_on: date | None = None
    revoked_at: datetime | None = None
