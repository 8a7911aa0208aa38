"""The two ends of edges: from repositories and named sources to catalogue entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Component, NamedSource, Organisation, Repository


class EndPoint(Struct, frozen=True, kw_only=True):
    """A catalogue entry as it is now: what an edge keeps of it at first sight."""

    component_id: int | None
    source_id: int | None
    identity: str
    country: str | None
    region: str | None
    organisation_id: int | None
    is_fork: bool = False
    parent_url: str | None = None
    added_at: datetime | None = None


def repository_ends(session: Session, repositories: Iterable[int]) -> dict[int, EndPoint]:
    """Return the catalogue entries of repositories; one without an entry is left out."""
    found: dict[int, EndPoint] = {}
    for batch in batches(sorted(set(repositories)), 500):
        rows = session.execute(
            select(
                col(Repository.id), col(Component.id), col(Repository.url),
                col(Component.country), col(Component.region), col(Component.organisation_id),
                col(Repository.is_fork), col(Repository.parent_url), col(Repository.added_at),
                col(Organisation.country), col(Organisation.region),
            )
            .join(Component, col(Component.repository_id) == col(Repository.id))
            .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
            .where(col(Repository.id).in_(batch))
        )  # fmt: skip
        for key, component, url, country, region, body, fork, parent, added, place, part in rows:
            found[key] = EndPoint(
                component_id=component, source_id=None, identity=url, country=country or place,
                region=region or part, organisation_id=body, is_fork=fork, parent_url=parent,
                added_at=added,
            )  # fmt: skip
    return found


def source_ends(session: Session, sources: Sequence[int]) -> dict[int, EndPoint]:
    """Return sources without a repository as ends."""
    rows = session.execute(select(NamedSource).where(col(NamedSource.id).in_(sources))).scalars()
    return {
        row.id or 0: EndPoint(
            component_id=None, source_id=row.id, identity=f"source:{row.slug}",
            country=row.country, region=row.region, organisation_id=None,
        )
        for row in rows
    }  # fmt: skip
