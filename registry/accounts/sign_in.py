"""Signing in: what is kept between the way out and the way back, and who comes of it.

An attempt is a session before the session: its cookie holds a secret, its row the state, nonce,
verifier and issuer. It is used up by the first answer, whatever that answer is.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from registry.accounts.audit import append
from registry.accounts.providers import Person, Provider, Request, SignInRefused
from registry.accounts.secrets import digest, is_secret, new_secret
from registry.db.tables.account import (
    Account,
    AccountState,
    Identity,
    SignInAttempt,
    SignInLink,
)
from registry.errors import Conflict, Forbidden, NotFound, Unavailable

ATTEMPT: Final = timedelta(minutes=10)
LINK: Final = timedelta(minutes=15)
MAX_ATTEMPTS: Final = 10_000
HOME: Final = "/account"


def begin_attempt(
    session: Session,
    provider: Provider,
    request: Request,
    next_path: str,
    account: int | None,
    now: datetime,
) -> str:
    """Write an attempt down and return its secret; those that are over go.

    `account` is who is signed in and wants to link this identity too.
    """  # fmt: skip
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.created_at) <= now - ATTEMPT))
    count = session.execute(select(func.count()).select_from(SignInAttempt)).scalar_one()
    if count >= MAX_ATTEMPTS:
        raise Unavailable("too many sign-ins are under way", retry_after=60)
    secret = new_secret()
    session.add(
        SignInAttempt(
            key_hash=digest(secret),
            provider=provider.name,
            issuer=provider.issuer,
            state=request.state,
            nonce=request.nonce,
            verifier=request.verifier,
            next_path=next_path,
            account_id=account,
            created_at=now,
        )
    )
    return secret


def take_attempt(session: Session, secret: str, now: datetime) -> SignInAttempt:
    """Return an attempt and remove it; raises `SignInRefused` where there is none."""
    found: SignInAttempt | None = None
    if is_secret(secret):
        found = session.execute(
            select(SignInAttempt).where(col(SignInAttempt.key_hash) == digest(secret))
        ).scalar_one_or_none()
    if found is None or found.created_at <= now - ATTEMPT:
        raise SignInRefused("attempt", "no sign-in is under way here, or it took too long")
    taken = session.execute(delete(SignInAttempt).where(col(SignInAttempt.id) == found.id))
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise SignInRefused("attempt", "this sign-in has ended already")
    session.expunge(found)
    return found


def check_answer(attempt: SignInAttempt, provider: Provider, answer: dict[str, str]) -> None:
    """Hold an answer against its attempt; raises `SignInRefused` where they do not belong."""
    same = hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode())
    if not same or attempt.provider != provider.name or attempt.issuer != provider.issuer:
        raise SignInRefused("state", "this answer does not belong to a sign-in of this browser")
    if "error" in answer:
        raise SignInRefused("denied", f"the provider answered: {answer['error'][:100]}")
    if not answer.get("code"):
        raise SignInRefused("code", "the provider's answer holds no code")


def account_of(session: Session, person: Person, provider: Provider, now: datetime) -> int:
    """Return the account with this identity, a new one where there is none yet."""
    found = _identity(session, person)
    if found is not None:
        found.label = person.label
        return _signed_in(session, found.account_id, now)
    account = Account(name=person.label or provider.label, created_at=now, signed_in_at=now)
    session.add(account)
    session.flush()
    _link(session, account.id or 0, person, provider, now)
    append(session, actor=account.id, action="account.created", subject=f"account:{account.id}",
           detail={"provider": provider.name}, at=now)  # fmt: skip
    return account.id or 0


def link_identity(
    session: Session, account: int, person: Person, provider: Provider, now: datetime
) -> None:
    """Add an identity to an account; raises `Conflict` where another account has it."""
    found = _identity(session, person)
    if found is not None and found.account_id != account:
        raise Conflict("another account signs in with this identity")
    if found is None:
        _link(session, account, person, provider, now)
        append(session, actor=account, action="identity.linked", subject=f"account:{account}",
               detail={"provider": provider.name}, at=now)  # fmt: skip


def new_link(session: Session, account: int, now: datetime) -> str:
    """Return the secret of a link that signs an account in once; a former link is void."""
    found = session.get(Account, account)
    if found is None or found.state is AccountState.DELETED:
        raise NotFound(f"there is no account {account}")
    session.execute(delete(SignInLink).where(col(SignInLink.account_id) == account))
    secret = new_secret()
    session.add(SignInLink(key_hash=digest(secret), account_id=account, created_at=now))
    return secret


def use_link(session: Session, secret: str, now: datetime) -> int:
    """Return the account that a link is for, once, and void the link."""
    found = None
    if is_secret(secret):
        found = session.execute(
            select(SignInLink).where(col(SignInLink.key_hash) == digest(secret))
        ).scalar_one_or_none()
    if found is None or found.created_at <= now - LINK:
        raise SignInRefused("link", "this link was used already, or it is too old")
    account = found.account_id
    taken = session.execute(delete(SignInLink).where(col(SignInLink.id) == found.id))
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise SignInRefused("link", "this link was used already")
    return _signed_in(session, account, now)


def local_path(path: str) -> str:
    """Return where to go after sign-in: a path of this site, or the account's page.

    Only what every browser reads as a path on the same origin: one slash first, no backslash, no
    control characters, which browsers drop (https://url.spec.whatwg.org/#concept-basic-url-parser).
    """
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_plain = path.isprintable() and path.isascii() and not set(path) & set('\\ "<>')
    return path if is_local and is_plain and len(path) <= 2048 else HOME


def _identity(session: Session, person: Person) -> Identity | None:
    return session.execute(
        select(Identity).where(
            col(Identity.issuer) == person.issuer, col(Identity.subject) == person.subject
        )
    ).scalar_one_or_none()


def _link(
    session: Session, account: int, person: Person, provider: Provider, now: datetime
) -> None:
    session.add(
        Identity(
            account_id=account,
            issuer=person.issuer,
            subject=person.subject,
            provider=provider.name,
            label=person.label,
            linked_at=now,
        )
    )
    session.flush()


def _signed_in(session: Session, number: int, now: datetime) -> int:
    account = session.get(Account, number)
    if account is None or account.state is not AccountState.ACTIVE:
        raise Forbidden("this account is suspended: ask the operator of this registry")
    account.signed_in_at = now
    return number
