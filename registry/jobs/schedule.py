"""Work that comes back at an interval, remembered in the database so that restarts keep the beat.

Clocks are set forward and back. A step forward can make something run early, once; a step back
delays it by at most one interval: the beat starts anew when its last run lies in the future.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from registry.db.tables import RegistryState
from registry.jobs.rows import insert_missing

_PREFIX = "schedule."


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
