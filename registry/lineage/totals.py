"""How often components are reused: kept for each component, by tag, and never added together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches, insert_rows
from registry.db.changes import note_change
from registry.db.edges import is_counted
from registry.db.tables import ChangeKind, Component
from registry.db.tables.lineage import Edge, EdgeTotal

_BATCH = 500


def refresh_totals(session: Session, component_ids: Iterable[int], now: datetime) -> None:
    """Count the edges from these components anew; what changed goes into the change log.

    Reusers of which no organisation is known count as one organisation: nobody can tell how many
    they are, and a thousand forks of one account must not be a thousand.
    """
    for batch in batches(sorted(set(component_ids)), _BATCH):
        before = _totals(session, batch)
        session.execute(delete(EdgeTotal).where(col(EdgeTotal.component_id).in_(batch)))
        foreign = case(
            (col(Edge.reuser_country) != col(Edge.origin_country), col(Edge.reuser_country))
        )
        rows = session.execute(
            select_columns(
                col(Edge.origin_id).label("component_id"),
                col(Edge.tag).label("tag"),
                func.count().label("edges"),
                func.count(func.coalesce(col(Edge.reuser_organisation_id), 0).distinct()).label(
                    "organisations"
                ),
                func.count(col(Edge.reuser_country).distinct()).label("countries"),
                func.count(foreign.distinct()).label("foreign_countries"),
            )
            .where(col(Edge.origin_id).in_(batch), is_counted(), col(Edge.direction) == "known")
            .group_by(col(Edge.origin_id), col(Edge.tag))
        ).mappings()
        insert_rows(session, EdgeTotal, [{**row, "tag": row["tag"].value} for row in rows])
        after = _totals(session, batch)
        _note_changes(session, [key for key in batch if before.get(key) != after.get(key)], now)


def _totals(session: Session, component_ids: Sequence[int]) -> dict[int, set[Any]]:
    rows = session.execute(
        select_columns(
            col(EdgeTotal.component_id), col(EdgeTotal.tag), col(EdgeTotal.edges),
            col(EdgeTotal.organisations), col(EdgeTotal.countries),
            col(EdgeTotal.foreign_countries),
        ).where(col(EdgeTotal.component_id).in_(component_ids))
    )  # fmt: skip
    found: dict[int, set[Any]] = {}
    for key, *counts in rows:
        found.setdefault(key, set()).add(tuple(counts))
    return found


def _note_changes(session: Session, component_ids: Sequence[int], now: datetime) -> None:
    changed = select_columns(Component).where(col(Component.id).in_(component_ids))
    for component in session.scalars(changed.order_by(col(Component.id))):
        note_change(session, component, ChangeKind.REUSE, now)
