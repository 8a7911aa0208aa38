"""publiccode.yml files that the registry keeps where they cannot stand in their repository."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class KeptState(StrEnum):
    """What became of a version of a kept file; at most one of a component is `current`.

    `yielded` gave way to the repository's own file, `lapsed` lost the owner who vouched for it.
    """

    CURRENT = "current"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    YIELDED = "yielded"
    LAPSED = "lapsed"


class KeptFile(Model, table=True):
    """A version of the publiccode.yml that the registry keeps for a component; never rewritten.

    `account_id` vouches for it, or the operator at the command line (`by_operator`). Of one that
    was withdrawn the text is gone, its hash stays.
    """

    __tablename__ = "kept_file"

    id: int | None = Field(default=None, primary_key=True)
    component_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    version: int
    text: str
    sha256: str = Field(max_length=64)
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    by_operator: bool = False
    state: KeptState = Field(
        default=KeptState.CURRENT, sa_type=enum_by_value(KeptState), index=True
    )
    kept_at: datetime
    ended_at: datetime | None = None

    __table_args__ = (UniqueConstraint("component_id", "version"),)
