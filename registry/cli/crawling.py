"""The tasks of the queue, each with what does it: importing this loads the crawlers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from crawlers.advisories import REFRESH, AdvisoryRefresh
from crawlers.demo.body import TASK as DEMO_BODY
from crawlers.demo.body import add_demo_body, is_demo_body_due
from crawlers.discovery import DISCOVER, Discovery
from crawlers.drift.comparing import Comparer
from crawlers.drift.job import DriftMeasurer
from crawlers.egress.txt import TxtRecords
from crawlers.forges.client import ForgeClient
from crawlers.forges.detect import open_source
from crawlers.forges.stored import StoredConditionalCache, StoredRateBudgets
from crawlers.gitfetch import GitFetch, janitor
from crawlers.lists import MAX_LIST_BYTES, SourceLists
from crawlers.peers.harvest import PeerHarvest
from crawlers.peers.reading import PeerReader
from crawlers.pipeline import CRAWL, Crawler, store_root
from crawlers.proofs.finder import Finder
from crawlers.proofs.forge import ForgeMembership
from crawlers.proofs.repository import RepositoryFiles
from crawlers.reading import Reader
from crawlers.sandbox import level, run
from crawlers.smtp import SmtpPost
from registry.adoption.action_service import LOOK, CopyLooks
from registry.adoption.drift.jobs import MEASURE
from registry.adoption.follows.mailing import SEND, Mailer
from registry.adoption.follows.searches import LOOK as LOOK_AT_SEARCHES
from registry.adoption.follows.searches import SearchWatch
from registry.cli.build import Registry
from registry.cli.keys import secret_from_file
from registry.gitstore.contents import GitContents
from registry.governance.measures.counting import COUNT
from registry.governance.measures.storing import MEASURE as MEASURE_WORK
from registry.governance.measures.storing import forget_attributed
from registry.jobs.indexing import INDEX
from registry.jobs.port import Handler, NewJob, RunningJob
from registry.lineage.jobs import UPDATE
from registry.publishing.bulk.editions import BULK
from registry.publishing.ownership_service import CHECK, OwnershipChecks
from registry.search.indexing import drain_outbox
from registry.webhooks.deliver import DELIVER, TIMEOUT_SECONDS, Deliverer

MAX_ANSWER_BYTES: Final = 64 * 1024
DEMO_WAIT: Final = timedelta(seconds=5)
DEMO_TRIES: Final = 720  # an hour, on a machine on which the demo is crawled slowly


def handlers(registry: Registry) -> dict[str, Handler]:
    """Return every task of the queue with the function that does it, for a worker that starts.

    What workers that were killed left in the store is removed.
    """
    store = store_root(registry.settings.home)
    janitor(store)
    client = forge_client(registry)
    git = GitFetch(registry.settings.crawl, store, registry.egress)
    database, queue, clock = registry.database, registry.queue, registry.clock

    def drain(_job: RunningJob) -> None:
        """Bring the search index up to date."""
        drain_outbox(database, registry.index)

    return {
        DISCOVER: _discover(registry, client),
        CRAWL: _crawler(registry, git).crawl,
        INDEX: drain,
        UPDATE: registry.lineage_updater.update,
        CHECK: _ownership_checks(registry, git, client).check,
        LOOK: CopyLooks(database, queue, registry.repositories, clock).look,
        DELIVER: Deliverer(database, registry.sealer, partial(_post, registry), clock).deliver,
        SEND: _mailer(registry).send,
        LOOK_AT_SEARCHES: SearchWatch(database, registry.catalogue, clock).look,
        COUNT: registry.measures.count,
        MEASURE_WORK: registry.measures.measure,
        MEASURE: _drift_measurer(registry, git).measure,
        REFRESH: advisory_refresh(registry).handle,
        BULK: registry.bulk.handle,
        DEMO_BODY: partial(record_demo_body, registry),
    }


def record_demo_body(registry: Registry, job: RunningJob) -> None:
    """Record the body of the demo; where its components are not crawled yet, try again later."""
    now, tries = registry.clock(), int(job.payload.get("tries", 0))
    with registry.database.write() as session:
        job.complete(session)
        changed = add_demo_body(session, now)
        if changed is not None:
            registry.queue.enqueue(session, forget_attributed(session, changed))
        elif tries < DEMO_TRIES and is_demo_body_due(session):
            again = demo_body_job(tries + 1, now + DEMO_WAIT)
            registry.queue.enqueue(session, [again])


def demo_body_job(tries: int = 0, not_before: datetime | None = None) -> NewJob:
    """Return the job that records the body of the demo."""
    return NewJob(task=DEMO_BODY, key="1", payload={"tries": tries}, not_before=not_before)


def forge_client(registry: Registry) -> ForgeClient:
    """Return the way to APIs: through the egress, conditional, within each host's budget."""
    tokens = {
        host: secret_from_file(path, f"token for {host}")
        for host, path in registry.settings.forge.token_files.items()
    }
    cache = StoredConditionalCache(registry.database, registry.clock)
    budgets = StoredRateBudgets(registry.database)
    return ForgeClient(registry.egress, cache, budgets, tokens, registry.clock)


