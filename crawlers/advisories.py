"""Asking the OSV API (google.github.io/osv.dev/api) for advisories about the catalogue.

First which advisories there are, many questions at a time; then each record that is new or has
changed. What the API does not know, or answers with an error, is left for the next day.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol
from urllib.parse import quote

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlmodel import col

from crawlers.egress import Response
from registry.adoption.advisories.asking import questions
from registry.adoption.advisories.importing import Imported, import_records
from registry.adoption.advisories.osv import MAX_RECORD, OsvRecord, read_record
from registry.adoption.drift.jobs import due_drifts
from registry.clock import Clock
from registry.db.bulk import batches
from registry.db.session import Database
from registry.db.tables import Advisory
from registry.errors import CrawlFailure
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.logs import get_logger
from registry.settings import AdvisorySettings

REFRESH: Final = "advisory.refresh"
BATCH: Final = 500
MAX_ANSWER: Final = 32 * 1024 * 1024
MAX_PAGES: Final = 20
_log = get_logger(__name__)


class Http(Protocol):
    """What is asked of the egress."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = ...,
    ) -> Response:
        """Send one request."""


class _Named(Struct, frozen=True):
    id: str
    modified: str = ""


class _Found(Struct, frozen=True):
    vulns: list[_Named] = []
    next_page_token: str | None = None


class _Batch(Struct, frozen=True):
    results: list[_Found | None] = []


class AdvisoryRefresh:
    """Brings in what the OSV API knows of the catalogue."""

    def __init__(
        self,
        database: Database,
        settings: AdvisorySettings,
        http: Http,
        queue: JobQueue,
        clock: Clock,
    ) -> None:
        self._database = database
        self._url = settings.osv_url.rstrip("/")
        self._http = http
        self._queue = queue
        self._clock = clock

    def handle(self, job: RunningJob) -> None:
        """Handle the job `advisory.refresh`."""
        del job  # what it writes is the same when it is written twice
        self.refresh()

    def refresh(self) -> Imported:
        """Ask for all, write what is new or changed, and have the forks measured anew."""
        if not self._url:
            return Imported(0, 0, 0, 0, 0, ())
        with self._database.read() as session:
            asked = questions(session)
            rows = session.execute(select(col(Advisory.key), col(Advisory.modified_at))).all()
        known = {row[0]: row[1] for row in rows}
        named = {x.id: x.modified for x in self._listed(asked.queries)}
        wanted = [
            key for key, modified in named.items()
            if key not in known or not modified.startswith(known[key].strftime("%Y-%m-%dT%H:%M:%S"))
        ]  # fmt: skip
        records = list(self._records(dict.fromkeys((*wanted, *asked.names))))
        with self._database.write() as session:
            done = import_records(session, records, self._clock())
            self._queue.enqueue(session, due_drifts(session))
        return done

    def _listed(self, queries: Iterable[dict[str, Any]]) -> Iterator[_Named]:
        for batch in batches(queries, BATCH):
            pending = batch
            for _ in range(MAX_PAGES):
                answer = self._post("/v1/querybatch", {"queries": pending})
                following = []
                for query, found in zip(pending, answer.results, strict=False):
                    yield from found.vulns if found else ()
                    if found and found.next_page_token:
                        following.append({**query, "page_token": found.next_page_token})
                pending = following
                if not pending:
                    break

    def _post(self, path: str, body: dict[str, Any]) -> _Batch:
        answer = self._http.request(
            "POST", self._url + path, headers={"content-type": "application/json"},
            body=msgspec.json.encode(body), max_bytes=MAX_ANSWER,
        )  # fmt: skip
        if answer.status != 200:
            raise CrawlFailure(
                "unavailable", f"the OSV API answers {answer.status}", retryable=True
            )
        try:
            return msgspec.json.decode(answer.body, type=_Batch)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise CrawlFailure("malformed", "the answer of the OSV API") from error

    def _records(self, keys: Iterable[str]) -> Iterator[OsvRecord | str]:
        for key in keys:
            try:
                answer = self._http.request(
                    "GET", f"{self._url}/v1/vulns/{quote(key, safe='')}", max_bytes=MAX_RECORD
                )
            except CrawlFailure as failure:
                _log.warning("advisory_not_read", advisory=key, reason=failure.reason)
                continue
            if answer.status == 200:
                yield read_record(answer.body)


def refresh_job() -> NewJob:
    """Return the job that asks for advisories."""
    return NewJob(task=REFRESH, key="osv", lane="api.osv.dev")
