"""Reading missed fixes: one, or a list by who misses them."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.drift import parties
from registry.adoption.drift.links import advisory_url, cherry_pick
from registry.adoption.drift.readmodels import AdvisoryAddress, FixPage, FixQuery, FixView
from registry.db.tables import (
    Advisory,
    Component,
    Drift,
    MissedFix,
    Organisation,
    Repository,
    RepositoryState,
)
from registry.domain.links import commit_url
from registry.errors import InvalidInput, NotFound

STATES: Final = ("missing", "not_known", "muted", "ended")
SEVERITIES: Final = ("critical", "high", "medium", "low")
_FORK, _UPSTREAM = aliased(Component), aliased(Component)
_REPOSITORIES: Final = (aliased(Repository), aliased(Repository))
_BODIES: Final = (aliased(Organisation), aliased(Organisation))


def list_fixes(session: Session, query: FixQuery) -> FixPage:
    """Return a page of missed fixes, the latest changed first."""
    unknown = [state for state in query.state if state not in STATES]
    if unknown:
        raise InvalidInput(f"state must be one of {', '.join(STATES)}")
    statement = _rows().where(or_(*(_IN_STATE[state] for state in query.state)), *_filters(query))
    if query.after is not None:
        statement = statement.where(_comes_after(session, query.after))
    ordered = statement.order_by(col(MissedFix.changed_at).desc(), col(MissedFix.id).desc())
    rows = session.execute(ordered.limit(query.limit + 1)).all()
    following = rows[query.limit - 1].MissedFix.id if len(rows) > query.limit else None
    return FixPage(items=tuple(_view(row) for row in rows[: query.limit]), next=following)


def load_fix(session: Session, key: str) -> FixView:
    """Return one missed fix, whatever its state, or raise `NotFound`."""
    row = session.execute(_rows().where(col(MissedFix.key) == key)).first()
    if row is None:
        raise NotFound(f"there is no missed fix {key[:60]!r}")
    return _view(row)


def _is_open(verdict: str) -> ColumnElement[bool]:
    return and_(
        col(MissedFix.ended_at).is_(None),
        col(MissedFix.muted_at).is_(None),
        col(MissedFix.verdict) == verdict,
    )


_IN_STATE: Final = {
    "missing": _is_open("missing"),
    "not_known": _is_open("not_known"),
    "muted": and_(col(MissedFix.ended_at).is_(None), col(MissedFix.muted_at).is_not(None)),
    "ended": col(MissedFix.ended_at).is_not(None),
}


def _filters(query: FixQuery) -> list[ColumnElement[bool]]:
    asked = (
        (col(_FORK.slug), query.component),
        (col(_UPSTREAM.slug), query.upstream),
        (col(_BODIES[0].slug), query.organisation),
        (col(_FORK.country), query.country),
        (col(Advisory.key), query.advisory),
    )
    found = [column == value for column, value in asked if value is not None]
    if query.severity:
        found.append(col(Advisory.severity).in_(query.severity))
    return found


def _comes_after(session: Session, after: int) -> ColumnElement[bool]:
    row = session.get(MissedFix, after)
    if row is None:
        raise InvalidInput("this page is not there any more: begin with the first")
    changed = col(MissedFix.changed_at)
    return or_(changed < row.changed_at, and_(changed == row.changed_at, col(MissedFix.id) < after))


def _rows() -> Select[Any]:
    return (
        select(
            MissedFix,
            Advisory,
            col(Drift.base_commit),
            col(Drift.origin_head),
            col(Drift.looked_at),
            *parties.columns(_FORK, _REPOSITORIES[0], _BODIES[0], "fork"),
            *parties.columns(_UPSTREAM, _REPOSITORIES[1], _BODIES[1], "upstream"),
        )
        .select_from(MissedFix)
        .join(Advisory, col(Advisory.id) == col(MissedFix.advisory_id))
        .join(_FORK, col(_FORK.id) == col(MissedFix.reuser_id))
        .join(_UPSTREAM, col(_UPSTREAM.id) == col(MissedFix.origin_id))
        .join(_REPOSITORIES[0], col(_REPOSITORIES[0].id) == col(_FORK.repository_id))
        .join(_REPOSITORIES[1], col(_REPOSITORIES[1].id) == col(_UPSTREAM.repository_id))
        .outerjoin(_BODIES[0], col(_BODIES[0].id) == col(_FORK.organisation_id))
        .outerjoin(_BODIES[1], col(_BODIES[1].id) == col(_UPSTREAM.organisation_id))
        .outerjoin(
            Drift,
            and_(
                col(Drift.origin_id) == col(MissedFix.origin_id),
                col(Drift.reuser_id) == col(MissedFix.reuser_id),
            ),
        )
    )


def _view(row: Row[Any]) -> FixView:
    fix: MissedFix = row.MissedFix
    advisory: Advisory = row.Advisory
    upstream = parties.party(row, "upstream")
    return FixView(
        key=fix.key,
        state=_state(fix),
        fork=parties.party(row, "fork"),
        upstream=upstream,
        advisory=advisory.key,
        aliases=tuple(advisory.aliases),
        summary=advisory.summary,
        severity=advisory.severity or None,
        vector=advisory.vector or None,
        advisory_url=advisory_url(advisory.key),
        links=tuple(AdvisoryAddress(str(kind), str(url)) for kind, url in advisory.links),
        published_at=advisory.published_at,
        basis=fix.basis,
        reason=fix.reason,
        commit=fix.commit,
        commit_url=commit_url(upstream.url, upstream.forge, fix.commit)
        if fix.commit and upstream.state != RepositoryState.GONE
        else None,
        commit_at=fix.commit_at,
        subject=fix.subject,
        command=cherry_pick(upstream.url, fix.commit, is_merge=fix.is_merge),
        compare_url=parties.changes_url(upstream, row.base_commit, row.origin_head),
        found_at=fix.found_at,
        changed_at=fix.changed_at,
        ended_at=fix.ended_at,
        ended_because=fix.ended_because,
        muted_at=fix.muted_at,
        mute_reason=fix.mute_reason,
        looked_at=row.looked_at,
    )


def _state(fix: MissedFix) -> str:
    if fix.ended_at is not None:
        return "ended"
    return "muted" if fix.muted_at is not None else fix.verdict
