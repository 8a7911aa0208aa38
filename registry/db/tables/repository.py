"""Repositories as the crawler knows them, and the public log of what happened to each."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class RepositoryState(StrEnum):
    """Where a repository stands; a failed crawl never changes it to a worse one by itself."""

    PENDING = "pending"
    ACTIVE = "active"
    ARCHIVED = "archived"
    MOVED = "moved"
    GONE = "gone"
    IDENTITY_CHANGED = "identity_changed"
    TAKEN_DOWN = "taken_down"


# Components whose repository is one of these have another page that stands for them, or none.
UNLISTED: Final = (
    RepositoryState.MOVED, RepositoryState.IDENTITY_CHANGED, RepositoryState.TAKEN_DOWN,
)  # fmt: skip


class Repository(Model, table=True):
    """A git origin; on forges with an API the numeric id is its identity, the URL an attribute."""

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True, max_length=2048)
    web_url: str | None = Field(default=None, max_length=2048)
    host: str = Field(max_length=255, index=True)
    forge: str = Field(default="git", max_length=40)
    forge_id: str | None = Field(default=None, max_length=64)
    path: str = Field(max_length=1024)
    source_id: int | None = Field(default=None, foreign_key="source.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    state: RepositoryState = Field(
        default=RepositoryState.PENDING, sa_type=enum_by_value(RepositoryState), index=True
    )
    state_since: datetime
    moved_to_id: int | None = Field(default=None, foreign_key="repository.id")
    is_fork: bool = False
    parent_url: str | None = Field(default=None, max_length=2048)
    fork_class: str | None = Field(default=None, max_length=40)
    forge_data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    default_branch: str | None = Field(default=None, max_length=255)
    head_commit: str | None = Field(default=None, max_length=64)
    object_format: str = Field(default="sha1", max_length=10)
    refs_digest: str | None = Field(default=None, max_length=64)
    root_commits: list[str] = Field(default_factory=list, sa_type=JSON)
    reader_version: int = 0
    commit_count: int = 0
    head_files: int = 0
    first_commit_at: datetime | None = None
    last_commit_at: datetime | None = None
    language_basis: str | None = Field(default=None, max_length=10)
    community: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    flags: list[str] = Field(default_factory=list, sa_type=JSON)
    bytes_received: int = Field(default=0, sa_type=BigInteger)
    is_stored: bool = False
    is_demo: bool = False
    added_at: datetime
    last_checked_at: datetime | None = None
    last_crawled_at: datetime | None = None
    last_outcome: str | None = Field(default=None, max_length=60)
    last_detail: str | None = Field(default=None, max_length=2000)
    failures: int = 0

    __table_args__ = (Index("ix_repository_identity", "forge", "host", "forge_id"),)


class RepositoryAlias(Model, table=True):
    """Another URL under which a repository is or was known."""

    __tablename__ = "repository_alias"

    url: str = Field(primary_key=True, max_length=2048)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    since: datetime


class CrawlEvent(Model, table=True):
    """One line of the public crawl log of a repository or a source."""

    __tablename__ = "crawl_event"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int | None = Field(
        default=None, foreign_key="repository.id", index=True, ondelete="CASCADE"
    )
    source_id: int | None = Field(
        default=None, foreign_key="source.id", index=True, ondelete="CASCADE"
    )
    at: datetime = Field(index=True)
    stage: str = Field(max_length=20)
    outcome: str = Field(max_length=60)
    detail: str = Field(default="", max_length=2000)
    size_bytes: int = Field(default=0, sa_type=BigInteger)
    duration_ms: int = 0


class ForgeCache(Model, table=True):
    """An answer of a forge's API kept for conditional requests, per URL and token."""

    __tablename__ = "forge_cache"

    url: str = Field(primary_key=True, max_length=2048)
    token_fingerprint: str = Field(primary_key=True, max_length=64)
    etag: str | None = Field(default=None, max_length=255)
    last_modified: str | None = Field(default=None, max_length=100)
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    body: bytes
    stored_at: datetime


class HostBudget(Model, table=True):
    """What a host last said about how many requests it accepts."""

    __tablename__ = "host_budget"

    host: str = Field(primary_key=True, max_length=255)
    remaining: int | None = None
    limit: int | None = None
    reset_at: datetime | None = None
    not_before: datetime | None = None
    reason: str = Field(default="rate_limited", max_length=60)
    consecutive_failures: int = 0
    noted_at: datetime
