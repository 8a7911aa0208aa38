"""Crawls that ended without a word: their worker was killed each time, or failed unforeseen.

The queue alone knows of them. They are written into the public crawl log, so that the reason can
be seen, and the repository is not due again at once: one that kills its worker would do so always.
"""

from datetime import timedelta
from typing import Final

from crawlers.pipeline import CRAWL
from registry.catalogue.announce import announce_failure
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import CrawlEvent, Repository
from registry.domain.crawl import REASONS
from registry.jobs.port import LEASE_SECONDS, DeadJob, JobQueue

LIMIT: Final = 1_000
# A crawl that notes its own failure does so right before its job is given up.
JUST_BEFORE: Final = timedelta(seconds=LEASE_SECONDS)


def note_given_up(database: Database, queue: JobQueue, clock: Clock) -> int:
    """Log the crawls that the queue gave up and no crawler could log; return how many."""
    dead = [job for job in queue.dead(LIMIT) if job.task == CRAWL]
    return sum(_note(database, job, clock) for job in dead)


def _note(database: Database, job: DeadJob, clock: Clock) -> bool:
    died_at = job.died_at or clock()
    with database.write() as session:
        row = session.get(Repository, int(job.payload["repository_id"]))
        if row is None or (row.last_checked_at and row.last_checked_at >= died_at - JUST_BEFORE):
            return False
        reason = job.reason if job.reason in REASONS else "internal"
        if row.failures == 0:
            announce_failure(session, row, reason, clock())
        row.sqlmodel_update(
            {
                "last_checked_at": died_at,
                "last_outcome": reason,
                "last_detail": job.detail,
                "failures": row.failures + 1,
            }
        )
        session.add(row)
        session.add(
            CrawlEvent(
                repository_id=row.id, at=died_at, stage="crawl", outcome=reason, detail=job.detail
            )
        )
    return True
