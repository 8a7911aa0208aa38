"""Work that comes back at an interval, remembered in the database so that restarts keep the beat.

Clocks are set forward and back. A step forward can make something run early, once; a step back
delays it by at most one interval: the beat starts anew when its last run lies in the future.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import select, update
from sqlmodel import Session, col

from registry.db.tables import RegistryState
from registry.jobs.port import JobQueue, NewJob
from registry.jobs.rows import insert_missing

_PREFIX = "schedule."


class Periodic(Struct, frozen=True, kw_only=True):
    """Jobs to enqueue once an interval: `jobs` names them for the transaction and the time."""

    name: str
    seconds: float
    jobs: Callable[[Session, datetime], Sequence[NewJob]]


def every(session: Session, name: str, seconds: float, now: datetime) -> bool:
    """Return True once per interval of `seconds`, from the first call on, and record it.

    The record is part of the transaction: if that is undone, the next call is True again.
    """
    key = _PREFIX + name
    beat = {"key": key, "value": None, "updated_at": now}
    if insert_missing(session, RegistryState, [beat], col(RegistryState.key)):
        return True
    last: datetime = session.execute(
        select(col(RegistryState.updated_at)).where(col(RegistryState.key) == key).with_for_update()
    ).scalar_one()
    was_set_back = last > now
    is_due: bool = last + timedelta(seconds=seconds) <= now
    if is_due or was_set_back:
        row = update(RegistryState).where(col(RegistryState.key) == key)
        session.execute(row.values(updated_at=now))
    return is_due


def enqueue_due(
    session: Session, queue: JobQueue, periodics: Sequence[Periodic], now: datetime
) -> int:
    """Enqueue the jobs of everything that is due, in this transaction; return how many are new."""
    return sum(
        queue.enqueue(session, periodic.jobs(session, now))
        for periodic in periodics
        if every(session, periodic.name, periodic.seconds, now)
    )
