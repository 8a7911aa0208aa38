"""All tables; importing this package registers every one of them."""

from registry.db.tables.account import (
    Account,
    AccountState,
    ApiToken,
    Identity,
    Invitation,
    Membership,
    Role,
    SignInAttempt,
    SignInLink,
    WebSession,
)
from registry.db.tables.adoption import Adoption, ReuseAction, ReuseState
from registry.db.tables.advisory import Advisory, AdvisoryLink, ComponentAdvisory
from registry.db.tables.audit import AuditCheckpoint, AuditEntry
from registry.db.tables.change import Change, ChangeKind
from registry.db.tables.component import Component, ComponentField, IndexOutbox, RegistryState
from registry.db.tables.contribution import Affiliation, Contribution, ContributionCount
from registry.db.tables.dispute import Dispute, EdgeLabel
from registry.db.tables.draft import Draft
from registry.db.tables.drift import Drift, MissedFix
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
from registry.db.tables.idempotency import IdempotentRequest
from registry.db.tables.inspection import InspectionRow, SignRow
from registry.db.tables.job import Job, JobLane, JobState
from registry.db.tables.kept import KeptFile, KeptState
from registry.db.tables.lineage import (
    ClusterMember,
    ClusterPair,
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
from registry.db.tables.need import (
    Need,
    NeedJoin,
    NeedOffer,
    NeedOutcome,
    NeedState,
    NeedStatement,
    OfferState,
)
from registry.db.tables.organisation import Level, Organisation, Source, SourceKind
from registry.db.tables.ownership import (
    GovernmentDomain,
    OwnershipClaim,
    OwnershipState,
    ProofMethod,
)
from registry.db.tables.peer import PeerRecord
from registry.db.tables.proposal import Proposal, ProposalState
from registry.db.tables.rate import RateBucket
from registry.db.tables.removal import Erasure, Takedown
from registry.db.tables.repository import (
    CrawlEvent,
    ForgeCache,
    HostBudget,
    Repository,
    RepositoryAlias,
    RepositoryState,
)
from registry.db.tables.webhook import (
    DeliveryState,
    EndpointState,
    InboundDelivery,
    InboundHook,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = [
    "Account",
    "AccountState",
    "Adoption",
    "Advisory",
    "AdvisoryLink",
    "Affiliation",
    "ApiToken",
    "AttributionRow",
    "AuditCheckpoint",
    "AuditEntry",
    "Change",
    "ChangeKind",
    "ClaimRow",
    "ClusterMember",
    "ClusterPair",
    "CommitRow",
    "Component",
    "ComponentAdvisory",
    "ComponentField",
    "Contribution",
    "ContributionCount",
    "CrawlEvent",
    "DeliveryState",
    "DependencyRow",
    "DependencySpan",
    "Dispute",
    "DocumentRow",
    "Draft",
    "Drift",
    "Edge",
    "EdgeEvent",
    "EdgeKind",
    "EdgeLabel",
    "EdgeState",
    "EdgeTag",
    "EdgeTotal",
    "EndpointState",
    "Erasure",
    "FileArtefact",
    "FingerprintRow",
    "ForgeCache",
    "GovernmentDomain",
    "HostBudget",
    "IdempotentRequest",
    "Identity",
    "InboundDelivery",
    "InboundHook",
    "IndexOutbox",
    "InspectionRow",
    "Invitation",
    "Job",
    "JobLane",
    "JobState",
    "KeptFile",
    "KeptState",
    "LanguageRow",
    "Level",
    "LineageState",
    "Membership",
    "MissedFix",
    "NamedSource",
    "Need",
    "NeedJoin",
    "NeedOffer",
    "NeedOutcome",
    "NeedState",
    "NeedStatement",
    "OfferState",
    "Organisation",
    "OwnershipClaim",
    "OwnershipState",
    "PackageRow",
    "PackageSpan",
    "PathRow",
    "PeerRecord",
    "ProofMethod",
    "Proposal",
    "ProposalState",
    "RateBucket",
    "RegistryState",
    "ReleaseRow",
    "Repository",
    "RepositoryAlias",
    "RepositoryState",
    "ReuseAction",
    "ReuseState",
    "Role",
    "SignInAttempt",
    "SignInLink",
    "SignRow",
    "Source",
    "SourceKind",
    "SubmoduleRow",
    "Takedown",
    "WebSession",
    "WebhookDelivery",
    "WebhookEndpoint",
]
