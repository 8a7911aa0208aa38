"""Followed searches: asked again every hour, and what they find anew is told once."""

import hashlib
from datetime import datetime
from typing import Final, Protocol

from sqlmodel import Session, col, select

from registry.adoption.follows.matches import remember
from registry.catalogue.questions import read_question
from registry.catalogue.readmodels import ComponentQuery, Matching
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Component, Follow
from registry.errors import InvalidInput
from registry.jobs.port import NewJob, RunningJob
from registry.webhooks.events import emit

LOOK: Final = "follow.look"
MAX_MATCHES: Final = 2_000
_IN_EVENT: Final = 100


class Catalogue(Protocol):
    """What is asked of the catalogue here."""

    def matching(self, query: ComponentQuery, most: int) -> Matching:
        """Return the ids of what a search finds; raises `Unavailable` while the index is down."""


def search_key(text: str) -> str:
    """Return a search as a key of 32 characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def matches_of(catalogue: Catalogue, text: str) -> tuple[int, ...]:
    """Return what a search finds, or raise `InvalidInput` where that is too much to follow."""
    found = catalogue.matching(read_question(text), MAX_MATCHES)
    if found.total > MAX_MATCHES:
        raise InvalidInput(
            f"search finds {found.total} components, and one that finds at most {MAX_MATCHES} can "
            "be followed: add a filter"
        )
    return found.ids


def look_job() -> NewJob:
    """Return the job that asks all followed searches again."""
    return NewJob(task=LOOK, key="searches", payload={}, priority=10)


def is_any_followed(session: Session) -> bool:
    """Say whether anybody follows a search."""
    query = select(Follow.id).where(col(Follow.search_key).is_not(None)).limit(1)
    return session.exec(query).first() is not None


class SearchWatch:
    """Runs the job: each search is asked once, however many follow it."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def look(self, job: RunningJob) -> None:
        """Ask every search again; done twice, the second time finds nothing new."""
        with self._database.read() as session:
            keys = session.exec(
                select(Follow.search_key).where(col(Follow.search_key).is_not(None)).distinct()
            ).all()
        for key in keys:
            self._ask(job, key)
        with self._database.write() as session:
            job.complete(session)

    def _ask(self, job: RunningJob, key: str | None) -> None:
        with self._database.read() as session:
            text = session.exec(
                select(Follow.search).where(col(Follow.search_key) == key).limit(1)
            ).first()
        if not text:  # followed no more
            return
        found = self._catalogue.matching(read_question(text), MAX_MATCHES)
        with self._database.write() as session:
            job.confirm(session)
            now = self._clock()
            for row in session.exec(select(Follow).where(col(Follow.search_key) == key)).all():
                _tell(session, row, remember(session, row, found.ids, now), now)


def _tell(session: Session, follow: Follow, fresh: list[int], now: datetime) -> None:
    """Tell the webhooks of who follows the search, and nobody else: what they follow is theirs."""
    if not fresh:
        return

    def data() -> dict[str, object]:
        query = select(Component.id, Component.slug).where(col(Component.id).in_(fresh[:_IN_EVENT]))
        slugs = dict(session.exec(query).all())
        return {
            "search": follow.search, "count": len(fresh),
            "components": [slugs[x] for x in fresh[:_IN_EVENT] if x in slugs],
            "href": f"/api/v1/components?{follow.search}&sort=newest",
        }  # fmt: skip

    emit(
        session, "search.matched", subject=f"search:{follow.id}:{now.isoformat()}", data=data,
        account=follow.account_id, at=now,
    )  # fmt: skip
