"""Roles in organisations: an organisation that has owners never loses the last of them.

Whoever changes roles first locks the row of the organisation, so that two removals at once are
decided one after the other (SQLite has one writer anyway).
"""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.accounts.actors import Role
from registry.accounts.audit import append
from registry.db.tables.account import Account, AccountState, Membership
from registry.db.tables.organisation import Organisation
from registry.errors import Conflict, NotFound


class MemberView(Struct, frozen=True):
    """A member of an organisation, as other members see them."""

    account: int
    name: str
    role: Role
    since: datetime


def grant_role(
    session: Session, account: int, organisation: int, role: Role, by: int | None, at: datetime
) -> None:
    """Give an account a role in an organisation, in place of the one that it has there.

    `by` is the account that gives it, `None` for an operator at the command line. That they may is
    checked before. Raises `Conflict` where the organisation would be left without an owner.
    """
    _lock(session, organisation)
    found = session.get(Account, account)
    if found is None or found.state is not AccountState.ACTIVE:
        raise NotFound(f"there is no account {account} in use")
    held = session.get(Membership, (account, organisation))
    if held is None:
        session.add(
            Membership(account_id=account, organisation_id=organisation, role=role, since=at)
        )
    elif held.role != role:
        if held.role is Role.OWNER:
            _keep_an_owner(session, account, organisation)
        held.role, held.since = role, at
    else:
        return
    session.flush()
    detail = {"account": account, "role": role.value}
    append(
        session,
        actor=by,
        action="membership.granted",
        subject=f"organisation:{organisation}",
        detail=detail,
        at=at,
    )


def remove_member(
    session: Session, account: int, organisation: int, by: int | None, at: datetime
) -> None:
    """Take an account's role in an organisation away; see `grant_role`."""
    _lock(session, organisation)
    held = session.get(Membership, (account, organisation))
    if held is None:
        raise NotFound("there is no such member")
    if held.role is Role.OWNER:
        _keep_an_owner(session, account, organisation)
    session.delete(held)
    session.flush()
    append(
        session,
        actor=by,
        action="membership.removed",
        subject=f"organisation:{organisation}",
        detail={"account": account},
        at=at,
    )


def list_members(session: Session, organisation: int) -> tuple[MemberView, ...]:
    """Return the members of an organisation, by name."""
    rows = session.execute(
        select(col(Account.id), col(Account.name), col(Membership.role), col(Membership.since))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.organisation_id) == organisation)
        .order_by(col(Account.name), col(Account.id))
    )
    return tuple(MemberView(*row) for row in rows)


def _lock(session: Session, organisation: int) -> None:
    found = session.execute(
        select(col(Organisation.id)).where(col(Organisation.id) == organisation).with_for_update()
    ).scalar()
    if found is None:
        raise NotFound("there is no such organisation")
    session.expire_all()  # what was read before the lock may be over


def _keep_an_owner(session: Session, account: int, organisation: int) -> None:
    """Raise `Conflict` unless somebody else, whose account is in use, owns the organisation."""
    others = session.execute(
        select(func.count())
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Membership.organisation_id) == organisation,
            col(Membership.account_id) != account,
            col(Membership.role) == Role.OWNER,
            col(Account.state) == AccountState.ACTIVE,
        )
    ).scalar_one()
    if not others:
        raise Conflict("an organisation keeps at least one owner: name another one first")
