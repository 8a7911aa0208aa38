"""Lineage: clusters of shared history, measured pairs of them, and the edges of reuse."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from registry.db.base import Model, enum_by_value


class EdgeKind(StrEnum):
    """What was found (lineage design §1)."""

    SHARED_COMMITS = "shared_commits"
    SHARED_FILES = "shared_files"
    SIMILAR_FILES = "similar_files"
    PACKAGE_DEPENDENCY = "package_dependency"
    SUBMODULE = "submodule"
    VENDORED_COMPONENT = "vendored_component"
    ATTRIBUTION_TEXT = "attribution_text"
    DECLARED = "declared"


class EdgeTag(StrEnum):
    """How a claim is known; numbers of different tags are never added together."""

    MEASURED = "measured"
    ATTRIBUTED = "attributed"
    DECLARED = "declared"
    REPORTED = "reported"


class EdgeState(StrEnum):
    """Where an edge stands; an edge is never deleted."""

    CURRENT = "current"
    SINCE_REMOVED = "since_removed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


# Reuse that began stays reuse when it ends, and when somebody objects, until that was reviewed.
COUNTED_STATES: Final = (EdgeState.CURRENT, EdgeState.SINCE_REMOVED, EdgeState.DISPUTED)


class ClusterMember(Model, table=True):
    """A repository in its cluster: those that share commits on branches or tags.

    `cluster_id` is the lowest repository id among the members. `parent_id` is the neighbour in
    the maximum spanning tree towards the root; `own_commits` are those that the parent lacks.
    """

    __tablename__ = "cluster_member"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    cluster_id: int = Field(index=True)
    parent_id: int | None = None
    shared_commits: int = 0
    own_commits: int = 0
    is_mirror: bool = False


class ClusterPair(Model, table=True):
    """All values measured between two clusters; a new threshold needs no new crawl.

    `cluster_a` is the lower id. `verdict` is direct, common_upstream or below.
    """

    __tablename__ = "cluster_pair"

    cluster_a: int = Field(primary_key=True)
    cluster_b: int = Field(primary_key=True, index=True)
    values: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    verdict: str = Field(max_length=20, index=True)
    upstream_id: int | None = None
    rule_version: int = 1

    __table_args__ = ({"sqlite_with_rowid": False},)


class Edge(Model, table=True):
    """A claim of reuse that joins two catalogue entries, with its proof.

    `key` (`ev_…`) is made of kind, both ends and locator, so that it is the same on every
    instance. The origin is a component or a source without a repository. Where the direction is
    not known, `direction` is `unknown` and origin and reuser only tell the two ends apart.
    `country` and `organisation` of both ends are as they were at first sight. `measured_state` is
    what the detectors say while people say something else in `state`: of an objection that is open
    or was accepted.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)
    kind: EdgeKind = Field(sa_type=enum_by_value(EdgeKind), index=True)
    tag: EdgeTag = Field(sa_type=enum_by_value(EdgeTag), index=True)
    state: EdgeState = Field(default=EdgeState.CURRENT, sa_type=enum_by_value(EdgeState))
    measured_state: EdgeState | None = Field(default=None, sa_type=enum_by_value(EdgeState))
    locator: str = Field(default="", max_length=700)
    origin_id: int | None = Field(
        default=None, foreign_key="component.id", index=True, ondelete="CASCADE"
    )
    origin_source_id: int | None = Field(
        default=None, foreign_key="named_source.id", index=True, ondelete="CASCADE"
    )
    reuser_id: int = Field(foreign_key="component.id", index=True, ondelete="CASCADE")
    direction: str = Field(default="known", max_length=10)
    direction_basis: str = Field(default="", max_length=40)
    is_mirror: bool = False
    is_internal: bool = False
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    origin_country: str | None = Field(default=None, max_length=2, index=True)
    origin_region: str | None = Field(default=None, max_length=6)
    origin_organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL"
    )
    reuser_country: str | None = Field(default=None, max_length=2, index=True)
    reuser_region: str | None = Field(default=None, max_length=6)
    reuser_organisation_id: int | None = Field(
        default=None, foreign_key="organisation.id", ondelete="SET NULL"
    )
    strength: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    proof: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    proof_digest: str = Field(default="", max_length=64)
    confidence: str = Field(default="possible", max_length=10)
    # An owner on the side of the reuser says that it is so: stronger than what was measured.
    is_confirmed: bool = False
    rule_version: int = 1
    found_at: datetime
    changed_at: datetime

    # Lists and matrices read counted edges alone, the newest first: each answers from one index.
    __table_args__ = (
        Index("ix_edge_countries", "origin_country", "reuser_country"),
        Index(
            "ix_edge_counted",
            "state", "is_internal", "is_mirror", "confidence", "tag", "direction",
            "origin_country", "reuser_country", "first_seen",
        ),
        Index("ix_edge_first_seen", "first_seen", "id"),
        Index("ix_edge_changed_at", "changed_at", "id"),
    )  # fmt: skip


class EdgeEvent(Model, table=True):
    """A line in the public history of an edge: when its state changed, and why."""

    __tablename__ = "edge_event"

    id: int | None = Field(default=None, primary_key=True)
    edge_id: int = Field(foreign_key="edge.id", index=True, ondelete="CASCADE")
    at: datetime
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=1000)


class EdgeTotal(Model, table=True):
    """How often a component is reused, by tag; kept per changed component, never recomputed.

    Counts edges of other organisations that are current or since removed, without mirrors.
    """

    __tablename__ = "edge_total"

    component_id: int = Field(foreign_key="component.id", primary_key=True, ondelete="CASCADE")
    tag: str = Field(primary_key=True, max_length=20)
    edges: int = 0
    organisations: int = 0
    countries: int = 0
    foreign_countries: int = 0


class LineageState(Model, table=True):
    """How far the lineage of a repository is: facts that were indexed, and the last update.

    `facts_digest` changes with the facts; `index_version` is the rules they were indexed by.
    """

    __tablename__ = "lineage_state"

    repository_id: int = Field(foreign_key="repository.id", primary_key=True, ondelete="CASCADE")
    facts_digest: str = Field(default="", max_length=64)
    index_version: str = Field(default="", max_length=80)
    artefacts: int = Field(default=0, sa_type=BigInteger)
    fingerprints: int = Field(default=0, sa_type=BigInteger)
    updated_at: datetime
