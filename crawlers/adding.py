"""Adding sources: from what an operator writes, or a list holds, to rows and first jobs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlmodel import Session, and_, col, or_, select

from crawlers import mirrors
from crawlers.discovery import CRAWLED, discover_job
from crawlers.forges.infer import SourceSpec
from crawlers.forges.port import ForgeKind
from crawlers.pipeline import crawl_job
from crawlers.sources.entries import SourceList
from registry.catalogue.sources import NewSource, add_source, register_repository
from registry.db.tables import Repository, RepositoryState, Source
from registry.domain.countries import normalise_country
from registry.errors import CrawlFailure
from registry.jobs.port import NewJob
from registry.settings import CrawlSettings


class Entry(Struct, frozen=True, kw_only=True):
    """A source with what is known of the body behind it; hearsay is what a peer states of it."""

    spec: SourceSpec
    country: str | None = None
    region: str | None = None
    level: str = "unknown"
    name: str | None = None
    organisation_uri: str | None = None
    options: dict[str, Any] = {}
    is_hearsay: bool = False
    is_demo: bool = False


def add_entry(session: Session, entry: Entry, now: datetime) -> tuple[Source, bool]:
    """Add a source in the caller's transaction; a single repository is registered at once."""
    spec = entry.spec
    place = entry.region or entry.country
    country, region = normalise_country(place) if place else (None, None)
    source, is_new = add_source(
        session,
        NewSource(
            spec=spec.text,
            kind=spec.kind,
            forge=spec.forge.value,
            host=spec.host,
            namespace=spec.namespace if spec.kind == "organisation" else None,
            path=spec.namespace,
            url=spec.url,
            name=entry.name,
            country=country,
            region=region,
            level=entry.level or "unknown",
            organisation_uri=entry.organisation_uri,
            options=entry.options,
            is_hearsay=entry.is_hearsay,
            is_demo=entry.is_demo,
        ),
        now,
    )
    if spec.kind == "repository":
        path = spec.namespace or urlsplit(spec.url).path.strip("/")
        register_repository(session, source, url=spec.url, path=path, now=now)
    return source, is_new


def jobs_due(
    session: Session,
    settings: CrawlSettings,
    now: datetime,
    *,
    source_ids: Iterable[int] | None = None,
    force: bool = False,
) -> list[NewJob]:
    """Return the jobs of sources to list and repositories to check, the longest unseen first."""
    wanted = None if source_ids is None else list(source_ids)
    sources = select(Source).order_by(col(Source.discovered_at), col(Source.id))
    repositories = (
        select(Repository)
        .where(
            or_(
                col(Repository.state).in_(CRAWLED),
                # Of what a forge knows by an id, the forge tells whether it is back: at its address
                # may be somebody else's.
                and_(
                    col(Repository.state) == RepositoryState.GONE,
                    col(Repository.forge_id).is_(None),
                ),
            ),
            col(Repository.source_id).is_not(None),
        )
        .order_by(col(Repository.last_checked_at), col(Repository.id))
    )
    if not force:  # asked once a minute: most repositories are not due, and stay in the database
        seen = col(Repository.last_checked_at)
        before = now - timedelta(hours=settings.interval_hours)
        repositories = repositories.where(or_(seen.is_(None), seen <= before))
    if wanted is not None:
        sources = sources.where(col(Source.id).in_(wanted))
        repositories = repositories.where(col(Repository.source_id).in_(wanted))
    jobs = [
        discover_job(source)
        for source in session.exec(sources)
        if _is_listed(source, settings) and (force or _source_due(source, settings, now))
    ]
    return jobs + [crawl_job(row, settings) for row in session.exec(repositories)]


def _source_due(source: Source, settings: CrawlSettings, now: datetime) -> bool:
    seen = source.discovered_at
    return seen is None or (now - seen).total_seconds() >= settings.interval_hours * 3600


def _is_listed(source: Source, settings: CrawlSettings) -> bool:
    """Tell whether an API can say something of this source: not of plain git, nor of a mirror."""
    if source.forge == ForgeKind.PLAIN.value:
        return False
    if source.kind.value != "repository":
        return True
    try:
        return mirrors.resolve(source.url or "", settings.mirrors).url == source.url
    except CrawlFailure:
        return False


def add_list(session: Session, found: SourceList, now: datetime) -> int:
    """Add every entry of a list; return how many are new."""
    return sum(
        add_entry(
            session,
            Entry(
                spec=entry.spec,
                country=entry.country,
                region=entry.region,
                level=entry.level or "unknown",
                name=entry.organisation_name,
                organisation_uri=entry.organisation_uri,
            ),
            now,
        )[1]
        for entry in found.entries
    )
