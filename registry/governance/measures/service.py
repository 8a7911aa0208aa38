"""Contributions as the web and the command line use them: one object over the database."""

from registry.clock import Clock
from registry.db.session import Database
from registry.governance.measures.affiliations import list_affiliations, load_affiliation
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.objections import decide_objection, object_to_affiliation
from registry.governance.measures.readmodels import (
    AffiliationView,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.recording import Recorded, record_affiliations, sync_starter
from registry.governance.measures.views import load_contributions
from registry.jobs.port import RunningJob


class Measures:
    """Answers who works on a component; a slug that is not known raises `NotFound`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def contributions(self, slug: str, query: ContributionQuery) -> Contributions:
        """Return who works on a component, by organisation."""
        with self._database.read() as session:
            return load_contributions(session, slug, query, self._clock())

    def affiliations(self) -> tuple[AffiliationView, ...]:
        """Return all affiliations on record."""
        with self._database.read() as session:
            return list_affiliations(session)

    def affiliation(self, key: str) -> AffiliationView:
        """Return one affiliation."""
        with self._database.read() as session:
            return load_affiliation(session, key)

    def record(self, data: bytes) -> Recorded:
        """Record a list of affiliations, as the operator; see `record_affiliations`."""
        with self._database.write() as session:
            return record_affiliations(session, data, self._clock())

    def dispute(self, key: str, category: str, reason: str) -> AffiliationView:
        """Say, as the operator, that an affiliation is wrong: from now on it attributes nothing."""
        with self._database.write() as session:
            object_to_affiliation(session, key, category, reason, self._clock())
            return load_affiliation(session, key)

    def decide(self, key: str, *, accept: bool, reply: str) -> AffiliationView:
        """Decide, as the operator, whether what is disputed is withdrawn or stands."""
        with self._database.write() as session:
            decide_objection(session, key, accept=accept, reply=reply, now=self._clock())
            return load_affiliation(session, key)

    def count(self, job: RunningJob) -> None:
        """Handle one `governance.count` job."""
        with self._database.write() as session:
            job.complete(session)
            sync_starter(session, self._clock())
            count_contributions(session, int(job.payload["repository_id"]), self._clock())
