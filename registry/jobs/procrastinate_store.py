"""The rows of procrastinate's own tables, reached through the registry's sessions.

Only procrastinate's SQL functions and its public columns are used. Two of its ways are avoided:

- A waiting job with a lock holds back every later job of that lock, even when it is put off for
  hours. So a job whose time has not come, or whose lane is paused, waits in the queue `later`,
  which no worker reads, without its lane's lock; it moves to the queue of its task when it is due.
- Putting a job back breaks the unique rule of `queueing_lock` when the same job was enqueued
  meanwhile. So settling is done here: the one that waits inherits the tries and the delay.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import text
from sqlmodel import Session

from registry.clock import utc_now
from registry.jobs.leases import pause
from registry.jobs.rows import ensure_lanes
from registry.jobs.verdict import Bury, Retry, Verdict

LATER = "later"

# The fencing token is the pair of worker and tries: no worker holds the same try twice.
_HELD = "id = :id AND status = 'doing' AND worker_id = :worker AND attempts = :attempts"

_CONFIRM = text(f"SELECT id FROM procrastinate_jobs WHERE {_HELD} FOR UPDATE")  # noqa: S608
_FINISH = text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', false)")
_IS_DONE = text(
    "SELECT 1 FROM procrastinate_jobs WHERE id = :id AND status = 'succeeded'"
    " AND worker_id = :worker AND attempts = :attempts + 1"
)
_NOTE_ERROR = text(
    "UPDATE procrastinate_jobs SET args = args || jsonb_build_object('error',"
    " jsonb_build_object('reason', CAST(:reason AS text), 'detail', CAST(:detail AS text)))"
    " WHERE id = :id"
)
_BURY = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
_TWIN = text(
    "SELECT twin.id FROM procrastinate_jobs twin JOIN procrastinate_jobs job"
    " ON job.queueing_lock = twin.queueing_lock"
    " WHERE job.id = :id AND twin.status = 'todo' FOR UPDATE OF twin"
)
_INHERIT = text(
    "UPDATE procrastinate_jobs SET attempts = GREATEST(attempts, :attempts + 1)"
    ", queue_name = :later, lock = NULL"
    ", scheduled_at = GREATEST(scheduled_at, now() + make_interval(secs => :delay)) WHERE id = :id"
)
_PUT_BACK = text(
    "SELECT procrastinate_retry_job_v2(:id, now() + make_interval(secs => :delay), NULL,"
    " :later, :lock)"
)
_DELETE = text("DELETE FROM procrastinate_jobs WHERE id = :id")
_AS_NEW = text("UPDATE procrastinate_jobs SET attempts = 0, args = args - 'error' WHERE id = :id")
_PUT_OFF = text(
    "UPDATE procrastinate_jobs SET queue_name = :later, lock = NULL,"
    " scheduled_at = COALESCE(scheduled_at, now()) WHERE status = 'todo' AND args->>'lane' = :lane"
)
_LANE_IS_OPEN = (
    "NOT EXISTS (SELECT 1 FROM job_lane WHERE name = job.args->>'lane' AND not_before > now())"
)
_PROMOTE = text(
    "UPDATE procrastinate_jobs SET queue_name = task_name, lock = args->>'lock'"  # noqa: S608
    " WHERE id IN (SELECT job.id FROM procrastinate_jobs job WHERE job.status = 'todo'"
    f" AND job.queue_name = :later AND job.scheduled_at <= now() AND {_LANE_IS_OPEN}"
    " ORDER BY job.id LIMIT 1000 FOR UPDATE OF job SKIP LOCKED) RETURNING task_name"
)
_BUSY = text(
    "SELECT 1 FROM procrastinate_jobs job WHERE job.task_name = ANY(:tasks)"  # noqa: S608
    " AND (job.status = 'doing' OR (job.status = 'todo'"
    f" AND (job.scheduled_at IS NULL OR job.scheduled_at <= now()) AND {_LANE_IS_OPEN}"
    # A job of a task that is not worked on here may stand before it in the lane.
    " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other WHERE other.lock = job.lock"
    " AND other.status = 'todo' AND other.task_name <> ALL(:tasks)"
    " AND (other.priority > job.priority"
    " OR (other.priority = job.priority AND other.id < job.id))))) LIMIT 1"
)
_PRUNE_WORKERS = text("SELECT worker_id FROM procrastinate_prune_stalled_workers_v1(:lease)")
_STALLED = text(
    "SELECT id, task_name, args->>'key' AS key, attempts FROM procrastinate_jobs"
    " WHERE status = 'doing' AND worker_id IS NULL ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED"
)
_NOTIFY = text("SELECT pg_notify('procrastinate_queue_v1#' || :task, :payload)")


class Hold(Struct, frozen=True, kw_only=True):
    """One run of a job: its row, its worker, and how often it was tried before."""

    id: int
    worker: int | None
    attempts: int


def lock_of(lane: str, key: str, width: int) -> str | None:
    """Return the lock of a job; a lane wider than one job has as many locks."""
    if not lane or width == 1:
        return lane or None
    return f"{lane}#{zlib.crc32(key.encode()) % width}"


def confirm(session: Session, hold: Hold) -> bool:
    """Return whether the run is still ours, and hold on until the transaction ends."""
    return session.execute(_CONFIRM, _keys(hold)).first() is not None


def finish(session: Session, hold: Hold) -> bool:
    """Mark the job done if it is still ours; return whether it was."""
    if not confirm(session, hold):
        return False
    session.execute(_FINISH, {"id": hold.id})
    return True


def is_done(session: Session, hold: Hold) -> bool:
    """Return whether this very run was acknowledged before."""
    return session.execute(_IS_DONE, _keys(hold)).first() is not None


def fail(session: Session, hold: Hold, verdict: Verdict) -> bool:
    """Put a failed job back or bury it, if it is still ours; return whether it was."""
    if not confirm(session, hold):
        return False
    settle(session, hold, verdict)
    return True


def settle(session: Session, hold: Hold, verdict: Verdict) -> None:
    """Put back or bury a job whose row this transaction holds."""
    twin = None
    if isinstance(verdict, Retry):
        twin = session.execute(_TWIN, {"id": hold.id}).scalar()
    noted = {"reason": verdict.reason, "detail": verdict.detail}
    session.execute(_NOTE_ERROR, {"id": hold.id if twin is None else twin, **noted})
    if isinstance(verdict, Bury):
        session.execute(_BURY, {"id": hold.id})
    elif twin is None:
        put_back = {"id": hold.id, "delay": verdict.delay, "later": LATER}
        session.execute(_PUT_BACK, {**put_back, "lock": _parked(hold.id)})
    else:
        inherited = {"id": twin, "attempts": hold.attempts, "delay": verdict.delay}
        session.execute(_INHERIT, {**inherited, "later": LATER})
        session.execute(_DELETE, {"id": hold.id})


def put_off_lane(session: Session, lane: str) -> None:
    """Take every waiting job of a lane out of the workers' sight, until its pause is over."""
    session.execute(_PUT_OFF, {"lane": lane, "later": LATER})


