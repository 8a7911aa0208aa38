"""Requests that must not be done twice, with the answers that they got."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from registry.db.base import Model


class IdempotentRequest(Model, table=True):
    """A request that somebody signed in marked with a key of their own, for a day.

    Without a `status` it is being done. `fingerprint` is the hash of all that was asked; `body`
    is the sealed answer, since answers may hold secrets.
    """

    __tablename__ = "idempotent_request"

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=255)
    fingerprint: str = Field(max_length=64)
    begun_at: datetime = Field(index=True)
    status: int | None = None
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    body: str | None = None
