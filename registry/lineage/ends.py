"""The two ends of edges: from repositories and named sources to catalogue entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import ClusterMember, Component, NamedSource, Organisation, Repository
from registry.lineage.verdicts import Sight


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
    """Return the catalogue entries of repositories; one without, or taken down, is left out."""
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
            .where(col(Repository.id).in_(batch), col(Component.is_taken_down).is_(False))
        )  # fmt: skip
        for key, component, url, country, region, body, fork, parent, added, place, part in rows:
            found[key] = EndPoint(
                component_id=component, source_id=None, identity=url, country=country or place,
                region=region or part, organisation_id=body, is_fork=fork, parent_url=parent,
                added_at=added,
            )  # fmt: skip
    return found


def cluster_sights(session: Session, clusters: Iterable[int]) -> dict[int, Sight]:
    """Return when clusters came to be, by the forge and by the registry."""
    found: dict[int, Sight] = {}
    for batch in batches(sorted(set(clusters)), 500):
        rows = session.execute(
            select(
                col(ClusterMember.cluster_id), col(Repository.added_at), col(Repository.forge_data)
            )
            .join(Repository, col(Repository.id) == col(ClusterMember.repository_id))
            .where(col(ClusterMember.cluster_id).in_(batch))
        )
        for cluster, added, forge in rows:
            sight = Sight(_created(forge), int(added.timestamp()))
            found[cluster] = _earlier(found.get(cluster, sight), sight)
    return found


def _created(forge: dict[str, Any]) -> int | None:
    try:
        return int(datetime.fromisoformat(str(forge.get("created_at"))).timestamp())
    except ValueError:
        return None


def _earlier(one: Sight, other: Sight) -> Sight:
    created = [moment for moment in (one.created, other.created) if moment is not None]
    return Sight(min(created) if created else None, min(one.added, other.added))


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
