"""The composition root: from settings to the parts of a running registry."""

import os
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from registry import faults, logs
from registry.accounts.idempotency import Idempotency
from registry.accounts.providers import Provider, provider_of
from registry.accounts.service import Accounts
from registry.accounts.sessions import Lifetimes
from registry.adoption.action_service import ReuseActions
from registry.adoption.adopter_service import Adopters
from registry.adoption.calls.service import Calls
from registry.adoption.demand.service import Demand
from registry.adoption.drift.jobs import drift_jobs
from registry.adoption.drift.service import Drifts
from registry.adoption.follows.service import Follows
from registry.adoption.needs.service import Needs
from registry.adoption.port import Forker
from registry.adoption.savings.service import ReportedSavings
from registry.catalogue.service import Catalogue
from registry.cli.foundations import Foundations
from registry.cli.keys import (
    secret_from_file,
)
from registry.db.tables import Repository
from registry.disputes.service import Disputes
from registry.domain.votes import ForgeVotes
from registry.errors import CrawlFailure, Unavailable
from registry.governance.measures.counting import count_jobs
from registry.governance.measures.service import Measures
from registry.governance.record.forge_votes import BodyVotes
from registry.governance.record.service import Bodies
from registry.jobs.port import NewJob
from registry.keeping.service import KeptFiles
from registry.lineage.pipeline import LineageUpdater
from registry.lineage.proofs import build_proof
from registry.lineage.removal import restore_edges, withdraw_edges
from registry.lineage.service import Lineage
from registry.publishing.bulk.editions import BulkData
from registry.publishing.drafts import Drafts
from registry.publishing.ownership_service import OwnershipClaims
from registry.publishing.port import PubliccodeFiles
from registry.publishing.proposals import Proposals
from registry.publishing.removals import Removals
from registry.publishing.service import Publishing
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Reports
from registry.reports.snapshots.service import Snapshots
from registry.settings import ProviderSettings, Settings, from_environ
from registry.webhooks.hooks import Hooks
from registry.webhooks.service import Webhooks

if TYPE_CHECKING:  # the crawlers are heavy: commands that do not crawl never load them
    from registry.cli.publishing import CataloguedRepositories

PUSHED_PRIORITY = 5


def read_settings() -> Settings:
    """Read the settings of this process and set up its logs."""
    settings = from_environ(os.environ)
    logs.configure(settings.log)
    faults.arm(os.environ.get("REGISTRY_CRASH_AT", ""))
    return settings


