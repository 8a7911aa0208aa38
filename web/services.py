"""What the web is given: the questions of `web.ports`, who is signed in, the settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ControllerRouterHandler

from registry.accounts.audit_log import AuditLog
from registry.accounts.service import Accounts
from registry.adoption.calls.service import Calls
from registry.adoption.demand.service import Demand
from registry.adoption.follows.service import Follows
from registry.adoption.needs.service import Needs
from registry.errors import NotFound
from registry.governance.record.forge_votes import BodyVotes
from registry.governance.record.service import Bodies
from registry.publishing.bulk.editions import BulkData
from registry.publishing.port import PubliccodeFiles
from registry.publishing.proposals import Proposals
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.service import Snapshots
from registry.settings import WebSettings
from registry.webhooks.hooks import OrganisationHooks
from registry.webhooks.service import Webhooks
from web.limits import Buckets
from web.memo import Memo
from web.ports.adoption import AdoptersPort, DriftPort, ReportedSavingsPort, ReuseActionsPort
from web.ports.catalogue import Catalogue, Contents
from web.ports.disputes import DisputesPort
from web.ports.governance import MeasuresPort
from web.ports.lineage import Lineage
from web.ports.ownership import Drafts, KeptFilesPort, OwnershipPort, RemovalLog
from web.ports.publishing import Publishing


@dataclass(frozen=True)
class Services:
    """All that the web may use; built in the composition root, replaced whole in tests.

    `as_of` gives the time of the newest crawl. `limits` are rows (setting, value, meaning) of
    `registry.settings.describe` that the public may see. Without `accounts` nobody signs in, and
    there are no pages for it. `buckets` are the rate limits that server processes share.
    `data_state` returns a text that is another one whenever readers of the database may see
    something else.
    """

    catalogue: Catalogue
    contents: Contents
    lineage: Lineage
    disputes: DisputesPort
    publishing: Publishing
    publiccode: PubliccodeFiles
    drafts: Drafts
    removals: RemovalLog
    drifts: DriftPort
    measures: MeasuresPort
    settings: WebSettings
    version: str
    as_of: Callable[[], datetime]
    limits: Sequence[tuple[str, str, str]] = ()
    api_routes: Sequence[ControllerRouterHandler] = ()
    ownership: OwnershipPort | None = None
    reuse_actions: ReuseActionsPort | None = None
    adopters: AdoptersPort | None = None
    reported_savings: ReportedSavingsPort | None = None
    kept: KeptFilesPort | None = None
    proposals: Proposals | None = None
    needs: Needs | None = None
    demand: Demand | None = None
    calls: Calls | None = None
    follows: Follows | None = None
    bodies: Bodies | None = None
    votes: BodyVotes | None = None
    reports: Reports | None = None
    savings: ReportSavings | None = None
    snapshots: Snapshots | None = None
    bulk: BulkData | None = None
    accounts: Accounts | None = None
    webhooks: Webhooks | None = None
    hooks: OrganisationHooks | None = None
    audit: AuditLog | None = None
    buckets: Buckets | None = None
    data_state: Callable[[], str] | None = None
    memo: Memo = field(default_factory=Memo)


ServicesDependency = NamedDependency[SkipValidation[Services]]


class Moved(NotFound):
    """The component is now under another slug; the page answers with a permanent redirect."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"this component is now called {slug!r}")
        self.slug = slug
