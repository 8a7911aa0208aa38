"""The state of crawling as operators and publishers see it, and the numbers of the home page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.log import SUCCESSES
from registry.catalogue.readmodels import CrawlStatus, FailureGroup, HostView, SourceView, Totals
from registry.db.tables import (
    Component,
    HostBudget,
    IndexOutbox,
    Repository,
    RepositoryState,
    Source,
)
from registry.domain.crawl import describe

FRESHNESS = (("day", 1), ("week", 7), ("month", 30))
EXAMPLES = 5
SHOWN_SOURCES = 100


def load_status(
    session: Session,
    *,
    now: datetime,
    queue: dict[str, dict[str, int]],
    worker_seen_at: datetime | None,
) -> CrawlStatus:
    """Return the state of crawling at a moment."""
    states = session.execute(
        select_columns(col(Repository.state), func.count()).group_by(col(Repository.state))
    )
    sources = sorted(
        list_sources(session),
        key=lambda source: (source.next_step is None, -source.failed, source.spec),
    )
    by_state = {state.value: count for state, count in states}
    return CrawlStatus(
        as_of=now,
        repositories=sum(by_state.values()),
        states=by_state,
        freshness=_freshness(session, now),
        queue=queue,
        worker_seen_at=worker_seen_at,
        hosts=_hosts(session),
        failures=failure_groups(session),
        sources=tuple(sources[:SHOWN_SOURCES]),
        source_count=len(sources),
        index_pending=session.exec(select(func.count()).select_from(IndexOutbox)).one(),
    )


def _freshness(session: Session, now: datetime) -> dict[str, int]:
    """Count repositories by the age of their last check: day, week, month, older, never."""
    checked = col(Repository.last_checked_at)
    rules: list[Any] = [(checked.is_(None), "never")]
    rules += [(checked >= now - timedelta(days=days), name) for name, days in FRESHNESS]
    bucket = case(*rules, else_="older")
    found = dict(session.execute(select_columns(bucket, func.count()).group_by(bucket)).all())
    return {name: found.get(name, 0) for name in ("day", "week", "month", "older", "never")}


def _hosts(session: Session) -> tuple[HostView, ...]:
    rows = session.exec(select(HostBudget).order_by(col(HostBudget.host)))
    return tuple(
        HostView(
            host=row.host, remaining=row.remaining, limit=row.limit, reset_at=row.reset_at,
            not_before=row.not_before,
        )
        for row in rows
    )  # fmt: skip


def failure_groups(session: Session) -> tuple[FailureGroup, ...]:
    """Return the repositories whose last crawl failed, by reason, most frequent first."""
    outcome = col(Repository.last_outcome)
    rows = session.execute(
        select_columns(outcome, func.count())
        .where(
            outcome.is_not(None), outcome.not_in(SUCCESSES),
            col(Repository.state) != RepositoryState.TAKEN_DOWN,
        )
        .group_by(outcome)
        .order_by(func.count().desc(), outcome)
    ).all()  # fmt: skip
    return tuple(_group(session, str(reason), count) for reason, count in rows)


def _group(session: Session, reason: str, count: int) -> FailureGroup:
    cause, next_step = describe(reason)
    examples = session.execute(
        select_columns(col(Repository.id), col(Repository.url), col(Repository.last_detail))
        .where(
            col(Repository.last_outcome) == reason,
            col(Repository.state) != RepositoryState.TAKEN_DOWN,
        )
        .order_by(col(Repository.last_checked_at).desc())
        .limit(EXAMPLES)
    )
    return FailureGroup(
        reason=reason,
        cause=cause,
        next_step=next_step,
        count=count,
        examples=tuple((key, url, detail or "") for key, url, detail in examples if key),
    )


def list_sources(session: Session) -> tuple[SourceView, ...]:
    """Return every source with the number of its repositories and failures."""
    outcome = col(Repository.last_outcome)
    failed = case((outcome.is_not(None) & outcome.not_in(SUCCESSES), 1), else_=0)
    counts: dict[Any, tuple[int, int, datetime | None]] = {
        key: (count, int(bad or 0), checked)
        for key, count, bad, checked in session.execute(
            select_columns(
                col(Repository.source_id),
                func.count(),
                func.sum(failed),
                func.max(col(Repository.last_checked_at)),
            ).group_by(col(Repository.source_id))
        )
    }
    rows: Sequence[Source] = session.exec(select(Source).order_by(col(Source.spec))).all()
    return tuple(_source(row, *counts.get(row.id, (0, 0, None))) for row in rows)


def _source(row: Source, repositories: int, failed: int, checked_at: datetime | None) -> SourceView:
    has_failed = row.outcome is not None and row.outcome not in SUCCESSES
    return SourceView(
        id=row.id or 0,
        spec=row.spec,
        kind=row.kind.value,
        forge=row.forge,
        host=row.host,
        name=row.name,
        country=row.country,
        region=row.region,
        level=row.level.value,
        added_at=row.added_at,
        discovered_at=row.discovered_at or checked_at,
        outcome=row.outcome,
        detail=row.detail,
        next_step=describe(row.outcome)[1] if has_failed and row.outcome else None,
        repositories=repositories,
        failed=failed,
        is_demo=row.is_demo,
    )


def load_totals(session: Session) -> Totals:
    """Return the numbers of the home page; the demo is counted apart."""
    demo, real = (_component_count(session, is_demo) for is_demo in (True, False))
    countries = session.exec(
        select(func.count(func.distinct(col(Component.country)))).where(
            col(Component.country).is_not(None)
        )
    ).one()
    organisations = session.exec(
        select(func.count(func.distinct(col(Component.organisation_id))))
    ).one()
    return Totals(
        components=real + demo,
        organisations=organisations,
        countries=countries,
        repositories=session.exec(select(func.count()).select_from(Repository)).one(),
        newest_crawl_at=session.exec(select(func.max(col(Repository.last_crawled_at)))).one(),
        has_demo=demo > 0,
        demo_components=demo,
    )


def _component_count(session: Session, is_demo: bool) -> int:
    return session.exec(
        select(func.count()).select_from(Component).where(col(Component.is_demo).is_(is_demo))
    ).one()
