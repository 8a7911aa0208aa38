"""Measuring the whole catalogue again in one pass, with the very same result as updates one by one.

Clusters and artefacts are those that stand; the pairs of clusters, and the edges of copied code,
are computed anew and written by difference. The catalogue may be read and written meanwhile: what
was measured is thrown away when it changed under way.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import ClusterMember, ClusterPair, Edge, LineageState
from registry.errors import Conflict
from registry.lineage.detectors import copies
from registry.lineage.edges import Prover, write_edges
from registry.lineage.ends import cluster_sights
from registry.lineage.findings import Finding
from registry.lineage.founders import at_founders
from registry.lineage.near_pairs import Measured, Owners, each_near_pair
from registry.lineage.pairs import cluster_owners, judged, store_pairs
from registry.lineage.parquet import Exported, export_artefacts
from registry.lineage.totals import refresh_totals
from registry.lineage.verdicts import PairValues, Sight, Verdict

Pairs = dict[tuple[int, int], tuple[PairValues, Verdict]]


class Recomputed(Struct, frozen=True):
    """What a pass over the whole catalogue saw, and how many components it gave other edges."""

    exported: Exported
    pairs: int
    findings: int
    components_changed: int


def recompute(database: Database, prove: Prover, clock: Clock, folder: Path) -> Recomputed:
    """Measure all pairs of clusters by way of Parquet files in `folder`, and write what differs.

    Raises `Conflict` when the catalogue changed meanwhile: then nothing is written.
    """
    with database.read() as session:
        before = _state(session)
        exported = export_artefacts(session, folder)
        clusters = {cluster for _, cluster in before[0]}
        owners = cluster_owners(session, clusters)
        sights = cluster_sights(session, clusters)
    pairs, findings = _judge(folder, owners, sights)
    with database.write() as session:
        if _state(session) != before:
            raise Conflict("the catalogue changed meanwhile: try again when no crawl is running")
        _store(session, pairs)
        standing = session.execute(select(Edge).where(col(Edge.kind).in_(copies.KINDS))).scalars()
        found = at_founders(session, findings)
        touched = write_edges(session, found, list(standing), prove, clock())
        refresh_totals(session, touched, clock())
    return Recomputed(exported, len(pairs), len(findings), len(touched))


def _state(session: Session) -> tuple[list[Any], list[Any]]:
    """Return what tells whether clusters or artefacts changed."""
    members = select(col(ClusterMember.repository_id), col(ClusterMember.cluster_id))
    states = select(col(LineageState.repository_id), col(LineageState.updated_at))
    return (
        [tuple(row) for row in session.execute(members.order_by(col(ClusterMember.repository_id)))],
        [tuple(row) for row in session.execute(states.order_by(col(LineageState.repository_id)))],
    )


def _judge(
    folder: Path, owners: Owners, sights: Mapping[int, Sight]
) -> tuple[Pairs, list[Finding]]:
    pairs: Pairs = {}
    findings: list[Finding] = []
    for found, told in each_near_pair(folder, owners, partial(_judged, sights)):
        pairs |= found
        findings += told
    return pairs, findings


def _judged(sights: Mapping[int, Sight], measured: Measured) -> tuple[Pairs, list[Finding]]:
    pairs = judged({measured.pair: measured.values})
    found = (
        copies.find(pair, values, verdict, measured.shared, sights)
        for pair, (values, verdict) in pairs.items()
    )
    return pairs, list(chain.from_iterable(found))


def _store(session: Session, pairs: Pairs) -> None:
    by_cluster: dict[int, Pairs] = {}
    for pair, found in pairs.items():
        by_cluster.setdefault(pair[0], {})[pair] = found
        by_cluster.setdefault(pair[1], {})[pair] = found
    for cluster in sorted(by_cluster.keys() | _stored(session)):
        store_pairs(session, cluster, by_cluster.get(cluster, {}))


def _stored(session: Session) -> set[int]:
    rows: Iterable[Any] = session.execute(
        select(col(ClusterPair.cluster_a), col(ClusterPair.cluster_b))
    )
    return {key for pair in rows for key in pair}
