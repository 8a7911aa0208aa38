"""Who publishes a package: a name alone is wrong in about half of the cases.

Forks keep the names of their parent's packages, and repositories vendor manifests. So claimants
that are private or vendored are dropped; of several in one cluster the one counts that the others
stem from; of several clusters the one whose repository bears the package's name.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    ClusterMember,
    PackageSpan,
    Repository,
    RepositoryAlias,
)
from registry.domain.identity import canonical_repository_url
from registry.domain.languages import is_vendored
from registry.errors import BlockedUrl
from registry.lineage.ancestry import parents
from registry.lineage.telling import is_unpacked

_EXAMPLE_FOLDER: Final = re.compile(
    r"(?:^|/)(?:examples?|samples?|demos?|tests?|fixtures?|__tests__|spec|templates?|docs?)/",
    re.IGNORECASE,
)
_GO_VERSION: Final = re.compile(r"/v\d+$")
_WORD_GAP: Final = re.compile(r"[^a-z0-9]+")


class Claimant(NamedTuple):
    """A repository whose manifest names a package as its own."""

    repository: int
    span: int
    cluster: int
    path: str
    first_seen: int
    url: str


def repository_of_url(session: Session, url: str) -> int | None:
    """Return the repository at an address, present or past."""
    try:
        canonical = canonical_repository_url(url)
    except BlockedUrl:
        return None
    found = session.execute(
        select(col(Repository.id)).where(col(Repository.url) == canonical)
    ).scalar()
    if found is None:
        found = session.execute(
            select(col(RepositoryAlias.repository_id)).where(col(RepositoryAlias.url) == canonical)
        ).scalar()
    return found


def claimants(session: Session, ecosystem: str, name: str) -> list[Claimant]:
    """Return all repositories that name a package as their own, at any time, the best path each."""
    rows = session.execute(
        select(
            col(PackageSpan.repository_id), col(PackageSpan.id), col(ClusterMember.cluster_id),
            col(PackageSpan.path), col(PackageSpan.first_seen), col(Repository.url),
        )
        .join(ClusterMember, col(ClusterMember.repository_id) == col(PackageSpan.repository_id))
        .join(Repository, col(Repository.id) == col(PackageSpan.repository_id))
        .where(
            col(PackageSpan.ecosystem) == ecosystem,
            col(PackageSpan.name) == name,
            col(PackageSpan.private).is_(False),
        )
    )  # fmt: skip
    best: dict[int, Claimant] = {}
    for row in rows:
        claimant = Claimant(*row)
        path = claimant.path
        if is_vendored(path) or _EXAMPLE_FOLDER.search(path) or is_unpacked(path, name):
            continue
        known = best.get(claimant.repository)
        if known is None or _rank(claimant) < _rank(known):
            best[claimant.repository] = claimant
    return sorted(best.values(), key=lambda claimant: claimant.repository)


def _rank(claimant: Claimant) -> tuple[int, int, str]:
    return (claimant.path.count("/"), claimant.first_seen, claimant.path)


def owner(session: Session, ecosystem: str, name: str) -> Claimant | None:
    """Return who publishes a package, or nobody where that cannot be told."""
    found = claimants(session, ecosystem, name)
    if ecosystem == "golang":
        return _go_owner(session, name, found)
    by_cluster: dict[int, list[Claimant]] = defaultdict(list)
    for claimant in found:
        by_cluster[claimant.cluster].append(claimant)
    chosen = [_of_cluster(session, group, name) for group in by_cluster.values()]
    if any(claimant is None for claimant in chosen):
        return None
    return _of_clusters([claimant for claimant in chosen if claimant], name)


def _go_owner(session: Session, name: str, found: Sequence[Claimant]) -> Claimant | None:
    """A Go module's name is its address."""
    key = repository_of_url(session, f"https://{_first_three(_GO_VERSION.sub('', name))}")
    return next((claimant for claimant in found if claimant.repository == key), None)


def _first_three(module: str) -> str:
    return "/".join(module.split("/")[:3])


def _of_cluster(session: Session, group: Sequence[Claimant], name: str) -> Claimant | None:
    """Of a cluster the one that the others stem from, else the one that bears the name."""
    if len(group) == 1:
        return group[0]
    forks = parents(session, {claimant.repository for claimant in group})
    roots = [claimant for claimant in group if claimant.repository not in forks]
    if len(roots) == 1:
        return roots[0]
    return _only(_named(roots or group, name))


def _of_clusters(chosen: Sequence[Claimant], name: str) -> Claimant | None:
    if len(chosen) <= 1:
        return chosen[0] if chosen else None
    named = _named(chosen, name)
    if named:
        return _only(named)
    at_root = [claimant for claimant in chosen if "/" not in claimant.path]
    return _only(at_root)


def _only(found: Sequence[Claimant]) -> Claimant | None:
    return found[0] if len(found) == 1 else None


def _named(found: Sequence[Claimant], name: str) -> list[Claimant]:
    """Return the claimants whose repository bears the package's name, or its scope and name."""
    plain = name.lower().lstrip("@")
    wanted = {_words(plain), _words(plain.rpartition("/")[2])}
    return [
        claimant
        for claimant in found
        if _words(urlsplit(claimant.url).path.rpartition("/")[2].lower()) in wanted
        or _words(urlsplit(claimant.url).path.strip("/").lower()) in wanted
    ]


def _words(text: str) -> str:
    return _WORD_GAP.sub("-", text).strip("-")
