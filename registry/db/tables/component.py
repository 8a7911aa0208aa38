"""Components: the entries of the catalogue, with the fields that the resolver derived."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from registry.db.base import Model


class Component(Model, table=True):
    """A catalogue entry; every resolved field has its provenance in `ComponentField`."""

    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True, max_length=36)
    slug: str = Field(unique=True, max_length=120)
    repository_id: int = Field(foreign_key="repository.id", unique=True, ondelete="CASCADE")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    origin_id: int | None = Field(default=None, foreign_key="component.id", index=True)
    country: str | None = Field(default=None, max_length=2, index=True)
    region: str | None = Field(default=None, max_length=6)
    name: str = Field(max_length=400, index=True)
    names: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    descriptions: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    licence: str | None = Field(default=None, max_length=400, index=True)
    licence_class: str = Field(default="unknown", max_length=30)
    language: str | None = Field(default=None, max_length=60, index=True)
    activity: str = Field(default="unknown", max_length=20)
    readiness: str = Field(
        default="not_inspected", max_length=20, sa_column_kwargs={"server_default": "not_inspected"}
    )
    status: str | None = Field(default=None, max_length=20)
    software_type: str | None = Field(default=None, max_length=60)
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    version: str | None = Field(default=None, max_length=200)
    released_at: datetime | None = None
    last_commit_at: datetime | None = None
    fork_count: int = 0
    conflicts: int = 0
    is_demo: bool = False
    # Hidden from every reading transaction: see `registry.db.session`.
    is_taken_down: bool = False
    # Members of the organisation say that it is not theirs, or are asked whether it is.
    is_attribution_disputed: bool = False
    created_at: datetime
    updated_at: datetime = Field(index=True)
    revision: int = Field(default=1, sa_type=BigInteger)


class ComponentField(Model, table=True):
    """A resolved field: the value shown, and the claim that it comes from."""

    __tablename__ = "component_field"

    id: int | None = Field(default=None, primary_key=True)
    component_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    property: str = Field(max_length=40)
    lang: str | None = Field(default=None, max_length=40)
    value: Any = Field(default=None, sa_type=JSON)
    basis: str = Field(max_length=20)
    claim_id: int | None = Field(default=None, foreign_key="claim.id", ondelete="SET NULL")
    is_conflict: bool = False


class IndexOutbox(Model, table=True):
    """Components whose search document must be written or removed, in order of change."""

    __tablename__ = "index_outbox"

    id: int | None = Field(default=None, primary_key=True)
    component_id: int = Field(index=True)
    revision: int = Field(sa_type=BigInteger)
    removed: bool = False


class RegistryState(Model, table=True):
    """Small facts about this instance, by key (schema of the index, demo, last heartbeat)."""

    __tablename__ = "registry_state"

    key: str = Field(primary_key=True, max_length=100)
    value: Any = Field(default=None, sa_type=JSON)
    updated_at: datetime
