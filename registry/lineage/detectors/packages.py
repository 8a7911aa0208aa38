"""Package dependencies: a manifest names a package that another repository publishes.

Definition: a manifest on the main line, at any time, names a package, and the owner of that
package is in the catalogue (`registry.lineage.ownership`); a git address in the requirement wins
over the name. Requirements that point inside the repository, and packages that the repository
itself publishes, are none. Blind spots: lock files, build files that are programs, copies of
manifests that nobody builds from. A dependency that HEAD no longer names is *since removed*.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    DependencySpan,
    EdgeKind,
    EdgeState,
    EdgeTag,
    PackageSpan,
)
from registry.lineage.findings import Finding
from registry.lineage.ownership import Claimant, owner, repository_of_url

MAX_NAMES: Final = 3_000


def find(session: Session, repository_id: int) -> list[Finding]:
    """Return the packages of others that a repository depends on, or did."""
    own = _published(session, repository_id)
    owners: dict[tuple[str, str], Claimant | None] = {}
    best: dict[tuple[int, str, str], tuple[DependencySpan, int | None]] = {}
    for span in _spans(session, repository_id):
        name = (span.ecosystem, span.name)
        if span.local or (name in own and not span.git_url):
            continue
        target, claimed = _target(session, span, owners)
        if target is None or target == repository_id:
            continue
        key = (target, *name)
        if key not in best or _rank(span) < _rank(best[key][0]):
            best[key] = (span, claimed)
    return [_finding(repository_id, key[0], span, claimed) for key, (span, claimed) in
            sorted(best.items())]  # fmt: skip


def _published(session: Session, repository_id: int) -> set[tuple[str, str]]:
    rows = session.execute(
        select(col(PackageSpan.ecosystem), col(PackageSpan.name)).where(
            col(PackageSpan.repository_id) == repository_id
        )
    )
    return {(str(ecosystem), str(name)) for ecosystem, name in rows}


def _spans(session: Session, repository_id: int) -> Iterator[DependencySpan]:
    query = (
        select(DependencySpan)
        .where(col(DependencySpan.repository_id) == repository_id)
        .order_by(col(DependencySpan.id))
    )
    yield from session.execute(query).scalars()


def _target(
    session: Session,
    span: DependencySpan,
    owners: dict[tuple[str, str], Claimant | None],
) -> tuple[int | None, int | None]:
    """Return the repository that a requirement means, and the manifest that claims the name."""
    if span.git_url:
        found = repository_of_url(session, span.git_url)
        if found is not None:
            return found, None
    name = (span.ecosystem, span.name)
    if name not in owners:
        if len(owners) >= MAX_NAMES:
            return None, None
        owners[name] = owner(session, *name)
    claimant = owners[name]
    return (claimant.repository, claimant.span) if claimant else (None, None)


def _rank(span: DependencySpan) -> tuple[bool, int, int, str]:
    """Prefer what HEAD says, then the manifest nearest to the root, then the earliest."""
    return (span.last_seen is not None, span.path.count("/"), span.first_seen, span.path)


def _finding(repository_id: int, target: int, span: DependencySpan, claimed: int | None) -> Finding:
    return Finding(
        kind=EdgeKind.PACKAGE_DEPENDENCY,
        tag=EdgeTag.MEASURED,
        origin_repository_id=target,
        reuser_repository_id=repository_id,
        locator=f"{span.ecosystem}:{span.name}",
        direction_basis="manifest",
        first_seen=span.first_seen,
        last_seen=span.last_seen,
        state=EdgeState.CURRENT if span.last_seen is None else EdgeState.SINCE_REMOVED,
        strength={
            "ecosystem": span.ecosystem, "package": span.name, "spec": span.spec,
            "scope": span.scope, "path": span.path, "line": span.line,
            "by": "git_url" if claimed is None else "name",
        },
        evidence={"dependency_span_id": span.id, "package_span_id": claimed},
        confidence="verified" if claimed is None else "likely",
    )  # fmt: skip


def names_published(session: Session, repository_id: int) -> Iterable[tuple[str, str]]:
    """Return the packages of a repository: others that name them must be looked at again."""
    return sorted(_published(session, repository_id))
