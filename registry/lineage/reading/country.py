"""What one country gives and takes, and how long it took until others reused its code."""

from datetime import timedelta
from typing import Final

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.edges import is_counted
from registry.db.tables.lineage import Edge, EdgeTag
from registry.lineage.reading.matrix import load_matrix
from registry.lineage.reading.rows import (
    ORIGIN,
    ORIGIN_REPOSITORY,
    crosses_border,
    edge_rows,
    edge_view,
)
from registry.lineage.readmodels import CountryReuse, EdgeView, Matrix, MatrixQuery, TimeToReuse

LATEST: Final = 5
_MEASURED: Final = (
    is_counted(),
    crosses_border(),
    col(Edge.tag) == EdgeTag.MEASURED,
    col(Edge.direction) == "known",
)


def load_country(session: Session, code: str) -> CountryReuse:
    """Return the measured reuse between a country and others; the numbers are matrix cells."""
    given = load_matrix(session, MatrixQuery(origin_country=(code,)))
    taken = load_matrix(session, MatrixQuery(reuser_country=(code,)))
    return CountryReuse(
        code=code,
        gives=_others(given, code, "reuser"),
        takes=_others(taken, code, "origin"),
        latest=_latest(session, code),
        time_to_reuse=_times(session, code),
    )


def _others(matrix: Matrix, code: str, end: str) -> tuple[tuple[str, int], ...]:
    counts = [(getattr(cell, end), cell.pairs) for cell in matrix.cells]
    return tuple(sorted((x for x in counts if x[0] != code), key=lambda x: (-x[1], x[0])))


def _latest(session: Session, code: str) -> tuple[EdgeView, ...]:
    here = or_(col(Edge.origin_country) == code, col(Edge.reuser_country) == code)
    statement = (
        edge_rows()
        .where(*_MEASURED, here)
        .order_by(col(Edge.first_seen).desc().nulls_last(), col(Edge.id).desc())
        .limit(LATEST)
    )
    return tuple(edge_view(row) for row in session.execute(statement))


def _times(session: Session, code: str) -> tuple[TimeToReuse, ...]:
    """Return the days to the first foreign reuse of each component, the shortest first.

    A reuse that seems older than the first commit is left out: one of the two times is wrong.
    """
    rows = session.execute(
        select_columns(
            col(ORIGIN.slug), col(ORIGIN.name), col(Edge.reuser_country), col(Edge.key),
            col(Edge.first_seen), col(ORIGIN_REPOSITORY.first_commit_at),
        )
        .select_from(Edge)
        .join(ORIGIN, col(ORIGIN.id) == col(Edge.origin_id))
        .join(ORIGIN_REPOSITORY, col(ORIGIN_REPOSITORY.id) == col(ORIGIN.repository_id))
        .where(
            *_MEASURED,
            col(Edge.origin_country) == code,
            col(Edge.first_seen).is_not(None),
            col(ORIGIN_REPOSITORY.first_commit_at).is_not(None),
        )
        .order_by(col(Edge.first_seen), col(Edge.key))
    )  # fmt: skip
    found: dict[str, TimeToReuse] = {}
    for slug, name, country, key, first, begun in rows:
        if slug not in found and first - begun >= timedelta():
            found[slug] = TimeToReuse(
                slug=slug, name=name, country=code, days=(first - begun).days,
                reuser_country=country, edge=key,
            )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda item: (item.days, item.slug)))
