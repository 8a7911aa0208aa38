"""From the database to the rows of a report, in a few statements however many rows there are."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, Select, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.savings.reading import savings_of_components
from registry.db.bulk import batches
from registry.db.tables import (
    Change,
    ClusterMember,
    Component,
    Organisation,
    ReportedSaving,
    Repository,
    RepositoryState,
    SavingConfirmation,
    WorkFigures,
)
from registry.db.tables.lineage import Edge
from registry.lineage.evaluation import read_figures
from registry.lineage.own_time import fork_beginnings
from registry.lineage.rules import RULES
from registry.reports.contributed import Contributed, read_contributed
from registry.reports.coverage import load_coverage
from registry.reports.rows import (
    EdgeRow,
    ReportComponent,
    ReportData,
    share_taken,
    why_left_out,
)

_BATCH: Final = 500
_OTHER = aliased(Component)
_OTHER_REPOSITORY = aliased(Repository)
_CLUSTER = aliased(ClusterMember)
_ELDEST = aliased(Component)
# Never the proof, which is the largest part of an edge.
_EDGE: Final = (
    Edge.key, Edge.proof_digest, Edge.kind, Edge.tag, Edge.state, Edge.confidence, Edge.direction,
    Edge.is_confirmed, Edge.is_internal, Edge.is_mirror, Edge.origin_id, Edge.reuser_id,
    Edge.origin_country, Edge.origin_region, Edge.origin_organisation_id,
    Edge.reuser_country, Edge.reuser_region, Edge.reuser_organisation_id,
    Edge.first_seen, Edge.last_seen, Edge.strength, Edge.rule_version, Edge.locator,
)  # fmt: skip


def load_report(session: Session, component_ids: Sequence[int]) -> ReportData:
    """Return all that a report on these components is made of."""
    components = load_components(session, component_ids)
    known = {item.component_id: item for item in components}
    contributed = read_contributed(session, [item.repository_id for item in components])
    return ReportData(
        components=tuple(
            replace(item, contributions_counted=item.repository_id in contributed)
            for item in components
        ),
        rows=tuple(sorted(_rows(session, known, contributed), key=lambda row: row.edge)),
        coverage=load_coverage(session),
        rule_version=RULES.version,
        version=catalogue_version(session),
        as_of=session.execute(select_columns(func.max(col(Component.updated_at)))).scalar(),
        reported=savings_of_components(session, [item.slug for item in components]),
    )


def catalogue_version(session: Session) -> str:
    """Return what changes whenever components, edges, contributions or reported savings do."""
    marks = [
        session.execute(select_columns(func.max(col(column)))).scalar()
        for column in (
            Change.id, Component.updated_at, Edge.id, Edge.changed_at, WorkFigures.id,
            WorkFigures.measured_at, Repository.last_checked_at, ReportedSaving.id,
            ReportedSaving.withdrawn_at, SavingConfirmation.id,
        )
    ]  # fmt: skip
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:32]


def load_components(session: Session, component_ids: Sequence[int]) -> list[ReportComponent]:
    """Return components by their ids, sorted by slug; what is not visible is not there."""
    found: list[ReportComponent] = []
    for batch in batches(sorted(set(component_ids)), _BATCH):
        rows = session.execute(_component_rows().where(col(Component.id).in_(batch)))
        found += [_component(row) for row in rows]
    begun = fork_beginnings(session, [item.repository_id for item in found])
    own = (_in_own_days(item, begun.get(item.repository_id)) for item in found)
    return sorted(own, key=lambda item: item.slug)


def _in_own_days(item: ReportComponent, begun: int | None) -> ReportComponent:
    """Return a component with the first commit of its own: what a fork inherited is another's."""
    first = datetime.fromtimestamp(begun, UTC).date() if begun else None
    if first is None or item.first_commit_on is None or first <= item.first_commit_on:
        return item
    return replace(item, first_commit_on=first)


_COMPONENT: Final[tuple[Any, ...]] = (
    col(Component.id), col(Component.repository_id), col(Component.slug), col(Component.name),
    col(Repository.url), col(Repository.web_url), col(Organisation.slug).label("organisation"),
    col(Organisation.name).label("organisation_name"), col(Component.country),
    col(Component.region), col(Component.licence), col(Component.activity),
    col(Repository.state), col(Repository.first_commit_at), col(Repository.last_crawled_at),
    col(_ELDEST.slug).label("family"), col(Component.is_demo),
)  # fmt: skip


def _component_rows() -> Select[Any]:
    return (
        select_columns(*_COMPONENT)
        .select_from(Component)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
        .outerjoin(_CLUSTER, col(_CLUSTER.repository_id) == col(Component.repository_id))
        .outerjoin(_ELDEST, col(_ELDEST.repository_id) == col(_CLUSTER.cluster_id))
    )


def _component(row: Row[Any]) -> ReportComponent:
    return ReportComponent(
        component_id=row.id, repository_id=row.repository_id, slug=row.slug, name=row.name,
        url=row.web_url or row.url, organisation=row.organisation,
        organisation_name=row.organisation_name, country=row.country, region=row.region,
        licence=row.licence, activity=row.activity, repository_state=row.state.value,
        first_commit_on=_day(row.first_commit_at), last_crawled_on=_day(row.last_crawled_at),
        family=row.family or row.slug, is_demo=row.is_demo,
    )  # fmt: skip


