"""Edges with their two ends, read in one statement."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from registry.db.tables import Component, Organisation, Repository
from registry.db.tables.lineage import Edge
from registry.db.tables.lineage_facts import NamedSource
from registry.lineage.readmodels import EdgeView, End

ORIGIN: Final = aliased(Component)
REUSER: Final = aliased(Component)
ORIGIN_REPOSITORY: Final = aliased(Repository)
REUSER_REPOSITORY: Final = aliased(Repository)
_ORIGIN_BODY = aliased(Organisation)
_REUSER_BODY = aliased(Organisation)

# What is read of an edge itself: never its proof, which is the largest part of the row.
_EDGE: Final = (
    Edge.id, Edge.key, Edge.kind, Edge.tag, Edge.state, Edge.direction, Edge.direction_basis,
    Edge.locator, Edge.first_seen, Edge.last_seen, Edge.found_at, Edge.changed_at, Edge.strength,
    Edge.confidence, Edge.rule_version, Edge.is_mirror, Edge.is_internal,
    Edge.is_confirmed,
)  # fmt: skip


def _end(component: Any, repository: Any, body: Any, name: str) -> list[Any]:
    return [
        col(component.name).label(f"{name}_name"),
        col(component.slug).label(f"{name}_slug"),
        col(repository.web_url).label(f"{name}_web_url"),
        col(repository.url).label(f"{name}_url"),
        col(component.is_demo).label(f"{name}_is_demo"),
        col(body.name).label(f"{name}_body"),
        col(body.slug).label(f"{name}_body_slug"),
        col(getattr(Edge, f"{name}_country")),
        col(getattr(Edge, f"{name}_region")),
    ]


def edge_rows() -> Select[Any]:
    """Return the statement that selects edges with both ends; callers narrow and order it."""
    return (
        select_columns(
            *(col(column) for column in _EDGE),
            *_end(ORIGIN, ORIGIN_REPOSITORY, _ORIGIN_BODY, "origin"),
            *_end(REUSER, REUSER_REPOSITORY, _REUSER_BODY, "reuser"),
            col(NamedSource.name).label("source_name"),
            col(NamedSource.reference).label("source_reference"),
        )
        .select_from(Edge)
        .join(REUSER, col(REUSER.id) == col(Edge.reuser_id))
        .join(REUSER_REPOSITORY, col(REUSER_REPOSITORY.id) == col(REUSER.repository_id))
        .outerjoin(ORIGIN, col(ORIGIN.id) == col(Edge.origin_id))
        .outerjoin(ORIGIN_REPOSITORY, col(ORIGIN_REPOSITORY.id) == col(ORIGIN.repository_id))
        .outerjoin(NamedSource, col(NamedSource.id) == col(Edge.origin_source_id))
        .outerjoin(_ORIGIN_BODY, col(_ORIGIN_BODY.id) == col(Edge.origin_organisation_id))
        .outerjoin(_REUSER_BODY, col(_REUSER_BODY.id) == col(Edge.reuser_organisation_id))
        # A component that was taken down takes its edges along.
        .where(or_(col(Edge.origin_id).is_(None), col(ORIGIN.id).is_not(None)))
    )


def edge_view(row: Row[Any]) -> EdgeView:
    """Return the edge of a row of `edge_rows`."""
    origin = End(
        name=row.origin_name or row.source_name or "",
        slug=row.origin_slug,
        url=row.origin_web_url or row.origin_url,
        reference=row.source_reference,
        organisation=row.origin_body,
        organisation_slug=row.origin_body_slug,
        country=row.origin_country,
        region=row.origin_region,
    )
    reuser = End(
        name=row.reuser_name,
        slug=row.reuser_slug,
        url=row.reuser_web_url or row.reuser_url,
        organisation=row.reuser_body,
        organisation_slug=row.reuser_body_slug,
        country=row.reuser_country,
        region=row.reuser_region,
    )
    return EdgeView(
        key=row.key, kind=row.kind.value, tag=row.tag.value, state=row.state.value,
        origin=origin, reuser=reuser, direction=row.direction,
        direction_basis=row.direction_basis, locator=row.locator, first_seen=row.first_seen,
        last_seen=row.last_seen, found_at=row.found_at, changed_at=row.changed_at,
        strength=row.strength, confidence=row.confidence, rule_version=row.rule_version,
        is_mirror=row.is_mirror, is_internal=row.is_internal,
        is_confirmed=row.is_confirmed,
        is_demo=bool(row.origin_is_demo or row.reuser_is_demo),
    )  # fmt: skip


def crosses_border() -> ColumnElement[bool]:
    """Tell which edges join two different countries; with one that is not known, nobody can."""
    return col(Edge.origin_country) != col(Edge.reuser_country)


def touches(component_id: Any) -> ColumnElement[bool]:
    """Tell which edges have this component at either end."""
    return or_(col(Edge.origin_id) == component_id, col(Edge.reuser_id) == component_id)
