"""Telling webhooks and the change log of advisories, where they are led to a component."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.db.changes import note_change
from registry.db.tables import Advisory, ChangeKind, Component
from registry.webhooks.events import emit


def announce_advisory(session: Session, component_id: int, advisory_id: int, now: datetime) -> None:
    """Tell that a published advisory is about a component; one that was withdrawn is no news."""
    component, advisory = session.get(Component, component_id), session.get(Advisory, advisory_id)
    if component is None or advisory is None or advisory.withdrawn_at is not None:
        return

    def data() -> dict[str, Any]:
        return {
            "advisory": advisory.key, "aliases": advisory.aliases, "summary": advisory.summary,
            "severity": advisory.severity or None, "published_at": advisory.published_at,
            "component": component.slug, "href": f"/api/v1/components/{component.slug}/drift",
        }  # fmt: skip

    told = {"advisory": advisory.key, "severity": advisory.severity or None}
    note_change(session, component, ChangeKind.ADVISORY, now, told)
    emit(
        session, "advisory.published", subject=f"advisory:{advisory.key}:{component.slug}",
        data=data, components=[component.id], organisations=[component.organisation_id], at=now,
    )  # fmt: skip
