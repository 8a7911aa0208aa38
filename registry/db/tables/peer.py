"""What other catalogues and registries say, record by record, as it was read there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from registry.db.base import Model

# A literal, not a parameter: only this lets a database use the partial index below.
IS_LIVE = text("ended_at IS NULL")


class PeerRecord(Model, table=True):
    """One thing as a peer states it; `ended_at` is set when the peer dropped or changed it.

    `peer` is the text of the source, `key` the peer's own id within `kind` (software, publisher or
    catalogue). `sha256` is of what the peer states, without the values that change by the day;
    `text_sha256` of the publiccode.yml that it hands on. `repository_id` is set where the address,
    or an alias, is that of a known repository. Personal data is left out before it is stored.
    """

    __tablename__ = "peer_record"

    id: int | None = Field(default=None, primary_key=True)
    peer: str = Field(max_length=2048)
    kind: str = Field(max_length=20)
    key: str = Field(max_length=255)
    url: str | None = Field(default=None, max_length=2048, index=True)
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    read_from: str = Field(max_length=2048)
    sha256: str = Field(max_length=64, index=True)
    text_sha256: str | None = Field(default=None, max_length=64)
    size: int = 0
    status: str = Field(max_length=20)
    is_active: bool = True
    reader_version: int = 0
    data: Any = Field(default=None, sa_type=JSON)
    diagnostics: list[Any] = Field(default_factory=list, sa_type=JSON)
    repository_id: int | None = Field(
        default=None, foreign_key="repository.id", index=True, ondelete="SET NULL"
    )
    organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", index=True, ondelete="SET NULL"
    )
    read_at: datetime
    ended_at: datetime | None = None

    __table_args__ = (
        # A thing stands once; what it was before is kept beside it.
        Index(
            "uq_peer_record_live",
            "peer",
            "kind",
            "key",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
    )
