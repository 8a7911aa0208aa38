"""Reading where components and bodies stand: kept figures, the record, and what is known beside."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.db.tables import (
    Component,
    Drift,
    Edge,
    EdgeKind,
    JointBody,
    Organisation,
    Repository,
    RepositoryState,
)
from registry.db.tables.lineage import COUNTED_STATES
from registry.governance.measures.activity import is_abandoned
from registry.governance.measures.owners import owners_of
from registry.governance.measures.readmodels import BodyWork, Contributions
from registry.governance.measures.recorded import records_of, records_of_component
from registry.governance.measures.standing import Circumstances, Standing, standing_of
from registry.governance.measures.views import repositories_of
from registry.lineage.findings import DIRECTION_KNOWN

_ENDED: Final = frozenset({RepositoryState.ARCHIVED, RepositoryState.GONE})
_WEEK: Final = 7 * 86_400


def component_standing(
    session: Session, component: Component, figures: Contributions, now: datetime
) -> Standing:
    """Return where a component stands."""
    records = records_of_component(session, component.id or 0, now.date())
    members = frozenset().union(*(record.members for record in records))
    repository = session.get_one(Repository, component.repository_id)
    is_archived = repository.state in _ENDED
    has_ended = is_archived or is_abandoned(figures.activity)
    other = Circumstances(
        head=figures.head,
        is_archived=is_archived,
        successor=_successor(session, component, figures) if has_ended else "",
        drift=_drift(session, [component.repository_id], members, now),
        owners=tuple(owners_of(session, [component.repository_id])),
    )
    return standing_of(component.slug, figures, records, other, now.date())


def body_standing(session: Session, body: JointBody, figures: BodyWork, now: datetime) -> Standing:
    """Return where all that a body governs stands."""
    records = records_of(session, [body], now.date())
    repositories = repositories_of(session, body.id or 0)
    drift = _drift(session, repositories, records[0].members, now)
    other = Circumstances(drift=drift, is_body=True, owners=tuple(owners_of(session, repositories)))
    return standing_of(body.slug, figures, records, other, now.date())


def _drift(
    session: Session, repositories: list[int] | tuple[int, ...], members: frozenset[int],
    now: datetime,
) -> dict[str, float]:  # fmt: skip
    """Return how many weeks ago forks that members keep were brought up to date, by name.

    A fork that lacks nothing is up to date, whenever that was.
    """
    if not members:
        return {}
    origin, reuser = aliased(Component), aliased(Component)
    rows = session.execute(
        select(col(reuser.name), col(Drift.synced_at), col(Drift.base_at), col(Drift.missing),
               col(Drift.behind))
        .select_from(Drift)
        .join(origin, col(origin.id) == col(Drift.origin_id))
        .join(reuser, col(reuser.id) == col(Drift.reuser_id))
        .join(Organisation, col(Organisation.id) == col(reuser.organisation_id))
        .where(
            col(origin.repository_id).in_(repositories),
            col(Organisation.id).in_(sorted(members)),
            col(Drift.state) != "not_known",
        )
    )  # fmt: skip
    found: dict[str, float] = {}
    for name, synced_at, base_at, missing, behind in rows:
        since = synced_at or base_at
        if since is not None:
            lacks = behind if missing is None else missing
            found[name] = (now - since).total_seconds() / _WEEK if lacks else 0.0
    return found


def _successor(session: Session, component: Component, figures: Contributions) -> str:
    """Return the fork in which the work went on, the latest changed one, or an empty text."""
    if figures.activity.last_on is None:
        return ""
    reuser = aliased(Component)
    query = (
        select(col(reuser.slug), col(Repository.last_commit_at))
        .select_from(Edge)
        .join(reuser, col(reuser.id) == col(Edge.reuser_id))
        .join(Repository, col(Repository.id) == col(reuser.repository_id))
        .where(
            col(Edge.origin_id) == component.id,
            col(Edge.kind) == EdgeKind.SHARED_COMMITS,
            col(Edge.direction) == DIRECTION_KNOWN,
            col(Edge.state).in_(COUNTED_STATES),
            col(Repository.last_commit_at).is_not(None),
        )
        .order_by(col(Repository.last_commit_at).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None or row[1].date() <= figures.activity.last_on:
        return ""
    return str(row[0])
