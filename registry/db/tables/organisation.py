"""Organisations and the sources through which their repositories are found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class Level(StrEnum):
    """The level of government, or the kind, of an organisation."""

    SUPRANATIONAL = "supranational"
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"
    AGENCY = "agency"
    UNIVERSITY = "university"
    NGO = "ngo"
    COMPANY = "company"
    JOINT = "joint"
    UNKNOWN = "unknown"


class SourceKind(StrEnum):
    """What a source names."""

    ORGANISATION = "organisation"
    REPOSITORY = "repository"
    LIST = "list"
    PEER = "peer"


class Organisation(Model, table=True):
    """A public body; `uri` identifies it, its name never does."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=120)
    uri: str = Field(unique=True, max_length=2048)
    name: str = Field(max_length=400)
    names: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    country: str | None = Field(default=None, max_length=2, index=True)
    region: str | None = Field(default=None, max_length=6)
    level: Level = Field(default=Level.UNKNOWN, sa_type=enum_by_value(Level))
    website: str | None = Field(default=None, max_length=2048)
    basis: str = Field(default="source", max_length=40)
    is_demo: bool = False
    created_at: datetime


class Source(Model, table=True):
    """An entry that an operator added: an organisation at a forge, a repository, a list, or a peer.

    `options` holds what else the operator said, such as the mapping by which a peer is read.
    """

    id: int | None = Field(default=None, primary_key=True)
    spec: str = Field(unique=True, max_length=2048)
    kind: SourceKind = Field(sa_type=enum_by_value(SourceKind))
    forge: str = Field(max_length=40)
    host: str = Field(max_length=255, index=True)
    namespace: str | None = Field(default=None, max_length=1024)
    url: str | None = Field(default=None, max_length=2048)
    name: str | None = Field(default=None, max_length=400)
    country: str | None = Field(default=None, max_length=2)
    region: str | None = Field(default=None, max_length=6)
    level: Level = Field(default=Level.UNKNOWN, sa_type=enum_by_value(Level))
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    options: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"}
    )
    is_demo: bool = False
    added_at: datetime
    discovered_at: datetime | None = None
    outcome: str | None = Field(default=None, max_length=60)
    detail: str | None = Field(default=None, max_length=2000)
