"""What stands in the way of using a repository's software elsewhere, as read at one commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from registry.db.base import Model


class InspectionRow(Model, table=True):
    """What was looked at in a repository at `commit` (`registry.domain.inspection.Inspection`)."""

    __tablename__ = "inspection"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    commit: str = Field(max_length=64)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    inspected_at: datetime


class SignRow(Model, table=True):
    """A place at the inspected commit that a rule counts (`registry.domain.inspection.Sign`)."""

    __tablename__ = "inspection_sign"

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", ondelete="CASCADE")
    rule: str = Field(max_length=40)
    subject: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    country: str = Field(default="", max_length=20)
    path: str
    blob: str = Field(max_length=64)
    line: int | None = None

    __table_args__ = (Index("ix_inspection_sign_repository_id", "repository_id"),)
