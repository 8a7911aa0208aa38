"""Bringing the lineage of one repository up to date: facts → artefacts → pairs → edges → totals.

An update touches only rows of the repository, its cluster, and the edges at them. It is one
transaction, idempotent, and asks for updates of those whose values it may have changed.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from registry.clock import Clock
from registry.db.bulk import batches
from registry.db.session import Database
from registry.db.tables import (
    AttributionRow,
    ClusterPair,
    Component,
    DependencySpan,
    Edge,
    EdgeKind,
    Repository,
    SubmoduleRow,
)
from registry.domain.attribution_phrases import REUSE
from registry.errors import NotFound
from registry.faults import crash_point
from registry.jobs.indexing import index_job
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.lineage.artefacts import ThirdParty, index_repository
from registry.lineage.clusters import Joined, join_cluster
from registry.lineage.detectors import (
    attribution,
    commits,
    copies,
    declared,
    packages,
    submodules,
    vendored,
)
from registry.lineage.edges import Prover, write_edges
from registry.lineage.ends import cluster_sights
from registry.lineage.findings import Finding
from registry.lineage.founders import at_founders
from registry.lineage.jobs import update_job
from registry.lineage.named_sources import sync_named_sources
from registry.lineage.pairs import (
    MEMBERS,
    forget_clusters,
    judged,
    measure_cluster,
    near_clusters,
    shared_with_others,
    store_pairs,
)
from registry.lineage.totals import refresh_totals
from registry.search.indexing import is_waiting

_OF_REUSER: Final = (
    EdgeKind.PACKAGE_DEPENDENCY, EdgeKind.SUBMODULE, EdgeKind.VENDORED_COMPONENT,
    EdgeKind.ATTRIBUTION_TEXT, EdgeKind.DECLARED,
)  # fmt: skip


class LineageUpdater:
    """Handles `lineage.update` jobs; `prove` makes the proof of a finding.

    `followed_by` gives what is to be done next for a repository, in the same transaction.
    """

    def __init__(
        self,
        *,
        database: Database,
        background: Callable[[], ThirdParty],
        queue: JobQueue,
        prove: Prover,
        clock: Clock,
        followed_by: Callable[[Session, int], Sequence[NewJob]] = lambda _session, _key: (),
    ) -> None:
        self._database = database
        self._background = background
        self._queue = queue
        self._prove = prove
        self._clock = clock
        self._followed_by = followed_by
        self._sources_known = False

    def update(self, job: RunningJob) -> None:
        """Handle one job, and acknowledge it in the transaction of its effect."""
        key = int(job.payload["repository_id"])
        with self._database.write() as session:
            job.complete(session)
            followers = self._sources_changed(session)
            followers |= set(self.bring_up_to_date(session, key))
            jobs = [update_job(follower) for follower in sorted(followers)]
            jobs += [index_job()] if is_waiting(session) else []
            self._queue.enqueue(session, [*jobs, *self._followed_by(session, key)])
            crash_point("in_lineage")

    def _sources_changed(self, session: Session) -> set[int]:
        """Bring the shipped named sources in, once a worker; return whose texts name new ones."""
        if self._sources_known:
            return set()
        self._sources_known = True
        return set(sync_named_sources(session, self._clock()))

    def bring_up_to_date(self, session: Session, repository_id: int) -> list[int]:
        """Update a repository in the caller's transaction; return whom it may have affected."""
        if session.get(Repository, repository_id) is None:
            raise NotFound(f"there is no repository {repository_id}")
        background, now = self._background(), self._clock()
        is_new = index_repository(session, repository_id, background, now)
        joined = join_cluster(session, repository_id)
        forget_clusters(session, joined.merged)
        touched = self._write(
            session, self._fork_findings(session, joined, repository_id),
            (EdgeKind.SHARED_COMMITS,),
            joined.members if joined.is_changed else (repository_id,),
        )  # fmt: skip
        forks = repositories_of(session, touched)
        near = self._update_copies(session, joined)
        findings = [
            *packages.find(session, repository_id),
            *submodules.find(session, repository_id),
            *vendored.find(session, repository_id, background),
            *attribution.find(session, repository_id),
            *declared.find(session, repository_id),
        ]
        touched |= self._write(session, findings, _OF_REUSER, (repository_id,), only_as_reuser=True)
        refresh_totals(session, touched, self._clock())
        if not (is_new or joined.is_changed):
            return []
        followers = affected_by_pairs(session, near) | naming(session, repository_id)
        followers |= saying_the_same(session, repository_id) | forks
        return sorted(followers - {repository_id})

    def _fork_findings(self, session: Session, joined: Joined, repository_id: int) -> list[Finding]:
        looked_at = joined.members if joined.is_changed else (repository_id,)
        found = (finding for key in looked_at for finding in commits.find(session, key))
        return list({frozenset((f.origin_repository_id, f.reuser_repository_id)): f
                     for f in found}.values())  # fmt: skip

    def _update_copies(self, session: Session, joined: Joined) -> set[int]:
        """Measure the cluster anew and write its copies; return the clusters near to it."""
        shared = shared_with_others(session, joined.cluster_id, joined.members)
        measured = measure_cluster(session, joined.cluster_id, shared)
        verdicts = store_pairs(session, joined.cluster_id, judged(measured))
        sights = cluster_sights(session, {key for pair in verdicts for key in pair})
        findings = [
            finding
            for pair, verdict in verdicts.items()
            for finding in copies.find(pair, measured[pair], verdict, shared, sights)
        ]
        findings = at_founders(session, findings)
        touched = self._write(session, findings, copies.KINDS, joined.members)
        refresh_totals(session, touched, self._clock())
        return near_clusters(shared, joined.cluster_id)

    def _write(
        self,
        session: Session,
        findings: Sequence[Finding],
        kinds: Sequence[EdgeKind],
        repositories: Sequence[int],
        *,
        only_as_reuser: bool = False,
    ) -> set[int]:
        standing = edges_at(session, kinds, repositories, only_as_reuser=only_as_reuser)
        return write_edges(session, findings, standing, self._prove, self._clock())