def pause_lane(session: Session, lane: str, seconds: float) -> None:
    """Begin no job of the lane for so many seconds; a longer pause in force stays."""
    now = utc_now()
    ensure_lanes(session, {lane}, now)
    pause(session, lane, now + timedelta(seconds=seconds), now)
    put_off_lane(session, lane)


def revive(session: Session, row: int) -> bool:
    """Let a dead job wait again; False if the same job waits already, and the dead one goes."""
    if session.execute(_TWIN, {"id": row}).first() is not None:
        session.execute(_DELETE, {"id": row})
        return False
    session.execute(_PUT_BACK, {"id": row, "delay": 0.0, "later": LATER, "lock": _parked(row)})
    session.execute(_AS_NEW, {"id": row})
    return True


def promote(session: Session) -> set[str]:
    """Give what is due, in lanes that are open, to the queues of the tasks; return these."""
    return {row.task_name for row in session.execute(_PROMOTE, {"later": LATER})}


def stalled(session: Session, lease: float) -> Sequence[Any]:
    """Drop the workers silent for longer than `lease` seconds and return their jobs, locked."""
    session.execute(_PRUNE_WORKERS, {"lease": lease})
    return session.execute(_STALLED).all()


def notify(session: Session, tasks: set[str]) -> None:
    """Wake the workers of these tasks when the transaction commits."""
    payload = json.dumps({"type": "job_inserted", "job_id": 0})
    for task in sorted(tasks):
        session.execute(_NOTIFY, {"task": task, "payload": payload})


def is_busy(session: Session, tasks: Sequence[str]) -> bool:
    """Return whether a job of these tasks runs anywhere, or is due."""
    return session.execute(_BUSY, {"tasks": list(tasks)}).first() is not None


def _parked(row: int) -> str:
    """Return a lock that no other job has: `procrastinate_retry_job_v2` cannot clear one."""
    return f"{LATER}:{row}"


def _keys(hold: Hold) -> dict[str, Any]:
    return {"id": hold.id, "worker": hold.worker, "attempts": hold.attempts}
