"""Writing the change log, and giving its entries their numbers.

A number that is taken while a transaction runs can become visible after a later one, and a reader
who goes on from the later one would miss it. So entries are written without a number in the
transaction of the change, and are numbered afterwards: by one process at a time, in a short
transaction that holds a lock until it is committed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.session import Database
from registry.db.tables.change import Change, ChangeKind
from registry.db.tables.component import Component
from registry.db.tables.organisation import Organisation
from registry.db.tables.repository import UNLISTED, Repository

# Any number that nothing else on this database locks.
_LOCK: Final = 7_306_115_240
_BATCH: Final = 1_000


def note_change(
    session: Session,
    component: Component,
    kind: ChangeKind,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write what happened to a component; of one that is listed nowhere now, that it is removed."""
    repository = session.get(Repository, component.repository_id)
    body = component.organisation_id and session.get(Organisation, component.organisation_id)
    gone = component.is_taken_down or repository is None or repository.state in UNLISTED
    session.add(
        Change(
            kind=ChangeKind.REMOVED if gone else kind,
            uuid=component.uuid,
            slug=component.slug,
            name=component.name,
            repository_url=repository.url if repository else "",
            organisation=body.slug if body else None,
            country=component.country,
            detail=dict(detail or {}),
            at=at,
        )
    )


def number_changes(database: Database, now: datetime) -> int:
    """Give the entries that wait their numbers, in the order of writing; return how many."""
    with database.read() as session:
        if session.scalar(select(col(Change.id)).where(col(Change.seq).is_(None)).limit(1)) is None:
            return 0
    with database.write() as session:
        if not database.is_sqlite:  # SQLite has one writer at a time anyway
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        return _number(session, now)


def last_number(session: Session) -> int:
    """Return the number of the last change that readers can see, 0 where there is none."""
    found = session.scalar(select(func.max(col(Change.seq))))
    return int(found or 0)


def _number(session: Session, now: datetime) -> int:
    last, latest = session.execute(
        select(func.coalesce(func.max(col(Change.seq)), 0), func.max(col(Change.visible_at)))
    ).one()
    at = max(now, latest) if latest else now
    waiting = select(col(Change.id)).where(col(Change.seq).is_(None)).order_by(col(Change.id))
    ids = session.scalars(waiting).all()
    for batch in batches(enumerate(ids, last + 1), _BATCH):
        session.execute(
            update(Change), [{"id": key, "seq": seq, "visible_at": at} for seq, key in batch]
        )
    return len(ids)
