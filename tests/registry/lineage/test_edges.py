"""Edges are written by difference and never deleted; each change of state has its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from registry.db.session import Database
from registry.db.tables import Component, Edge, EdgeEvent, EdgeKind, EdgeState, EdgeTag, Repository
from registry.lineage.edges import edge_key, write_edges
from registry.lineage.ends import cluster_sights, repository_ends, source_ends
from registry.lineage.findings import Finding
from registry.lineage.verdicts import Sight
from tests.support.catalogue_rows import rows_of
from tests.support.lineage_facts import add_cluster, moment
from tests.support.lineage_rows import NOW, World

FORMS, COPY, OTHER = 1, 2, 3


def _prove(_session: Session, finding: Finding, key: str) -> dict[str, Any]:
    return {"key": key, "kind": finding.kind.value, "digest": f"{finding.strength.get('files')}"}


def _finding(**values: Any) -> Finding:
    given: dict[str, Any] = {
        "kind": EdgeKind.SHARED_FILES, "tag": EdgeTag.MEASURED, "origin_repository_id": FORMS,
        "reuser_repository_id": COPY, "strength": {"files": 7}, "confidence": "likely",
        "first_seen": moment(10), "last_seen": moment(20), "direction_basis": "first_seen",
    }  # fmt: skip
    return Finding(**given | values)


class Desk:
    """Writes what was found, a day after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.day = 0
        with database.write() as session:
            world = World(session)
            world.component("forms", "EE", body="town")
            world.component("copy", "FI", region="FI-18")
            world.component("other", "FI", body="town")

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.day)

    def write(self, *findings: Finding) -> set[int]:
        self.day += 1
        with self.database.write() as session:
            standing = session.execute(select(Edge)).scalars().all()
            return write_edges(session, findings, standing, _prove, self.now)

    def edges(self) -> list[dict[str, Any]]:
        return sorted(rows_of(self.database, Edge), key=lambda row: row["id"])

    def history(self) -> list[tuple[str, str]]:
        rows = sorted(rows_of(self.database, EdgeEvent), key=lambda row: row["id"])
        return [(row["state"], row["reason"]) for row in rows]

    def change(self, table: Any, key: int, **values: Any) -> None:
        with self.database.write() as session:
            row = session.get(table, key)
            assert row is not None
            row.sqlmodel_update(values)
            session.add(row)


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    return Desk(sqlite_database)


def test_the_key_of_an_edge_is_the_same_everywhere() -> None:
    ends = "https://code.example/a", "https://code.example/b"
    key = edge_key("shared_files", *ends, "")
    assert key == "ev_60dcbc6201e9703e"
    others = [
        edge_key("similar_files", *ends, ""),
        edge_key("shared_files", *reversed(ends), ""),
        edge_key("shared_files", *ends, "npm:forms"),
    ]
    assert len({key, *others}) == 4


def test_a_finding_becomes_an_edge_once(database: Database) -> None:
    desk = Desk(database)
    assert desk.write(_finding()) == {1, 2}
    (edge,) = desk.edges()
    assert edge["key"] == edge_key(
        "shared_files", "https://code.example/forms", "https://code.example/copy", ""
    )
    assert (edge["origin_id"], edge["reuser_id"], edge["state"]) == (1, 2, EdgeState.CURRENT)
    assert (edge["origin_country"], edge["reuser_country"], edge["reuser_region"]) == (
        "EE", "FI", "FI-18",
    )  # fmt: skip
    assert (edge["proof"]["key"], edge["proof_digest"]) == (edge["key"], "7")
    assert (edge["found_at"], edge["changed_at"]) == (desk.now, desk.now)
    assert desk.history() == [("current", "found")]
    # The same again: no row changes, nothing has to be counted anew.
    assert desk.write(_finding()) == set()
    assert desk.edges() == [edge]
    assert desk.history() == [("current", "found")]


