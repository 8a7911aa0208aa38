"""From when on a fork reuses: what its history tells of earlier days, it inherited.

A fork brings the manifests and files of its origin along with all their dates. It reuses what they
name from its own first commit on, and what was taken out before that it never reused.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.edges import is_grown_out_of
from registry.db.tables import Component, Edge, EdgeKind, EdgeState
from registry.lineage.findings import DIRECTION_KNOWN, Finding

_BROUGHT_ALONG: Final = frozenset({
    EdgeKind.SHARED_FILES, EdgeKind.SIMILAR_FILES, EdgeKind.PACKAGE_DEPENDENCY, EdgeKind.SUBMODULE,
    EdgeKind.VENDORED_COMPONENT,
})  # fmt: skip


def in_own_time(session: Session, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the times of the reuser itself, without what ended before its days."""
    given = list(findings)
    begun = fork_beginnings(
        session,
        {f.reuser_repository_id for f in given
         if f.kind in _BROUGHT_ALONG and f.direction == DIRECTION_KNOWN},
    )  # fmt: skip
    return [found for finding in given if (found := _own(finding, begun)) is not None]


def fork_beginnings(session: Session, repositories: Iterable[int]) -> dict[int, int]:
    """Return of each repository that is a fork the second of its first commit of its own."""
    found: dict[int, int] = {}
    for batch in batches(sorted(set(repositories)), 500):
        rows = session.execute(
            select(col(Component.repository_id), func.max(col(Edge.first_seen)))
            .join(Edge, col(Edge.reuser_id) == col(Component.id))
            .where(
                col(Component.repository_id).in_(batch),
                is_grown_out_of(),
                col(Edge.first_seen).is_not(None),
            )
            .group_by(col(Component.repository_id))
        )
        found |= {int(key): int(moment.timestamp()) for key, moment in rows}
    return found


def _own(finding: Finding, begun: Mapping[int, int]) -> Finding | None:
    begin = begun.get(finding.reuser_repository_id)
    if finding.kind not in _BROUGHT_ALONG or finding.direction != DIRECTION_KNOWN or begin is None:
        return finding
    if finding.first_seen is None or finding.first_seen >= begin:
        return finding
    last = finding.last_seen
    if finding.state == EdgeState.SINCE_REMOVED and last is not None and last <= begin:
        return None
    return replace(finding, first_seen=begin, last_seen=None if last is None else max(last, begin))
