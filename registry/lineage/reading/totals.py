"""How often things are reused, read from the totals that are kept for each component."""

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.edges import is_counted
from registry.db.tables import Component
from registry.db.tables.lineage import Edge, EdgeTotal
from registry.lineage.readmodels import ReuseSummary


def summary(session: Session, slug: str) -> tuple[ReuseSummary, ...]:
    """Return how often a component is reused, a row for each tag that there is."""
    rows = session.execute(
        select_columns(
            col(EdgeTotal.tag), col(EdgeTotal.edges), col(EdgeTotal.organisations),
            col(EdgeTotal.countries), col(EdgeTotal.foreign_countries),
        )
        .join(Component, col(EdgeTotal.component_id) == col(Component.id))
        .where(col(Component.slug) == slug, col(EdgeTotal.edges) > 0)
        .order_by(col(EdgeTotal.tag))
    )  # fmt: skip
    return tuple(
        ReuseSummary(
            tag=tag, edges=edges, organisations=organisations, countries=countries,
            foreign_countries=foreign,
        )
        for tag, edges, organisations, countries, foreign in rows
    )  # fmt: skip


def totals(session: Session) -> dict[str, int]:
    """Return how many edges are counted, by tag."""
    rows = session.execute(
        select_columns(col(Edge.tag), func.count()).where(is_counted()).group_by(col(Edge.tag))
    )
    return {tag.value: count for tag, count in rows}
