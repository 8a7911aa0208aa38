"""How often components are reused: kept for each component, by tag, and never added together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import case, delete, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches, insert_rows
from registry.db.changes import note_change
from registry.db.edges import is_counted
from registry.db.tables import ChangeKind, Component, IndexOutbox
from registry.db.tables.lineage import Edge, EdgeTag, EdgeTotal

_BATCH = 500
_RANKED: Final = EdgeTag.MEASURED.value
# By component and tag: edges, organisations, countries, foreign countries.
Totals = dict[int, dict[str, tuple[int, ...]]]


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
        _note_changes(session, before, _totals(session, batch), now)


def _totals(session: Session, component_ids: Sequence[int]) -> Totals:
    rows = session.execute(
        select_columns(
            col(EdgeTotal.component_id), col(EdgeTotal.tag), col(EdgeTotal.edges),
            col(EdgeTotal.organisations), col(EdgeTotal.countries),
            col(EdgeTotal.foreign_countries),
        ).where(col(EdgeTotal.component_id).in_(component_ids))
    )  # fmt: skip
    found: Totals = {}
    for key, tag, *counts in rows:
        found.setdefault(key, {})[tag] = tuple(counts)
    return found


def _note_changes(session: Session, before: Totals, after: Totals, now: datetime) -> None:
    """Tell the change log of each difference, and the search index of those that it ranks by."""
    keys = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    changed = select_columns(Component).where(col(Component.id).in_(keys))
    for component in session.scalars(changed.order_by(col(Component.id))):
        key = component.id or 0
        note_change(session, component, ChangeKind.REUSE, now)
        if before.get(key, {}).get(_RANKED) != after.get(key, {}).get(_RANKED):
            component.revision += 1
            session.add(IndexOutbox(component_id=key, revision=component.revision))
