"""Telling webhooks and the change log of edges, in the transaction of the change."""

from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from registry.db.changes import note_change
from registry.db.tables import ChangeKind, Component, Edge, NamedSource
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

    _note(session, edge, happening, now)
    emit(
        session, happening, subject=f"evidence:{edge.key}", data=data,
        components=[edge.origin_id, edge.reuser_id],
        organisations=[edge.origin_organisation_id, edge.reuser_organisation_id], at=now,
    )  # fmt: skip


def _note(session: Session, edge: Edge, happening: Happening, now: datetime) -> None:
    """Write who reuses a component, or does no more, into its log; what is unsure is no news.

    An objection is written there by whoever takes it.
    """
    origin = session.get(Component, edge.origin_id) if edge.origin_id is not None else None
    reuser = session.get(Component, edge.reuser_id)
    is_sure = edge.confidence != "possible" or edge.is_confirmed
    if origin is None or reuser is None or edge.direction != "known" or not is_sure:
        return
    what = happening.removeprefix("reuse.")
    if what == "disputed":
        return
    told = {"evidence": edge.key, "what": what, "kind": edge.kind, "reuser": reuser.name}
    note_change(session, origin, ChangeKind.EDGE, now, told)


def _origin(session: Session, edge: Edge) -> str | None:
    if edge.origin_id is not None:
        return _slug(session, edge.origin_id)
    source = session.get(NamedSource, edge.origin_source_id)
    return source.name if source else None


def _slug(session: Session, component_id: int) -> str | None:
    component = session.get(Component, component_id)
    return component.slug if component else None
