"""Where the repositories of a labelled set stand in the catalogue."""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import ClusterMember, Component, Repository


class Place(Struct, frozen=True):
    """A repository of the labelled set: its row, its entry, its cluster, and whose it is."""

    repository: int
    component: int
    cluster: int
    owner: str
    country: str | None


def places_of(session: Session, urls: Iterable[str]) -> dict[str, Place]:
    """Return the places of those repositories that were crawled and measured, by URL."""
    found: dict[str, Place] = {}
    for batch in batches(sorted(set(urls)), 500):
        rows = session.execute(
            select(
                col(Repository.url), col(Repository.id), col(Component.id),
                col(ClusterMember.cluster_id), col(Component.country),
            )
            .join(Component, col(Component.repository_id) == col(Repository.id))
            .join(ClusterMember, col(ClusterMember.repository_id) == col(Repository.id))
            .where(col(Repository.url).in_(batch))
        )  # fmt: skip
        for url, repository, component, cluster, country in rows:
            owner = url.rpartition("/")[0].lower()
            found[url] = Place(repository, component, cluster, owner, country)
    return found
