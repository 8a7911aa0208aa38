"""What an operator does to accounts at the command line."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from registry.accounts.audit import append
from registry.accounts.sessions import end_sessions
from registry.accounts.sign_in import new_link
from registry.db.tables.account import Account, AccountState, ApiToken, Identity, Membership
from registry.errors import NotFound


class AccountRow(Struct, frozen=True):
    """An account in a list of all."""

    id: int
    name: str
    state: AccountState
    is_operator: bool
    identities: int
    organisations: int
    created_at: datetime
    signed_in_at: datetime | None


def list_accounts(session: Session) -> tuple[AccountRow, ...]:
    """Return all accounts but the deleted ones."""
    rows = session.execute(
        select(
            col(Account.id), col(Account.name), col(Account.state), col(Account.is_operator),
            _count(Identity), _count(Membership), col(Account.created_at),
            col(Account.signed_in_at),
        )
        .where(col(Account.state) != AccountState.DELETED)
        .order_by(col(Account.id))
    )  # fmt: skip
    return tuple(AccountRow(*row) for row in rows)


def make_operator(session: Session, name: str, now: datetime) -> int:
    """Make an account of an operator, to sign in by a link, and return its number."""
    account = Account(name=name, is_operator=True, created_at=now)
    session.add(account)
    session.flush()
    append(session, actor=None, action="account.created", subject=f"account:{account.id}",
           detail={"operator": True}, at=now)  # fmt: skip
    return account.id or 0


def set_operator(session: Session, number: int, *, is_operator: bool, now: datetime) -> None:
    """Make an account an operator or none any more; its sessions begin anew."""
    account = account_in_use(session, number)
    if account.is_operator is is_operator:
        return
    account.is_operator = is_operator
    end_sessions(session, number)
    append(session, actor=None, action="account.operator_set", subject=f"account:{number}",
           detail={"operator": is_operator}, at=now)  # fmt: skip


def link_for(session: Session, number: int, now: datetime) -> str:
    """Return the secret of a one-time link for an account."""
    secret = new_link(session, number, now)
    append(session, actor=None, action="account.link_made", subject=f"account:{number}", at=now)
    return secret


def suspend_account(session: Session, number: int, now: datetime) -> None:
    """Put an account out of use: its sessions and tokens end at once."""
    account = account_in_use(session, number)
    account.state = AccountState.SUSPENDED
    end_sessions(session, number)
    session.execute(
        update(ApiToken)
        .where(col(ApiToken.account_id) == number, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    append(session, actor=None, action="account.suspended", subject=f"account:{number}", at=now)


def resume_account(session: Session, number: int, now: datetime) -> None:
    """Take a suspended account into use again."""
    account_in_use(session, number).state = AccountState.ACTIVE
    append(session, actor=None, action="account.resumed", subject=f"account:{number}", at=now)


def account_in_use(session: Session, number: int) -> Account:
    """Return an account that was not deleted; raises `NotFound` otherwise."""
    account = session.get(Account, number)
    if account is None or account.state is AccountState.DELETED:
        raise NotFound(f"there is no account {number}")
    return account


def _count(table: type[Identity] | type[Membership]) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(col(table.account_id) == col(Account.id))
        .correlate(Account)
        .scalar_subquery()
    )
