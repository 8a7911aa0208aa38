"""What to say of a component that is not there: never heard of, or removed on purpose."""

from sqlmodel import Session, col, select

from registry.db.tables.removal import Takedown
from registry.errors import Gone, NotFound


def missing_component(session: Session, slug: str) -> NotFound:
    """Return the error for a slug without a visible component; `Gone` where it was taken down."""
    takedown = session.exec(
        select(Takedown).where(col(Takedown.slug) == slug, col(Takedown.lifted_at).is_(None))
    ).first()
    if takedown is None:
        return NotFound(f"there is no component {slug!r}")
    return gone(takedown)


def gone(takedown: Takedown) -> Gone:
    """Return the error that says why something is no longer shown, and since when."""
    since = takedown.taken_down_at
    reason = takedown.category.replace("_", " ")
    return Gone(f"removed on {since:%Y-%m-%d}: {reason}", takedown.category, since)
