"""Harvests a peer: every page stored as it comes, what vanished ended after the last one.

A harvest that fails, or in which something could not be read, ends nothing. Killed at any moment it
is simply run again: what was stored already is found unchanged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlmodel import Session

from crawlers.adding import jobs_due
from crawlers.forges.client import ForgeClient
from crawlers.forges.infer import SourceSpec, parse_source
from crawlers.peers.connect import Peer, connect
from crawlers.peers.mapping import preset
from crawlers.peers.reading import PeerReader
from crawlers.peers.walk import Page, pages_of
from registry.catalogue.peers import end_missing, live_count, resolve_again, store_record
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import CrawlEvent, Source, SourceKind
from registry.domain.peers import Record
from registry.domain.text import storable
from registry.errors import CrawlFailure, NotFound
from registry.jobs.indexing import index_job
from registry.jobs.port import Handler, JobQueue, RunningJob
from registry.settings import CrawlSettings

# Raised whenever records are read differently: unchanged ones are then stored anew.
PEER_READER_VERSION: Final = 1
MAX_RECORDS: Final = 200_000
RECORDS_AT_ONCE: Final = 50
# By this id a server names the catalogue of all that stands in no other one.
ROOT_CATALOGUE: Final = "∅"


class Harvested(Struct, frozen=True, kw_only=True):
    """What a harvest did, in records; `problems` are what could not be read, in words."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_changed(self) -> bool:
        """Whether any record is not as it was."""
        return bool(self.new or self.changed or self.ended)

    def __str__(self) -> str:
        counts = f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged"
        ended = f", {self.ended} ended"
        left = f", {len(self.problems)} left out: {self.problems[0]}" if self.problems else ""
        noted = f"; {len(self.notes)} noted: {self.notes[0]}" if self.notes else ""
        return f"{counts}{ended}{left}{noted}"


class PeerHarvest:
    """Handles `crawl.source` jobs of peers, and hands those of other sources on."""

    def __init__(
        self,
        *,
        database: Database,
        settings: CrawlSettings,
        client: ForgeClient,
        reader: PeerReader,
        queue: JobQueue,
        clock: Clock,
        otherwise: Handler,
    ) -> None:
        self._database = database
        self._settings = settings
        self._client = client
        self.reader = reader
        self._queue = queue
        self._clock = clock
        self._otherwise = otherwise

    def discover(self, job: RunningJob) -> None:
        """Harvest the peer that a job names; a failure is logged with its cause, and raised."""
        peer = self._peer(int(job.payload["source_id"]))
        if peer is None:
            self._otherwise(job)
            return
        self.harvest(job, peer)

    def harvest(self, job: RunningJob, peer: Peer) -> Harvested:
        """Ask a peer for all that it states, and store it; see `store`."""
        return self.store(job, peer, pages_of(peer.spec, self._client, self.reader, peer.options))

    def store(self, job: RunningJob, peer: Peer, pages: Iterable[Page]) -> Harvested:
        """Store the pages of a peer; raise `CrawlFailure` where they do not reach their end."""
        tally = _Tally()
        try:
            for page in pages:
                for records in _portions(page.batch.records):
                    self._store_portion(job, peer, page.read_from, records, tally)
                tally.problems += page.batch.problems[:100]
                tally.notes += page.batch.notes[:100]
            self._refuse_emptiness(peer, tally)
        except CrawlFailure as failure:
            self._note(peer.source_id, failure.reason, failure.detail)
            raise
        except NotFound as error:
            self._note(peer.source_id, "gone", str(error))
            raise
        return self._finish(job, peer, tally)

    def peer(self, source_id: int) -> Peer:
        """Return a peer by the number of its source, or raise `NotFound`."""
        found = self._peer(source_id)
        if found is None:
            raise NotFound(f"source {source_id} is no peer")
        return found

    def _peer(self, source_id: int) -> Peer | None:
        allow = frozenset(self._settings.allow_hosts)
        with self._database.read() as session:
            source = session.get(Source, source_id)
            if source is None:
                raise NotFound(f"there is no source {source_id}")
            if source.kind != SourceKind.PEER:
                return None
            spec = parse_source(source.spec, allow_http_hosts=allow)
            return Peer(
                source_id=source_id, spec=spec, country=source.country,
                options=source_options(spec, source.options), allow=allow,
            )  # fmt: skip

    def _store_portion(
        self,
        job: RunningJob,
        peer: Peer,
        read_from: str,
        records: tuple[Record, ...],
        tally: "_Tally",
    ) -> None:
        now = self._clock()
        touched: set[int] = set()
        with self._database.write() as session:
            job.confirm(session)
            for record in filter(tally.is_new, records):
                stored = store_record(
                    session, peer.spec.text, record,
                    read_from=read_from, version=PEER_READER_VERSION, now=now,
                )  # fmt: skip
                tally.count[stored.outcome] += 1
                if stored.outcome != "unchanged":
                    connect(session, peer, stored.row, record, tally.namespaces, now)
                    touched.update(key for key in stored.repository_ids() if key is not None)
            resolve_again(session, touched, now)
            if touched:
                self._wake(session)

    def _refuse_emptiness(self, peer: Peer, tally: "_Tally") -> None:
        """An answer without anything is a fault of the peer far more often than the truth."""
        if tally.seen:
            return
        with self._database.read() as session:
            if live_count(session, peer.spec.text):
                raise CrawlFailure("malformed", "the peer names nothing any more: nothing is ended")

    def _finish(self, job: RunningJob, peer: Peer, tally: "_Tally") -> Harvested:
        now = self._clock()
        with self._database.write() as session:
            job.complete(session)
            gone = [] if tally.problems else end_missing(session, peer.spec.text, tally.seen, now)
            touched = {row.repository_id for row in gone if row.repository_id is not None}
            resolve_again(session, touched, now)
            session.flush()
            self._queue.enqueue(session, jobs_due(session, self._settings, now))
            if touched:
                self._wake(session)
            result = tally.result(ended=len(gone))
            outcome = "partial" if tally.problems else "harvested"
            _log(session, peer.source_id, outcome, str(result), now, quiet=not result.has_changed)
        return result

    def _wake(self, session: Session) -> None:
        self._queue.enqueue(session, [index_job()])

    def _note(self, source_id: int, outcome: str, detail: str) -> None:
        with self._database.write() as session:
            _log(session, source_id, outcome, detail, self._clock())


