"""Conditions on edges of reuse that lineage and exports share."""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from registry.db.tables import Component
from registry.db.tables.lineage import COUNTED_STATES, Edge, EdgeKind, EdgeTag, EdgeTotal


def is_sure() -> ColumnElement[bool]:
    """Tell which edges are sure enough to be claimed: as measured, or as the reuser confirms."""
    return or_(col(Edge.confidence) != "possible", col(Edge.is_confirmed))


def stands() -> ColumnElement[bool]:
    """Tell which edges were found, are sure enough to be claimed, and were not taken back."""
    return and_(col(Edge.state).in_(COUNTED_STATES), is_sure())


def is_counted() -> ColumnElement[bool]:
    """Tell which edges are reuse that is counted: standing, sure, and by somebody else's work."""
    return and_(stands(), col(Edge.is_mirror).is_(False), col(Edge.is_internal).is_(False))


def is_measured_total() -> ColumnElement[bool]:
    """Join a component with how often it is reused by measured evidence."""
    return and_(
        col(EdgeTotal.component_id) == col(Component.id),
        col(EdgeTotal.tag) == EdgeTag.MEASURED.value,
    )


def is_grown_out_of() -> ColumnElement[bool]:
    """Tell which edges say that the reuser's history grew out of the origin's."""
    return and_(
        stands(),
        col(Edge.kind) == EdgeKind.SHARED_COMMITS,
        col(Edge.direction) == "known",
        col(Edge.is_mirror).is_(False),
    )
