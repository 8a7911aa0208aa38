"""What the web is given, all of it invented and in memory."""

from registry.settings import WebSettings
from tests.support.adoption_fakes import InMemoryAdopters, InMemoryReuseActions
from tests.support.bodies import sample_bodies
from tests.support.calls import sample_calls
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.demand import sample_demand
from tests.support.dispute_fakes import InMemoryDisputes
from tests.support.drafts import sample_drafts
from tests.support.drift_fakes import InMemoryDrifts
from tests.support.evidence_samples import InMemoryContents
from tests.support.follows import sample_follows
from tests.support.governance_fakes import InMemoryMeasures
from tests.support.hard_cases import NOW
from tests.support.lineage_fakes import InMemoryLineage
from tests.support.needs import sample_needs
from tests.support.ownership_fakes import InMemoryKept, InMemoryOwnership
from tests.support.publiccode_files import InProcessFiles
from tests.support.publishing_fakes import InMemoryPublishing, InMemoryRemovals
from tests.support.reports import sample_bulk, sample_reports, sample_savings, sample_snapshots
from tests.support.savings import InMemorySavings
from web.services import Services

LIMITS = (("crawl.fetch_seconds", "600", "Wall time of one fetch, in seconds."),)


def web_services(
    *, is_empty: bool = False, is_degraded: bool = False, settings: WebSettings | None = None
) -> Services:
    """Return services over the in-memory catalogue, as of a fixed moment."""
    catalogue = InMemoryCatalogue(is_empty=is_empty, is_degraded=is_degraded)
    return Services(
        catalogue=catalogue,
        publishing=InMemoryPublishing(catalogue.cards),
        lineage=InMemoryLineage(is_empty=is_empty),
        disputes=InMemoryDisputes(is_empty=is_empty),
        settings=settings or WebSettings(base_url="http://localhost:8000"),
        version="0.0-test",
        as_of=lambda: NOW,
        limits=LIMITS,
        contents=InMemoryContents(),
        publiccode=InProcessFiles(),
        ownership=InMemoryOwnership(),
        reuse_actions=InMemoryReuseActions(),
        adopters=InMemoryAdopters(),
        reported_savings=InMemorySavings(),
        drafts=sample_drafts(),
        kept=InMemoryKept(),
        removals=InMemoryRemovals(is_empty=is_empty),
        needs=sample_needs(is_empty=is_empty),
        follows=sample_follows(),
        demand=sample_demand(is_empty=is_empty),
        calls=sample_calls(is_empty=is_empty),
        bodies=sample_bodies(is_empty=is_empty),
        reports=sample_reports(is_empty=is_empty),
        savings=sample_savings(is_empty=is_empty),
        snapshots=sample_snapshots(is_empty=is_empty),
        bulk=sample_bulk(is_empty=is_empty),
        drifts=InMemoryDrifts(is_empty=is_empty),
        measures=InMemoryMeasures(is_empty=is_empty),
    )
