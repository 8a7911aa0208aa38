"""What clients may still ask for, shared by all server processes."""

from sqlmodel import Field

from registry.db.base import Model


class RateBucket(Model, table=True):
    """A token bucket: `tokens` at the time `seen` (seconds since 1970) of a client.

    No canonical data: rows that are lost or removed are full buckets.
    """

    __tablename__ = "rate_bucket"

    key: str = Field(primary_key=True, max_length=100)
    tokens: float
    seen: float = Field(index=True)
