"""The rows of the embedded queue: claim, renew, settle, take over; each step in a transaction.

The same statements serve SQLite (`BEGIN IMMEDIATE`: one writer) and PostgreSQL (row locks that
others skip). A lease is in force only while it ends between
now and one full lease from now: one that ends later was given before the clock was set back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col

from registry.db.tables import Job, JobLane, JobState
from registry.db.tables.job import IS_RUNNING, IS_WAITING
from registry.jobs.verdict import Bury, Retry, Verdict, judge_loss

# Longer than a transaction can wait for a lock, so between any two readings of the clock.
CLOCK_TOLERANCE = timedelta(seconds=15)
SWEEP_LIMIT = 500


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
    row = session.execute(_ready(now, terms).with_for_update(skip_locked=True)).first()
    if row is None or not _lane_is_free(session, row.lane, terms.lane_width):
        return None
    session.execute(
        update(Job)
        .where(col(Job.id) == row.id)
        .values(
            state=JobState.RUNNING,
            attempts=row.attempts + 1,
            fencing_token=row.fencing_token + 1,
            lease_until=now + terms.lease,
            worker=terms.worker,
        )
    )
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
    return session.execute(_ready(now, terms)).first() is not None


def _ready(now: datetime, terms: ClaimTerms) -> Any:
    busy = (
        select(col(Job.lane))
        .where(IS_RUNNING, col(Job.lane) != "")
        .group_by(col(Job.lane))
        .having(func.count() >= terms.lane_width)
    )
    paused = select(col(JobLane.name)).where(col(JobLane.not_before) > now)
    return (
        select(
            *(col(Job.id), col(Job.task), col(Job.key), col(Job.lane)),
            *(col(Job.payload), col(Job.attempts), col(Job.fencing_token)),
        )
        .where(
            IS_WAITING,
            col(Job.not_before) <= now,
            col(Job.task).in_(terms.tasks),
            col(Job.lane).not_in(busy),
            col(Job.lane).not_in(paused),
        )
        .order_by(col(Job.priority).desc(), col(Job.id))
        .limit(1)
    )


def _lane_is_free(session: Session, lane: str, width: int) -> bool:
    """Hold the lane's row and count again: on PostgreSQL another claim may have been quicker."""
    if not lane:
        return True
    session.execute(select(col(JobLane.name)).where(col(JobLane.name) == lane).with_for_update())
    running = select(func.count()).select_from(Job).where(IS_RUNNING, col(Job.lane) == lane)
    return int(session.execute(running).scalar_one()) < width


def renew(session: Session, held: Collection[tuple[int, int]], until: datetime) -> int:
    """Extend the leases given by row and token to `until`; return how many are still held."""
    if not held:
        return 0
    return _count(session.execute(update(Job).where(_is_held(held)).values(lease_until=until)))


def finish(session: Session, row: int, token: int, now: datetime) -> bool:
    """Mark a job done if its lease is still held; return whether it was."""
    done = {"state": JobState.DONE, "finished_at": now, "lease_until": None}
    return _count(session.execute(update(Job).where(_is_held([(row, token)])).values(done))) == 1


def is_done(session: Session, row: int, token: int) -> bool:
    """Return whether this very lease ended with the job done."""
    query = select(col(Job.state)).where(col(Job.id) == row, col(Job.fencing_token) == token)
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
        statement = update(Job).where(_is_held([(row, token)])).values(values)
        return _count(session.execute(statement)) == 1
    return _put_back(session, row, token, verdict, values, now)


def _put_back(
    session: Session, row: int, token: int, verdict: Retry, values: dict[str, Any], now: datetime
) -> bool:
    job = session.execute(
        select(col(Job.task), col(Job.key), col(Job.lane), col(Job.attempts))
        .where(_is_held([(row, token)]))
        .with_for_update()
    ).first()
    if job is None:
        return False
    not_before = now + timedelta(seconds=verdict.delay)
    if verdict.pauses_lane and job.lane:
        pause(session, job.lane, not_before, now)
    twin = session.execute(
        select(col(Job.id))
        .where(IS_WAITING, col(Job.task) == job.task, col(Job.key) == job.key)
        .with_for_update()
    ).scalar()
    if twin is not None:
        # The one that waits does the same work: it inherits the tries and the delay.
        session.execute(delete(Job).where(col(Job.id) == row))
        row = twin
    values |= {"state": JobState.WAITING, "attempts": job.attempts}
    values |= {"not_before": not_before, "changed_at": now}
    session.execute(update(Job).where(col(Job.id) == row).values(values))
    return True


def pause(session: Session, lane: str, until: datetime, now: datetime) -> None:
    """Begin no job of the lane before `until`; a longer pause in force stays."""
    longer = or_(col(JobLane.not_before).is_(None), col(JobLane.not_before) < until)
    session.execute(
        update(JobLane)
        .where(col(JobLane.name) == lane, longer)
        .values(not_before=until, changed_at=now)
    )


def take_over(
    session: Session, now: datetime, lease: timedelta, own: Collection[int]
) -> list[tuple[str, str, int, Verdict]]:
    """Free the jobs whose worker died or froze, but none of the rows in `own`.

    Returns task, key, attempts and verdict of each.
    """
    latest = now + lease + CLOCK_TOLERANCE
    in_force = and_(col(Job.lease_until) >= now, col(Job.lease_until) <= latest)
    rows = session.execute(
        select(
            *(col(Job.id), col(Job.fencing_token)),
            *(col(Job.task), col(Job.key), col(Job.attempts)),
        )
        .where(IS_RUNNING, ~in_force, col(Job.id).not_in(own))
        .order_by(col(Job.id))
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
    for table in (Job, JobLane):
        key = col(Job.id) if table is Job else col(JobLane.name)
        ahead = col(table.changed_at) > now + CLOCK_TOLERANCE
        rows = session.execute(
            select(key.label("key"), col(table.not_before), col(table.changed_at))
            .where(IS_WAITING if table is Job else col(JobLane.not_before).is_not(None), ahead)
            .limit(SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            values = {"not_before": now + (row.not_before - row.changed_at), "changed_at": now}
            session.execute(update(table).where(key == row.key).values(values))
        moved += len(rows)
    return moved


def is_running_any(session: Session, tasks: Sequence[str]) -> bool:
    """Return whether a job of these tasks runs, in any worker."""
    query = select(col(Job.id)).where(IS_RUNNING, col(Job.task).in_(tasks)).limit(1)
    return session.execute(query).first() is not None


def _is_held(held: Collection[tuple[int, int]]) -> ColumnElement[bool]:
    return and_(IS_RUNNING, tuple_(col(Job.id), col(Job.fencing_token)).in_(held))


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type for the checker
    return result.rowcount