def test_ends_of_unknown_direction_are_ordered_by_address_and_not_by_row(desk: Desk) -> None:
    unknown = {"direction": "unknown", "strength": {"own_commits_origin": 1}}
    back = {"origin_repository_id": COPY, "reuser_repository_id": FORMS}
    desk.write(_finding(**unknown))
    (edge,) = desk.edges()
    assert (edge["origin_id"], edge["reuser_id"]) == (COPY, FORMS)
    assert (edge["origin_country"], edge["strength"]) == ("FI", {"own_commits_reuser": 1})
    turned = {"direction": "unknown", "strength": {"own_commits_reuser": 1}}
    assert desk.write(_finding(**turned | back)) == set()
    assert desk.edges() == [edge]
    # Once the direction is known, it is another claim.
    desk.write(_finding())
    assert [(x["origin_id"], x["state"]) for x in desk.edges()] == [
        (COPY, EdgeState.WITHDRAWN), (FORMS, EdgeState.CURRENT),
    ]  # fmt: skip


def test_new_values_change_the_edge_and_not_its_history(desk: Desk) -> None:
    desk.write(_finding())
    found_at = desk.now
    assert desk.write(_finding(strength={"files": 8}, last_seen=moment(30))) == {1, 2}
    (edge,) = desk.edges()
    assert (edge["strength"], edge["proof_digest"]) == ({"files": 8}, "8")
    assert (edge["found_at"], edge["changed_at"]) == (found_at, desk.now)
    assert desk.history() == [("current", "found")]


def test_what_is_no_longer_found_is_withdrawn_and_can_be_found_again(desk: Desk) -> None:
    desk.write(_finding())
    assert desk.write() == {1, 2}
    assert [edge["state"] for edge in desk.edges()] == [EdgeState.WITHDRAWN]
    assert desk.write() == set()
    assert desk.write(_finding()) == {1, 2}
    assert [edge["state"] for edge in desk.edges()] == [EdgeState.CURRENT]
    assert desk.history() == [
        ("current", "found"), ("withdrawn", "no longer found"), ("current", "found again"),
    ]  # fmt: skip


def test_an_edge_outside_of_the_scope_is_left_alone(desk: Desk) -> None:
    desk.write(_finding())
    before = desk.edges()
    with desk.database.write() as session:
        assert write_edges(session, [], [], _prove, desk.now) == set()
        # One that the scope did not name is taken up by its key, never written twice.
        assert write_edges(session, [_finding()], [], _prove, desk.now) == set()
    assert desk.edges() == before


def test_a_text_that_was_removed_and_came_back(desk: Desk) -> None:
    desk.write(_finding())
    desk.write(_finding(state=EdgeState.SINCE_REMOVED))
    desk.write(_finding())
    assert desk.history() == [
        ("current", "found"), ("since_removed", "the text was removed"),
        ("current", "found again at HEAD"),
    ]  # fmt: skip
    desk.write(_finding(locator="first of all removed", state=EdgeState.SINCE_REMOVED), _finding())
    assert desk.history()[-1] == ("since_removed", "found")


@pytest.mark.parametrize("state", [EdgeState.DISPUTED, EdgeState.WITHDRAWN, EdgeState.SUPERSEDED])
def test_no_detector_overrules_what_people_decided(desk: Desk, state: EdgeState) -> None:
    desk.write(_finding())
    measured = None if state == EdgeState.SUPERSEDED else EdgeState.CURRENT
    desk.change(Edge, 1, state=state, measured_state=measured, is_confirmed=True)
    desk.write(_finding(strength={"files": 9}))
    assert desk.write() == set()
    desk.write(_finding(state=EdgeState.SINCE_REMOVED))
    (edge,) = desk.edges()
    assert edge["state"] == state
    assert edge["measured_state"] == (measured and EdgeState.SINCE_REMOVED), "measured all the same"
    assert edge["is_confirmed"]
    assert desk.history() == [("current", "found")]


