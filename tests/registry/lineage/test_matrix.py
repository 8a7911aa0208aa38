"""The matrix: every number is the number of rows that its link shows."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.db.session import Database
from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag
from registry.errors import InvalidInput
from registry.lineage.reading.matrix import GROUPS, PERIODS, cell_query
from registry.lineage.readmodels import Matrix, MatrixQuery, ReuseQuery
from registry.lineage.service import Lineage
from tests.support.databases import fresh_database
from tests.support.examples import share
from tests.support.lineage_rows import World, day, lineage_of

TIMES = (None, datetime(2015, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC),
         datetime(2016, 3, 31, tzinfo=UTC), datetime(2016, 4, 1, tzinfo=UTC),
         datetime(2016, 10, 1, tzinfo=UTC))  # fmt: skip
PLACES = (("EE", None), ("CA", "CA-ON"), ("CA", None), (None, None))
ENDS = ("c0", "c1", "c2", "c3", "c4", "source:health")
edges = st.lists(
    st.fixed_dictionaries(
        {
            "origin": st.sampled_from(ENDS),
            "reuser": st.sampled_from(ENDS[:5]),
            "first_seen": st.sampled_from(TIMES),
            "kind": st.sampled_from([EdgeKind.SHARED_COMMITS, EdgeKind.SHARED_FILES]),
            "tag": st.sampled_from([EdgeTag.MEASURED, EdgeTag.MEASURED, EdgeTag.DECLARED]),
            "state": st.sampled_from([*EdgeState]),
            "direction": st.sampled_from(["known", "known", "unknown"]),
            "confidence": st.sampled_from(["verified", "likely", "possible"]),
            "is_mirror": st.booleans(),
            "is_internal": st.booleans(),
        }
    ),
    max_size=14,
)


def _fill(database: Database, drawn: list[dict[str, Any]]) -> Lineage:
    with database.write() as session:
        world = World(session)
        for number in range(5):
            country, region = PLACES[number % 4]
            body = None if number == 3 else f"body-{number % 2}"
            world.component(f"c{number}", country, region=region, body=body)
        world.source("health", "CA", "CA-AB")
        for values in drawn:
            given = dict(values)
            world.edge(given.pop("origin"), given.pop("reuser"), **given)
    return lineage_of(database)


def _check(lineage: Lineage, query: MatrixQuery) -> Matrix:
    """Ask for the rows of every cell, and for those of the whole, and count them."""
    matrix = lineage.matrix(query)
    for cell in matrix.cells:
        rows = list(lineage.edges(cell_query(query, cell)))
        assert len(rows) == cell.edges
        assert len({(x.origin.slug or x.origin.name, x.reuser.organisation_slug) for x in rows}) \
            == cell.pairs  # fmt: skip
        assert len({x.origin.slug or x.origin.name for x in rows}) == cell.components
    whole = ReuseQuery(tag=(query.tag,), kind=query.kind, direction="known")
    assert matrix.edges + matrix.unplaced == len(list(lineage.edges(whole)))
    undirected = ReuseQuery(tag=(query.tag,), kind=query.kind, direction="unknown")
    assert matrix.unknown_direction == len(list(lineage.edges(undirected)))
    return matrix


@settings(max_examples=share(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=edges)
def test_every_cell_is_as_many_rows_as_its_link_shows(
    drawn: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("matrix")
    with fresh_database("sqlite", folder) as database:
        lineage = _fill(database, drawn)
        for group in GROUPS:
            for period in PERIODS:
                _check(lineage, MatrixQuery(group=group, period=period))


def test_cells_are_the_same_on_every_database(database: Database) -> None:
    drawn = [
        {"origin": origin, "reuser": reuser, "first_seen": moment}
        for origin in ENDS for reuser in ENDS[:5] for moment in TIMES if origin != reuser
    ]  # fmt: skip
    lineage = _fill(database, drawn)
    for group, period in product(GROUPS, PERIODS):
        _has_the_cells(_check(lineage, MatrixQuery(group=group, period=period)), group, period)


def _has_the_cells(matrix: Matrix, group: str, period: str) -> None:
    assert matrix.cells
    assert list(matrix.cells) == sorted(
        matrix.cells, key=lambda cell: (cell.origin, cell.reuser, cell.period)
    )
    periods = {cell.period for cell in matrix.cells}
    assert periods == {
        "all": {"all"}, "year": {"2015", "2016"},
        "quarter": {"2015-Q4", "2016-Q1", "2016-Q2", "2016-Q4"},
    }[period]  # fmt: skip
    groups = {cell.origin for cell in matrix.cells}
    assert groups == {
        "country": {"CA", "EE"}, "region": {"CA", "CA-AB", "CA-ON", "EE"},
        "organisation": {"body-0", "body-1"},
    }[group]  # fmt: skip


def _one_cell(lineage: Lineage, **query: Any) -> tuple[int, int, int]:
    (cell,) = lineage.matrix(MatrixQuery(**query)).cells
    return cell.pairs, cell.components, cell.edges


def test_a_thousand_forks_of_one_account_count_once(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("forms", "EE")
        for number in range(60):
            world.component(f"fork-{number}", "FI", body="sock-puppets")
            world.edge("forms", f"fork-{number}")
        for number in range(60):
            world.component(f"stray-{number}", "FI", body=None)
            world.edge("forms", f"stray-{number}", kind=EdgeKind.SHARED_FILES)
    lineage = lineage_of(sqlite_database)
    assert _one_cell(lineage, kind=("shared_commits",)) == (1, 1, 60)
    assert _one_cell(lineage, kind=("shared_files",)) == (1, 1, 60)
    assert _one_cell(lineage) == (2, 1, 120)


def test_what_is_not_reuse_is_in_no_cell(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("forms", "EE")
        world.component("taken", "FI")
        world.edge("forms", "taken", is_mirror=True)
        world.edge("forms", "taken", is_internal=True)
        world.edge("forms", "taken", confidence="possible")
        world.edge("forms", "taken", direction="unknown")
        world.edge("forms", "taken", tag=EdgeTag.DECLARED, kind=EdgeKind.DECLARED)
        for state in (EdgeState.WITHDRAWN, EdgeState.SUPERSEDED):
            world.edge("forms", "taken", state=state)
    matrix = lineage_of(sqlite_database).matrix(MatrixQuery())
    assert (matrix.cells, matrix.edges, matrix.unknown_direction) == ((), 0, 1)


def test_an_edge_that_was_removed_since_still_counts(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("forms", "EE")
        world.component("taken", "FI")
        world.edge("forms", "taken", state=EdgeState.SINCE_REMOVED)
    assert _one_cell(lineage_of(sqlite_database)) == (1, 1, 1)


def test_the_digest_tells_every_coming_and_going(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("forms", "EE")
        world.component("taken", "FI", is_demo=True)
        world.edge("forms", "taken")
    lineage = lineage_of(sqlite_database)
    before = lineage.matrix(MatrixQuery())
    assert lineage.matrix(MatrixQuery()) == before
    assert before.has_demo
    with sqlite_database.write() as session:
        world.session = session
        world.edge("forms", "taken", kind=EdgeKind.SHARED_FILES)
    after = lineage.matrix(MatrixQuery())
    assert after.inputs_digest != before.inputs_digest
    assert (after.cells[0].pairs, before.cells[0].pairs) == (1, 1)


def test_countries_can_be_chosen(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug, country in (("a", "EE"), ("b", "FI"), ("c", "CA")):
            world.component(slug, country)
        world.edge("a", "b")
        world.edge("b", "c")
    lineage = lineage_of(sqlite_database)
    cells = lineage.matrix(MatrixQuery(origin_country=("FI",))).cells
    assert [(x.origin, x.reuser) for x in cells] == [("FI", "CA")]
    assert lineage.matrix(MatrixQuery(reuser_country=("EE",))).cells == ()


@pytest.mark.parametrize("wrong", [{"group": "planet"}, {"period": "day"}, {"tag": "suspected"}])
def test_an_unknown_way_of_grouping_is_refused(
    sqlite_database: Database, wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        lineage_of(sqlite_database).matrix(MatrixQuery(**wrong))


def test_a_country_gives_and_takes_what_the_matrix_says(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug, country in (("a", "EE"), ("b", "FI"), ("c", "CA"), ("d", "CA"), ("e", "EE")):
            world.component(slug, country, begun=day(0))
        world.component("undated", "EE", begun=None)
        world.edge("a", "b", first_seen=day(71))
        world.edge("a", "c", first_seen=day(30))
        world.edge("a", "d", first_seen=day(40))
        world.edge("a", "e", first_seen=day(2))
        world.edge("c", "a", first_seen=None)
        world.edge("e", "b", first_seen=day(-5))
        world.edge("undated", "b", first_seen=day(9))
        world.edge("b", "a", direction="unknown")
    lineage = lineage_of(sqlite_database)
    found = lineage.country("EE")
    assert found.gives == (("FI", 3), ("CA", 2))
    assert found.takes == (("CA", 1),)
    assert [(x.origin.slug, x.reuser.slug) for x in found.latest] == [
        ("a", "b"), ("a", "d"), ("a", "c"), ("undated", "b"), ("e", "b"),
    ]  # fmt: skip
    assert [(x.slug, x.days, x.reuser_country) for x in found.time_to_reuse] == [("a", 30, "CA")]
    assert found.time_to_reuse[0].edge == "ev_0000000000000002"
    empty = lineage.country("SE")
    assert (empty.gives, empty.takes, empty.latest, empty.time_to_reuse) == ((), (), (), ())
