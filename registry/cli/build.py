"""The composition root: from settings to the parts of a running registry."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import make_url

from registry import faults, logs
from registry.accounts.idempotency import Idempotency
from registry.accounts.notes import Signer
from registry.accounts.providers import Provider, provider_of
from registry.accounts.sealing import Sealer
from registry.accounts.service import Accounts
from registry.accounts.sessions import Lifetimes
from registry.adoption.action_service import LOOK, CopyLooks, ReuseActions
from registry.adoption.adopter_service import Adopters
from registry.adoption.drift.jobs import MEASURE, drift_jobs
from registry.adoption.drift.service import Drifts
from registry.adoption.needs.service import Needs
from registry.adoption.port import Forker
from registry.catalogue.record import AuthorHasher
from registry.catalogue.service import Catalogue
from registry.cli.keys import (
    AUDIT,
    AUTHORS,
    SEALING,
    SEALING_BEFORE,
    instance_key,
    instance_keys,
    secret_from_file,
)
from registry.clock import utc_now
from registry.db import migrate
from registry.db.session import Database
from registry.db.tables import Repository
from registry.disputes.service import Disputes
from registry.errors import Conflict
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.indexing import INDEX
from registry.jobs.port import Handler, JobQueue, NewJob, RunningJob
from registry.lineage.background import FILE, Background
from registry.lineage.jobs import UPDATE
from registry.lineage.pipeline import LineageUpdater
from registry.lineage.proofs import build_proof
from registry.lineage.removal import restore_edges, withdraw_edges
from registry.lineage.service import Lineage
from registry.publishing.drafts import Drafts
from registry.publishing.ownership_service import CHECK, OwnershipChecks, OwnershipClaims
from registry.publishing.port import PubliccodeFiles, Repositories
from registry.publishing.removals import Removals
from registry.publishing.service import Publishing
from registry.search.database_search import DatabaseSearch
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.indexing import drain_outbox
from registry.search.port import SearchIndex
from registry.settings import ProviderSettings, Settings, from_environ
from registry.webhooks.deliver import DELIVER, TIMEOUT_SECONDS, Deliverer
from registry.webhooks.hooks import Hooks
from registry.webhooks.service import Webhooks

if TYPE_CHECKING:  # the crawlers are heavy: commands that do not crawl never load them
    from crawlers.advisories import AdvisoryRefresh
    from crawlers.drift.job import DriftMeasurer
    from crawlers.egress import Egress
    from crawlers.forges.client import ForgeClient
    from crawlers.gitfetch import GitFetch
    from crawlers.peers.harvest import PeerHarvest

MAX_ANSWER_BYTES = 64 * 1024
PUSHED_PRIORITY = 5
DEMO_PATTERN = "https://demo.example/{owner}/{name}"


def read_settings() -> Settings:
    """Read the settings of this process and set up its logs."""
    settings = from_environ(os.environ)
    logs.configure(settings.log)
    faults.arm(os.environ.get("REGISTRY_CRASH_AT", ""))
    return settings


class Registry:
    """The parts of one process, each built when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = _with_demo(settings)
        self.clock = utc_now

    @cached_property
    def database(self) -> Database:
        """The canonical store, at the schema of this version."""
        database = self.open_database()
        pending = migrate.state(database).pending
        if pending and not migrate.state(database).current:
            migrate.upgrade(database)
        elif pending:
            raise Conflict("the database has an older schema: run `registry db upgrade`")
        return database

    def open_database(self) -> Database:
        """Open the store without looking at its schema."""
        database = self.settings.database
        url = make_url(self.settings.database_url)
        if database.password_file:
            password = secret_from_file(database.password_file, "password of the database")
            url = url.set(password=password)
        return Database(url, pool_size=database.pool_size)

    @cached_property
    def queue(self) -> JobQueue:
        """The work queue: embedded on SQLite, procrastinate on PostgreSQL."""
        if self.database.is_sqlite:
            return EmbeddedQueue(self.database, clock=self.clock)
        from registry.jobs.procrastinate_queue import ProcrastinateQueue, apply_schema

        apply_schema(self.database)
        return ProcrastinateQueue(self.database)

    @cached_property
    def index(self) -> SearchIndex:
        """The search index that the settings name."""
        search = self.settings.search
        if search.engine == "none":
            return DatabaseSearch(self.database)
        if search.engine == "embedded":
            return EmbeddedSearchIndex(self.settings.home)
        from registry.search.meilisearch import MeilisearchIndex

        key = secret_from_file(search.key_file, "search key") if search.key_file else ""
        return MeilisearchIndex(search.url, key, search.index)

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
    def sign_in_egress(self) -> "Egress":
        """The door to providers of sign-in: its exceptions are not those of crawling."""
        from crawlers.egress import Egress

        hosts = self.settings.accounts.allow_hosts
        return Egress(msgspec.structs.replace(self.settings.crawl, allow_hosts=hosts))

    @cached_property
    def signer(self) -> Signer:
        """The key with which this registry signs checkpoints of its audit log."""
        return Signer(instance_key(self.settings.home, AUDIT))

    @cached_property
    def sealer(self) -> Sealer:
        """What seals secrets that must be usable again."""
        return Sealer(instance_keys(self.settings.home, SEALING, SEALING_BEFORE))

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

    def _checked_url(self, url: str) -> str:
        from crawlers.egress import allowed_hosts, check_url

        return check_url(url, allowed_hosts(self.settings.crawl.allow_hosts)).url

    def _crawl_soon(self, repository: Repository) -> NewJob | None:
        from crawlers.discovery import CRAWLED
        from crawlers.pipeline import crawl_job

        if repository.state not in CRAWLED:
            return None
        return crawl_job(repository, self.settings.crawl, priority=PUSHED_PRIORITY)

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a webhook; of the answer nothing is kept but its status."""
        answer = self.egress.request(
            "POST", url, headers=headers, body=body, max_bytes=MAX_ANSWER_BYTES,
            total_seconds=TIMEOUT_SECONDS, follow=False,
        )  # fmt: skip
        return answer.status

    @cached_property
    def catalogue(self) -> Catalogue:
        """The questions that pages, API and command line ask."""
        return Catalogue(self.database, self.index, self.queue, self.clock)

    @cached_property
    def background(self) -> Background:
        """The index of third-party code: the operator's own, or else the one that is shipped."""
        own = self.settings.home / FILE
        return Background.load(own if own.is_file() else None)

    @cached_property
    def lineage(self) -> Lineage:
        """The questions about reuse."""
        return Lineage(self.database, self.background)

    @cached_property
    def disputes(self) -> Disputes:
        """Objections to what the registry says."""
        return Disputes(self.database, self.clock)

    @cached_property
    def needs(self) -> Needs:
        """What bodies need, and what there is."""
        return Needs(self.database, self.catalogue, self.lineage, self.clock)

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
            followed_by=drift_jobs,
        )

    @cached_property
    def author_hasher(self) -> AuthorHasher:
        """What replaces the addresses of authors."""
        return AuthorHasher(instance_key(self.settings.home, AUTHORS))

    @cached_property
    def drifts(self) -> Drifts:
        """How far forks and copies are from where they come from, and the fixes that they miss."""
        return Drifts(self.database, self.clock)

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
    def egress(self) -> "Egress":
        """The one door to the outside."""
        from crawlers.egress import Egress

        return Egress(self.settings.crawl)

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts of the publish wizard."""
        return Drafts(self.database, self.repositories, self.publiccode_files, self.clock)

    @cached_property
    def repositories(self) -> Repositories:
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

    def handlers(self) -> dict[str, Handler]:
        """Return every task of the queue with the function that does it, for a worker that starts.

        What workers that were killed left in the store is removed.
        """
        from crawlers.advisories import REFRESH
        from crawlers.discovery import DISCOVER, Discovery
        from crawlers.forges.detect import open_source
        from crawlers.gitfetch import GitFetch, janitor
        from crawlers.lists import MAX_LIST_BYTES, SourceLists
        from crawlers.pipeline import CRAWL, Crawler, store_root
        from crawlers.reading import Reader
        from crawlers.sandbox import level, run

        crawl = self.settings.crawl
        janitor(store_root(self.settings.home))
        client = self.forge_client()
        allowed = frozenset(crawl.allow_hosts)
        discovery = Discovery(
            database=self.database,
            settings=crawl,
            open_source=lambda spec: open_source(spec, client, allow_http_hosts=allowed),
            queue=self.queue,
            clock=self.clock,
        )

        def fetch(url: str) -> tuple[int, bytes]:
            answer = self.egress.get(url, max_bytes=MAX_LIST_BYTES)
            return answer.status, answer.body

        lists = SourceLists(
            database=self.database,
            settings=crawl,
            fetch=fetch,
            queue=self.queue,
            clock=self.clock,
            otherwise=discovery.discover,
        )
        peers = self.peer_harvest(otherwise=lists.discover)
        git = GitFetch(crawl, store_root(self.settings.home), self.egress)
        crawler = Crawler(
            database=self.database,
            settings=crawl,
            git=git,
            reader=Reader(
                partial(run, chosen=level(crawl)),
                sample=crawl.languages_sample,
                fingerprint_files=crawl.fingerprint_files,
                seconds=crawl.read_seconds,
            ),
            hasher=self.author_hasher,
            queue=self.queue,
            clock=self.clock,
        )
        return {
            DISCOVER: peers.discover,
            CRAWL: crawler.crawl,
            INDEX: self._drain,
            UPDATE: self.lineage_updater.update,
            CHECK: self.ownership_checks(git, client).check,
            LOOK: CopyLooks(self.database, self.queue, self.repositories, self.clock).look,
            DELIVER: Deliverer(self.database, self.sealer, self._post, self.clock).deliver,
            MEASURE: self.drift_measurer(git).measure,
            REFRESH: self.advisory_refresh().handle,
        }

    def advisory_refresh(self) -> "AdvisoryRefresh":
        """Return what asks for security advisories."""
        from crawlers.advisories import AdvisoryRefresh

        settings = self.settings.advisories
        return AdvisoryRefresh(self.database, settings, self.egress, self.queue, self.clock)

    def drift_measurer(self, git: "GitFetch") -> "DriftMeasurer":
        """Return what compares forks and copies with where they come from."""
        from crawlers.drift.comparing import Comparer
        from crawlers.drift.job import DriftMeasurer
        from crawlers.sandbox import level, run

        crawl = self.settings.crawl
        child = partial(run, chosen=level(crawl))
        comparer = Comparer(child, git, crawl, self.settings.drift)
        return DriftMeasurer(self.database, comparer, self.queue, self.clock)

    def ownership_checks(self, git: "GitFetch", client: "ForgeClient") -> OwnershipChecks:
        """Return what looks for proofs of ownership."""
        from crawlers.egress.txt import TxtRecords
        from crawlers.pipeline import store_root
        from crawlers.proofs.finder import Finder
        from crawlers.proofs.forge import ForgeMembership
        from crawlers.proofs.repository import RepositoryFiles
        from registry.gitstore.contents import GitContents

        contents = GitContents(store_root(self.settings.home))
        finder = Finder(
            http=self.egress,
            txt=TxtRecords(self.settings.ownership.dns_resolvers),
            head_files=RepositoryFiles(git, contents, self.settings.crawl),
            forge=ForgeMembership(client),
        )
        return OwnershipChecks(self.database, finder, self.clock)

    def forge_client(self) -> "ForgeClient":
        """Return the way to APIs: through the egress, conditional, within each host's budget."""
        from crawlers.forges.client import ForgeClient
        from crawlers.forges.stored import StoredConditionalCache, StoredRateBudgets

        return ForgeClient(
            self.egress,
            StoredConditionalCache(self.database, self.clock),
            StoredRateBudgets(self.database),
            self._tokens(),
            self.clock,
        )

    def peer_harvest(self, *, otherwise: Handler) -> "PeerHarvest":
        """Return what harvests other catalogues; other sources go to `otherwise`."""
        from crawlers.peers.harvest import PeerHarvest
        from crawlers.peers.reading import PeerReader
        from crawlers.sandbox import level, run

        return PeerHarvest(
            database=self.database,
            settings=self.settings.crawl,
            client=self.forge_client(),
            reader=PeerReader(partial(run, chosen=level(self.settings.crawl))),
            queue=self.queue,
            clock=self.clock,
            otherwise=otherwise,
        )

    def _drain(self, _job: RunningJob) -> None:
        drain_outbox(self.database, self.index)

    def _tokens(self) -> dict[str, str]:
        return {
            host: secret_from_file(path, f"token for {host}")
            for host, path in self.settings.forge.token_files.items()
        }

    def close(self) -> None:
        """Let go of what was opened."""
        for name in ("egress", "sign_in_egress", "index", "database"):
            if name in self.__dict__:
                self.__dict__[name].close()


def demo_folder(home: Path) -> Path:
    """Return where the repositories of the demo are built."""
    return home / "demo"


def _with_demo(settings: Settings) -> Settings:
    """Add the mirror through which the demo is crawled by the very same pipeline."""
    place = str(demo_folder(settings.home).absolute() / "{owner}+{name}.git")
    mirrors = {**settings.crawl.mirrors, DEMO_PATTERN: place}
    crawl = msgspec.structs.replace(settings.crawl, mirrors=mirrors)
    return msgspec.structs.replace(settings, crawl=crawl)
