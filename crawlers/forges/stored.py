"""Conditional answers and rate budgets kept in the database, so that restarts stay polite."""

from collections.abc import Mapping
from datetime import datetime

from crawlers.forges.budget import HostState, after_answer, refuse_while_paused
from crawlers.forges.cache import CachedAnswer
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import ForgeCache, HostBudget


class StoredConditionalCache:
    """One row per URL and token."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def get(self, url: str, token_fingerprint: str) -> CachedAnswer | None:
        """Return the answer kept for this URL and token, or None."""
        with self._database.read() as session:
            row = session.get(ForgeCache, (url, token_fingerprint))
            if row is None:
                return None
            return CachedAnswer(row.etag, row.last_modified, row.headers, row.body)

    def put(self, url: str, token_fingerprint: str, answer: CachedAnswer) -> None:
        """Keep an answer in place of the former one."""
        with self._database.write() as session:
            session.merge(
                ForgeCache(
                    url=url,
                    token_fingerprint=token_fingerprint,
                    etag=answer.etag,
                    last_modified=answer.last_modified,
                    headers=dict(answer.headers),
                    body=answer.body,
                    stored_at=self._clock(),
                )
            )


class StoredRateBudgets:
    """One row per host; the reason of a pause is kept beside it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, host: str, now: datetime) -> None:
        """Raise `CrawlFailure` while the host must be left alone."""
        with self._database.read() as session:
            row = session.get(HostBudget, host)
            state = _state(row) if row else HostState()
        refuse_while_paused(state, host, now)

    def note(self, host: str, headers: Mapping[str, str], status: int, now: datetime) -> None:
        """Remember what an answer says about the next request."""
        with self._database.write() as session:
            row = session.get(HostBudget, host)
            state = after_answer(_state(row) if row else HostState(), headers, status, now)
            session.merge(
                HostBudget(
                    host=host,
                    remaining=state.remaining,
                    limit=state.limit,
                    reset_at=state.reset_at,
                    not_before=state.not_before,
                    reason=state.reason,
                    consecutive_failures=state.consecutive_failures,
                    noted_at=now,
                )
            )


def _state(row: HostBudget) -> HostState:
    return HostState(
        remaining=row.remaining,
        limit=row.limit,
        reset_at=row.reset_at,
        not_before=row.not_before,
        reason=row.reason,
        consecutive_failures=row.consecutive_failures,
    )