def _rows(
    session: Session, known: Mapping[int, ReportComponent], contributed: Mapping[int, Contributed]
) -> Iterator[EdgeRow]:
    """Yield the rows of edges from these components, and of those without a direction to them."""
    right = _probabilities()
    bodies = _organisations(session)
    for batch in batches(sorted(known), _BATCH):
        for row in session.execute(_edge_rows("reuser").where(col(Edge.origin_id).in_(batch))):
            yield _row(row, known[row.origin_id], "reuser", bodies, contributed, right)
        undirected = (col(Edge.reuser_id).in_(batch), col(Edge.direction) != "known")
        for row in session.execute(_edge_rows("origin").where(*undirected)):
            if row.origin_id not in known:  # those between two of them came above
                yield _row(row, known[row.reuser_id], "origin", bodies, contributed, right)


def _probabilities() -> dict[str, float]:
    """Return the chance that a claim of a kind is right: the mean of Beta(right + ½, wrong + ½)."""
    figures = read_figures()
    found = {}
    for item in figures.detectors if figures else ():
        right, wrong = item.right or 0, item.wrong or 0
        if right + wrong:
            found[item.kind] = round((right + 0.5) / (right + wrong + 1), 4)
    return found


def _organisations(session: Session) -> dict[int, tuple[str, str]]:
    """Return slug and name of every organisation: far fewer than there are edges."""
    rows = session.execute(
        select_columns(col(Organisation.id), col(Organisation.slug), col(Organisation.name))
    )
    return {key: (slug, name) for key, slug, name in rows}


def _edge_rows(other: str) -> Select[Any]:
    """Return the statement for edges with the component at one end: `origin` or `reuser`."""
    return (
        select_columns(
            *(col(column) for column in _EDGE),
            col(_OTHER.slug), col(_OTHER.name), col(_OTHER.activity), col(_OTHER.is_demo),
            col(_OTHER_REPOSITORY.state).label("repository_state"),
            col(_ELDEST.slug).label("family"),
        )
        .select_from(Edge)
        .join(_OTHER, col(_OTHER.id) == col(getattr(Edge, f"{other}_id")))
        .join(_OTHER_REPOSITORY, col(_OTHER_REPOSITORY.id) == col(_OTHER.repository_id))
        .outerjoin(_CLUSTER, col(_CLUSTER.repository_id) == col(_OTHER.repository_id))
        .outerjoin(_ELDEST, col(_ELDEST.repository_id) == col(_CLUSTER.cluster_id))
    )  # fmt: skip


def _row(
    row: Row[Any], component: ReportComponent, other: str, bodies: Mapping[int, tuple[str, str]],
    contributed: Mapping[int, Contributed], right: Mapping[str, float],
) -> EdgeRow:  # fmt: skip
    """Return the row of an edge; `other` is the end at which the portfolio does not stand."""
    mine = "origin" if other == "reuser" else "reuser"
    body, body_name = bodies.get(getattr(row, f"{other}_organisation_id"), (None, None))
    left_out = why_left_out(
        state=row.state.value, confidence=row.confidence, direction=row.direction,
        is_confirmed=row.is_confirmed, is_internal=row.is_internal, is_mirror=row.is_mirror,
    )  # fmt: skip
    share, basis = share_taken(row.kind.value, row.strength) if not left_out else (None, "")
    has_ended = row.state.value == "since_removed"
    counts = contributed.get(component.repository_id)
    return EdgeRow(
        edge=row.key, evidence=row.proof_digest, kind=row.kind.value, tag=row.tag.value,
        state=row.state.value, confidence=row.confidence, origin=component.slug, reuser=row.slug,
        reuser_name=row.name, is_counted=not left_out, left_out=left_out, locator=row.locator,
        is_disputed=row.state.value == "disputed", has_ended=has_ended,
        is_confirmed=row.is_confirmed,
        origin_organisation=bodies.get(getattr(row, f"{mine}_organisation_id"), (None,))[0],
        origin_country=getattr(row, f"{mine}_country"),
        origin_region=getattr(row, f"{mine}_region"),
        organisation=body, organisation_name=body_name,
        country=getattr(row, f"{other}_country"), region=getattr(row, f"{other}_region"),
        reuser_family=row.family or row.slug,
        first_seen=_day(row.first_seen), last_seen=_day(row.last_seen),
        share=share, share_basis=basis, probability=right.get(row.kind.value),
        is_active=_is_active(row.activity, row.repository_state, has_ended=has_ended),
        contributed=counts.by(body) if counts is not None and body else None,
        rule_version=row.rule_version, is_demo=row.is_demo or component.is_demo,
    )  # fmt: skip


def _is_active(activity: str, state: RepositoryState, *, has_ended: bool) -> bool | None:
    if has_ended or state in {RepositoryState.GONE, RepositoryState.ARCHIVED}:
        return False
    return None if activity == "unknown" else activity == "active"


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
