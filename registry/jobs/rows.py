"""Statements that both adapters share: rows that may be there already, and the worker's pulse."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import JobLane, RegistryState

_BATCH = 500  # about ten parameters a row, of which SQLite takes 32,766 a statement
_SEEN = "jobs.worker_seen_at"


def insert_missing(
    session: Session, table: type[Model], rows: Sequence[Mapping[str, Any]], key: Any
) -> int:
    """Insert the rows that break no unique rule, pass over the others; return how many went in.

    `key` is any column, to count by.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    count = 0
    for batch in batches(rows, _BATCH):
        statement = insert(table).values(batch).on_conflict_do_nothing().returning(key)
        count += len(session.execute(statement).all())
    return count


def ensure_lanes(session: Session, lanes: set[str], now: datetime) -> None:
    """Make a row for each lane that has none; in order, so that two sessions never deadlock."""
    rows = [{"name": lane, "not_before": None, "changed_at": now} for lane in sorted(lanes) if lane]
    insert_missing(session, JobLane, rows, col(JobLane.name))


def note_worker(session: Session, now: datetime) -> None:
    """Record that a worker is alive at `now`."""
    seen = {"key": _SEEN, "value": None, "updated_at": now}
    if not insert_missing(session, RegistryState, [seen], col(RegistryState.key)):
        statement = update(RegistryState).where(col(RegistryState.key) == _SEEN)
        session.execute(statement.values(updated_at=now))


def worker_seen(session: Session) -> datetime | None:
    """Return when a worker was last alive, aware, or None."""
    query = select(col(RegistryState.updated_at)).where(col(RegistryState.key) == _SEEN)
    moment: datetime | None = session.execute(query).scalar()
    return moment
