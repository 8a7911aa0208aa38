"""Organisations by the names that people and programs give them."""

from sqlmodel import Session, col, select

from registry.db.tables.organisation import Organisation
from registry.errors import NotFound


def find_organisation(session: Session, slug: str) -> Organisation:
    """Return an organisation by its slug, or raise `NotFound`."""
    body = session.exec(
        select(Organisation).where(col(Organisation.slug) == slug.replace("\0", ""))
    ).first()
    if body is None:
        raise NotFound(f"there is no organisation {slug[:120]!r}")
    return body


def organisation_id(session: Session, slug: str) -> int:
    """Return the number of an organisation by its slug, or raise `NotFound`."""
    return find_organisation(session, slug).id or 0
