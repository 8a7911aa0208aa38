"""Figures that are kept, so that pages read one row; what rests on something else now is no answer.

A row holds while the counts and the record of suppliers are those that it was made of (`basis`).
What an affiliation attributed is forgotten in the transaction that changes the affiliation, so a
page never shows what is disputed; until the job has measured anew, the page measures itself.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from registry.db.tables import (
    BodyComponent,
    Component,
    Contribution,
    ContributionCount,
    JointBody,
    Repository,
    WorkFigures,
)
from registry.governance.measures.affiliations import is_within
from registry.governance.measures.contracts import contracts_of
from registry.governance.measures.readmodels import (
    AffiliationView,
    BodyWork,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.views import measure_body, measure_component, repositories_of
from registry.jobs.port import NewJob

MEASURE: Final = "governance.measure"
VERSION: Final = 4  # raised when figures mean or look something else
KEPT_FOR: Final = timedelta(days=7)  # the window moves on
PRIORITY: Final = -11  # after counting
_MAX_DUE: Final = 1_000


def contributions_of(session: Session, component: Component, now: datetime) -> Contributions:
    """Return who works on a component: as it is kept, or measured now."""
    row = _row(session, col(WorkFigures.repository_id) == component.repository_id)
    if row is not None and row.basis == _basis(session, (component.repository_id,)):
        found = msgspec.json.decode(row.figures, type=Contributions)
        return replace(found, slug=component.slug)
    return measure_component(session, component, ContributionQuery(), now)


def body_work_of(session: Session, body: JointBody, now: datetime) -> BodyWork:
    """Return who works on what a body governs: as it is kept, or measured now."""
    row = _row(session, col(WorkFigures.body_id) == body.id)
    if row is not None and row.basis == _basis(session, repositories_of(session, body.id or 0)):
        return replace(msgspec.json.decode(row.figures, type=BodyWork), slug=body.slug)
    return measure_body(session, body, now)


def measured(session: Session, kind: str, number: int, now: datetime) -> WorkFigures | None:
    """Measure a `repository` or what a `body` governs; nothing where it is gone. Writes nothing."""
    if kind == "body":
        body = session.get(JointBody, number)
        if body is None:
            return None
        repositories = repositories_of(session, number)
        figures: Contributions | BodyWork = measure_body(session, body, now)
    else:
        query = select(Component).where(col(Component.repository_id) == number)
        component = session.execute(query).scalar()
        if component is None:
            return None
        repositories = (number,)
        figures = measure_component(session, component, ContributionQuery(), now)
    return WorkFigures(
        repository_id=number if kind == "repository" else None,
        body_id=number if kind == "body" else None,
        basis=_basis(session, repositories),
        version=VERSION,
        figures=msgspec.json.encode(figures),
        measured_at=now,
    )


def keep(session: Session, row: WorkFigures) -> None:
    """Keep figures in the place of what was kept before, unless what they are of is gone."""
    if row.body_id is not None:
        is_there = session.get(JointBody, row.body_id) is not None
        same = col(WorkFigures.body_id) == row.body_id
    else:
        is_there = session.get(Repository, row.repository_id) is not None
        same = col(WorkFigures.repository_id) == row.repository_id
    if not is_there:
        return
    session.execute(delete(WorkFigures).where(same))
    session.add(row)
    session.flush()


def measure_job(kind: str, number: int) -> NewJob:
    """Return the job that measures a `repository` or a `body`."""
    return NewJob(
        task=MEASURE, key=f"{kind}:{number}", payload={"kind": kind, "id": number},
        lane=MEASURE, priority=PRIORITY,
    )  # fmt: skip


def body_jobs(session: Session, repositories: Iterable[int]) -> list[NewJob]:
    """Return the jobs of the bodies that govern some repositories."""
    query = (
        select(col(BodyComponent.body_id))
        .join(Component, col(Component.id) == col(BodyComponent.component_id))
        .where(
            col(Component.repository_id).in_(sorted(repositories)),
            col(BodyComponent.until).is_(None),
        )
        .distinct()
    )
    return [measure_job("body", number) for number in session.execute(query).scalars()]


def due_measures(session: Session, now: datetime) -> list[NewJob]:
    """Return the jobs of figures that are missing, of another version, or a week old."""
    oldest = now - KEPT_FOR
    jobs = []
    for kind, owner, key in (
        ("repository", ContributionCount.repository_id, WorkFigures.repository_id),
        ("body", JointBody.id, WorkFigures.body_id),
    ):
        query = (
            select(col(owner))
            .outerjoin(WorkFigures, col(key) == col(owner))
            .where(
                or_(
                    col(WorkFigures.id).is_(None),
                    col(WorkFigures.version) != VERSION,
                    col(WorkFigures.measured_at) < oldest,
                )
            )
            .order_by(col(owner))
            .limit(_MAX_DUE)
        )
        jobs += [measure_job(kind, number) for number in session.execute(query).scalars()]
    return jobs


def forget_attributed(session: Session, changed: Iterable[AffiliationView]) -> list[NewJob]:
    """Forget the figures that rest on affiliations; return the jobs that measure them anew."""
    repositories = _resting_on(session, list(changed))
    bodies = body_jobs(session, repositories)
    numbers = [job.payload["id"] for job in bodies]
    session.execute(
        delete(WorkFigures).where(
            or_(
                col(WorkFigures.repository_id).in_(sorted(repositories)),
                col(WorkFigures.body_id).in_(numbers),
            )
        )
    )
    return [*(measure_job("repository", key) for key in sorted(repositories)), *bodies]


def _resting_on(session: Session, changed: list[AffiliationView]) -> set[int]:
    """Return repositories in the scope of affiliations, of a domain those with work from there."""
    kept = select(col(WorkFigures.repository_id), col(Repository.url)).join(
        Repository, col(Repository.id) == col(WorkFigures.repository_id)
    )
    places = session.execute(kept).all()
    found: set[int] = set()
    for view in changed:
        near = {key for key, url in places if is_within(url, view.scope)}
        found |= near & _writing_from(session, view.subject) if view.kind == "domain" else near
    return found


def _writing_from(session: Session, domain: str) -> set[int]:
    column = col(Contribution.author_domain)
    below = column.endswith(f".{domain}", autoescape=True)
    query = select(col(Contribution.repository_id)).where(or_(column == domain, below)).distinct()
    return set(session.execute(query).scalars())


def _row(session: Session, owner: object) -> WorkFigures | None:
    query = select(WorkFigures).where(owner, col(WorkFigures.version) == VERSION)  # type: ignore[arg-type]
    found: WorkFigures | None = session.execute(query).scalar()
    return found


def _basis(session: Session, repositories: Iterable[int]) -> str:
    """Return a digest of what figures rest on, but for affiliations."""
    keys = sorted(repositories)
    query = (
        select(col(ContributionCount.repository_id), col(ContributionCount.counted_at))
        .where(col(ContributionCount.repository_id).in_(keys))
        .order_by(col(ContributionCount.repository_id))
    )
    contracts = [
        (x.id, x.supplier, x.on_behalf_of, x.since, x.until) for x in contracts_of(session, keys)
    ]
    counts = [(key, at.isoformat()) for key, at in session.execute(query)]
    return hashlib.sha256(msgspec.json.encode([keys, counts, contracts])).hexdigest()[:32]
