"""Who reuses whose code, group by group; every cell can be asked for as a list of edges."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, extract, func, literal, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.tables import Component, Organisation
from registry.db.tables.lineage import Edge
from registry.errors import InvalidInput
from registry.lineage.reading.filters import conditions
from registry.lineage.readmodels import Matrix, MatrixCell, MatrixQuery, ReuseQuery
from registry.lineage.rules import RULES
from registry.lineage.vocabulary import GROUPS, PERIODS

_ALL: Final = "all"


def load_matrix(session: Session, query: MatrixQuery) -> Matrix:
    """Return the cells of a matrix: edges of one tag, counted by group and period."""
    for name, known in (("group", GROUPS), ("period", PERIODS)):
        if getattr(query, name) not in known:
            raise InvalidInput(f"{name} must be one of {', '.join(known)}")
    wanted = conditions(rows_query(query))
    placed = [*wanted, *_is_placed(query)]
    cells, labels = _cells(session, query, placed)
    edges = sum(cell.edges for cell in cells)
    return Matrix(
        query=query,
        cells=cells,
        labels=labels,
        inputs_digest=_digest(session, placed),
        rule_version=RULES.version,
        edges=edges,
        unknown_direction=_count(session, conditions(rows_query(query, direction="unknown"))),
        unplaced=_count(session, wanted) - edges,
        has_demo=_has_demo(session, placed),
    )


def rows_query(query: MatrixQuery, direction: str = "known") -> ReuseQuery:
    """Return the question for the edges behind a whole matrix."""
    return ReuseQuery(
        tag=(query.tag,),
        kind=query.kind,
        origin_country=query.origin_country,
        reuser_country=query.reuser_country,
        direction=direction,
    )


def cell_query(query: MatrixQuery, cell: MatrixCell) -> ReuseQuery:
    """Return the question for the edges behind one cell: as many as the cell says."""
    since, until = _bounds(cell.period)
    given: dict[str, Any] = {
        "origin_country": query.origin_country,
        "reuser_country": query.reuser_country,
    }
    if query.group == "organisation":
        given |= {"origin_organisation": cell.origin, "reuser_organisation": cell.reuser}
    else:
        given |= {f"origin_{query.group}": (cell.origin,), f"reuser_{query.group}": (cell.reuser,)}
    return ReuseQuery(
        tag=(query.tag,), kind=query.kind, direction="known", since=since, until=until, **given
    )


def _bounds(period: str) -> tuple[datetime | None, datetime | None]:
    if period == _ALL:
        return None, None
    year, _, quarter = period.partition("-Q")
    if not quarter:
        return datetime(int(year), 1, 1, tzinfo=UTC), datetime(int(year) + 1, 1, 1, tzinfo=UTC)
    month = 3 * int(quarter) - 2
    end = (int(year), month + 3) if month < 10 else (int(year) + 1, 1)
    return datetime(int(year), month, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC)


def _group(query: MatrixQuery, end: str) -> Any:
    """Return what an edge is grouped by at one end."""
    if query.group == "organisation":
        return col(getattr(Edge, f"{end}_organisation_id"))
    country = col(getattr(Edge, f"{end}_country"))
    if query.group == "country":
        return country
    return func.coalesce(col(getattr(Edge, f"{end}_region")), country)


def _period(query: MatrixQuery) -> list[ColumnElement[Any]]:
    """Return the columns that tell the period: a year and a quarter, 0 where it does not matter."""
    moment = col(Edge.first_seen)
    zero = literal(0)
    year = zero if query.period == _ALL else cast(extract("year", moment), BigInteger)
    month = cast(extract("month", moment), BigInteger)
    quarter = (month + 2) // 3 if query.period == "quarter" else zero
    return [year.label("year"), quarter.label("quarter")]


def _is_placed(query: MatrixQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        _group(query, end).is_not(None) for end in ("origin", "reuser")
    ]
    if query.period != _ALL:
        found.append(col(Edge.first_seen).is_not(None))
    return found


def _cells(
    session: Session, query: MatrixQuery, placed: list[ColumnElement[bool]]
) -> tuple[tuple[MatrixCell, ...], dict[str, str]]:
    origin, reuser = _group(query, "origin").label("origin"), _group(query, "reuser").label("taker")
    source = cast(func.coalesce(col(Edge.origin_id), -col(Edge.origin_source_id)), BigInteger)
    # Reusers without an organisation count as one: of them, nobody knows how many they are.
    body = func.coalesce(col(Edge.reuser_organisation_id), 0)
    inner = (
        select_columns(
            origin, reuser, *_period(query), source.label("source"),
            (source * 2**32 + body).label("pair"),
        )
        .where(*placed)
        .subquery()
    )  # fmt: skip
    keys = [inner.c.origin, inner.c.taker, inner.c.year, inner.c.quarter]
    rows = session.execute(
        select_columns(
            *keys,
            func.count(inner.c.pair.distinct()),
            func.count(inner.c.source.distinct()),
            func.count(),
        ).group_by(*keys)
    ).all()
    slugs, labels = _names(session, query, {key for row in rows for key in row[:2]})
    cells = [
        MatrixCell(
            origin=slugs[origin], reuser=slugs[reuser], period=_label(query, year, quarter),
            pairs=pairs, components=components, edges=edges,
        )
        for origin, reuser, year, quarter, pairs, components, edges in rows
    ]  # fmt: skip
    cells.sort(key=lambda cell: (cell.origin, cell.reuser, cell.period))
    return tuple(cells), labels


def _label(query: MatrixQuery, year: int, quarter: int) -> str:
    if query.period == _ALL:
        return _ALL
    return f"{year:04}-Q{quarter}" if query.period == "quarter" else f"{year:04}"


def _names(
    session: Session, query: MatrixQuery, keys: set[Any]
) -> tuple[dict[Any, str], dict[str, str]]:
    """Return the code of each group, and the names of organisations by their slug."""
    if query.group != "organisation":
        return {key: key for key in keys}, {key: key for key in sorted(keys)}
    rows = session.execute(
        select_columns(
            col(Organisation.id), col(Organisation.slug), col(Organisation.name)
        ).order_by(col(Organisation.slug))
    ).all()
    kept = [row for row in rows if row[0] in keys]
    return {row[0]: row[1] for row in kept}, {row[1]: row[2] for row in kept}


def _digest(session: Session, placed: list[ColumnElement[bool]]) -> str:
    """Return one hash for all edges of the matrix: it changes when one comes or goes."""
    keys = session.execute(select_columns(col(Edge.key)).where(*placed)).scalars()
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def _count(session: Session, wanted: list[ColumnElement[bool]]) -> int:
    statement = select_columns(func.count()).select_from(Edge).where(*wanted)
    return int(session.execute(statement).scalar_one())


def _has_demo(session: Session, placed: list[ColumnElement[bool]]) -> bool:
    ends = or_(col(Component.id) == col(Edge.origin_id), col(Component.id) == col(Edge.reuser_id))
    demo = exists().where(and_(ends, col(Component.is_demo).is_(True)))
    statement = select_columns(literal(1)).select_from(Edge).where(*placed, demo).limit(1)
    return session.execute(statement).first() is not None
