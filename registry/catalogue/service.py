"""The catalogue as its readers use it: one object over the database and the search index."""

from datetime import datetime

from msgspec.structs import replace
from sqlmodel import col, select

from registry.catalogue import detail, log, places, status
from registry.catalogue.cards import latest_ids, load_cards
from registry.catalogue.compatibility import Verdict, verdict
from registry.catalogue.narrowing import among, reusing_countries
from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    CountryView,
    CrawlEventView,
    CrawlStatus,
    Link,
    Matching,
    OrganisationView,
    RepositoryView,
    Searched,
    SearchPage,
    SourceView,
    Totals,
)
from registry.catalogue.replicability import Replicability, load_replicability
from registry.catalogue.searching import MAX_LIMIT, asked_of, licence_of, page_of
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Component, RepositoryState, Takedown
from registry.errors import Unavailable
from registry.jobs.port import JobQueue
from registry.search.database_search import DatabaseSearch
from registry.search.indexing import count_listed, count_waiting, hidden_in_index
from registry.search.port import SearchAnswer, SearchIndex, SearchQuery, Suggestion


class Catalogue:
    """Answers every question of the pages, the API and the command line."""

    def __init__(
        self, database: Database, index: SearchIndex, queue: JobQueue, clock: Clock
    ) -> None:
        self._database = database
        self._index = index
        self._plain = DatabaseSearch(database)
        self._queue = queue
        self._clock = clock

    def search(self, query: ComponentQuery) -> SearchPage:
        """Answer a question; with the index down the database answers, and the page says so.

        Raises `InvalidInput` where the licence of the project is none that SPDX lists.
        """
        if query.licence_fits:
            query = replace(query, licence_fits=licence_of(query.licence_fits))
        asked = self._asked(query)
        answer, degraded = self._answer(asked)
        removed = None if degraded else self._removed(asked, answer)
        with self._database.read() as session:
            return page_of(session, query, asked, answer, degraded=degraded, removed=removed)

    def searched(self) -> Searched:
        """Return how many components a search looks at now.

        Raises `Unavailable` where the index lacks components that nothing is going to bring to it.
        """
        with self._database.read() as session:
            listed_now, waiting = count_listed(session), count_waiting(session)
        try:
            held = self._index.count()
        except Unavailable:
            return Searched(listed_now)  # the tables themselves are searched
        if held + waiting < listed_now:
            raise Unavailable(
                f"the search index holds {held} of {listed_now} components: build it anew with "
                "`registry search-index rebuild`"
            )
        return Searched(held, waiting)

    def matching(self, query: ComponentQuery, most: int) -> Matching:
        """Return the ids of the components that a question is answered with, the newest first.

        A component that has some of the words, where none has them all, is no match. Raises
        `Unavailable` where the index is down or has nothing of what there is.
        """
        asked = self._asked(replace(query, sort="newest", limit=MAX_LIMIT, after=None))
        ids: dict[int, None] = {}
        for offset in range(0, most, MAX_LIMIT):
            page = replace(asked, offset=offset, limit=min(MAX_LIMIT, most - offset), facets=())
            answer = self._index.search(page)
            if answer.is_broadened:
                return Matching((), 0)
            ids |= dict.fromkeys(hit.component_id for hit in answer.hits)
            if offset + len(answer.hits) >= answer.total or not answer.hits:
                break
        return Matching(tuple(ids), answer.total)

    def _asked(self, query: ComponentQuery) -> SearchQuery:
        fitting = self._fitting(query.licence_fits) if query.licence_fits else None
        with self._database.read() as session:
            return asked_of(query, fitting, among(self._database, session, query))

    def _answer(self, asked: SearchQuery) -> tuple[SearchAnswer, bool]:
        """Return the answer, and whether the database gave it: the index is down, or not built yet.

        After an upgrade an index may be empty until a worker has built it anew.
        """
        try:
            found = self._index.search(asked)
            if found.total or self._index.count():
                return found, False
        except Unavailable:
            return self._plain.search(asked), True
        plain = self._plain.search(asked)
        return plain, plain.total > 0

    def _removed(self, asked: SearchQuery, answer: SearchAnswer) -> SearchAnswer | None:
        """Return what the index still counts of components that were taken down meanwhile."""
        if not answer.total:
            return None
        with self._database.read() as session:
            ids = hidden_in_index(session)
        ids = ids if asked.among is None else ids & asked.among
        if not ids:
            return None
        try:
            found = self._index.search(replace(asked, among=ids, limit=0, offset=0))
        except Unavailable:
            return None
        return None if found.is_broadened and not answer.is_broadened else found

    def _fitting(self, outbound: str) -> frozenset[str]:
        """Return the licences in the catalogue that fit into a project under `outbound`."""
        with self._database.read() as session:
            stored = session.exec(select(col(Component.licence)).distinct()).all()
        return frozenset(x for x in stored if x and verdict(outbound, x) == "yes")

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Complete what is being typed, at most eight."""
        try:
            found = self._index.suggest(prefix, min(limit, 8))
        except Unavailable:
            return self._plain.suggest(prefix, min(limit, 8))
        if not found:
            return []
        with self._database.read() as session:  # the index may not know yet what was taken down
            named = col(Takedown.slug).in_([x.slug for x in found])
            hidden = select(Takedown.slug).where(named, col(Takedown.lifted_at).is_(None))
            removed = set(session.exec(hidden))
        return [suggestion for suggestion in found if suggestion.slug not in removed]

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return a component, or raise `NotFound`."""
        with self._database.read() as session:
            return detail.load_detail(session, slug, lang=lang)

    def replicability(self, slug: str) -> Replicability:
        """Return what stands in the way of using a component elsewhere, or raise `NotFound`."""
        with self._database.read() as session:
            return load_replicability(session, slug, self._clock())

    def near_slugs(self, slug: str) -> list[Link]:
        """Return components with a name near to a slug that does not exist."""
        words = slug.replace("-", " ")
        page = self.search(ComponentQuery(q=words, limit=5))
        return [Link(card.slug, card.name.value) for card in page.items]

    def organisations(
        self, country: str | None = None, after: str | None = None, limit: int = 50
    ) -> tuple[list[OrganisationView], str | None]:
        """Return organisations by slug, and where to go on."""
        with self._database.read() as session:
            return places.list_organisations(session, country=country, after=after, limit=limit)

    def organisation(self, slug: str) -> OrganisationView:
        """Return an organisation, or raise `NotFound`."""
        with self._database.read() as session:
            return places.load_organisation(session, slug)

    def countries(self) -> list[CountryView]:
        """Return the countries by code."""
        with self._database.read() as session:
            return places.list_countries(session)

    def reusing_countries(self) -> tuple[str, ...]:
        """Return the codes of the countries in which something is reused, as measured."""
        with self._database.read() as session:
            return reusing_countries(session)

    def country(self, code: str) -> CountryView:
        """Return a country, or raise `NotFound`."""
        with self._database.read() as session:
            return places.load_country(session, code)

    def crawl_status(self) -> CrawlStatus:
        """Return the state of crawling now."""
        counts, seen = self._queue.counts(), self._queue.worker_seen_at()
        with self._database.read() as session:
            return status.load_status(session, now=self._clock(), queue=counts, worker_seen_at=seen)

    def repository_log(
        self, repository_id: int
    ) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return a repository and its crawl log, or raise `NotFound`."""
        with self._database.read() as session:
            view = log.load_repository(session, repository_id)
            return view, log.events_of(session, repository_id=repository_id)

    def find_repositories(self, text: str) -> list[RepositoryView]:
        """Return the repositories whose URL holds a text: why is mine not listed?"""
        with self._database.read() as session:
            return log.find_repositories(session, text)

    def repositories(
        self,
        *,
        url: str | None = None,
        text: str | None = None,
        host: str | None = None,
        state: str | None = None,
        after: int = 0,
        limit: int = 20,
    ) -> tuple[list[RepositoryView], int | None]:
        """Return repositories by number, listed or not, and where to go on."""
        known = RepositoryState(state) if state else None
        with self._database.read() as session:
            return log.list_repositories(
                session, url=url, text=text, host=host, state=known, after=after, limit=limit
            )

    def sources(self) -> tuple[SourceView, ...]:
        """Return the sources."""
        with self._database.read() as session:
            return status.list_sources(session)

    def totals(self) -> Totals:
        """Return the numbers of the home page."""
        with self._database.read() as session:
            return status.load_totals(session)

    def latest(self, limit: int = 5, lang: str = "en") -> list[ComponentCard]:
        """Return the components that were read last."""
        with self._database.read() as session:
            return load_cards(session, latest_ids(session, limit), lang=lang)

    def licence_verdict(self, outbound: str, inbound: str) -> Verdict:
        """Tell whether code under `inbound` fits a project under `outbound`: yes, no, unknown."""
        return verdict(outbound, inbound)


def data_as_of(database: Database) -> datetime | None:
    """Return when the catalogue last changed."""
    with database.read() as session:
        newest = select(col(Component.updated_at)).order_by(col(Component.updated_at).desc())
        return session.exec(newest.limit(1)).first()
