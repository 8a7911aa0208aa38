"""Telling webhooks of edges, in the transaction of the change."""

from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from registry.db.tables import Component, Edge, NamedSource
from registry.webhooks.events import emit

Happening = Literal["reuse.discovered", "reuse.removed", "reuse.disputed"]


def announce_edge(session: Session, edge: Edge, happening: Happening, now: datetime) -> None:
    """Tell both ends of an edge; what stays within one body, or is a mirror, is no news."""
    if edge.is_internal or edge.is_mirror:
        return

    def data() -> dict[str, Any]:
        return {
            "evidence": edge.key, "kind": edge.kind, "tag": edge.tag, "state": edge.state,
            "direction": edge.direction, "confidence": edge.confidence,
            "origin": _origin(session, edge), "reuser": _slug(session, edge.reuser_id),
            "href": f"/api/v1/evidence/{edge.key}",
        }  # fmt: skip

    emit(
        session, happening, subject=f"evidence:{edge.key}", data=data,
        components=[edge.origin_id, edge.reuser_id],
        organisations=[edge.origin_organisation_id, edge.reuser_organisation_id], at=now,
    )  # fmt: skip


def _origin(session: Session, edge: Edge) -> str | None:
    if edge.origin_id is not None:
        return _slug(session, edge.origin_id)
    source = session.get(NamedSource, edge.origin_source_id)
    return source.name if source else None


def _slug(session: Session, component_id: int) -> str | None:
    component = session.get(Component, component_id)
    return component.slug if component else None
