"""Reading drift: of one component in both directions, in a line, and as badges tell it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, func, inspect, select
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col

from registry.adoption.drift import parties
from registry.adoption.drift.fix_views import list_fixes
from registry.adoption.drift.readmodels import (
    ComponentDrift,
    DriftSummary,
    DriftView,
    FixQuery,
    MissedCommit,
    Party,
)
from registry.db.tables import (
    Advisory,
    Component,
    ComponentAdvisory,
    Drift,
    Edge,
    MissedFix,
    Organisation,
    Repository,
)
from registry.domain.links import commit_url
from registry.errors import NotFound

MAX_FORKS: Final = 200
MAX_FIXES: Final = 200
_ORIGIN, _REUSER = aliased(Component), aliased(Component)
_REPOSITORIES: Final = (aliased(Repository), aliased(Repository))
_BODIES: Final = (aliased(Organisation), aliased(Organisation))
IS_OPEN: Final = (col(MissedFix.ended_at).is_(None), col(MissedFix.muted_at).is_(None))


def load_component_drift(session: Session, slug: str) -> ComponentDrift:
    """Return the drift of a component in both directions, or raise `NotFound`."""
    component = session.execute(
        select(col(Component.id)).where(col(Component.slug) == slug)
    ).scalar()
    if component is None:
        raise NotFound(f"there is no component {slug!r}")
    forks = _views(session, col(Drift.origin_id) == component, with_commits=False)
    in_all = session.execute(
        select(func.count()).select_from(Drift).where(col(Drift.origin_id) == component)
    ).scalar_one()
    query = FixQuery(component=slug, state=("missing", "not_known", "muted"), limit=MAX_FIXES)
    advisories, as_of = session.execute(
        select(func.count(), func.max(col(Advisory.imported_at)))
        .select_from(ComponentAdvisory)
        .join(Advisory, col(Advisory.id) == col(ComponentAdvisory.advisory_id))
        .where(
            col(Advisory.withdrawn_at).is_(None),
            col(ComponentAdvisory.component_id).in_(
                select(col(Drift.origin_id)).where(col(Drift.reuser_id) == component)
            ),
        )
    ).one()
    return ComponentDrift(
        slug=slug,
        upstreams=_views(session, col(Drift.reuser_id) == component, with_commits=True),
        forks=forks,
        forks_in_all=in_all,
        fixes=list_fixes(session, query).items,
        advisories=advisories,
        advisories_as_of=as_of,
    )


def drift_of_members(
    session: Session, components: Collection[str], organisations: Collection[str]
) -> tuple[DriftView, ...]:
    """Return the drift of forks and copies of some components that some organisations keep.

    What is one of the components itself is no fork of theirs.
    """
    if not components or not organisations:
        return ()
    which = and_(
        col(_ORIGIN.slug).in_(sorted(components)),
        col(_REUSER.slug).not_in(sorted(components)),
        col(_BODIES[1].slug).in_(sorted(organisations)),
    )
    return _views(session, which, with_commits=False)


def _views(session: Session, which: Any, *, with_commits: bool) -> tuple[DriftView, ...]:
    """Return pairs; of a list of forks the commits, by far the largest part, are not read."""
    ordered = _rows().where(which).order_by(
        col(Drift.distance), col(Drift.missing).desc(), col(Drift.behind).desc(),
        col(Drift.origin_id), col(Drift.reuser_id),
    ).limit(MAX_FORKS)  # fmt: skip
    rows = session.execute(ordered.options(*([] if with_commits else [_WITHOUT_DETAIL]))).all()
    fixes = _fixes(session, [(row.Drift.origin_id, row.Drift.reuser_id) for row in rows])
    return tuple(_view(row, fixes, with_commits=with_commits) for row in rows)


_WITHOUT_DETAIL: Final = defer(
    inspect(Drift).column_attrs["detail"].class_attribute, raiseload=True
)


def _rows() -> Select[Any]:
    return (
        select(
            Drift,
            col(Edge.key).label("edge_key"),
            *parties.columns(_ORIGIN, _REPOSITORIES[0], _BODIES[0], "origin"),
            *parties.columns(_REUSER, _REPOSITORIES[1], _BODIES[1], "reuser"),
        )
        .select_from(Drift)
        .join(_ORIGIN, col(_ORIGIN.id) == col(Drift.origin_id))
        .join(_REUSER, col(_REUSER.id) == col(Drift.reuser_id))
        .join(_REPOSITORIES[0], col(_REPOSITORIES[0].id) == col(_ORIGIN.repository_id))
        .join(_REPOSITORIES[1], col(_REPOSITORIES[1].id) == col(_REUSER.repository_id))
        .outerjoin(_BODIES[0], col(_BODIES[0].id) == col(_ORIGIN.organisation_id))
        .outerjoin(_BODIES[1], col(_BODIES[1].id) == col(_REUSER.organisation_id))
        .outerjoin(Edge, col(Edge.id) == col(Drift.edge_id))
    )


def _fixes(
    session: Session, pairs: Sequence[tuple[int, int]]
) -> Mapping[tuple[int, int, str], int]:
    reusers = sorted({reuser for _, reuser in pairs})
    rows = session.execute(
        select(
            col(MissedFix.origin_id), col(MissedFix.reuser_id), col(MissedFix.verdict), func.count()
        )
        .where(*IS_OPEN, col(MissedFix.reuser_id).in_(reusers))
        .group_by(col(MissedFix.origin_id), col(MissedFix.reuser_id), col(MissedFix.verdict))
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _view(
    row: Row[Any], fixes: Mapping[tuple[int, int, str], int], *, with_commits: bool
) -> DriftView:
    drift: Drift = row.Drift
    detail = drift.detail if with_commits else {}
    origin = parties.party(row, "origin")
    key = (drift.origin_id, drift.reuser_id)
    numbers = {name: getattr(drift, name) for name in _COPIED}
    return DriftView(
        **numbers,
        origin=origin,
        reuser=parties.party(row, "reuser"),
        edge=row.edge_key,
        parallel_paths=tuple(detail.get("parallel_paths", ())),
        fixes_missing=fixes.get((*key, "missing"), 0),
        fixes_not_known=fixes.get((*key, "not_known"), 0),
        compare_url=parties.changes_url(origin, drift.base_commit, drift.origin_head),
        commits=tuple(_commit(item, origin) for item in detail.get("commits", ())),
        caps=tuple(detail.get("caps", ())),
    )


_COPIED: Final = (
    "distance", "state", "reason", "is_related", "behind", "behind_merges", "equivalent",
    "absorbed", "missing", "edited", "gone", "ahead", "ahead_merges", "ahead_equivalent",
    "compared", "comparable", "parallel", "files_held", "files_older", "base_commit", "base_at",
    "synced_at", "sync_basis", "origin_head", "reuser_head", "looked_at",
)  # fmt: skip


def _commit(item: Mapping[str, Any], origin: Party) -> MissedCommit:
    return MissedCommit(
        commit=item["commit"],
        url=commit_url(origin.url, origin.forge, item["commit"]),
        at=datetime.fromtimestamp(item["time"], UTC),
        subject=item["subject"],
        state=item["state"],
        files=item["files"],
        is_clean=item["is_clean"],
    )


def drift_summary(session: Session, slug: str) -> DriftSummary:
    """Return the drift of a component from its nearest upstream, and how many forks it has."""
    forks = session.execute(
        select(func.count())
        .select_from(Drift)
        .join(Component, col(Component.id) == col(Drift.origin_id))
        .where(col(Component.slug) == slug)
    ).scalar_one()
    row = session.execute(
        _rows()
        .options(_WITHOUT_DETAIL)
        .where(col(_REUSER.slug) == slug)
        .order_by(col(Drift.distance), col(Drift.is_related).desc(), col(Drift.origin_id))
        .limit(1)
    ).first()
    if row is None:
        return DriftSummary(forks=forks)
    drift: Drift = row.Drift
    return DriftSummary(
        origin=parties.party(row, "origin"),
        **{name: getattr(drift, name) for name in _SUMMED},
        fixes_missing=_missing(session, drift.reuser_id),
        forks=forks,
    )


_SUMMED: Final = (
    "is_related", "behind", "missing", "ahead", "files_held", "files_older", "looked_at",
)  # fmt: skip


def _missing(session: Session, reuser: int) -> int:
    query = select(func.count()).select_from(MissedFix)
    which = (*IS_OPEN, col(MissedFix.verdict) == "missing", col(MissedFix.reuser_id) == reuser)
    return int(session.execute(query.where(*which)).scalar_one())
