"""Frozen reports: written once, never changed."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from registry.db.base import Model


class ReportSnapshot(Model, table=True):
    """A frozen report, by an identifier that follows from its content.

    `content` is the canonical JSON, `numbers` its figures and proofs, both compressed (zlib).
    """

    __tablename__ = "report_snapshot"

    id: str = Field(primary_key=True, max_length=40)
    digest: str = Field(max_length=64)
    made_at: datetime = Field(index=True)
    components: int
    rows: int
    content: bytes = Field(sa_type=LargeBinary)
    numbers: bytes = Field(sa_type=LargeBinary)
