"""All tables; importing this package registers every one of them."""

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
from registry.db.tables.organisation import Level, Organisation, Source, SourceKind
from registry.db.tables.repository import (
    CrawlEvent,
    ForgeCache,
    HostBudget,
    Repository,
    RepositoryAlias,
    RepositoryState,
)

__all__ = [
    "ClaimRow",
    "CommitRow",
    "Component",
    "ComponentField",
    "CrawlEvent",
    "DependencyRow",
    "DocumentRow",
    "ForgeCache",
    "HostBudget",
    "IndexOutbox",
    "Job",
    "JobLane",
    "JobState",
    "LanguageRow",
    "Level",
    "Organisation",
    "PackageRow",
    "PathRow",
    "RegistryState",
    "ReleaseRow",
    "Repository",
    "RepositoryAlias",
    "RepositoryState",
    "Source",
    "SourceKind",
    "SubmoduleRow",
]
