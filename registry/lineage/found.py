"""What the registry says of labelled pairs of repositories, read from what is stored."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import or_, select
from sqlmodel import Session, col

from registry.db.tables import (
    ClusterMember,
    ClusterPair,
    Component,
    Edge,
    EdgeKind,
)
from registry.db.tables.lineage import COUNTED_STATES
from registry.lineage.ancestry import ancestors
from registry.lineage.detectors import copies
from registry.lineage.findings import DIRECTION_KNOWN
from registry.lineage.places import Place
from registry.lineage.rules import RULES
from registry.lineage.truth import Label
from registry.lineage.verdicts import COMMON_UPSTREAM, DIRECT, PairValues, judge

FORK: Final = "fork"
_FOLLOWED: Final = (EdgeKind.PACKAGE_DEPENDENCY, EdgeKind.SUBMODULE)


class Found(Struct, frozen=True, kw_only=True):
    """What the registry says of a labelled pair: `relation` and the values behind it.

    `relation` is fork, direct, common_upstream or none; `direction` a->b, b->a or unknown;
    `depends` tells which side names the other as a dependency or submodule; `kinds` are the kinds
    of evidence that say so.
    """

    relation: str = "none"
    direction: str = "unknown"
    upstream: str | None = None
    depends: str | None = None
    kinds: frozenset[str] = frozenset()
    values: Mapping[str, Any] = {}


class Judged(Struct, frozen=True, kw_only=True):
    """A label beside what was found."""

    label: Label
    found: Found


def judge_labels(
    session: Session, labels: Sequence[Label], places: Mapping[str, Place]
) -> list[Judged]:
    """Return each label whose repositories were measured beside what was found."""
    reader = _Reader(session)
    return [
        Judged(label=x, found=reader.found(places[x.repo_a], places[x.repo_b]))
        for x in labels
        if x.repo_a in places and x.repo_b in places
    ]


class _Reader:
    """Looks pairs up in the stored clusters, pairs and edges."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def found(self, a: Place, b: Place) -> Found:
        depends, kinds = self._depends(a, b)
        if a.cluster == b.cluster:
            direction = self._tree_direction(a, b)
            kinds |= {EdgeKind.SHARED_COMMITS.value}
            return Found(relation=FORK, direction=direction, depends=depends, kinds=kinds)
        low, high = sorted((a.cluster, b.cluster))
        pair = self._session.get(ClusterPair, (low, high))
        if pair is None:
            return Found(depends=depends, kinds=kinds)
        relation = pair.verdict if pair.verdict in {DIRECT, COMMON_UPSTREAM} else "none"
        return Found(
            relation=relation,
            direction=self._direction(a, b) if relation == DIRECT else "unknown",
            upstream=None if pair.upstream_id is None else str(pair.upstream_id),
            depends=depends,
            kinds=kinds | _kinds(pair) if relation == DIRECT else kinds,
            values=pair.values,
        )

    def _members(self, cluster: int) -> Any:
        return select(col(Component.id)).join(
            ClusterMember, col(ClusterMember.repository_id) == col(Component.repository_id)
        ).where(col(ClusterMember.cluster_id) == cluster)  # fmt: skip

    def _direction(self, a: Place, b: Place) -> str:
        """Return the direction of the copies between two clusters."""
        for first, second, said in ((a, b, "a->b"), (b, a, "b->a")):
            edge = self._session.execute(
                select(col(Edge.id)).where(
                    col(Edge.kind).in_(copies.KINDS),
                    col(Edge.direction) == DIRECTION_KNOWN,
                    col(Edge.state).in_(COUNTED_STATES),
                    col(Edge.origin_id).in_(self._members(first.cluster)),
                    col(Edge.reuser_id).in_(self._members(second.cluster)),
                )
            ).first()
            if edge:
                return said
        return "unknown"

    def _tree_direction(self, a: Place, b: Place) -> str:
        """Return which of two repositories of a cluster lies above the other, if one does."""
        for first, second, said in ((a, b, "a->b"), (b, a, "b->a")):
            if first.repository in ancestors(self._session, second.repository):
                return said
        return "unknown"

    def _depends(self, a: Place, b: Place) -> tuple[str | None, frozenset[str]]:
        """Return which side names the other as a dependency or submodule, and by which kinds."""
        rows = self._session.execute(
            select(col(Edge.reuser_id), col(Edge.kind)).where(
                col(Edge.kind).in_(_FOLLOWED),
                col(Edge.state).in_(COUNTED_STATES),
                or_(
                    (col(Edge.origin_id) == a.component) & (col(Edge.reuser_id) == b.component),
                    (col(Edge.origin_id) == b.component) & (col(Edge.reuser_id) == a.component),
                ),
            )
        ).all()
        if not rows:
            return None, frozenset()
        side = "a" if any(reuser == a.component for reuser, _ in rows) else "b"
        return side, frozenset(str(kind) for _, kind in rows)


def _kinds(pair: ClusterPair) -> frozenset[str]:
    verdict = judge(msgspec.convert(pair.values, PairValues), RULES)
    found = {EdgeKind.SHARED_FILES.value: verdict.by_files,
             EdgeKind.SIMILAR_FILES.value: verdict.by_fingerprints}  # fmt: skip
    return frozenset(kind for kind, is_found in found.items() if is_found)
