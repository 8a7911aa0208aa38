"""Telling webhooks of ownership claims, in the transaction of the change."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.db.tables import Component, Organisation, OwnershipClaim
from registry.webhooks.events import emit


def announce_ownership(session: Session, claim: OwnershipClaim, now: datetime) -> None:
    """Tell that a proven claim is in force, or is no longer; one that proves nothing is no news.

    Who made the claim is not told: people are read about where they can be masked.
    """
    if claim.proven_at is None and claim.confirmed_at is None:
        return
    component = session.get(Component, claim.component_id) if claim.component_id else None
    body = session.get(Organisation, claim.organisation_id) if claim.organisation_id else None
    kind, slug = ("component", component.slug) if component else ("organisation", _slug(body))

    def data() -> dict[str, Any]:
        return {
            kind: slug, "state": claim.state, "level": claim.level, "method": claim.method,
            "href": f"/api/v1/{kind}s/{slug}",
        }  # fmt: skip

    emit(
        session, "ownership.changed", subject=f"{kind}:{slug}", data=data,
        components=[claim.component_id],
        organisations=[component.organisation_id if component else claim.organisation_id], at=now,
    )  # fmt: skip


def _slug(body: Organisation | None) -> str | None:
    return body.slug if body else None
