"""Rows of the embedded work queue."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


# Literals, not parameters: only these let a database use the partial indexes below.
IS_WAITING = text("state = 'waiting'")
IS_RUNNING = text("state = 'running'")
IS_DEAD = text("state = 'dead'")


class Job(Model, table=True):
    """A durable step of work: leased by one worker at a time, at most five tries.

    `fencing_token` rises with every lease, so that a worker whose lease was given away is told
    apart from the one that holds it. `priority` is kept negated, so that the next job is the first
    of a plain index. `changed_at` is the clock when `not_before` was set: if that
    lies in the future, the clock was set back since.
    """

    id: int | None = Field(default=None, primary_key=True)
    task: str = Field(max_length=60)
    key: str = Field(max_length=200)
    lane: str = Field(default="", max_length=255)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    priority: int = 0
    state: JobState = Field(default=JobState.WAITING, sa_type=enum_by_value(JobState))
    attempts: int = 0
    not_before: datetime
    lease_until: datetime | None = None
    fencing_token: int = 0
    worker: str | None = Field(default=None, max_length=80)
    error_reason: str | None = Field(default=None, max_length=60)
    error_detail: str | None = Field(default=None, max_length=2000)
    created_at: datetime
    changed_at: datetime
    finished_at: datetime | None = None

    __table_args__ = (
        # The next job comes from the head of this index, however many wait.
        Index(
            "ix_job_ready", "priority", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING
        ),
        Index(
            "uq_job_waiting",
            "task",
            "key",
            unique=True,
            sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        ),
        Index("ix_job_running", "lane", sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING),
        Index("ix_job_dead", "finished_at", sqlite_where=IS_DEAD, postgresql_where=IS_DEAD),
        Index("ix_job_task", "task", "state"),
    )


class JobLane(Model, table=True):
    """A lane (such as a host) of which few jobs run at once, and its pause."""

    __tablename__ = "job_lane"

    name: str = Field(primary_key=True, max_length=255)
    not_before: datetime | None = None
    changed_at: datetime
