"""Who takes a component over: forks that are under way, and organisations that say they use it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class ReuseState(StrEnum):
    """Where a reuse action stands.

    `forking` was accepted by the forge's API, which may still be copying; `found` is a repository
    that was read at the destination; `measured` has an edge of shared evidence with the component.
    `missing` was looked for until patience ended.
    """

    RECORDED = "recorded"
    FORKING = "forking"
    FAILED = "failed"
    FOUND = "found"
    MEASURED = "measured"
    MISSING = "missing"


class ReuseAction(Model, table=True):
    """Somebody takes a component over to a place of theirs; the crawler proves it.

    `key` is the random name in its address: whoever has it may see and remove the action. `url` is
    where the copy is expected. `way` is how it is made, `problem` why the forge refused. A forge's
    token is never part of it. `ask_again_at` is until when the forge asked to be left alone.
    `edge_key` names the evidence once there is one.
    """

    __tablename__ = "reuse_action"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    component_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    adoption_id: int | None = Field(
        default=None, foreign_key="adoption.id", index=True, ondelete="SET NULL"
    )
    url: str = Field(max_length=2048)
    forge: str = Field(max_length=20)
    way: str = Field(max_length=20)
    purpose: str = Field(max_length=20)
    default_branch_only: bool = False
    state: ReuseState = Field(default=ReuseState.RECORDED, sa_type=enum_by_value(ReuseState))
    problem: str = Field(default="", max_length=40)
    detail: str = Field(default="", max_length=300)
    ask_again_at: datetime | None = None
    looks: int = 0
    look_at: datetime | None = Field(default=None, index=True)
    edge_key: str | None = Field(default=None, max_length=40)
    created_at: datetime
    changed_at: datetime
    found_at: datetime | None = None
    measured_at: datetime | None = None


class Adoption(Model, table=True):
    """A verified organisation states that it uses a component; one statement for each pair.

    It stands until `expires_at` or until it is withdrawn. `contact` is the address of a function
    or a page, never of a person. `repository_url` is the organisation's own copy, if it has one.
    `in_production` and `how` are None where nothing was said.
    """

    id: int | None = Field(default=None, primary_key=True)
    component_id: int = Field(foreign_key="component.id", ondelete="CASCADE")
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, ondelete="SET NULL"
    )
    version: str = Field(default="", max_length=100)
    used_since: date | None = None
    in_production: bool | None = None
    how: str | None = Field(default=None, max_length=20)
    contact: str = Field(default="", max_length=500)
    repository_url: str | None = Field(default=None, max_length=2048, index=True)
    declared_at: datetime
    confirmed_at: datetime
    expires_at: datetime = Field(index=True)
    withdrawn_at: datetime | None = None

    __table_args__ = (
        UniqueConstraint("component_id", "organisation_id"),
        # Adopters of a component are listed page by page, the newest first.
        Index("ix_adoption_component", "component_id", "withdrawn_at", "id"),
    )
