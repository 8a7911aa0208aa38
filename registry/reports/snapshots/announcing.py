"""Telling webhooks that a report was frozen, in the transaction that keeps it."""

from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.db.bulk import batches
from registry.db.tables import Component
from registry.reports.snapshots.content import Snapshot
from registry.webhooks.events import emit

EVENT: Final = "snapshot.created"
_BATCH: Final = 500


def announce(session: Session, snapshot: Snapshot, now: datetime) -> int:
    """Tell every endpoint that the components of a snapshot concern; return how many there are.

    Nothing is told of who froze it, nor of what a saved report is called.
    """
    document = snapshot.document
    components, organisations = _concerned(session, document["components"])

    def data() -> dict[str, Any]:
        return {
            "snapshot": snapshot.id,
            "digest": f"sha256:{snapshot.digest}",
            "as_of": document["as_of"],
            "components": len(document["components"]),
            "rows": len(document["rows"]),
            "href": f"/api/v1/snapshots/{snapshot.id}",
        }

    return emit(
        session, EVENT, subject=f"snapshot:{snapshot.id}", data=data, components=components,
        organisations=organisations, at=now,
    )  # fmt: skip


def _concerned(
    session: Session, items: list[dict[str, Any]]
) -> tuple[set[int | None], set[int | None]]:
    """Return the ids of the components of a snapshot, and of the organisations that have them."""
    components: set[int | None] = set()
    organisations: set[int | None] = set()
    columns = (col(Component.id), col(Component.organisation_id))
    for batch in batches((item["slug"] for item in items), _BATCH):
        for key, owner in session.exec(select(*columns).where(col(Component.slug).in_(batch))):
            components.add(key)
            organisations.add(owner)
    return components, organisations
