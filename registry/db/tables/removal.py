"""What was removed on purpose: components taken down, and people who asked to be masked."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from registry.db.base import Model


class Takedown(Model, table=True):
    """A component removed from view; the row is the tombstone, and the way back.

    `former_state` is the state that the repository had. `note` is public too. The component's row
    stays, hidden from every reading transaction, so that its slug and uuid stay taken.
    """

    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(foreign_key="repository.id", index=True, ondelete="CASCADE")
    component_id: int | None = Field(default=None, index=True)
    slug: str = Field(default="", max_length=120, index=True)
    category: str = Field(max_length=30)
    note: str = Field(default="", max_length=500)
    former_state: str = Field(max_length=40)
    taken_down_at: datetime
    lifted_at: datetime | None = None


class Erasure(Model, table=True):
    """A person who is masked wherever commits or documents name them: a keyed hash, no address."""

    author_key: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    requested_at: datetime
