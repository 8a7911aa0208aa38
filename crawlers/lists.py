"""Sources that are lists on the web: fetched through the egress, each entry added as a source."""

from collections.abc import Callable

from crawlers.adding import add_list, jobs_due
from crawlers.forges.infer import parse_source
from crawlers.sources.entries import SourceList
from crawlers.sources.read import read_list
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import CrawlEvent, Source, SourceKind
from registry.errors import CrawlFailure, InvalidInput, NotFound
from registry.jobs.port import Handler, JobQueue, RunningJob
from registry.settings import CrawlSettings

MAX_LIST_BYTES = 16 * 1024**2


class SourceLists:
    """Handles `crawl.source` jobs of lists, and hands those of other sources on."""

    def __init__(
        self,
        *,
        database: Database,
        settings: CrawlSettings,
        fetch: Callable[[str], tuple[int, bytes]],
        queue: JobQueue,
        clock: Clock,
        otherwise: Handler,
    ) -> None:
        self._database = database
        self._settings = settings
        self._fetch = fetch
        self._queue = queue
        self._clock = clock
        self._otherwise = otherwise

    def discover(self, job: RunningJob) -> None:
        """Read the list of a list source; entries that it no longer holds stay as they are."""
        source_id = int(job.payload["source_id"])
        with self._database.read() as session:
            source = session.get(Source, source_id)
            if source is None:
                raise NotFound(f"there is no source {source_id}")
            spec = source.spec
        if source.kind != SourceKind.LIST:
            self._otherwise(job)
            return
        try:
            found = self._entries(spec)
        except CrawlFailure as failure:
            self._note(source_id, failure.reason, failure.detail)
            raise
        self._add(job, source_id, found)

    def _entries(self, spec: str) -> SourceList:
        allowed = frozenset(self._settings.allow_hosts)
        url = parse_source(spec, allow_http_hosts=allowed).url
        status, body = self._fetch(url)
        if status != 200:
            raise _refusal(status, url)
        try:
            found = read_list(body, url.rpartition("/")[2], allow_http_hosts=allowed)
        except InvalidInput as error:
            raise CrawlFailure("malformed", str(error)) from error
        if not found.entries:
            raise CrawlFailure("malformed", "the list holds no source that can be read")
        return found

    def _add(self, job: RunningJob, source_id: int, found: SourceList) -> None:
        now = self._clock()
        with self._database.write() as session:
            job.complete(session)
            added = add_list(session, found, now)
            session.flush()
            self._queue.enqueue(session, jobs_due(session, self._settings, now))
        detail = f"{len(found.entries)} entries, {added} new, {len(found.problems)} left out"
        self._note(source_id, "discovered", detail)

    def _note(self, source_id: int, outcome: str, detail: str) -> None:
        now = self._clock()
        with self._database.write() as session:
            source = session.get(Source, source_id)
            if source is None:
                return
            source.discovered_at, source.outcome, source.detail = now, outcome, detail[:2000]
            session.add(source)
            session.add(
                CrawlEvent(
                    source_id=source_id, at=now, stage="discover", outcome=outcome,
                    detail=detail[:2000],
                )
            )  # fmt: skip


def _refusal(status: int, url: str) -> CrawlFailure:
    if status == 429:
        return CrawlFailure("rate_limited", url, retryable=True)
    if status >= 500:
        return CrawlFailure("unavailable", url, retryable=True)
    return CrawlFailure("gone" if status in {404, 410} else f"http_{status}", url)
