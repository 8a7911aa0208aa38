"""Filters of a search that the index does not know: they are read from the tables."""

from typing import Any

from sqlalchemy import exists, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.catalogue.readmodels import ComponentQuery
from registry.db.session import Database
from registry.db.tables import Component, ComponentField
from registry.db.tables.lineage import EdgeTotal
from registry.search.database_json import list_items
from registry.search.port import MAX_AMONG


def among(database: Database, session: Session, query: ComponentQuery) -> frozenset[int] | None:
    """Return the ids of the components that a search may find; None where all may be.

    One more than the search takes is enough to have it refused.
    """
    conditions = [*_reuse(query), *_platform(database, query)]
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
