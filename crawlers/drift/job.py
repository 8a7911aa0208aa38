"""Handling `drift.measure` jobs: a pair is read, compared, and written in one transaction."""

from crawlers.drift.comparing import Compared, Comparer
from registry.adoption.drift.jobs import drift_job
from registry.adoption.drift.pairs import Pair
from registry.adoption.drift.record import record_drift
from registry.adoption.drift.subject import load_subject
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Drift
from registry.jobs.port import JobQueue, RunningJob


class DriftMeasurer:
    """Measures pairs, one a job; the same facts are not measured twice."""

    def __init__(
        self, database: Database, comparer: Comparer, queue: JobQueue, clock: Clock
    ) -> None:
        self._database = database
        self._comparer = comparer
        self._queue = queue
        self._clock = clock

    def measure(self, job: RunningJob) -> None:
        """Handle one job; raises `NotFound` where a side was removed meanwhile."""
        payload = job.payload
        pair = Pair(*(int(payload[x]) for x in ("origin", "reuser", "edge", "distance")))
        with self._database.read() as session:
            subject = load_subject(session, pair.origin, pair.reuser)
        now = self._clock()
        compared = Compared(None)
        if not subject.is_measured:
            compared = self._comparer.compare(subject, int(now.timestamp()))
        with self._database.write() as session:
            job.complete(session)
            row = session.get(Drift, (pair.origin, pair.reuser))
            if subject.is_measured and row is not None:
                row.looked_at, row.edge_id, row.distance = now, pair.edge, pair.distance
                session.add(row)
                return
            is_news = record_drift(
                session, pair, subject, compared.measured, reason=compared.reason, now=now
            )
            if is_news:
                self._queue.enqueue(session, [drift_job(pair)])
