"""How often things are reused, read from the totals that are kept for each component."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.edges import is_counted
from registry.db.tables import Component
from registry.db.tables.lineage import Edge, EdgeTotal
from registry.lineage.readmodels import ReuseSummary


def summaries(session: Session, slugs: Sequence[str]) -> dict[str, tuple[ReuseSummary, ...]]:
    """Return the totals of components by slug; those without reuse are left out."""
    if not slugs:
        return {}
    rows = session.execute(
        select_columns(
            col(Component.slug), col(EdgeTotal.tag), col(EdgeTotal.edges),
            col(EdgeTotal.organisations), col(EdgeTotal.countries),
            col(EdgeTotal.foreign_countries),
        )
        .join(EdgeTotal, col(EdgeTotal.component_id) == col(Component.id))
        .where(col(Component.slug).in_(slugs), col(EdgeTotal.edges) > 0)
        .order_by(col(Component.slug), col(EdgeTotal.tag))
    )  # fmt: skip
    found: dict[str, list[ReuseSummary]] = {}
    for slug, tag, edges, organisations, countries, foreign in rows:
        found.setdefault(slug, []).append(
            ReuseSummary(
                tag=tag, edges=edges, organisations=organisations, countries=countries,
                foreign_countries=foreign,
            )
        )  # fmt: skip
    return {slug: tuple(rows) for slug, rows in found.items()}


def totals(session: Session) -> dict[str, int]:
    """Return how many edges are counted, by tag."""
    rows = session.execute(
        select_columns(col(Edge.tag), func.count()).where(is_counted()).group_by(col(Edge.tag))
    )
    return {tag.value: count for tag, count in rows}
