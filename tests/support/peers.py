"""A registry's side of federation: a database, a peer that was added, and harvests of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from crawlers.adding import Entry, add_entry
from crawlers.forges.budget import InMemoryRateBudgets
from crawlers.forges.cache import InMemoryConditionalCache
from crawlers.forges.client import ForgeClient, Http
from crawlers.forges.infer import parse_source
from crawlers.peers.harvest import PeerHarvest
from crawlers.peers.reading import PeerReader
from registry.db.base import Model
from registry.db.session import Database
from registry.db.tables import PeerRecord, Source
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import RunningJob
from registry.settings import CrawlSettings
from tests.support.peer_doubles import ROOT, read_records_in_process


class Harvester:
    """Harvests the peer `spec` behind `http` into a database; each harvest is an hour later."""

    def __init__(
        self,
        database: Database,
        http: Http,
        *,
        spec: str = f"catalog:{ROOT}",
        run: Any = read_records_in_process,
        **entry: Any,
    ) -> None:
        self.database = database
        self.now = datetime(2026, 5, 1, tzinfo=UTC)
        self.queue = EmbeddedQueue(database)
        self.handed_on: list[RunningJob] = []
        self.harvest = PeerHarvest(
            database=database,
            settings=CrawlSettings(),
            client=ForgeClient(
                http, InMemoryConditionalCache(), InMemoryRateBudgets(), clock=lambda: self.now
            ),
            reader=PeerReader(run),
            queue=self.queue,
            clock=lambda: self.now,
            otherwise=self.handed_on.append,
        )
        with database.write() as session:
            source, _ = add_entry(session, Entry(spec=parse_source(spec), **entry), self.now)
            session.flush()
            self.source_id = source.id or 0

    def job(self) -> RunningJob:
        payload = {"source_id": self.source_id}
        return RunningJob(task="crawl.source", key=str(self.source_id), payload=payload)

    def run(self) -> Source:
        """Harvest, and return the source as it stands then; raises what the harvest raises."""
        self.now += timedelta(hours=1)
        self.harvest.discover(self.job())
        return self.source()

    def source(self) -> Source:
        with self.database.read() as session:
            return session.get_one(Source, self.source_id)

    def records(self, kind: str = "software", *, ended: bool = False) -> list[PeerRecord]:
        with self.database.read() as session:
            rows = session.exec(
                select(PeerRecord)
                .where(col(PeerRecord.kind) == kind)
                .where(col(PeerRecord.ended_at).is_not(None) == ended)
                .order_by(col(PeerRecord.id))
            )
            return list(rows)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table but the queue, and but when the source was looked at."""
    skipped = {"job", "job_lane", "registry_state", "forge_cache", "host_budget"}
    with database.read() as session:
        return {
            table.name: [
                {k: v for k, v in row._mapping.items() if k != "discovered_at"}
                for row in session.execute(table.select().order_by(*table.primary_key))
            ]
            for table in Model.metadata.sorted_tables
            if table.name not in skipped
        }
