"""Drafts of the publish wizard: kept for thirty days under a secret that only the address holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field

from registry.db.base import Model


class Draft(Model, table=True):
    """A publiccode.yml in the making; `key_hash` is the SHA-256 of the secret in its address.

    `facts` is what was known when the draft was made (empty while the repository is still being
    read), `answers` what people typed, `composed` the file as it is now, with its problems.
    """

    id: int | None = Field(default=None, primary_key=True)
    key_hash: bytes = Field(unique=True, sa_type=LargeBinary(32))
    url: str = Field(max_length=2048)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    composed: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime
    updated_at: datetime
    expires_at: datetime = Field(index=True)
