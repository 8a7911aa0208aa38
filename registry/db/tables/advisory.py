"""Published security advisories (OSV), and the components that they are about."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from registry.db.base import Model


class Advisory(Model, table=True):
    """An advisory as its record in the OSV format says; one that was withdrawn alerts nobody.

    `severity` is critical, high, medium, low or empty; `vector` is its CVSS vector. `links` are
    pairs of type and address.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    summary: str = Field(default="", max_length=500)
    severity: str = Field(default="", max_length=20)
    vector: str = Field(default="", max_length=200)
    links: list[Any] = Field(default_factory=list, sa_type=JSON)
    published_at: datetime
    modified_at: datetime
    withdrawn_at: datetime | None = None
    digest: str = Field(default="", max_length=64)
    imported_at: datetime


class AdvisoryLink(Model, table=True):
    """What an advisory names, to find it by.

    `kind` is `name` (its id and aliases, in capitals), `repository` (a canonical URL), `package`
    (`ecosystem:name` as manifests have it), `fix` or `introduced` (a commit).
    """

    __tablename__ = "advisory_link"

    advisory_id: int = Field(foreign_key="advisory.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=20)
    value: str = Field(primary_key=True, max_length=600)

    __table_args__ = (Index("ix_advisory_link_value", "kind", "value"),)


class ComponentAdvisory(Model, table=True):
    """An advisory that is about a component; `basis` is `repository`, `package` or `message`."""

    __tablename__ = "component_advisory"

    component_id: int = Field(foreign_key="component.id", primary_key=True, ondelete="CASCADE")
    advisory_id: int = Field(
        foreign_key="advisory.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    basis: str = Field(max_length=20)
    matched_at: datetime
