"""What the web asks of what follows a find: drift, taking over, and adopters."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from registry.accounts.actors import Actor
from registry.adoption.actions import NewReuse
from registry.adoption.adopters import NewAdoption
from registry.adoption.drift.readmodels import (
    ComponentDrift,
    DriftSummary,
    DriftView,
    FixPage,
    FixQuery,
    FixView,
)
from registry.adoption.instructions import ReuseInstructions
from registry.adoption.readmodels import AdoptionView, Plan, ReuseActionView
from registry.adoption.savings.models import NewAudit, NewConfirmation, NewSaving, SavingView
from registry.catalogue.readmodels import Link


class DriftPort(Protocol):
    """How far forks and copies are from where they come from, and the fixes that they miss."""

    def of_component(self, slug: str) -> ComponentDrift:
        """Return the drift of a component from its upstreams, and of its forks from it."""

    def of_members(
        self, components: Collection[str], organisations: Collection[str]
    ) -> tuple[DriftView, ...]:
        """Return the drift of forks of some components that some organisations keep (slugs)."""

    def summary(self, slug: str) -> DriftSummary:
        """Return the drift from the nearest upstream, and how many forks there are."""

    def fixes(self, query: FixQuery) -> FixPage:
        """Return a page of missed fixes, the latest changed first."""

    def all_fixes(self, query: FixQuery) -> Iterator[FixView]:
        """Yield all missed fixes that the query asks for, whatever its `limit` and `after`."""

    def fix(self, key: str) -> FixView:
        """Return one missed fix, whatever its state."""

    def mute(self, actor: Actor, key: str, reason: str) -> FixView:
        """Stop an alert for a reason that everybody reads."""

    def unmute(self, actor: Actor, key: str) -> FixView:
        """Let an alert count again."""


class ReuseActionsPort(Protocol):
    """What people take over: each action is found by the key in its address alone.

    A key that is not known raises `NotFound`, what is to be mended `InvalidInput`.
    """

    @property
    def asks_forges(self) -> bool:
        """Whether this registry forks through the APIs of forges, with a person's token."""

    def plan(self, new: NewReuse) -> Plan:
        """Return what an action would do; nothing is written."""

    def start(
        self, actor: Actor, new: NewReuse, *, token: str = "", adopter: NewAdoption | None = None
    ) -> ReuseActionView:
        """Record an action; with a forge's token, ask the forge to fork, once."""

    def retry(self, actor: Actor, key: str, token: str) -> ReuseActionView:
        """Ask the forge again, after it refused."""

    def action(self, key: str) -> ReuseActionView:
        """Return an action as it is now."""

    def made(self, key: str, url: str = "") -> ReuseActionView:
        """Take somebody's word that the copy is there, at another address perhaps."""

    def instructions(self, slug: str) -> ReuseInstructions:
        """Return how a component is reused so that it can be proven."""

    def remove(self, actor: Actor, key: str) -> None:
        """Remove an action, and withdraw the statement of an adopter that came with it."""


AdoptionPage = tuple[Sequence[AdoptionView], int | None]


class AdoptersPort(Protocol):
    """Organisations that state that they use a component; pages go on after a number."""

    def declare(self, actor: Actor, new: NewAdoption) -> AdoptionView:
        """Write down that an organisation uses a component, or change what it said."""

    def renew(self, actor: Actor, number: int) -> AdoptionView:
        """Confirm a statement for another twelve months."""

    def withdraw(self, actor: Actor, number: int) -> AdoptionView:
        """End a statement."""

    def adoption(self, number: int) -> AdoptionView:
        """Return a statement in force."""

    def own(self, actor: Actor, number: int) -> AdoptionView:
        """Return a statement to those who may change it, in force or not."""

    def organisation_file(self, slug: str) -> bytes:
        """Return what an organisation owns and states to use, as an openCatalogi.yaml."""

    def adopter_files(self, slug: str) -> bytes:
        """Return who states to use a component, as one openCatalogi.yaml after the other."""

    def list(
        self,
        *,
        component: str | None = None,
        organisation: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> AdoptionPage:
        """Return the statements in force, the newest first."""

    def mine(self, actor: Actor) -> Sequence[AdoptionView]:
        """Return the statements that the actor may change, expired ones too."""

    def count(self, slug: str) -> int:
        """Return how many organisations state that they use a component."""

    def organisations_of(self, actor: Actor) -> Sequence[Link]:
        """Return the organisations that the actor may speak for, by name."""


class ReportedSavingsPort(Protocol):
    """What organisations report that reuse saved them; pages go on after a number."""

    def record(self, actor: Actor, new: NewSaving) -> SavingView:
        """Write down what an organisation reports."""

    def withdraw(self, actor: Actor, number: int) -> SavingView:
        """Take a saving back."""

    def confirm(self, actor: Actor, number: int, new: NewConfirmation) -> SavingView:
        """Let another organisation say that a saving is right."""

    def add_audit(self, actor: Actor, number: int, new: NewAudit) -> SavingView:
        """Record that an audit body found a saving right in a public report."""

    def unconfirm(self, actor: Actor, number: int, confirmation: int) -> SavingView:
        """Take a confirmation or an audit back."""

    def saving(self, number: int) -> SavingView:
        """Return a saving, also one that was superseded or withdrawn."""

    def list(
        self,
        *,
        component: str | None = None,
        organisation: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[SavingView, ...], int | None]:
        """Return the savings in force, the newest first."""

    def count(self, slug: str) -> int:
        """Return how many savings in force are reported of a component."""

    def reporters(self, actor: Actor) -> tuple[Link, ...]:
        """Return the organisations for which the actor may report or confirm, by name."""

    def amended(self, actor: Actor, number: int) -> SavingView:
        """Return a saving to those who may supersede it."""
