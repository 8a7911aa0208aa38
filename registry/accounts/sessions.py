"""Sessions in browsers: opened at sign-in under a new id, ended when idle or old, or by hand.

The id in the cookie is a secret of ours and is never taken from a client; only its hash is kept.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Row, delete, select, update
from sqlmodel import Session, col

from registry.accounts.actors import Actor, Role
from registry.accounts.secrets import digest, is_secret, new_secret
from registry.db.tables.account import Account, AccountState, Membership, WebSession
from registry.errors import NotFound

FRESH: Final = timedelta(minutes=15)
# The time of the last request is written this often at most, so that reading stays reading.
TOUCH: Final = timedelta(minutes=5)
MAX_SESSIONS: Final = 20
MAX_BROWSER: Final = 200


class Lifetimes(Struct, frozen=True):
    """How long a session lasts without a request, and at most."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)


class SignedIn(Struct, frozen=True):
    """A session that is in force, and who acts in it; `is_due` asks for `touch_session`."""

    session: int
    actor: Actor
    is_due: bool


class SessionView(Struct, frozen=True):
    """A session as its owner sees it."""

    id: int
    provider: str
    browser: str
    signed_in_at: datetime
    seen_at: datetime
    is_current: bool


def open_session(
    session: Session, account_id: int, provider: str, browser: str, now: datetime
) -> str:
    """Write a new session down and return its secret id; the oldest beyond a bound are ended."""
    secret = new_secret()
    session.add(
        WebSession(
            key_hash=digest(secret),
            account_id=account_id,
            provider=provider,
            browser=browser[:MAX_BROWSER],
            signed_in_at=now,
            seen_at=now,
        )
    )
    session.flush()
    kept = (
        select(col(WebSession.id))
        .where(col(WebSession.account_id) == account_id)
        .order_by(col(WebSession.signed_in_at).desc(), col(WebSession.id).desc())
        .limit(MAX_SESSIONS)
    )
    session.execute(
        delete(WebSession).where(
            col(WebSession.account_id) == account_id, col(WebSession.id).not_in(kept)
        )
    )
    return secret


def find_session(
    session: Session, secret: str, now: datetime, lifetimes: Lifetimes
) -> SignedIn | None:
    """Return the session with this id if it is in force, and its account may be used."""
    if not is_secret(secret):
        return None
    found = session.execute(
        select(
            col(WebSession.id),
            col(WebSession.seen_at),
            col(WebSession.signed_in_at),
            col(Account.id).label("account"),
            col(Account.is_operator),
        )
        .join(Account, col(Account.id) == col(WebSession.account_id))
        .where(
            col(WebSession.key_hash) == digest(secret),
            col(WebSession.seen_at) > now - lifetimes.idle,
            col(WebSession.signed_in_at) > now - lifetimes.absolute,
            col(Account.state) == AccountState.ACTIVE,
        )
    ).one_or_none()
    return _signed_in(session, found, now) if found else None


def _signed_in(session: Session, row: Row[Any], now: datetime) -> SignedIn:
    actor = Actor(
        account=row.account,
        is_operator=row.is_operator,
        roles=roles_of(session, row.account),
        is_fresh=row.signed_in_at > now - FRESH,
    )
    return SignedIn(row.id, actor, is_due=row.seen_at < now - TOUCH)


def roles_of(session: Session, account_id: int) -> dict[int, Role]:
    """Return the role of an account in each of its organisations."""
    rows = session.execute(
        select(col(Membership.organisation_id), col(Membership.role)).where(
            col(Membership.account_id) == account_id
        )
    )
    return {organisation_id: Role(role) for organisation_id, role in rows}


def touch_session(session: Session, session_id: int, now: datetime) -> None:
    """Note that a session was used now."""
    session.execute(update(WebSession).where(col(WebSession.id) == session_id).values(seen_at=now))


def list_sessions(
    session: Session, account_id: int, current: int | None, now: datetime, lifetimes: Lifetimes
) -> tuple[SessionView, ...]:
    """Return the sessions of an account that are in force, the latest used first."""
    rows = session.execute(
        select(WebSession)
        .where(
            col(WebSession.account_id) == account_id,
            col(WebSession.seen_at) > now - lifetimes.idle,
            col(WebSession.signed_in_at) > now - lifetimes.absolute,
        )
        .order_by(col(WebSession.seen_at).desc(), col(WebSession.id))
    ).scalars()
    return tuple(
        SessionView(
            id=row.id or 0,
            provider=row.provider,
            browser=row.browser,
            signed_in_at=row.signed_in_at,
            seen_at=row.seen_at,
            is_current=row.id == current,
        )
        for row in rows
    )


def end_session(session: Session, account_id: int, session_id: int) -> None:
    """End one session of an account; raises `NotFound` where the account has none with this id."""
    ended = session.execute(
        delete(WebSession).where(
            col(WebSession.id) == session_id, col(WebSession.account_id) == account_id
        )
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise NotFound("there is no such session")


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> None:
    """End all sessions of an account, or all but one."""
    statement = delete(WebSession).where(col(WebSession.account_id) == account_id)
    if but is not None:
        statement = statement.where(col(WebSession.id) != but)
    session.execute(statement)


def end_by_secret(session: Session, secret: str) -> None:
    """End the session with this secret id, if there is one."""
    if is_secret(secret):
        session.execute(delete(WebSession).where(col(WebSession.key_hash) == digest(secret)))


def renew_session(session: Session, session_id: int) -> str:
    """Give a session another id, as at every change of what it may do; return the new one."""
    secret = new_secret()
    session.execute(
        update(WebSession).where(col(WebSession.id) == session_id).values(key_hash=digest(secret))
    )
    return secret


def remove_ended(session: Session, now: datetime, lifetimes: Lifetimes) -> None:
    """Remove sessions that ended by themselves."""
    session.execute(
        delete(WebSession).where(
            (col(WebSession.seen_at) <= now - lifetimes.idle)
            | (col(WebSession.signed_in_at) <= now - lifetimes.absolute)
        )
    )
