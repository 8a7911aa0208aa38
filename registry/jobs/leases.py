"""The rows of the embedded queue: claim, renew, settle, take over; each step in a transaction.

The same statements serve SQLite (`BEGIN IMMEDIATE`: one writer) and PostgreSQL (row locks that
others skip). A lease is in force only while it ends between
now and one full lease from now: one that ends later was given before the clock was set back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, Table, and_, bindparam, func, or_, select
from sqlalchemy.engine import CursorResult
from sqlmodel import Session

from registry.db.base import Model
from registry.db.tables import JobState
from registry.db.tables.job import IS_RUNNING, IS_WAITING
from registry.jobs.verdict import Bury, Retry, Verdict, judge_loss

# Longer than a transaction can wait for a lock, so between any two readings of the clock.
CLOCK_TOLERANCE = timedelta(seconds=15)
SWEEP_LIMIT = 500

_JOB: Table = Model.metadata.tables["job"]
_LANE: Table = Model.metadata.tables["job_lane"]


class Claim(Struct, frozen=True, kw_only=True):
    """A job that this worker holds, by its row and the fencing token of the lease."""

    id: int
    token: int
    task: str
    key: str
    lane: str
    payload: dict[str, Any]
    attempt: int


class ClaimTerms(Struct, frozen=True, kw_only=True):
    """Under which conditions a worker takes jobs."""

    tasks: tuple[str, ...]
    worker: str
    lease: timedelta
    lane_width: int


def claim(session: Session, now: datetime, terms: ClaimTerms) -> Claim | None:
    """Lease the job that is next; None if none is due or its lane was taken at this moment."""
    row = session.execute(_READY_LOCKED, _ready_values(now, terms)).first()
    if row is None or not _lane_is_free(session, row.lane, terms.lane_width):
        return None
    leased = {"lease_until": now + terms.lease, "worker": terms.worker}
    session.execute(_LEASE, {"row": row.id, **leased})
    return Claim(
        id=row.id,
        token=row.fencing_token + 1,
        task=row.task,
        key=row.key,
        lane=row.lane,
        payload=row.payload,
        attempt=row.attempts + 1,
    )


def is_ready_any(session: Session, now: datetime, terms: ClaimTerms) -> bool:
    """Return whether a job could be claimed now."""
    return session.execute(_READY, _ready_values(now, terms)).first() is not None


def _ready_values(now: datetime, terms: ClaimTerms) -> dict[str, Any]:
    return {"now": now, "tasks": terms.tasks, "lane_width": terms.lane_width}


def _ready() -> Select[Any]:
    busy = (
        select(_JOB.c.lane)
        .where(IS_RUNNING, _JOB.c.lane != "")
        .group_by(_JOB.c.lane)
        .having(func.count() >= bindparam("lane_width"))
    )
    now = bindparam("now", type_=_JOB.c.not_before.type)
    paused = select(_LANE.c.name).where(_LANE.c.not_before > now)
    # An expression, so that no index on the task lures the planner away from the ordered one.
    task = _JOB.c.task + ""
    return (
        select(
            *(_JOB.c.id, _JOB.c.task, _JOB.c.key, _JOB.c.lane),
            *(_JOB.c.payload, _JOB.c.attempts, _JOB.c.fencing_token),
        )
        .where(
            IS_WAITING,
            _JOB.c.not_before <= now,
            task.in_(bindparam("tasks", expanding=True)),
            _JOB.c.lane.not_in(busy),
            _JOB.c.lane.not_in(paused),
        )
        .order_by(_JOB.c.priority, _JOB.c.id)
        .limit(1)
    )


# Built once: making a statement costs more than running it.
_READY = _ready()
_READY_LOCKED = _READY.with_for_update(of=_JOB, skip_locked=True)
_HELD = and_(IS_RUNNING, _JOB.c.id == bindparam("row"), _JOB.c.fencing_token == bindparam("token"))
_LEASE = (
    _JOB.update()
    .where(_JOB.c.id == bindparam("row"))
    .values(
        state=JobState.RUNNING,
        attempts=_JOB.c.attempts + 1,
        fencing_token=_JOB.c.fencing_token + 1,
        lease_until=bindparam("lease_until"),
        worker=bindparam("worker"),
    )
)
_RENEW = _JOB.update().where(_HELD).values(lease_until=bindparam("until"))
_FINISH = (
    _JOB.update()
    .where(_HELD)
    .values(state=JobState.DONE, finished_at=bindparam("now"), lease_until=None)
)


def _lane_is_free(session: Session, lane: str, width: int) -> bool:
    """Hold the lane's row and count again: on PostgreSQL another claim may have been quicker."""
    if not lane:
        return True
    session.execute(select(_LANE.c.name).where(_LANE.c.name == lane).with_for_update())
    running = select(func.count()).select_from(_JOB).where(IS_RUNNING, _JOB.c.lane == lane)
    return int(session.execute(running).scalar_one()) < width


