"""All tables; importing this package registers every one of them."""

from registry.db.tables.audit import AuditCheckpoint, AuditEntry
from registry.db.tables.component import Component, ComponentField, IndexOutbox, RegistryState
from registry.db.tables.facts import (
    ClaimRow,
    CommitRow,
    DependencyRow,
    DocumentRow,
    LanguageRow,
    PackageRow,
    PathRow,
    ReleaseRow,
    SubmoduleRow,
)
from registry.db.tables.job import Job, JobLane, JobState
from registry.db.tables.lineage import (
    ClusterMember,
    ClusterPair,
    Dispute,
    Edge,
    EdgeEvent,
    EdgeKind,
    EdgeState,
    EdgeTag,
    EdgeTotal,
    LineageState,
)
from registry.db.tables.lineage_facts import (
    AttributionRow,
    DependencySpan,
    FileArtefact,
    FingerprintRow,
    NamedSource,
    PackageSpan,
)
from registry.db.tables.organisation import Level, Organisation, Source, SourceKind
from registry.db.tables.peer import PeerRecord
from registry.db.tables.repository import (
    CrawlEvent,
    ForgeCache,
    HostBudget,
    Repository,
    RepositoryAlias,
    RepositoryState,
)

__all__ = [
    "AttributionRow",
    "AuditCheckpoint",
    "AuditEntry",
    "ClaimRow",
    "ClusterMember",
    "ClusterPair",
    "CommitRow",
    "Component",
    "ComponentField",
    "CrawlEvent",
    "DependencyRow",
    "DependencySpan",
    "Dispute",
    "DocumentRow",
    "Edge",
    "EdgeEvent",
    "EdgeKind",
    "EdgeState",
    "EdgeTag",
    "EdgeTotal",
    "FileArtefact",
    "FingerprintRow",
    "ForgeCache",
    "HostBudget",
    "IndexOutbox",
    "Job",
    "JobLane",
    "JobState",
    "LanguageRow",
    "Level",
    "LineageState",
    "NamedSource",
    "Organisation",
    "PackageRow",
    "PackageSpan",
    "PathRow",
    "PeerRecord",
    "RegistryState",
    "ReleaseRow",
    "Repository",
    "RepositoryAlias",
    "RepositoryState",
    "Source",
    "SourceKind",
    "SubmoduleRow",
]
