"""What somebody sees and changes of the own account."""

import re
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from registry.accounts.actors import Role
from registry.accounts.audit import append
from registry.accounts.members import remove_member
from registry.db.tables.account import (
    Account,
    AccountState,
    ApiToken,
    Identity,
    Invitation,
    Membership,
    SignInAttempt,
    SignInLink,
    WebSession,
)
from registry.db.tables.follow import Follow, Mail, MailAddress, Reminder
from registry.db.tables.organisation import Organisation
from registry.db.tables.report import SavedReport
from registry.errors import Conflict, InvalidInput, NotFound

MAX_NAME: Final = 100
_SHOWN: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]{1,100}")


class IdentityView(Struct, frozen=True):
    """By whom an account signs in."""

    id: int
    provider: str
    label: str
    linked_at: datetime


class RoleView(Struct, frozen=True):
    """A role of an account in an organisation."""

    organisation: int
    slug: str
    name: str
    role: Role


class AccountView(Struct, frozen=True):
    """An account as its owner sees it."""

    id: int
    name: str
    is_operator: bool
    created_at: datetime
    identities: tuple[IdentityView, ...]
    roles: tuple[RoleView, ...]


def account_view(session: Session, number: int) -> AccountView:
    """Return an account with its identities and roles."""
    account = session.get(Account, number)
    if account is None or account.state is AccountState.DELETED:
        raise NotFound(f"there is no account {number}")
    identities = session.execute(
        select(Identity).where(col(Identity.account_id) == number).order_by(col(Identity.id))
    ).scalars()
    roles = session.execute(
        select(
            col(Organisation.id), col(Organisation.slug), col(Organisation.name),
            col(Membership.role),
        )
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.account_id) == number)
        .order_by(col(Organisation.name), col(Organisation.id))
    )  # fmt: skip
    return AccountView(
        id=number,
        name=account.name,
        is_operator=account.is_operator,
        created_at=account.created_at,
        identities=tuple(
            IdentityView(x.id or 0, x.provider, x.label, x.linked_at) for x in identities
        ),
        roles=tuple(RoleView(*row) for row in roles),
    )


def rename_account(session: Session, number: int, name: str) -> None:
    """Change the name that others see."""
    cleaned = " ".join(name.split())
    if not _SHOWN.fullmatch(cleaned) or "@" in cleaned:
        raise InvalidInput(f"name must be 1 to {MAX_NAME} characters, and no address")
    session.execute(update(Account).where(col(Account.id) == number).values(name=cleaned))


def unlink_identity(session: Session, number: int, identity: int, at: datetime) -> None:
    """Take one identity off an account; raises `Conflict` for the last one."""
    session.execute(select(col(Account.id)).where(col(Account.id) == number).with_for_update())
    own = col(Identity.account_id) == number
    found = session.execute(
        select(Identity).where(own, col(Identity.id) == identity)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("there is no such identity")
    if session.execute(select(func.count()).select_from(Identity).where(own)).scalar_one() <= 1:
        raise Conflict("this is the only way to sign in that the account has")
    session.delete(found)
    append(session, actor=number, action="identity.unlinked", subject=f"account:{number}",
           detail={"provider": found.provider}, at=at)  # fmt: skip


def delete_account(session: Session, number: int, at: datetime) -> None:
    """Delete an account: its person is forgotten, its number stays where it acted.

    Raises `Conflict` where it is the last owner of an organisation.
    """
    for row in account_view(session, number).roles:
        remove_member(session, number, row.organisation, number, at)
    for table in (
        Identity, WebSession, SignInLink, SignInAttempt, ApiToken, MailAddress, Follow, Reminder,
        Mail, SavedReport,
    ):  # fmt: skip
        session.execute(delete(table).where(col(table.account_id) == number))
    session.execute(delete(Invitation).where(col(Invitation.invited_by) == number))
    session.execute(
        update(Account)
        .where(col(Account.id) == number)
        .values(name="", is_operator=False, state=AccountState.DELETED, signed_in_at=None)
    )
    append(session, actor=number, action="account.deleted", subject=f"account:{number}", at=at)
