"""The change log: what happened to components, in an order that never changes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class ChangeKind(StrEnum):
    """What happened to a component; `removed` is its tombstone.

    `reuse` says that its reuse was counted anew; `edge` tells of one who reuses it, or does no
    more. `fix` is a fix that it misses. `signal` warns of its stewardship, or no longer.
    """

    CREATED = "created"
    UPDATED = "updated"
    LICENCE = "licence"
    MOVED = "moved"
    RELEASE = "release"
    ADVISORY = "advisory"
    FIX = "fix"
    REUSE = "reuse"
    EDGE = "edge"
    ADOPTERS = "adopters"
    CALL = "call"
    SIGNAL = "signal"
    REMOVED = "removed"


class Change(Model, table=True):
    """One change, written in its own transaction; a tombstone outlives the component.

    `seq` is given later, in a short transaction of its own (`registry.db.changes`), so that who
    reads on from a number never misses one that was written earlier and committed later.
    `visible_at` is the time of that, and never decreases with `seq`. Names and places are
    those of the time of the change.
    """

    __tablename__ = "change_log"

    id: int | None = Field(default=None, primary_key=True)
    seq: int | None = Field(default=None, unique=True, sa_type=BigInteger)
    kind: ChangeKind = Field(sa_type=enum_by_value(ChangeKind))
    uuid: str = Field(max_length=36)
    slug: str = Field(max_length=120)
    name: str = Field(default="", max_length=400)
    repository_url: str = Field(max_length=2048)
    organisation: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, max_length=2)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime
    visible_at: datetime | None = None

    __table_args__ = (
        Index("ix_change_log_uuid_seq", "uuid", "seq"),
        Index("ix_change_log_kind_seq", "kind", "seq"),
        Index("ix_change_log_visible_at", "visible_at"),
    )
