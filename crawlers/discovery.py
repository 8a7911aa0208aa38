"""From a source to its repositories: list, recognise by id, note what moved, queue the crawls."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from crawlers.forges.infer import SourceSpec, parse_source
from crawlers.forges.port import Forge, RemoteRepository
from crawlers.pipeline import crawl_job, due
from registry.catalogue.resolve import resolve_component
from registry.catalogue.sources import find_repository, register_repository
from registry.clock import Clock
from registry.db.changes import note_change
from registry.db.session import Database
from registry.db.tables import (
    ChangeKind,
    Component,
    CrawlEvent,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
)
from registry.errors import CrawlFailure, NotFound
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.settings import CrawlSettings

DISCOVER = "crawl.source"


class Discovery:
    """Finds the repositories of sources through the forges' APIs."""

    def __init__(
        self,
        *,
        database: Database,
        settings: CrawlSettings,
        open_source: Callable[[SourceSpec], Forge],
        queue: JobQueue,
        clock: Clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._open = open_source
        self._queue = queue
        self._clock = clock

    def discover(self, job: RunningJob) -> None:
        """Handle one `crawl.source` job."""
        source_id = int(job.payload["source_id"])
        spec, known = self._known(source_id)
        try:
            found = self._listing(spec)
        except (CrawlFailure, NotFound) as error:
            self._fail(source_id, error)
            raise
        self._apply(job, source_id, found)
        if spec.kind == "organisation":
            listed = {item.forge_id for item in found}
            self._look_for_missing(source_id, spec, known - listed)

    def _known(self, source_id: int) -> tuple[SourceSpec, set[str | None]]:
        with self._database.read() as session:
            source = session.get(Source, source_id)
            if source is None:
                raise NotFound(f"there is no source {source_id}")
            ids = session.exec(
                select(Repository.forge_id).where(
                    col(Repository.source_id) == source_id,
                    col(Repository.forge_id).is_not(None),
                    col(Repository.state) != RepositoryState.GONE,
                )
            ).all()
            allowed = frozenset(self._settings.allow_hosts)
            return parse_source(source.spec, allow_http_hosts=allowed), set(ids)

    def _listing(self, spec: SourceSpec) -> list[RemoteRepository]:
        forge = self._open(spec)
        if spec.kind == "repository":
            return [forge.get_repository(spec.namespace or "")]
        items = forge.list_repositories(spec.namespace or "")
        return [item for item in items if not item.private]

    def _apply(self, job: RunningJob, source_id: int, found: Iterable[RemoteRepository]) -> None:
        now = self._clock()
        with self._database.write() as session:
            job.complete(session)
            source = session.get(Source, source_id)
            if source is None:
                raise NotFound(f"source {source_id} was removed meanwhile")
            rows = [apply_remote(session, source, item, now) for item in found]
            jobs = [
                crawl_job(row, self._settings)
                for row, changed in rows
                if row.state in CRAWLED and (changed or due(row, self._settings, now))
            ]
            queued = self._queue.enqueue(session, jobs)
            detail = f"{len(rows)} repositories listed, {queued} to crawl"
            source.discovered_at, source.outcome, source.detail = now, "discovered", detail
            session.add(source)
            session.add(
                CrawlEvent(
                    source_id=source_id, at=now, stage="discover", outcome="discovered",
                    detail=detail,
                )
            )  # fmt: skip

    def _look_for_missing(self, source_id: int, spec: SourceSpec, missing: set[str | None]) -> None:
        """Ask by id for repositories that the listing no longer holds: moved, or gone."""
        forge = self._open(spec) if missing else None
        for forge_id in sorted(x for x in missing if x):
            try:
                moved = forge.get_by_id(forge_id) if forge else None
            except NotFound:
                moved = None
            self._settle_missing(source_id, spec, forge_id, moved)

    def _settle_missing(
        self, source_id: int, spec: SourceSpec, forge_id: str, moved: RemoteRepository | None
    ) -> None:
        now = self._clock()
        with self._database.write() as session:
            source = session.get(Source, source_id)
            row = _by_identity(session, spec.forge.value, spec.host, forge_id)
            if source is None or row is None:
                return
            if moved and not moved.private:
                apply_remote(session, source, moved, now)
            elif row.state not in {RepositoryState.GONE, *SETTLED}:
                row.sqlmodel_update(
                    {"state": RepositoryState.GONE, "state_since": now, "last_outcome": "gone"}
                )
                session.add(row)
                if row.last_crawled_at is not None:
                    resolve_component(session, row, now)

    def _fail(self, source_id: int, error: CrawlFailure | NotFound) -> None:
        reason = error.reason if isinstance(error, CrawlFailure) else "gone"
        detail = (error.detail if isinstance(error, CrawlFailure) else str(error))[:2000]
        now = self._clock()
        with self._database.write() as session:
            source = session.get(Source, source_id)
            if source:
                source.discovered_at, source.outcome, source.detail = now, reason, detail
                session.add(source)
                session.add(
                    CrawlEvent(
                        source_id=source_id, at=now, stage="discover", outcome=reason,
                        detail=detail,
                    )
                )  # fmt: skip


# States that people decide on: what a forge says of a repository does not change them.
SETTLED = frozenset({RepositoryState.IDENTITY_CHANGED, RepositoryState.TAKEN_DOWN})
CRAWLED = frozenset({RepositoryState.PENDING, RepositoryState.ACTIVE, RepositoryState.ARCHIVED})


def discover_job(source: Source) -> NewJob:
    """Return the job that lists the repositories of a source."""
    return NewJob(
        task=DISCOVER,
        key=str(source.id),
        payload={"source_id": source.id},
        lane=source.host,
        priority=5,
    )


def apply_remote(
    session: Session, source: Source, remote: RemoteRepository, now: datetime
) -> tuple[Repository, bool]:
    """Store what a forge says of a repository; tell whether it was pushed to since.

    The numeric id is the identity: the same id at another URL moved, another id at the same URL
    is another repository, whose data is not merged until somebody confirms it.
    """
    row = _by_identity(session, remote.forge.value, remote.host, remote.forge_id)
    if row is None:
        row = _at_address(session, remote)
    if row is None:
        row = register_repository(
            session, source, url=remote.url, path=remote.path, now=now, forge_id=remote.forge_id
        )
    elif _is_other(row, remote):
        _freeze(session, row, remote, now)
        return row, False
    _move(session, row, remote, now)
    before = row.forge_data.get("pushed_at")
    row.sqlmodel_update(
        {
            "forge": remote.forge.value,
            "forge_id": remote.forge_id,
            "web_url": remote.web_url,
            "path": remote.path,
            "is_fork": remote.is_fork,
            "parent_url": remote.parent_url,
            "forge_data": _forge_data(remote),
        }
    )
    if row.source_id is None:
        row.source_id, row.organisation_id = source.id, source.organisation_id
    _archive(row, remote.archived, now)
    session.add(row)
    session.flush()
    if row.last_crawled_at is not None:
        resolve_component(session, row, now)
    return row, before != row.forge_data.get("pushed_at")


def _at_address(session: Session, remote: RemoteRepository) -> Repository | None:
    """Return the repository at this URL; a former URL that another one took over is let go."""
    row = find_repository(session, remote.url)
    if row is None or row.url == remote.url or not _is_other(row, remote):
        return row
    session.delete(session.get_one(RepositoryAlias, remote.url))
    session.flush()
    return None


def _by_identity(
    session: Session, forge: str, host: str, forge_id: str | None
) -> Repository | None:
    if forge_id is None:
        return None
    return session.exec(
        select(Repository).where(
            col(Repository.forge) == forge,
            col(Repository.host) == host,
            col(Repository.forge_id) == forge_id,
        )
    ).first()


def _is_other(row: Repository, remote: RemoteRepository) -> bool:
    known = row.forge_id is not None and remote.forge_id is not None
    return known and row.forge_id != remote.forge_id


def _freeze(session: Session, row: Repository, remote: RemoteRepository, now: datetime) -> None:
    if row.state not in SETTLED:
        row.state, row.state_since = RepositoryState.IDENTITY_CHANGED, now
        row.last_outcome = "identity_changed"
        row.last_detail = f"the forge's id was {row.forge_id}, now it is {remote.forge_id}"
        session.add(row)
        if row.last_crawled_at is not None:
            resolve_component(session, row, now)


def _move(session: Session, row: Repository, remote: RemoteRepository, now: datetime) -> None:
    if row.url == remote.url:
        return
    if session.get(RepositoryAlias, row.url) is None:
        session.add(RepositoryAlias(url=row.url, repository_id=row.id or 0, since=now))
    former = session.get(RepositoryAlias, remote.url)
    if former is not None:  # it moved back to a name that it had before
        session.delete(former)
    # Its objects are stored by URL: they are fetched again, and until then they are not there.
    before = row.url
    row.url, row.refs_digest, row.is_stored = remote.url, None, False
    if row.state == RepositoryState.IDENTITY_CHANGED:  # found again by its id, elsewhere
        row.state, row.state_since = RepositoryState.ACTIVE, now
    session.add(row)
    session.add(
        CrawlEvent(
            repository_id=row.id, at=now, stage="discover", outcome="discovered",
            detail=f"moved to {remote.url}"[:2000],
        )
    )  # fmt: skip
    component = session.exec(
        select(Component).where(col(Component.repository_id) == row.id)
    ).first()
    if component is not None:
        note_change(session, component, ChangeKind.MOVED, now, {"before": before, "after": row.url})


def _archive(row: Repository, archived: bool, now: datetime) -> None:
    wanted = RepositoryState.ARCHIVED if archived else RepositoryState.ACTIVE
    if row.state not in {RepositoryState.PENDING, *SETTLED} and row.state != wanted:
        row.state, row.state_since = wanted, now


def _forge_data(remote: RemoteRepository) -> dict[str, object]:
    values = {
        "description": remote.description,
        "homepage": remote.homepage,
        "licence": remote.licence,
        "topics": list(remote.topics),
        "stars": remote.stars,
        "archived": remote.archived,
        "created_at": remote.created_at and remote.created_at.isoformat(),
        "pushed_at": remote.pushed_at and remote.pushed_at.isoformat(),
        "size_kb": remote.size_kb,
        "has_issues": remote.has_issues,
    }
    return {name: value for name, value in values.items() if value not in (None, [])}
