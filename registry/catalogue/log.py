"""Repositories as the crawler sees them, and the public crawl log."""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import CrawlEventView, RepositoryView
from registry.db.tables import (
    Component,
    CrawlEvent,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Takedown,
)
from registry.db.tombstones import gone
from registry.domain.crawl import describe
from registry.domain.identity import swhid
from registry.errors import NotFound

SUCCESSES = frozenset({"crawled", "unchanged", "discovered", "harvested"})


def repository_view(session: Session, row: Repository) -> RepositoryView:
    """Return a repository with its aliases, state and last outcome."""
    aliases = session.exec(
        select(RepositoryAlias.url)
        .where(col(RepositoryAlias.repository_id) == row.id)
        .order_by(col(RepositoryAlias.url))
    ).all()
    slug = session.exec(
        select(Component.slug).where(col(Component.repository_id) == row.id)
    ).first()
    target = session.get(Repository, row.moved_to_id) if row.moved_to_id else None
    is_sha1 = row.head_commit is not None and len(row.head_commit) == 40
    return RepositoryView(
        id=row.id or 0,
        url=row.url,
        web_url=row.web_url,
        host=row.host,
        forge=row.forge,
        state=row.state.value,
        state_since=row.state_since,
        moved_to=target.url if target else None,
        aliases=tuple(aliases),
        is_fork=row.is_fork,
        parent_url=row.parent_url,
        fork_class=row.fork_class,
        default_branch=row.default_branch,
        head_commit=row.head_commit,
        swhid=swhid("rev", row.head_commit) if is_sha1 and row.head_commit else None,
        commit_count=row.commit_count,
        head_files=row.head_files,
        first_commit_at=row.first_commit_at,
        last_commit_at=row.last_commit_at,
        flags=tuple(row.flags),
        last_checked_at=row.last_checked_at,
        last_crawled_at=row.last_crawled_at,
        last_outcome=row.last_outcome,
        last_detail=row.last_detail,
        component=slug,
        is_demo=row.is_demo,
    )


def load_repository(session: Session, repository_id: int) -> RepositoryView:
    """Return the repository with this number, or raise `NotFound`."""
    row = session.get(Repository, repository_id)
    if row is None:
        raise NotFound(f"there is no repository {repository_id}")
    if row.state == RepositoryState.TAKEN_DOWN:
        raise _gone(session, repository_id)
    return repository_view(session, row)


def _gone(session: Session, repository_id: int) -> NotFound:
    takedown = session.exec(
        select(Takedown).where(
            col(Takedown.repository_id) == repository_id, col(Takedown.lifted_at).is_(None)
        )
    ).first()
    return gone(takedown) if takedown else NotFound(f"there is no repository {repository_id}")


_SHOWN = col(Repository.state) != RepositoryState.TAKEN_DOWN


def find_repositories(session: Session, text: str, limit: int = 20) -> list[RepositoryView]:
    """Return the repositories whose URL, past or present, holds the text."""
    needle = text.strip().lower().removesuffix(".git").rstrip("/")
    if not needle:
        return []
    pattern = "%" + needle.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    aliased = select(RepositoryAlias.repository_id).where(
        col(RepositoryAlias.url).ilike(pattern, escape="\\")
    )
    rows = session.exec(
        select(Repository)
        .where(
            or_(col(Repository.url).ilike(pattern, escape="\\"), col(Repository.id).in_(aliased)),
            _SHOWN,
        )
        .order_by(col(Repository.url))
        .limit(limit)
    )
    return [repository_view(session, row) for row in rows]


def list_repositories(
    session: Session,
    *,
    url: str | None = None,
    text: str | None = None,
    host: str | None = None,
    state: RepositoryState | None = None,
    after: int = 0,
    limit: int = 20,
) -> tuple[list[RepositoryView], int | None]:
    """Return repositories by number, and the number to go on after (`None` at the end).

    `url` is a canonical URL, present or past; `text` a part of the present one.
    """
    query = (
        select(Repository).where(col(Repository.id) > after, _SHOWN).order_by(col(Repository.id))
    )
    if url is not None:
        aliased = select(RepositoryAlias.repository_id).where(col(RepositoryAlias.url) == url)
        query = query.where(or_(col(Repository.url) == url, col(Repository.id).in_(aliased)))
    if text:
        query = query.where(col(Repository.url).icontains(text, autoescape=True))
    if host is not None:
        query = query.where(col(Repository.host) == host)
    if state is not None:
        query = query.where(col(Repository.state) == state)
    rows = session.exec(query.limit(limit + 1)).all()
    views = [repository_view(session, row) for row in rows[:limit]]
    return views, views[-1].id if len(rows) > limit else None


def events_of(
    session: Session,
    *,
    repository_id: int | None = None,
    source_id: int | None = None,
    limit: int = 100,
) -> tuple[CrawlEventView, ...]:
    """Return the newest lines of the crawl log of a repository or a source."""
    query = select(CrawlEvent).order_by(col(CrawlEvent.id).desc()).limit(limit)
    if repository_id is not None:
        query = query.where(col(CrawlEvent.repository_id) == repository_id)
    if source_id is not None:
        query = query.where(col(CrawlEvent.source_id) == source_id)
    return tuple(_event(row) for row in session.exec(query))


def _event(row: CrawlEvent) -> CrawlEventView:
    failed = row.outcome not in SUCCESSES
    cause, next_step = describe(row.outcome) if failed else (None, None)
    return CrawlEventView(
        at=row.at,
        stage=row.stage,
        outcome=row.outcome,
        detail=row.detail,
        size_bytes=row.size_bytes,
        duration_ms=row.duration_ms,
        cause=cause,
        next_step=next_step,
    )
