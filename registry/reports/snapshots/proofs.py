"""The proofs of counted rows, as they stand with their edges."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables.lineage import Edge
from registry.reports.rows import EdgeRow
from registry.reports.snapshots.bundle import MOST_PROOFS

_BATCH = 500


def load_proofs(session: Session, rows: Sequence[EdgeRow]) -> dict[str, dict[str, Any]]:
    """Return the proofs of counted rows by key, or none where they are too many for one file."""
    keys = [row.edge for row in rows if row.is_counted]
    if len(keys) > MOST_PROOFS:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for batch in batches(sorted(keys), _BATCH):
        columns = select_columns(col(Edge.key), col(Edge.proof))
        rows_found = session.execute(columns.where(col(Edge.key).in_(batch)))
        found |= {key: proof for key, proof in rows_found if proof.get("digest")}
    return found
