"""Invitations: a role for whoever brings the link first, within a week, once."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from registry.accounts.actors import Role
from registry.accounts.audit import append
from registry.accounts.members import grant_role
from registry.accounts.secrets import digest, is_secret, new_secret
from registry.db.tables.account import Account, AccountState, Invitation, Membership
from registry.db.tables.organisation import Organisation
from registry.errors import Conflict, NotFound

VALID: Final = timedelta(days=7)
MAX_OPEN: Final = 100


class InvitationView(Struct, frozen=True):
    """An open invitation, as the members of the organisation see it."""

    id: int
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime


class Invited(Struct, frozen=True):
    """What an invitation offers."""

    organisation: int
    slug: str
    name: str
    role: Role


def invite(
    session: Session, organisation: int, role: Role, by: int, at: datetime
) -> tuple[int, str]:
    """Write an invitation down; return its number and its secret, which is told once."""
    open_now = select(func.count()).select_from(Invitation).where(
        col(Invitation.organisation_id) == organisation, col(Invitation.created_at) > at - VALID
    )  # fmt: skip
    if session.execute(open_now).scalar_one() >= MAX_OPEN:
        raise Conflict("too many invitations are open: withdraw some first")
    secret = new_secret()
    row = Invitation(
        key_hash=digest(secret), organisation_id=organisation, role=role, invited_by=by,
        created_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    append(session, actor=by, action="invitation.created", subject=f"organisation:{organisation}",
           detail={"invitation": row.id, "role": role.value}, at=at)  # fmt: skip
    return row.id or 0, secret


def list_invitations(
    session: Session, organisation: int, now: datetime
) -> tuple[InvitationView, ...]:
    """Return the open invitations of an organisation."""
    rows = session.execute(
        select(Invitation, col(Account.name))
        .join(Account, col(Account.id) == col(Invitation.invited_by))
        .where(
            col(Invitation.organisation_id) == organisation,
            col(Invitation.created_at) > now - VALID,
        )
        .order_by(col(Invitation.id))
    )
    return tuple(
        InvitationView(x.id or 0, Role(x.role), name, x.created_at, x.created_at + VALID)
        for x, name in rows
    )


def withdraw_invitation(
    session: Session, organisation: int, number: int, by: int, at: datetime
) -> None:
    """Take an invitation back; raises `NotFound` where the organisation has none such."""
    taken = session.execute(
        delete(Invitation).where(
            col(Invitation.id) == number, col(Invitation.organisation_id) == organisation
        )
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise NotFound("there is no such invitation")
    append(session, actor=by, action="invitation.withdrawn", at=at,
           subject=f"organisation:{organisation}", detail={"invitation": number})  # fmt: skip


def look_at_invitation(session: Session, secret: str, now: datetime) -> Invited:
    """Return what an invitation offers; raises `NotFound` for one that is not open.

    An invitation of somebody who no longer owns the organisation is void.
    """
    row = _open(session, secret, now)
    organisation = session.get(Organisation, row.organisation_id)
    if organisation is None:
        raise _none()
    return Invited(row.organisation_id, organisation.slug, organisation.name, Role(row.role))


def accept_invitation(session: Session, secret: str, account: int, now: datetime) -> Invited:
    """Give an account the role that an invitation offers, once; a higher role is kept."""
    offered = look_at_invitation(session, secret, now)
    row = _open(session, secret, now)
    if session.get(Membership, (account, row.organisation_id)) is not None:
        raise Conflict("you are a member already: an owner can change your role")
    taken = session.execute(delete(Invitation).where(col(Invitation.id) == row.id))
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise _none()
    grant_role(session, account, row.organisation_id, Role(row.role), row.invited_by, now)
    return offered


def _open(session: Session, secret: str, now: datetime) -> Invitation:
    if not is_secret(secret):
        raise _none()
    row: Invitation | None = session.execute(
        select(Invitation).where(
            col(Invitation.key_hash) == digest(secret), col(Invitation.created_at) > now - VALID
        )
    ).scalar_one_or_none()
    if row is None or not _may_invite(session, row):
        raise _none()
    return row


def _may_invite(session: Session, row: Invitation) -> bool:
    """Say whether who invited could still do so."""
    account = session.get(Account, row.invited_by)
    if account is None or account.state is not AccountState.ACTIVE:
        return False
    held = session.get(Membership, (row.invited_by, row.organisation_id))
    return account.is_operator or (held is not None and held.role is Role.OWNER)


def _none() -> NotFound:
    return NotFound("this invitation was used already, withdrawn, or it is too old")
