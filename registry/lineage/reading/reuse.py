"""Lists of edges: pages, whole exports, and the edges of one component."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.edges import is_counted
from registry.db.tables import Component
from registry.db.tables.lineage import Edge
from registry.db.tombstones import missing_component
from registry.errors import InvalidInput
from registry.lineage.reading.filters import conditions
from registry.lineage.reading.rows import crosses_border, edge_rows, edge_view, touches
from registry.lineage.reading.totals import summary
from registry.lineage.readmodels import ComponentReuse, EdgeView, ReusePage, ReuseQuery
from registry.lineage.vocabulary import SORTS

MAX_LIMIT: Final = 100
MAX_OF_COMPONENT: Final = 500
_BATCH: Final = 500
_SORTS: Final = dict(zip(SORTS, (Edge.first_seen, Edge.changed_at), strict=True))

Place = tuple[datetime | None, int]


def load_page(session: Session, query: ReuseQuery) -> ReusePage:
    """Return one page, newest first; edges without a date come last."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be from 1 to {MAX_LIMIT}, not {query.limit}")
    wanted = conditions(query)
    statement = _ordered(edge_rows().where(*wanted), query.sort)
    if query.after is not None:
        statement = statement.where(_beyond(query.sort, _place(query.after)))
    rows = session.execute(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    return ReusePage(
        items=tuple(edge_view(row) for row in shown),
        by_tag=_by_tag(session, wanted),
        next=_cursor(shown[-1], query.sort) if len(rows) > query.limit else None,
    )


def iterate(session: Session, query: ReuseQuery) -> Iterator[EdgeView]:
    """Yield every edge of the answer in its order, without holding them all."""
    statement = _ordered(edge_rows().where(*conditions(query)), query.sort)
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        yield edge_view(row)


def load_latest(session: Session, limit: int) -> tuple[EdgeView, ...]:
    """Return the newest finds between countries, one for each pair of components."""
    statement = (
        edge_rows()
        .where(
            is_counted(),
            crosses_border(),
            col(Edge.tag) == "measured",
            col(Edge.direction) == "known",
            col(Edge.confidence) == "verified",
        )
        .order_by(col(Edge.found_at).desc(), col(Edge.id).desc())
        .limit(limit * 10)
    )
    found: dict[tuple[str | None, str | None], EdgeView] = {}
    for edge in map(edge_view, session.execute(statement)):
        found.setdefault((edge.origin.slug, edge.reuser.slug), edge)
    return tuple(found.values())[:limit]


def load_component(session: Session, slug: str) -> ComponentReuse:
    """Return the edges of a component in both directions, or raise `NotFound`."""
    known = session.execute(
        select_columns(col(Component.id), col(Component.name)).where(col(Component.slug) == slug)
    ).first()
    if known is None:
        raise missing_component(session, slug)
    number, name = known
    statement = edge_rows().where(touches(number), col(Edge.confidence) != "possible")
    ordered = _ordered(statement, "first_seen").limit(MAX_OF_COMPONENT + 1)
    edges = [edge_view(row) for row in session.execute(ordered)]
    kept = edges[:MAX_OF_COMPONENT]
    directed = [edge for edge in kept if edge.direction == "known"]
    return ComponentReuse(
        slug=slug,
        name=name,
        summary=summary(session, slug),
        reused_by=tuple(edge for edge in directed if edge.origin.slug == slug),
        reuses=tuple(edge for edge in directed if edge.reuser.slug == slug),
        undirected=tuple(edge for edge in kept if edge.direction != "known"),
        is_cut=len(edges) > MAX_OF_COMPONENT,
    )


def _by_tag(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    rows = session.execute(
        select_columns(col(Edge.tag), func.count()).where(*wanted).group_by(col(Edge.tag))
    )
    return {tag.value: count for tag, count in sorted(rows)}


def _ordered(statement: Select[Any], sort: str) -> Select[Any]:
    if sort not in _SORTS:
        raise InvalidInput(f"sort must be one of {', '.join(_SORTS)}, not {sort[:60]!r}")
    return statement.order_by(col(_SORTS[sort]).desc().nulls_last(), col(Edge.id).desc())


def _beyond(sort: str, place: Place) -> ColumnElement[bool]:
    """Tell which rows come after a place in the order of `_ordered`."""
    moment, number = place
    column = col(_SORTS[sort])
    if moment is None:
        return and_(column.is_(None), col(Edge.id) < number)
    tied = and_(column == moment, col(Edge.id) < number)
    return or_(column < moment, tied, column.is_(None))


def _cursor(row: Any, sort: str) -> str:
    moment = row.first_seen if sort == "first_seen" else row.changed_at
    seconds = None if moment is None else moment.isoformat()
    return base64.urlsafe_b64encode(msgspec.json.encode((seconds, row.id))).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment, number = msgspec.json.decode(text, type=tuple[datetime | None, int])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise InvalidInput("after is not a cursor that this registry gave out") from error
    if not 0 <= number < 2**63:
        raise InvalidInput("after is not a cursor that this registry gave out")
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment, number
