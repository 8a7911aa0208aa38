"""The jobs that measure drift, and which of them are due."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.adoption.advisories.matching import sought_digests
from registry.adoption.drift.pairs import Pair, all_pairs, pairs_at
from registry.db.tables import Component, Drift, MissedFix, Repository
from registry.domain.drift import DRIFT_VERSION
from registry.jobs.port import NewJob

MEASURE: Final = "drift.measure"
PRIORITY: Final = -20  # after crawling and lineage: then each pair is measured once
LANE: Final = "drift"


def drift_job(pair: Pair) -> NewJob:
    """Return the job that measures a pair."""
    return NewJob(
        task=MEASURE,
        key=f"{pair.origin}:{pair.reuser}",
        payload={
            "origin": pair.origin, "reuser": pair.reuser,
            "edge": pair.edge, "distance": pair.distance,
        },
        lane=LANE,
        priority=PRIORITY,
    )  # fmt: skip


def drift_jobs(session: Session, repository_id: int) -> list[NewJob]:
    """Return the jobs of the pairs at a repository, whose facts or edges changed."""
    return [drift_job(pair) for pair in pairs_at(session, repository_id)]


def due_drifts(session: Session) -> list[NewJob]:
    """Return the jobs of all pairs of which something is not as it was when they were measured.

    Pairs that are none any more, because an edge was withdrawn, are forgotten.
    """
    pairs = {(pair.origin, pair.reuser): pair for pair in all_pairs(session)}
    known = _known(session)
    _forget(session, (key for key in known if key not in pairs))
    sought = sought_digests(session, {origin for origin, _ in pairs})
    return [
        drift_job(pair)
        for key, pair in pairs.items()
        if key not in known
        or known[key] != (sought.get(pair.origin, ""), DRIFT_VERSION, pair.edge, pair.distance)
    ]


def _known(session: Session) -> dict[tuple[int, int], tuple[str, int, int | None, int] | None]:
    """Return what pairs were measured with; None where a head has moved since."""
    heads = aliased(Repository), aliased(Repository)
    ends = aliased(Component), aliased(Component)
    rows = session.execute(
        select(
            col(Drift.origin_id),
            col(Drift.reuser_id),
            col(Drift.sought),
            col(Drift.version),
            col(Drift.edge_id),
            col(Drift.distance),
            col(Drift.origin_head),
            col(Drift.reuser_head),
            col(heads[0].head_commit).label("origin_now"),
            col(heads[1].head_commit).label("reuser_now"),
        )
        .select_from(Drift)
        .join(ends[0], col(ends[0].id) == col(Drift.origin_id))
        .join(heads[0], col(heads[0].id) == col(ends[0].repository_id))
        .join(ends[1], col(ends[1].id) == col(Drift.reuser_id))
        .join(heads[1], col(heads[1].id) == col(ends[1].repository_id))
    )
    return {
        (row.origin_id, row.reuser_id): (
            (row.sought, row.version, row.edge_id, row.distance)
            if (row.origin_head, row.reuser_head) == (row.origin_now, row.reuser_now)
            else None
        )
        for row in rows
    }


def _forget(session: Session, keys: Iterable[tuple[int, int]]) -> None:
    for origin, reuser in keys:
        for table in (Drift, MissedFix):
            session.execute(
                delete(table).where(col(table.origin_id) == origin, col(table.reuser_id) == reuser)
            )
