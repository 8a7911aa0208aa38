"""What was looked at for a report: numbers without coverage say nothing."""

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.tables import Component, Repository, RepositoryState
from registry.reports.rows import Coverage

_GONE = (RepositoryState.GONE, RepositoryState.TAKEN_DOWN)


def load_coverage(session: Session) -> Coverage:
    """Return how many repositories of the catalogue were read, and how many could not be."""
    is_gone = col(Repository.state).in_(_GONE)
    is_read = col(Repository.last_crawled_at).is_not(None)
    is_failed = col(Repository.failures) > 0
    group = case((is_gone, "gone"), (is_read, "crawled"), (is_failed, "failed"), else_="pending")
    rows = session.execute(select_columns(group.label("name"), func.count()).group_by(group))
    counts: dict[str, int] = {str(name): number for name, number in rows}
    return Coverage(
        repositories=sum(counts.values()), **counts, attributed=_attributed(session),
        by_country=_by_country(session),
    )  # fmt: skip


def _attributed(session: Session) -> int:
    statement = (
        select_columns(func.count())
        .select_from(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(
            col(Component.organisation_id).is_not(None),
            col(Repository.last_crawled_at).is_not(None),
            col(Repository.state).not_in(_GONE),
        )
    )
    return int(session.execute(statement).scalar_one())


def _by_country(session: Session) -> dict[str, int]:
    """Return how many components each country has here, by code."""
    rows = session.execute(
        select_columns(col(Component.country), func.count())
        .where(col(Component.country).is_not(None))
        .group_by(col(Component.country))
        .order_by(col(Component.country))
    )
    return {str(country): count for country, count in rows}
