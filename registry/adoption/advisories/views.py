"""Reading which advisories are about which components."""

from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import Advisory, Component, ComponentAdvisory

ADVISORY_COLUMNS: Final = (
    "advisory", "component", "basis", "severity", "published_at", "withdrawn_at", "summary",
)  # fmt: skip
MAX_ROWS: Final = 10_000


def list_advisories(session: Session, slug: str | None) -> list[dict[str, Any]]:
    """Return advisories with the component that each is about, the newest first."""
    query: Any = (
        select(
            col(Advisory.key).label("advisory"), col(Component.slug).label("component"),
            col(ComponentAdvisory.basis), col(Advisory.severity), col(Advisory.published_at),
            col(Advisory.withdrawn_at), col(Advisory.summary), col(Advisory.aliases),
        )
        .join(ComponentAdvisory, col(ComponentAdvisory.advisory_id) == col(Advisory.id))
        .join(Component, col(Component.id) == col(ComponentAdvisory.component_id))
        .order_by(col(Advisory.published_at).desc(), col(Advisory.key), col(Component.slug))
        .limit(MAX_ROWS)
    )  # fmt: skip
    if slug is not None:
        query = query.where(col(Component.slug) == slug)
    return [dict(row) for row in session.execute(query).mappings()]
