"""Drift: how far forks and copies are from where they come from, and the fixes that they miss."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model


class Drift(Model, table=True):
    """How far a component is from one that its code comes from, as it was looked at last.

    `distance` is 1 for an edge, more where other forks stand between; `edge_id` is that of the
    nearest one. `state` is `measured`, `counted` (commits alone) or `not_known`, and `reason` says
    why not more. Numbers that are not known are empty. `origin_head` and `reuser_head` are the
    commits that were compared; `sought` is the digest of the advisories that were looked for.
    """

    origin_id: int = Field(foreign_key="component.id", primary_key=True, ondelete="CASCADE")
    reuser_id: int = Field(
        foreign_key="component.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    edge_id: int | None = Field(default=None, foreign_key="edge.id", ondelete="SET NULL")
    distance: int = 1
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=60)
    is_related: bool = False
    behind: int | None = None
    behind_merges: int = 0
    equivalent: int = 0
    absorbed: int = 0
    missing: int | None = None
    edited: int = 0
    gone: int = 0
    ahead: int | None = None
    ahead_merges: int = 0
    ahead_equivalent: int = 0
    compared: int = 0
    comparable: int = 0
    parallel: int | None = None
    files_held: int | None = None
    files_older: int | None = None
    base_commit: str | None = Field(default=None, max_length=64)
    base_at: datetime | None = None
    synced_at: datetime | None = None
    sync_basis: str = Field(default="", max_length=20)
    origin_head: str | None = Field(default=None, max_length=64)
    reuser_head: str | None = Field(default=None, max_length=64)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sought: str = Field(default="", max_length=64)
    version: int = 0
    looked_at: datetime


class MissedFix(Model, table=True):
    """A fix of a published advisory that a component lacks, or of which nobody can tell.

    `key` (`fix_…`) is the same on every instance. `verdict` is `missing` or `not_known` while it
    is open; it ends when the fork has the fix, or when the advisory is withdrawn
    (`ended_because`). It is muted by who speaks for the fork, with a reason that is public.
    """

    __tablename__ = "missed_fix"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    origin_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    reuser_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    advisory_id: int = Field(foreign_key="advisory.id", index=True, ondelete="CASCADE")
    verdict: str = Field(max_length=20)
    basis: str = Field(max_length=20)
    reason: str = Field(default="", max_length=60)
    commit: str | None = Field(default=None, max_length=64)
    commit_at: datetime | None = None
    subject: str = Field(default="", max_length=200)
    is_merge: bool = False
    found_at: datetime
    changed_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    ended_because: str = Field(default="", max_length=30)
    muted_at: datetime | None = None
    muted_by: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    mute_reason: str = Field(default="", max_length=500)

    __table_args__ = (UniqueConstraint("reuser_id", "advisory_id"),)
