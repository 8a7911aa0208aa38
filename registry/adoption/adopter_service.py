"""Adopters as the web and the command line use them: one object over the database."""

from sqlmodel import Session

from registry.accounts.actors import VISITOR, Actor
from registry.accounts.authorise import Action, authorise
from registry.adoption import adopters
from registry.adoption.adopter_views import adoption_view, adoptions, count_adopters
from registry.adoption.adopters import NewAdoption
from registry.adoption.open_catalogi import adopter_files, organisation_file
from registry.adoption.readmodels import AdoptionView
from registry.catalogue.readmodels import Link
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Organisation, Role
from registry.errors import NotFound

_RANKED = (Role.MAINTAINER, Role.OWNER)


class Adopters:
    """Takes statements of organisations that they use components, and lists them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._clock = clock
        self._allow = allow_http_hosts

    def declare(self, actor: Actor, new: NewAdoption) -> AdoptionView:
        """Write down that an organisation uses a component, or change what it said."""
        with self._database.write() as session:
            made = adopters.declare(
                session, actor, new, self._clock(), allow_http_hosts=self._allow
            )
            return self._view(session, made.id or 0)

    def declare_as_operator(self, new: NewAdoption) -> AdoptionView:
        """Write a statement down for an organisation, as the operator at the command line."""
        with self._database.write() as session:
            made = adopters.declare(
                session, VISITOR, new, self._clock(), as_operator=True,
                allow_http_hosts=self._allow,
            )  # fmt: skip
            return self._view(session, made.id or 0)

    def renew(self, actor: Actor, number: int, *, as_operator: bool = False) -> AdoptionView:
        """Confirm a statement for another twelve months."""
        with self._database.write() as session:
            adopters.renew(session, actor, number, self._clock(), as_operator=as_operator)
            return self._view(session, number)

    def withdraw(self, actor: Actor, number: int, *, as_operator: bool = False) -> AdoptionView:
        """End a statement; ending it twice is ending it once."""
        with self._database.write() as session:
            adopters.withdraw(session, actor, number, self._clock(), as_operator=as_operator)
            return self._view(session, number)

    def adoption(self, number: int) -> AdoptionView:
        """Return a statement that stands, or raise `NotFound`."""
        with self._database.read() as session:
            found = self._view(session, number)
        if found.state in {"withdrawn", "expired"}:
            raise NotFound(f"there is no adoption {number} in force")
        return found

    def own(self, actor: Actor, number: int) -> AdoptionView:
        """Return a statement to those who may change it, in force or not."""
        with self._database.read() as session:
            found = self._view(session, number)
        authorise(actor, Action.DECLARE_ADOPTION, found.organisation_id)
        return found

    def organisation_file(self, slug: str) -> bytes:
        """Return what an organisation owns and states to use, as an openCatalogi.yaml."""
        with self._database.read() as session:
            return organisation_file(session, slug, self._clock())

    def adopter_files(self, slug: str) -> bytes:
        """Return who states to use a component, as one openCatalogi.yaml after the other."""
        with self._database.read() as session:
            return b"".join(adopter_files(session, slug, self._clock()))

    def list(
        self,
        *,
        component: str | None = None,
        organisation: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[AdoptionView, ...], int | None]:
        """Return the statements in force, the newest first, and the number to go on after.

        `component` and `organisation` are slugs.
        """
        with self._database.read() as session:
            return adoptions(
                session, self._clock(),
                component=component, organisation=organisation, after=after, limit=limit,
            )  # fmt: skip

    def mine(self, actor: Actor, limit: int = 200) -> tuple[AdoptionView, ...]:
        """Return the statements that the actor may change, expired ones too."""
        authorise(actor, Action.READ_ACCOUNT)
        own = [number for number, role in actor.roles.items() if role in _RANKED]
        with self._database.read() as session:
            found, _ = adoptions(session, self._clock(), organisations=own, limit=limit)
        return found

    def count(self, slug: str) -> int:
        """Return how many organisations state that they use a component."""
        with self._database.read() as session:
            return count_adopters(session, slug, self._clock())

    def organisations_of(self, actor: Actor) -> tuple[Link, ...]:
        """Return the organisations that the actor may speak for, by name."""
        own = sorted(number for number, role in actor.roles.items() if role in _RANKED)
        with self._database.read() as session:
            bodies = [session.get(Organisation, number) for number in own]
        found = [Link(body.slug, body.name) for body in bodies if body is not None]
        return tuple(sorted(found, key=lambda link: link.name.casefold()))

    def _view(self, session: Session, number: int) -> AdoptionView:
        found = adoption_view(session, number, self._clock())
        if found is None:
            raise NotFound(f"there is no adoption {number}")
        return found