def advisory_refresh(registry: Registry) -> AdvisoryRefresh:
    """Return what asks for security advisories."""
    return AdvisoryRefresh(
        registry.database, registry.settings.advisories, registry.egress, registry.queue,
        registry.clock,
    )  # fmt: skip


def peer_harvest(registry: Registry, client: ForgeClient, *, otherwise: Handler) -> PeerHarvest:
    """Return what harvests other catalogues; other sources go to `otherwise`."""
    return PeerHarvest(
        database=registry.database,
        settings=registry.settings.crawl,
        client=client,
        reader=PeerReader(partial(run, chosen=level(registry.settings.crawl))),
        queue=registry.queue,
        clock=registry.clock,
        otherwise=otherwise,
    )


def _discover(registry: Registry, client: ForgeClient) -> Handler:
    """Return what lists a source: a catalogue, else a list of addresses, else a forge."""
    crawl = registry.settings.crawl
    allowed = frozenset(crawl.allow_hosts)
    discovery = Discovery(
        database=registry.database,
        settings=crawl,
        open_source=lambda spec: open_source(spec, client, allow_http_hosts=allowed),
        queue=registry.queue,
        clock=registry.clock,
    )

    def fetch(url: str) -> tuple[int, bytes]:
        answer = registry.egress.get(url, max_bytes=MAX_LIST_BYTES)
        return answer.status, answer.body

    lists = SourceLists(
        database=registry.database,
        settings=crawl,
        fetch=fetch,
        queue=registry.queue,
        clock=registry.clock,
        otherwise=discovery.discover,
    )
    return peer_harvest(registry, client, otherwise=lists.discover).discover


def _crawler(registry: Registry, git: GitFetch) -> Crawler:
    crawl = registry.settings.crawl
    reader = Reader(
        partial(run, chosen=level(crawl)),
        sample=crawl.languages_sample,
        fingerprint_files=crawl.fingerprint_files,
        seconds=crawl.read_seconds,
    )
    return Crawler(
        database=registry.database,
        settings=crawl,
        git=git,
        reader=reader,
        hasher=registry.author_hasher,
        queue=registry.queue,
        clock=registry.clock,
    )


def _drift_measurer(registry: Registry, git: GitFetch) -> DriftMeasurer:
    crawl = registry.settings.crawl
    child = partial(run, chosen=level(crawl))
    comparer = Comparer(child, git, crawl, registry.settings.drift)
    return DriftMeasurer(registry.database, comparer, registry.queue, registry.clock)


def _ownership_checks(registry: Registry, git: GitFetch, client: ForgeClient) -> OwnershipChecks:
    contents = GitContents(store_root(registry.settings.home))
    finder = Finder(
        http=registry.egress,
        txt=TxtRecords(registry.settings.ownership.dns_resolvers),
        head_files=RepositoryFiles(git, contents, registry.settings.crawl),
        forge=ForgeMembership(client),
    )
    return OwnershipChecks(registry.database, finder, registry.clock)


def _mailer(registry: Registry) -> Mailer:
    """Return what sends mails; where none can be sent, each try fails and is told so."""
    from web.i18n.letters import RegistryLetters

    mail, base_url = registry.settings.mail, registry.settings.web.base_url

    def password() -> str:
        return secret_from_file(mail.password_file, "password of the mail server")

    return Mailer(
        registry.database, registry.sealer, RegistryLetters(base_url),
        SmtpPost(mail, base_url, password), registry.clock,
    )  # fmt: skip


def _post(registry: Registry, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send a webhook; of the answer nothing is kept but its status."""
    answer = registry.egress.request(
        "POST", url, headers=headers, body=body, max_bytes=MAX_ANSWER_BYTES,
        total_seconds=TIMEOUT_SECONDS, follow=False,
    )  # fmt: skip
    return answer.status