class Registry(Foundations):
    """The parts of one process, each built when it is first needed."""

    @cached_property
    def accounts(self) -> Accounts:
        """Who is signed in, and in which roles."""
        accounts = self.settings.accounts
        lifetimes = Lifetimes(
            timedelta(hours=accounts.session_idle_hours), timedelta(days=accounts.session_days)
        )
        providers = [self._provider(*item) for item in accounts.providers.items()]
        client = self.sign_in_egress if providers else None
        return Accounts(self.database, lifetimes, self.clock, providers, client)

    def _provider(self, name: str, settings: ProviderSettings) -> Provider:
        file = settings.client_secret_file
        secret = secret_from_file(file, f"client secret of {name}") if file else ""
        return provider_of(name, settings, secret)

    @cached_property
    def idempotency(self) -> Idempotency:
        """Requests that must not be done twice."""
        return Idempotency(self.database, self.sealer, self.clock)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Endpoints that are told of events."""
        return Webhooks(self.database, self.queue, self.sealer, self._checked_url, self.clock)

    @cached_property
    def hooks(self) -> Hooks:
        """What takes the messages of forges."""
        return Hooks(
            self.database, self.sealer, self.queue, self._crawl_soon, self.clock,
            frozenset(self.settings.crawl.allow_hosts),
        )  # fmt: skip

    def _crawl_soon(self, repository: Repository) -> NewJob | None:
        from crawlers.discovery import CRAWLED
        from crawlers.pipeline import crawl_job

        if repository.state not in CRAWLED:
            return None
        return crawl_job(repository, self.settings.crawl, priority=PUSHED_PRIORITY)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The questions that pages, API and command line ask."""
        return Catalogue(self.database, self.index, self.queue, self.clock)

    @cached_property
    def lineage(self) -> Lineage:
        """The questions about reuse."""
        return Lineage(self.database, self.background)

    @cached_property
    def disputes(self) -> Disputes:
        """Objections to what the registry says."""
        return Disputes(self.database, self.clock, self.measures.affiliation_changed)

    @cached_property
    def kept_files(self) -> KeptFiles:
        """The publiccode.yml files that stand here in place of in their repository."""
        return KeptFiles(
            self.database, self.publiccode_files, self.queue, self.clock,
            allow_http_hosts=frozenset(self.settings.crawl.allow_hosts),
        )  # fmt: skip

    @cached_property
    def needs(self) -> Needs:
        """What bodies need, and what there is."""
        return Needs(self.database, self.catalogue, self.lineage, self.clock)

    @cached_property
    def demand(self) -> Demand | None:
        """What is searched for in vain, where that is counted."""
        if not self.settings.web.count_vain_searches:
            return None
        return Demand(self.database, self.clock)

    @cached_property
    def calls(self) -> Calls:
        """Who looks for partners."""
        return Calls(self.database, self.clock)

    @cached_property
    def follows(self) -> Follows:
        """What accounts follow, and where they get mail."""
        return Follows(
            self.database,
            self.catalogue,
            self.queue,
            self.sealer,
            self.clock,
            has_mail=self.settings.has_mail,
        )

    @cached_property
    def reports(self) -> Reports:
        """What the components of a portfolio are reused for."""
        return Reports(
            self.database, self.catalogue, self.clock,
            allow_http_hosts=frozenset(self.settings.crawl.allow_hosts),
        )  # fmt: skip

    @cached_property
    def savings(self) -> ReportSavings:
        """What the reuse of a report saved."""
        return ReportSavings(self.database)

    @cached_property
    def snapshots(self) -> Snapshots:
        """Reports that were frozen."""
        return Snapshots(self.database, self.reports, self.savings, self.clock)

    @cached_property
    def bulk(self) -> BulkData:
        """The whole catalogue as files."""
        return BulkData(self.database, self.settings.home, self.clock)

    @cached_property
    def bodies(self) -> Bodies:
        """The record of joint bodies."""
        return Bodies(self.database, self.clock)

    @cached_property
    def votes(self) -> BodyVotes:
        """Decisions from votes at forges."""
        return BodyVotes(
            self.database, self.clock, _Reading(self), hasher=lambda: self.author_hasher
        )

    @cached_property
    def publishing(self) -> Publishing:
        """The catalogue in the forms of other catalogues."""
        return Publishing(self.database, self.clock)

    @cached_property
    def lineage_updater(self) -> LineageUpdater:
        """What measures a repository against all others."""
        return LineageUpdater(
            database=self.database,
            background=lambda: self.background,
            queue=self.queue,
            prove=build_proof,
            clock=self.clock,
            followed_by=lambda session, key: [*count_jobs(session, key), *drift_jobs(session, key)],
        )

    @cached_property
    def drifts(self) -> Drifts:
        """How far forks and copies are from where they come from, and the fixes that they miss."""
        return Drifts(self.database, self.clock)

    @cached_property
    def measures(self) -> Measures:
        """Who works on components."""
        return Measures(self.database, self.clock, self.queue.enqueue)

    @cached_property
    def ownership(self) -> OwnershipClaims:
        """Claims to own components and organisations."""
        return OwnershipClaims(self.database, self.queue, self.clock)

    @cached_property
    def reuse_actions(self) -> ReuseActions:
        """What people take over."""
        return ReuseActions(
            self.database, self.queue, self.clock,
            forker=self.forker if self.settings.reuse.fork_by_api else None,
            allow_http_hosts=frozenset(self.settings.crawl.allow_hosts),
        )  # fmt: skip

    @cached_property
    def adopters(self) -> Adopters:
        """Organisations that state that they use a component."""
        allowed = frozenset(self.settings.crawl.allow_hosts)
        return Adopters(self.database, self.clock, allow_http_hosts=allowed)

    @cached_property
    def reported_savings(self) -> ReportedSavings:
        """What organisations report that reuse saved them."""
        return ReportedSavings(self.database, self.clock, self._public_url)

    @cached_property
    def forker(self) -> Forker:
        """What asks forges to fork."""
        from crawlers.forges.forking import ForgeForker

        return ForgeForker(self.egress)

    @cached_property
    def removals(self) -> Removals:
        """Takedown and erasure."""
        return Removals(
            self.database,
            self.queue,
            self.clock,
            withdraw=withdraw_edges,
            restore=restore_edges,
            hasher=lambda: self.author_hasher,
        )

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts of the publish wizard."""
        return Drafts(self.database, self.repositories, self.publiccode_files, self.clock)

    @cached_property
    def proposals(self) -> Proposals:
        """Organisations that people propose to crawl."""
        return Proposals(self.database, self.repositories, self.clock)

    @cached_property
    def repositories(self) -> "CataloguedRepositories":
        """The repositories of the catalogue, to which others can be added."""
        from crawlers.pipeline import store_root
        from registry.cli.publishing import CataloguedRepositories
        from registry.gitstore.contents import GitContents

        return CataloguedRepositories(self, GitContents(store_root(self.settings.home)))

    @cached_property
    def publiccode_files(self) -> PubliccodeFiles:
        """The reader of publiccode.yml files that people send."""
        from crawlers.sandbox import level, run
        from crawlers.validating import SandboxedFiles

        return SandboxedFiles(partial(run, chosen=level(self.settings.crawl)))

    def close(self) -> None:
        """Let go of what was opened."""
        if demand := self.__dict__.get("demand"):
            demand.close()  # it writes what it has counted
        super().close()


class _Reading:
    """Reads votes at forges; what speaks to them is loaded when it is first needed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, url: str, forge: str = "", bot: str = "") -> ForgeVotes:
        """Return the votes that ended at an address; `Unavailable` where the forge has none now."""
        from crawlers.forges.votes import ForgeVoteReader
        from registry.cli.crawling import forge_client

        try:
            return ForgeVoteReader(forge_client(self._registry)).read(url, forge, bot)
        except CrawlFailure as error:
            raise Unavailable(f"the forge did not answer as it should: {error}") from None
