"""Filters of a search that the index does not know: they are read from the tables."""

from typing import Any, Final

from sqlalchemy import exists, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.catalogue.readmodels import ComponentQuery
from registry.db.edges import is_counted
from registry.db.session import Database
from registry.db.tables import Component, ComponentField
from registry.db.tables.lineage import Edge, EdgeTag, EdgeTotal
from registry.search.database_json import list_items
from registry.search.port import MAX_AMONG

# The edges that the totals of a component count too.
_MEASURED: Final = (
    is_counted(),
    col(Edge.direction) == "known",
    col(Edge.tag) == EdgeTag.MEASURED,
    col(Edge.origin_id).is_not(None),
)


def among(database: Database, session: Session, query: ComponentQuery) -> frozenset[int] | None:
    """Return the ids of the components that a search may find; None where all may be.

    One more than the search takes is enough to have it refused.
    """
    conditions = [*_reuse(query), *_reused_in(query), *_platform(database, query)]
    if not conditions:
        return None
    found = select_columns(col(Component.id)).where(*conditions).limit(MAX_AMONG + 1)
    return frozenset(session.scalars(found))


def _reuse(query: ComponentQuery) -> list[Any]:
    least = (
        (col(EdgeTotal.organisations), query.min_reuse_organisations),
        (col(EdgeTotal.foreign_countries), query.min_reuse_countries),
    )
    asked = [column >= number for column, number in least if number > 0]
    if not asked:
        return []
    measured = select_columns(col(EdgeTotal.component_id)).where(
        col(EdgeTotal.tag) == "measured", *asked
    )
    return [col(Component.id).in_(measured)]


def _reused_in(query: ComponentQuery) -> list[Any]:
    if not query.reused_in:
        return []
    there = select_columns(col(Edge.origin_id)).where(
        *_MEASURED, col(Edge.reuser_country).in_(query.reused_in)
    )
    return [col(Component.id).in_(there)]


def reusing_countries(session: Session) -> tuple[str, ...]:
    """Return the countries in which something is reused by measured evidence, by code."""
    codes = select_columns(col(Edge.reuser_country)).where(*_MEASURED).distinct()
    return tuple(sorted(code for code in session.scalars(codes) if code))


def _platform(database: Database, query: ComponentQuery) -> list[Any]:
    if not query.platform:
        return []
    items = list_items(database, ComponentField.value)
    stated = select_columns(1).select_from(ComponentField).join(items, true())
    return [
        exists(
            stated.where(
                col(ComponentField.component_id) == col(Component.id),
                col(ComponentField.property) == "platforms",
                items.c.value.in_(query.platform),
            ).correlate(Component)
        )
    ]
