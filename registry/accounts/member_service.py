"""Members of organisations as the web asks for them, each in one short transaction."""

from msgspec import Struct

from registry.accounts.actors import Actor, Role
from registry.accounts.invitations import (
    InvitationView,
    Invited,
    accept_invitation,
    invite,
    list_invitations,
    look_at_invitation,
    withdraw_invitation,
)
from registry.accounts.members import MemberView, grant_role, list_members, remove_member
from registry.clock import Clock
from registry.db.organisations import organisation_id
from registry.db.session import Database
from registry.db.tables.organisation import Organisation
from registry.errors import NotFound, Unauthenticated


class MembersView(Struct, frozen=True):
    """The members of an organisation, and who is invited."""

    organisation: int
    slug: str
    name: str
    members: tuple[MemberView, ...]
    invitations: tuple[InvitationView, ...]


class Members:
    """Roles in organisations; whoever acts is given, and asked for their right before."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def organisation(self, slug: str) -> int:
        """Return the number of an organisation, to ask who may do what in it."""
        with self._database.read() as session:
            return organisation_id(session, slug)

    def view(self, organisation: int) -> MembersView:
        """Return members and open invitations of an organisation."""
        with self._database.read() as session:
            found = session.get(Organisation, organisation)
            if found is None:
                raise NotFound("there is no such organisation")
            return MembersView(
                organisation=organisation,
                slug=found.slug,
                name=found.name,
                members=list_members(session, organisation),
                invitations=list_invitations(session, organisation, self._clock()),
            )

    def change_role(self, actor: Actor, organisation: int, account: int, role: Role) -> None:
        """Give a member another role; raises `NotFound` for somebody who is no member."""
        with self._database.write() as session:
            if account not in {x.account for x in list_members(session, organisation)}:
                raise NotFound("there is no such member")
            by = _account(actor)
            grant_role(session, account, organisation, role, by, self._clock())

    def remove(self, actor: Actor, organisation: int, account: int) -> None:
        """Take a member's role away."""
        with self._database.write() as session:
            remove_member(session, account, organisation, _account(actor), self._clock())

    def invite(self, actor: Actor, organisation: int, role: Role) -> tuple[int, str]:
        """Invite to an organisation; return number and secret of the invitation."""
        with self._database.write() as session:
            return invite(session, organisation, role, _account(actor), self._clock())

    def withdraw(self, actor: Actor, organisation: int, number: int) -> None:
        """Take an invitation back."""
        with self._database.write() as session:
            withdraw_invitation(session, organisation, number, _account(actor), self._clock())

    def invited(self, secret: str) -> Invited:
        """Return what an invitation offers."""
        with self._database.read() as session:
            return look_at_invitation(session, secret, self._clock())

    def accept(self, actor: Actor, secret: str) -> Invited:
        """Take the role that an invitation offers."""
        with self._database.write() as session:
            return accept_invitation(session, secret, _account(actor), self._clock())


def _account(actor: Actor) -> int:
    if actor.account is None:
        raise Unauthenticated("sign in first")
    return actor.account
