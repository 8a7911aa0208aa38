"""Drift as the web and the command line use it: one object over the database."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec.structs import replace

from registry.accounts.actors import Actor
from registry.adoption.drift.fix_views import list_fixes, load_fix
from registry.adoption.drift.mutes import mute_fix, unmute_fix
from registry.adoption.drift.readmodels import (
    ComponentDrift,
    DriftSummary,
    DriftView,
    FixPage,
    FixQuery,
    FixView,
)
from registry.adoption.drift.views import drift_of_members, drift_summary, load_component_drift
from registry.clock import Clock
from registry.db.session import Database

PAGE: Final = 200


class Drifts:
    """Answers what forks and copies lack, and lets their owners mute it.

    A slug or key that is not known raises `NotFound`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of_component(self, slug: str) -> ComponentDrift:
        """Return the drift of a component from its upstreams, and of its forks from it."""
        with self._database.read() as session:
            return load_component_drift(session, slug)

    def of_members(
        self, components: Collection[str], organisations: Collection[str]
    ) -> tuple[DriftView, ...]:
        """Return the drift of forks of some components that some organisations keep (slugs)."""
        with self._database.read() as session:
            return drift_of_members(session, components, organisations)

    def summary(self, slug: str) -> DriftSummary:
        """Return the drift from the nearest upstream, and how many forks there are."""
        with self._database.read() as session:
            return drift_summary(session, slug)

    def fixes(self, query: FixQuery) -> FixPage:
        """Return a page of missed fixes, the latest changed first."""
        with self._database.read() as session:
            return list_fixes(session, query)

    def all_fixes(self, query: FixQuery) -> Iterator[FixView]:
        """Yield all missed fixes that the query asks for, whatever its `limit` and `after`."""
        after: int | None = None
        while True:
            page = self.fixes(replace(query, after=after, limit=PAGE))
            yield from page.items
            if page.next is None:
                return
            after = page.next

    def fix(self, key: str) -> FixView:
        """Return one missed fix, whatever its state."""
        with self._database.read() as session:
            return load_fix(session, key)

    def mute(self, actor: Actor, key: str, reason: str) -> FixView:
        """Stop an alert for a reason that everybody reads; for maintainers of the fork's body."""
        with self._database.write() as session:
            mute_fix(session, actor, key, reason, self._clock())
        return self.fix(key)

    def unmute(self, actor: Actor, key: str) -> FixView:
        """Let an alert count again."""
        with self._database.write() as session:
            unmute_fix(session, actor, key, self._clock())
        return self.fix(key)
