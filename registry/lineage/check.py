"""The promises of lineage, verified on a live copy: every claim is proven, every total is right."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.edges import is_counted
from registry.db.session import Database
from registry.db.tables import ClusterMember, ClusterPair, Edge, EdgeTotal
from registry.lineage.proofs import digest


class Broken(NamedTuple):
    """A promise that some rows break: its invariant, what is wrong, and the rows."""

    invariant: str
    what: str
    rows: tuple[str, ...]


def check_lineage(database: Database) -> list[Broken]:
    """Return the broken promises; nothing is changed."""
    with database.read() as session:
        rules = (
            ("I5", "an edge has another proof than its digest says", _altered(session)),
            ("I6", "a total is not what the edges give", _wrong_totals(session)),
            ("I6", "a pair speaks of a cluster that is gone", _orphans(session)),
        )
        found = [Broken(invariant, what, tuple(rows)) for invariant, what, rows in rules]
    return [broken for broken in found if broken.rows]


def _altered(session: Session) -> Iterator[str]:
    """Yield edges whose proof, digest or key do not belong together."""
    columns = (col(Edge.key), col(Edge.proof), col(Edge.proof_digest))
    for key, proof, stated in session.execute(select(*columns).order_by(col(Edge.id))):
        if proof.get("evidence") != key or digest(proof) != stated or proof.get("digest") != stated:
            yield str(key)


def _wrong_totals(session: Session) -> Iterator[str]:
    """Yield components whose number of counted edges is not the one that is kept."""
    counted: dict[tuple[int, str], int] = {}
    rows = session.execute(
        select(col(Edge.origin_id), col(Edge.tag)).where(
            is_counted(), col(Edge.direction) == "known", col(Edge.origin_id).is_not(None)
        )
    )
    for origin, tag in rows:
        key = (int(origin), str(tag.value))
        counted[key] = counted.get(key, 0) + 1
    kept = {(row.component_id, row.tag): row.edges for row in session.execute(
        select(EdgeTotal)).scalars()}  # fmt: skip
    for key in sorted(counted.keys() | kept.keys()):
        if counted.get(key, 0) != kept.get(key, 0):
            yield f"component {key[0]}, {key[1]}"


def _orphans(session: Session) -> Iterator[str]:
    known = set(session.execute(select(col(ClusterMember.cluster_id)).distinct()).scalars())
    rows = session.execute(select(col(ClusterPair.cluster_a), col(ClusterPair.cluster_b)))
    for a, b in rows:
        if a not in known or b not in known:
            yield f"{a} and {b}"