def edges_at(
    session: Session,
    kinds: Sequence[EdgeKind],
    repositories: Iterable[int],
    *,
    only_as_reuser: bool = False,
) -> list[Edge]:
    """Return the edges of some kinds at repositories."""
    found: dict[str, Edge] = {}
    for batch in batches(sorted(set(repositories)), 400):
        components = select(col(Component.id)).where(col(Component.repository_id).in_(batch))
        ends: ColumnElement[bool] = col(Edge.reuser_id).in_(components)
        if not only_as_reuser:
            ends = or_(ends, col(Edge.origin_id).in_(components))
        rows = session.execute(select(Edge).where(col(Edge.kind).in_(kinds), ends)).scalars()
        found |= {edge.key: edge for edge in rows}
    return list(found.values())


def repositories_of(session: Session, components: Iterable[int]) -> set[int]:
    """Return the repositories of components: what a fork reuses depends on when it began."""
    found: set[int] = set()
    for batch in batches(sorted(components), 500):
        rows = session.execute(
            select(col(Component.repository_id)).where(col(Component.id).in_(batch))
        )
        found |= set(rows.scalars())
    return found


def affected_by_pairs(session: Session, near: set[int]) -> set[int]:
    """Return a repository of each cluster that has a pair with another cluster of `near`.

    A new holder of what two others share changes how rare it is, and who was first.
    """
    found: set[int] = set()
    for batch in batches(sorted(near), 400):
        rows = session.execute(
            select(col(ClusterPair.cluster_a), col(ClusterPair.cluster_b)).where(
                col(ClusterPair.cluster_a).in_(batch)
            )
        )
        found |= {int(a) for a, b in rows if b in near}
    if not found:
        return set()
    known: set[int] = set()
    for batch in batches(sorted(found), 400):
        rows = session.execute(
            select(MEMBERS.c.repository_id).where(MEMBERS.c.repository_id.in_(batch))
        )
        known |= set(rows.scalars())
    return known


def naming(session: Session, repository_id: int) -> set[int]:
    """Return the repositories that name this one, or a package of it, as a source of theirs."""
    url = session.execute(
        select(col(Repository.url)).where(col(Repository.id) == repository_id)
    ).scalar_one()
    found: set[int] = set()
    for ecosystem, name in packages.names_published(session, repository_id):
        rows = session.execute(
            select(col(DependencySpan.repository_id))
            .where(col(DependencySpan.ecosystem) == ecosystem, col(DependencySpan.name) == name)
            .distinct()
        )
        found |= set(rows.scalars())
    for table, column in (
        (DependencySpan, col(DependencySpan.git_url)),
        (SubmoduleRow, col(SubmoduleRow.url)),
        (AttributionRow, col(AttributionRow.target_url)),
        (AttributionRow, col(AttributionRow.target)),
    ):
        rows = session.execute(select(col(table.repository_id)).where(column == url).distinct())
        found |= set(rows.scalars())
    return found


def saying_the_same(session: Session, repository_id: int) -> set[int]:
    """Return the repositories with a sentence of this one: only one of them is its author."""
    own = select(col(AttributionRow.text)).where(
        col(AttributionRow.repository_id) == repository_id,
        col(AttributionRow.phrase).in_(sorted(REUSE)),
    )
    rows = session.execute(
        select(col(AttributionRow.repository_id))
        .where(col(AttributionRow.text).in_(own))
        .distinct()
    )
    return set(rows.scalars())