def source_options(spec: SourceSpec, stated: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a peer: a mapping that comes with the registry, or the operator's."""
    mapping = preset(spec.protocol or "")
    return {"mapping": mapping} if mapping else dict(stated)


class _Tally:
    """What one harvest has seen so far."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()
        self.count: Counter[str] = Counter()
        self.problems: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.namespaces: dict[str, str] = {}

    def is_new(self, record: Record) -> bool:
        """Note a record; of two with one id in a harvest the first counts."""
        key = (record.kind, record.key)
        if key in self.seen:
            return False
        if len(self.seen) >= MAX_RECORDS:
            raise CrawlFailure("too_large", f"the peer names more than {MAX_RECORDS} things")
        self.seen.add(key)
        self._note_namespace(record)
        return True

    def _note_namespace(self, record: Record) -> None:
        """Remember by which name space a catalogue identifies its publishers."""
        if record.kind != "catalogue" or not isinstance(record.data, dict):
            return
        namespace = record.data.get("publishersNamespace")
        if isinstance(namespace, str) and namespace:
            is_root = record.data.get("alternativeId") == ROOT_CATALOGUE
            self.namespaces["" if is_root else record.key] = namespace

    def result(self, *, ended: int) -> Harvested:
        return Harvested(
            new=self.count["new"],
            changed=self.count["changed"],
            unchanged=self.count["unchanged"],
            ended=ended,
            problems=self.problems,
            notes=self.notes,
        )


def _portions(records: tuple[Record, ...]) -> Iterator[tuple[Record, ...]]:
    """Yield so many records as one short transaction stores, for others write too."""
    for start in range(0, len(records), RECORDS_AT_ONCE):
        yield records[start : start + RECORDS_AT_ONCE]


def _log(
    session: Session,
    source_id: int,
    outcome: str,
    detail: str,
    now: datetime,
    *,
    quiet: bool = False,
) -> None:
    """Write how a harvest ended; one that changed nothing leaves the time of the check alone."""
    source = session.get(Source, source_id)
    if source is None:
        return
    source.discovered_at = now
    session.add(source)
    if quiet and source.outcome == outcome:
        return
    source.outcome, source.detail = outcome, storable(detail)[:2000]
    session.add(
        CrawlEvent(
            source_id=source_id, at=now, stage="harvest", outcome=outcome, detail=source.detail
        )
    )
