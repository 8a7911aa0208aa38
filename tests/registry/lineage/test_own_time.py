"""What a fork inherited is not its reuse: its times begin with its own first commit."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlmodel import select

from registry.db.session import Database
from registry.db.tables import Edge, EdgeKind, EdgeState, EdgeTag
from registry.lineage.edges import write_edges
from registry.lineage.findings import DIRECTION_UNKNOWN, Finding
from registry.lineage.own_time import fork_beginnings, in_own_time
from tests.support.lineage_facts import moment
from tests.support.lineage_rows import NOW, World

ORIGIN, FORK, PACKAGE = 1, 2, 3
BEGUN = 100


def _finding(kind: EdgeKind = EdgeKind.PACKAGE_DEPENDENCY, **values: Any) -> Finding:
    given: dict[str, Any] = {
        "kind": kind, "tag": EdgeTag.MEASURED, "origin_repository_id": PACKAGE,
        "reuser_repository_id": FORK, "first_seen": moment(3), "confidence": "verified",
    }  # fmt: skip
    return Finding(**given | values)


def _fork(**values: Any) -> Finding:
    given: dict[str, Any] = {"origin_repository_id": ORIGIN, "first_seen": moment(BEGUN)}
    return _finding(EdgeKind.SHARED_COMMITS, **given | values)


def _told(
    database: Database, *findings: Finding, forks: Iterable[Finding] = (_fork(),)
) -> list[tuple[int | None, int | None]]:
    with database.write() as session:
        world = World(session)
        for slug in ("origin", "fork", "package"):
            world.component(slug)
        write_edges(session, list(forks), [], lambda *_: {"digest": "1"}, NOW)
        return [(x.first_seen, x.last_seen) for x in in_own_time(session, findings)]


def test_a_fork_reuses_from_its_own_first_commit_on(database: Database) -> None:
    told = _told(
        database,
        _finding(),
        _finding(last_seen=moment(200), state=EdgeState.SINCE_REMOVED),
        _finding(EdgeKind.SIMILAR_FILES, last_seen=moment(50)),
        _finding(EdgeKind.SUBMODULE, first_seen=moment(150)),
        _finding(first_seen=None),
    )
    begun = moment(BEGUN)
    assert told == [
        (begun, None), (begun, moment(200)), (begun, begun), (moment(150), None), (None, None),
    ]  # fmt: skip


def test_what_ended_before_its_days_a_fork_never_reused(sqlite_database: Database) -> None:
    ended = _finding(last_seen=moment(BEGUN), state=EdgeState.SINCE_REMOVED)
    assert _told(sqlite_database, ended) == []


@pytest.mark.parametrize(
    "forks",
    [
        (),
        (_fork(direction=DIRECTION_UNKNOWN),),
        (_fork(strength={"is_mirror": True}),),
        (_fork(first_seen=None),),
        (_fork(reuser_repository_id=PACKAGE, origin_repository_id=FORK),),
    ],
    ids=["no fork", "direction not known", "mirror", "no date", "it is the origin"],
)
def test_who_is_no_fork_keeps_its_times(
    forks: tuple[Finding, ...], sqlite_database: Database
) -> None:
    assert _told(sqlite_database, _finding(), forks=forks) == [(moment(3), None)]


def test_texts_statements_and_unknown_directions_keep_their_times(
    sqlite_database: Database,
) -> None:
    kept = [
        _finding(EdgeKind.ATTRIBUTION_TEXT), _finding(EdgeKind.DECLARED),
        _finding(EdgeKind.SHARED_FILES, direction=DIRECTION_UNKNOWN),
    ]  # fmt: skip
    assert _told(sqlite_database, *kept) == [(moment(3), None)] * 3


def test_of_two_origins_the_nearest_says_when_a_fork_began(sqlite_database: Database) -> None:
    nearer = _fork(origin_repository_id=PACKAGE, first_seen=moment(120))
    told = _told(sqlite_database, _finding(), forks=(_fork(), nearer))
    assert told == [(moment(120), None)]


def test_edges_are_written_with_the_times_of_the_fork(database: Database) -> None:
    _told(database)
    with database.write() as session:
        write_edges(session, [_finding()], [], lambda *_: {"digest": "1"}, NOW)
        edges = session.execute(select(Edge).where(Edge.kind == EdgeKind.PACKAGE_DEPENDENCY))
        (edge,) = edges.scalars()
        assert edge.first_seen is not None
        assert int(edge.first_seen.timestamp()) == moment(BEGUN)
        assert fork_beginnings(session, []) == {}
