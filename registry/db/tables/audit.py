"""The audit log: entries that nobody changes, and signed statements of where the log stood."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from registry.db.base import Model


class AuditEntry(Model, table=True):
    """Who did what to what; entries are numbered from 0 without gaps.

    `leaf_hash` is the hash of the entry and `root_hash` that of the Merkle tree that ends with
    it, both in hexadecimal (SHA-256). `actor` is the id of an account, or none for the registry
    itself and its operator on the command line; it is no foreign key, so that an account that is
    erased leaves the log as it was.
    """

    __tablename__ = "audit_entry"

    index: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(index=True)
    actor: int | None = Field(default=None, sa_type=BigInteger)
    action: str = Field(max_length=60, index=True)
    subject: str = Field(max_length=2048, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    leaf_hash: str = Field(max_length=64)
    root_hash: str = Field(max_length=64)


class AuditCheckpoint(Model, table=True):
    """The log when it had `size` entries, as a signed note (C2SP tlog-checkpoint)."""

    __tablename__ = "audit_checkpoint"

    size: int = Field(primary_key=True, sa_type=BigInteger)
    root_hash: str = Field(max_length=64)
    note: str = Field(max_length=4096)
    at: datetime
