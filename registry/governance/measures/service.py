"""Contributions as the web and the command line use them: one object over the database."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from registry.clock import Clock
from registry.db.session import Database
from registry.governance.declared.readmodels import Declared
from registry.governance.declared.views import declared_of
from registry.governance.measures import storing
from registry.governance.measures.affiliations import (
    affiliations_stamp,
    list_affiliations,
    load_affiliation,
)
from registry.governance.measures.commitments import BodyMeasures, commitments_of
from registry.governance.measures.counting import read_counts, write_counts
from registry.governance.measures.readmodels import (
    AffiliationView,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.recording import Recorded, record_affiliations, sync_starter
from registry.governance.measures.signalling import (
    Happened,
    signals_of_body,
    standing_of_row,
    tell,
)
from registry.governance.measures.standing import Standing
from registry.governance.measures.standings import body_standing, component_standing
from registry.governance.measures.views import component_of, measure_component
from registry.governance.record.writing import body_row
from registry.jobs.port import NewJob, RunningJob

Enqueue = Callable[[Session, list[NewJob]], Any]


class Measures:
    """Answers who works on a component; a slug that is not known raises `NotFound`."""

    def __init__(self, database: Database, clock: Clock, enqueue: Enqueue) -> None:
        self._database = database
        self._clock = clock
        self._enqueue = enqueue

    def contributions(self, slug: str, query: ContributionQuery) -> Contributions:
        """Return who works on a component, by organisation."""
        with self._database.read() as session:
            component = component_of(session, slug)
            if query == ContributionQuery():
                return storing.contributions_of(session, component, self._clock())
            return measure_component(session, component, query, self._clock())

    def standing(self, slug: str) -> Standing:
        """Return where a component stands: ladder, index, risks, signals, and health."""
        with self._database.read() as session:
            component = component_of(session, slug)
            figures = storing.contributions_of(session, component, self._clock())
            return component_standing(session, component, figures, self._clock())

    def declared(self, slug: str) -> Declared:
        """Return what the repository of a component declares of its governance."""
        with self._database.read() as session:
            return declared_of(session, component_of(session, slug), self._clock())

    def body_measures(self, slug: str) -> BodyMeasures:
        """Return who works on all that a body governs, where it stands, and who is bound to it."""
        with self._database.read() as session:
            body, now = body_row(session, slug), self._clock()
            work = storing.body_work_of(session, body, now)
            standing = body_standing(session, body, work, now)
            found = commitments_of(session, body, work, standing, now.date())
            return BodyMeasures(work, standing, found)

    def body_signals(self, slug: str) -> tuple[Happened, ...]:
        """Return which warnings of a body began and ended, the newest first."""
        with self._database.read() as session:
            return signals_of_body(session, body_row(session, slug).id or 0)

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
            done, changed = record_affiliations(session, data, self._clock())
            self._enqueue(session, storing.forget_attributed(session, changed))
            return done

    def affiliation_changed(self, session: Session, key: str) -> None:
        """Forget what rests on an affiliation, and measure it anew; in the caller's transaction."""
        view = load_affiliation(session, key)
        self._enqueue(session, storing.forget_attributed(session, [view]))

    def count(self, job: RunningJob) -> None:
        """Handle one `governance.count` job: count a repository, and have it measured."""
        repository = int(job.payload["repository_id"])
        with self._database.read() as session:
            counted = read_counts(session, repository)
        with self._database.write() as session:
            job.complete(session)
            changed = sync_starter(session, self._clock())
            jobs = storing.forget_attributed(session, changed) if changed else []
            if counted is not None:
                write_counts(session, counted, self._clock())
                jobs.append(storing.measure_job("repository", repository))
            self._enqueue(session, [*jobs, *storing.body_jobs(session, [repository])])

    def measure(self, job: RunningJob) -> None:
        """Handle one `governance.measure` job.

        What an affiliation changed meanwhile forgot is not kept: its own job measures once more.
        """
        with self._database.read() as session:
            stamp = affiliations_stamp(session)
            kind, number = job.payload["kind"], int(job.payload["id"])
            row = storing.measured(session, kind, number, self._clock())
            standing = standing_of_row(session, row, self._clock()) if row else None
        with self._database.write() as session:
            job.complete(session)
            if affiliations_stamp(session) != stamp:
                self._enqueue(session, [storing.measure_job(kind, number)])
            elif row is not None and standing is not None:
                tell(session, row, standing, self._clock())
                storing.keep(session, row)
