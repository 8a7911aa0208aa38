"""Reported savings as the web and the command line use them: one object over the database."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.adoption.savings import confirming, recording
from registry.adoption.savings.checking import CheckUrl
from registry.adoption.savings.models import NewAudit, NewConfirmation, NewSaving, SavingView
from registry.adoption.savings.reading import (
    count_savings,
    list_savings,
    one_saving,
    savings_of_components,
)
from registry.catalogue.readmodels import Link
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Organisation
from registry.errors import NotFound


class ReportedSavings:
    """Takes what organisations report that reuse saved them, and lists it; nothing is added up."""

    def __init__(self, database: Database, clock: Clock, check_url: CheckUrl) -> None:
        self._database = database
        self._clock = clock
        self._check_url = check_url

    def record(self, actor: Actor, new: NewSaving, *, as_operator: bool = False) -> SavingView:
        """Write down what an organisation reports; `as_operator` is for the command line."""
        with self._database.write() as session:
            made = recording.record(
                session, actor, new, self._clock(), self._check_url, as_operator=as_operator
            )
            return _view(session, made.id or 0)

    def withdraw(self, actor: Actor, number: int, *, as_operator: bool = False) -> SavingView:
        """Take a saving back; twice is once."""
        with self._database.write() as session:
            recording.withdraw(session, actor, number, self._clock(), as_operator=as_operator)
            return _view(session, number)

    def confirm(
        self, actor: Actor, number: int, new: NewConfirmation, *, as_operator: bool = False
    ) -> SavingView:
        """Let another organisation say that a saving is right."""
        with self._database.write() as session:
            confirming.confirm(
                session, actor, number, new, self._clock(), self._check_url,
                as_operator=as_operator,
            )  # fmt: skip
            return _view(session, number)

    def add_audit(
        self, actor: Actor, number: int, new: NewAudit, *, as_operator: bool = False
    ) -> SavingView:
        """Record that an audit body found a saving right in a public report."""
        with self._database.write() as session:
            confirming.add_audit(
                session, actor, number, new, self._clock(), self._check_url,
                as_operator=as_operator,
            )  # fmt: skip
            return _view(session, number)

    def unconfirm(
        self, actor: Actor, number: int, confirmation: int, *, as_operator: bool = False
    ) -> SavingView:
        """Take a confirmation or an audit back, which has a number of its own."""
        with self._database.write() as session:
            confirming.unconfirm(
                session, actor, number, confirmation, self._clock(), as_operator=as_operator
            )
            return _view(session, number)

    def saving(self, number: int) -> SavingView:
        """Return a saving, also one that was superseded or withdrawn, or raise `NotFound`."""
        with self._database.read() as session:
            return _view(session, number)

    def list(
        self,
        *,
        component: str | None = None,
        organisation: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[SavingView, ...], int | None]:
        """Return the savings in force, the newest first, and the number to go on after.

        `component` and `organisation` are slugs.
        """
        with self._database.read() as session:
            return list_savings(
                session, component=component, organisation=organisation, after=after, limit=limit
            )

    def of_components(self, slugs: Iterable[str]) -> tuple[SavingView, ...]:
        """Return all savings in force of some components, by component, organisation and time."""
        with self._database.read() as session:
            return savings_of_components(session, slugs)

    def count(self, slug: str) -> int:
        """Return how many savings in force are reported of a component."""
        with self._database.read() as session:
            return count_savings(session, slug)

    def reporters(self, actor: Actor) -> tuple[Link, ...]:
        """Return the organisations for which the actor may report or confirm, by name."""
        own = [x for x in sorted(actor.roles) if is_allowed(actor, Action.REPORT_SAVING, x)]
        with self._database.read() as session:
            query = select(Organisation).where(col(Organisation.id).in_(own))
            found = [Link(body.slug, body.name) for body in session.exec(query)]
        return tuple(sorted(found, key=lambda link: link.name.casefold()))

    def amended(self, actor: Actor, number: int) -> SavingView:
        """Return a saving to those who may supersede it."""
        found = self.saving(number)
        authorise(actor, Action.REPORT_SAVING, found.organisation_id)
        return found


def _view(session: Session, number: int) -> SavingView:
    found = one_saving(session, number)
    if found is None:
        raise NotFound(f"there is no reported saving {number}")
    return found