def renew(session: Session, row: int, token: int, until: datetime) -> bool:
    """Extend a lease to `until`; return whether it was still held."""
    values = {"row": row, "token": token, "until": until}
    return _count(session.execute(_RENEW, values)) == 1


def finish(session: Session, row: int, token: int, now: datetime) -> bool:
    """Mark a job done if its lease is still held; return whether it was."""
    values = {"row": row, "token": token, "now": now}
    return _count(session.execute(_FINISH, values)) == 1


def is_done(session: Session, row: int, token: int) -> bool:
    """Return whether this very lease ended with the job done."""
    query = select(_JOB.c.state).where(_JOB.c.id == row, _JOB.c.fencing_token == token)
    return session.execute(query).scalar() == JobState.DONE


def fail(session: Session, row: int, token: int, verdict: Verdict, now: datetime) -> bool:
    """Put a failed job back or bury it, if its lease is still held; return whether it was."""
    values: dict[str, Any] = {
        "lease_until": None,
        "error_reason": verdict.reason,
        "error_detail": verdict.detail,
    }
    if isinstance(verdict, Bury):
        values |= {"state": JobState.DEAD, "finished_at": now}
        bury = _JOB.update().where(_HELD).values(values)
        return _count(session.execute(bury, {"row": row, "token": token})) == 1
    return _put_back(session, row, token, verdict, values, now)


def _put_back(
    session: Session, row: int, token: int, verdict: Retry, values: dict[str, Any], now: datetime
) -> bool:
    held = select(_JOB.c.task, _JOB.c.key, _JOB.c.lane, _JOB.c.attempts).where(_HELD)
    job = session.execute(held.with_for_update(), {"row": row, "token": token}).first()
    if job is None:
        return False
    not_before = now + timedelta(seconds=verdict.delay)
    if verdict.pauses_lane and job.lane:
        pause(session, job.lane, not_before, now)
    twin = session.execute(
        select(_JOB.c.id)
        .where(IS_WAITING, _JOB.c.task == job.task, _JOB.c.key == job.key)
        .with_for_update()
    ).scalar()
    if twin is not None:
        # The one that waits does the same work: it inherits the tries and the delay.
        session.execute(_JOB.delete().where(_JOB.c.id == row))
        row = twin
    values |= {"state": JobState.WAITING, "attempts": job.attempts}
    values |= {"not_before": not_before, "changed_at": now}
    session.execute(_JOB.update().where(_JOB.c.id == row).values(values))
    return True


def pause(session: Session, lane: str, until: datetime, now: datetime) -> None:
    """Begin no job of the lane before `until`; a longer pause in force stays."""
    longer = or_(_LANE.c.not_before.is_(None), _LANE.c.not_before < until)
    session.execute(
        _LANE.update().where(_LANE.c.name == lane, longer).values(not_before=until, changed_at=now)
    )


def take_over(
    session: Session, now: datetime, lease: timedelta, own: Collection[int]
) -> list[tuple[str, str, int, Verdict]]:
    """Free the jobs whose worker died or froze, but none of the rows in `own`.

    Returns task, key, attempts and verdict of each.
    """
    latest = now + lease + CLOCK_TOLERANCE
    in_force = and_(_JOB.c.lease_until >= now, _JOB.c.lease_until <= latest)
    rows = session.execute(
        select(
            *(_JOB.c.id, _JOB.c.fencing_token),
            *(_JOB.c.task, _JOB.c.key, _JOB.c.attempts),
        )
        .where(IS_RUNNING, ~in_force, _JOB.c.id.not_in(own))
        .order_by(_JOB.c.id)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True)
    ).all()
    found = []
    for row in rows:
        verdict = judge_loss(row.attempts)
        fail(session, row.id, row.fencing_token, verdict, now)
        found.append((row.task, row.key, row.attempts, verdict))
    return found


def mend_clock(session: Session, now: datetime) -> int:
    """Move what was timed by a clock that has been set back since; return how many rows.

    Without it a job that was put off for a minute before the clock lost a year would wait a year.
    """
    moved = 0
    for table, key, timed in (
        (_JOB, _JOB.c.id, IS_WAITING),
        (_LANE, _LANE.c.name, _LANE.c.not_before.is_not(None)),
    ):
        rows = session.execute(
            select(key.label("key"), table.c.not_before, table.c.changed_at)
            .where(timed, table.c.changed_at > now + CLOCK_TOLERANCE)
            .limit(SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            values = {"not_before": now + (row.not_before - row.changed_at), "changed_at": now}
            session.execute(table.update().where(key == row.key).values(values))
        moved += len(rows)
    return moved


def is_running_any(session: Session, tasks: Sequence[str]) -> bool:
    """Return whether a job of these tasks runs, in any worker."""
    query = select(_JOB.c.id).where(IS_RUNNING, _JOB.c.task.in_(tasks)).limit(1)
    return session.execute(query).first() is not None


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type for the checker
    return result.rowcount
