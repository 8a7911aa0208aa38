"""Whose a statement is: forks and copies bring the texts of others along.

A sentence is another's when an older repository of the cluster holds it too, or when a repository
elsewhere held the very file before. Of two that share the commit which brought it, it is the one's
that the other stems from.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import AttributionRow, PathRow
from registry.domain.attribution import same
from registry.lineage.ancestry import ancestors
from registry.lineage.clusters import clusters_of
from registry.lineage.ends import EndPoint, repository_ends

# The dates of a repository that the registry saw so much later are not believed against it.
LATE: Final = 30 * 86_400


class _Other(NamedTuple):
    repository_id: int
    commit: str
    first_seen: int
    text: str


def own_statements(
    session: Session, repository_id: int, rows: Sequence[AttributionRow]
) -> list[AttributionRow]:
    """Return those of the statements of a repository that are not older ones of others."""
    others = {target: _others(session, repository_id, target) for target in
              sorted({row.target for row in rows})}  # fmt: skip
    involved = {repository_id} | {o.repository_id for found in others.values() for o in found}
    if len(involved) == 1:
        return list(rows)
    judge = _Judge(session, repository_id, involved)
    return [row for row in rows if not judge.is_inherited(row, others[row.target])]


def _others(session: Session, repository_id: int, target: str) -> list[_Other]:
    rows = session.execute(
        select(
            col(AttributionRow.repository_id), col(AttributionRow.commit),
            col(AttributionRow.first_seen), col(AttributionRow.text),
        ).where(
            col(AttributionRow.target) == target,
            col(AttributionRow.repository_id) != repository_id,
        )
    )  # fmt: skip
    return [_Other(key, commit, first_seen, same(text)) for key, commit, first_seen, text in rows]


class _Judge:
    def __init__(self, session: Session, repository_id: int, involved: Iterable[int]) -> None:
        keys = sorted(involved)
        self._session = session
        self._here = repository_id
        self._clusters = clusters_of(session, keys)
        self._ends = repository_ends(session, keys)
        self._ancestors: frozenset[int] | None = None

    def is_inherited(self, row: AttributionRow, others: Iterable[_Other]) -> bool:
        text = same(row.text)
        return any(self._is_older(row, other) for other in others if other.text == text)

    def _is_older(self, row: AttributionRow, other: _Other) -> bool:
        if self._is_late(other.repository_id):
            return False
        cluster = self._clusters.get(self._here)
        if cluster is None or self._clusters.get(other.repository_id) != cluster:
            return self._held_the_file(row, other.repository_id)
        if other.commit == row.commit:
            return self._stems_from(other.repository_id)
        return other.first_seen < row.first_seen

    def _is_late(self, other: int) -> bool:
        here, there = self._ends.get(self._here), self._ends.get(other)
        if here is None or there is None or here.added_at is None or there.added_at is None:
            return False
        return (there.added_at - here.added_at).total_seconds() > LATE

    def _held_the_file(self, row: AttributionRow, other: int) -> bool:
        first = self._session.execute(
            select(col(PathRow.first_seen)).where(
                col(PathRow.repository_id) == other, col(PathRow.blob) == bytes.fromhex(row.blob)
            )
        ).scalars()
        return any(0 < moment < row.first_seen for moment in first)

    def _stems_from(self, other: int) -> bool:
        """Tell of two that share a commit whether the other is the parent, as far as is known."""
        if self._ancestors is None:
            self._ancestors = ancestors(self._session, self._here)
        if other in self._ancestors:
            return True
        if self._here in ancestors(self._session, other):
            return False
        here, there = self._is_fork(self._here), self._is_fork(other)
        return here if here != there else other < self._here

    def _is_fork(self, key: int) -> bool:
        end: EndPoint | None = self._ends.get(key)
        return end is not None and end.is_fork