def test_countries_and_organisations_stay_as_they_were_at_first_sight(desk: Desk) -> None:
    desk.write(_finding())
    with desk.database.write() as session:
        body = World(session).body("ministry", "SE")
    desk.change(Component, 1, country="SE", region="SE-AB", organisation_id=body)
    assert desk.write(_finding()) == set()
    (edge,) = desk.edges()
    assert (edge["origin_country"], edge["origin_region"]) == ("EE", None)
    assert edge["origin_organisation_id"] == 1
    # A new edge of the same component is dated today.
    desk.write(_finding(), _finding(locator="later"))
    assert [edge["origin_country"] for edge in desk.edges()] == ["EE", "SE"]


def test_reuse_within_one_body_is_marked(desk: Desk) -> None:
    desk.write(_finding(), _finding(reuser_repository_id=OTHER))
    assert [edge["is_internal"] for edge in desk.edges()] == [False, True]
    # As its organisations, this stays when a repository moves to another body.
    desk.change(Component, OTHER, organisation_id=None)
    assert desk.write(_finding(), _finding(reuser_repository_id=OTHER)) == set()
    assert [edge["is_internal"] for edge in desk.edges()] == [False, True]


def test_a_source_without_a_repository_can_be_an_origin(desk: Desk) -> None:
    with desk.database.write() as session:
        World(session).source("health", "CA", "CA-AB")
    values = {"origin_repository_id": None, "origin_source_id": 1, "locator": "NOTICE.md"}
    assert desk.write(_finding(kind=EdgeKind.ATTRIBUTION_TEXT, **values)) == {2}
    (edge,) = desk.edges()
    assert (edge["origin_id"], edge["origin_source_id"]) == (None, 1)
    assert (edge["origin_country"], edge["origin_region"]) == ("CA", "CA-AB")
    assert edge["key"] == edge_key(
        "attribution_text", "source:health", "https://code.example/copy", "NOTICE.md"
    )


def test_an_end_that_left_the_catalogue_takes_its_finding_along(desk: Desk) -> None:
    with desk.database.write() as session:
        session.delete(session.get(Component, OTHER))
    assert desk.write(
        _finding(origin_repository_id=OTHER), _finding(reuser_repository_id=OTHER),
        _finding(reuser_repository_id=99), _finding(origin_repository_id=COPY),
    ) == set()  # fmt: skip
    assert desk.edges() == []


def test_a_mark_of_a_mirror_and_an_unknown_time_are_kept(desk: Desk) -> None:
    desk.write(_finding(strength={"is_mirror": True}, first_seen=None, last_seen=0))
    (edge,) = desk.edges()
    assert (edge["is_mirror"], edge["first_seen"], edge["last_seen"]) == (True, None, None)


def test_an_end_has_the_country_of_its_body_where_it_says_none_itself(
    sqlite_database: Database,
) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.body("town", "NO", "NO-03")
        world.component("forms", None, body="town")
        world.component("nobody", None, body=None)
        world.source("health", "CA")
        ends = repository_ends(session, [1, 2, 77])
        assert sorted(ends) == [1, 2]
        assert (ends[1].country, ends[1].region, ends[1].identity) == (
            "NO", "NO-03", "https://code.example/forms",
        )  # fmt: skip
        assert (ends[2].country, ends[2].organisation_id) == (None, None)
        assert source_ends(session, [1, 9])[1].identity == "source:health"


@pytest.mark.parametrize("odd", [None, "yesterday", 7, "2015-13-45"])
def test_a_cluster_is_as_old_as_its_oldest_repository(
    sqlite_database: Database, odd: object
) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug in ("a", "b", "c"):
            world.component(slug)
        add_cluster(world, "a", "b")
        add_cluster(world, "c")
        said = {1: "2019-05-01T00:00:00Z", 2: "2018-05-01T00:00:00+00:00", 3: odd}
        for key, created in said.items():
            row = session.get(Repository, key)
            assert row is not None
            row.forge_data = {"created_at": created}
            row.added_at = NOW - timedelta(days=key)
        session.flush()
        assert cluster_sights(session, [1, 3, 50]) == {
            1: Sight(1_525_132_800, int((NOW - timedelta(days=2)).timestamp())),
            3: Sight(None, int((NOW - timedelta(days=3)).timestamp())),
        }
