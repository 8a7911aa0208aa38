"""Lists of edges: what is left out, how filters combine, and cursors that miss nothing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.db.session import Database
from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag
from registry.errors import InvalidInput, NotFound
from registry.lineage.readmodels import ReuseQuery
from registry.lineage.service import Lineage
from tests.support.databases import fresh_database
from tests.support.examples import share
from tests.support.lineage_rows import NOW, World, day, lineage_of

COUNTED = ("current", "since_removed", "disputed")


@pytest.fixture
def world(database: Database) -> Callable[..., Lineage]:
    """Return a function that fills the database by another function."""

    def filled(fill: Callable[[World], Any]) -> Lineage:
        with database.write() as session:
            fill(World(session))
        return lineage_of(database)

    return filled


def _small(world: World) -> None:
    for slug, country, region in (
        ("forms", "EE", None), ("forms-fi", "FI", None), ("forms-on", "CA", "CA-ON"),
        ("forms-ca", "CA", None), ("design", "GB", None),
    ):  # fmt: skip
        world.component(slug, country, region=region)
    world.component("twin", "EE", body="body-of-forms")
    world.source("health", "CA", "CA-AB")
    world.edge("forms", "forms-fi")
    world.edge("forms", "forms-on", kind=EdgeKind.SHARED_FILES)
    world.edge("design", "forms-ca", kind=EdgeKind.PACKAGE_DEPENDENCY, locator="npm:design")
    world.edge("source:health", "forms-on", kind=EdgeKind.ATTRIBUTION_TEXT,
               tag=EdgeTag.ATTRIBUTED, state=EdgeState.SINCE_REMOVED)  # fmt: skip
    world.edge("forms", "design", direction="unknown", direction_basis="")
    world.edge("forms", "twin", is_internal=True)
    world.edge("forms", "forms-ca", is_mirror=True)
    world.edge("design", "forms-fi", confidence="possible")
    world.edge("design", "forms-on", state=EdgeState.WITHDRAWN)
    world.edge("design", "twin", state=EdgeState.WITHDRAWN)
    world.edge("design", "forms", state=EdgeState.SUPERSEDED)


def _pairs(lineage: Lineage, **filters: Any) -> list[tuple[str, str]]:
    page = lineage.reuse(ReuseQuery(**filters))
    return [(edge.origin.slug or edge.origin.name, edge.reuser.slug or "") for edge in page.items]


def test_only_what_is_counted_is_listed_unless_it_is_asked_for(world: Any) -> None:
    lineage = world(_small)
    assert _pairs(lineage) == [
        ("forms", "design"), ("Health", "forms-on"), ("design", "forms-ca"),
        ("forms", "forms-on"), ("forms", "forms-fi"),
    ]  # fmt: skip
    assert lineage.reuse(ReuseQuery()).by_tag == {"attributed": 1, "measured": 4}
    assert ("forms", "twin") in _pairs(lineage, with_internal=True)
    assert ("forms", "forms-ca") in _pairs(lineage, with_mirrors=True)
    assert ("design", "forms-fi") in _pairs(lineage, with_possible=True)
    assert _pairs(lineage, confidence=("possible",)) == [("design", "forms-fi")]
    assert _pairs(lineage, state=("withdrawn", "superseded")) == [
        ("design", "forms"), ("design", "twin"), ("design", "forms-on"),
    ]  # fmt: skip


def test_an_edge_is_shown_with_both_ends_and_without_its_proof(world: Any) -> None:
    lineage = world(_small)
    (edge,) = lineage.reuse(ReuseQuery(kind=("attribution_text",))).items
    assert (edge.origin.name, edge.origin.slug, edge.origin.reference) == (
        "Health", None, "https://health.example",
    )  # fmt: skip
    assert (edge.origin.country, edge.origin.region) == ("CA", "CA-AB")
    assert (edge.reuser.slug, edge.reuser.organisation, edge.reuser.url) == (
        "forms-on", "Body Of Forms On", "https://code.example/forms-on",
    )  # fmt: skip
    assert (edge.tag, edge.state, edge.strength) == ("attributed", "since_removed", {"commits": 7})
    assert edge.first_seen == day(4)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"origin_country": ("EE",), "reuser_country": ("FI", "CA")},
         [("forms", "forms-on"), ("forms", "forms-fi")]),
        ({"origin_country": ("GB",)}, [("design", "forms-ca")]),
        ({"reuser_region": ("CA-ON",)}, [("Health", "forms-on"), ("forms", "forms-on")]),
        ({"reuser_region": ("CA",)}, [("design", "forms-ca")]),
        ({"reuser_country": ("CA",), "reuser_region": ("CA-ON",), "kind": ("shared_files",)},
         [("forms", "forms-on")]),
        ({"origin": "forms"}, [("forms", "forms-on"), ("forms", "forms-fi")]),
        ({"reuser": "forms-on", "tag": ("attributed",)}, [("Health", "forms-on")]),
        ({"component": "forms-on"}, [("Health", "forms-on"), ("forms", "forms-on")]),
        ({"organisation": "body-of-design"}, [("forms", "design"), ("design", "forms-ca")]),
        ({"origin_organisation": "body-of-design"}, [("design", "forms-ca")]),
        ({"reuser_organisation": "body-of-forms-fi"}, [("forms", "forms-fi")]),
        ({"component": "nobody"}, []),
        ({"foreign": False}, [("Health", "forms-on")]),
        ({"foreign": True, "direction": "known"},
         [("design", "forms-ca"), ("forms", "forms-on"), ("forms", "forms-fi")]),
        ({"since": day(2), "until": day(4)}, [("design", "forms-ca"), ("forms", "forms-on")]),
        ({"changed_since": NOW.replace(second=5)}, [("forms", "design")]),
        ({"direction": "unknown"}, [("forms", "design")]),
    ],
)  # fmt: skip
def test_filters_combine(
    world: Any, filters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert _pairs(world(_small), **filters) == expected


def test_without_a_direction_either_end_may_be_the_one_that_is_asked_for(world: Any) -> None:
    lineage = world(_small)
    both = {"direction": "unknown"}
    assert _pairs(lineage, origin_country=("GB",), **both) == [("forms", "design")]
    assert _pairs(lineage, origin_country=("EE",), **both) == [("forms", "design")]
    assert _pairs(lineage, reuser_country=("EE",), origin_country=("GB",), **both) == [
        ("forms", "design")
    ]
    assert _pairs(lineage, origin_country=("FI",), **both) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"limit": 0}, {"limit": 101}, {"after": "!"}, {"after": "WzEsMl0"}, {"sort": "country"},
        {"kind": ("rumour",)}, {"tag": ("suspected",)}, {"state": ("open",)},
        {"confidence": ("sure",)}, {"direction": "both"},
    ],
)  # fmt: skip
def test_a_question_without_meaning_is_refused_by_name(
    database: Database, filters: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        lineage_of(database).reuse(ReuseQuery(**filters))
    assert str(next(iter(filters))) in str(refused.value)


def test_the_newest_change_comes_first_when_a_feed_asks(world: Any) -> None:
    def fill(world: World) -> None:
        world.component("a")
        world.component("b", "FI")
        world.component("c", "CA")
        world.edge("a", "b", first_seen=day(9), changed_at=NOW)
        world.edge("a", "c", first_seen=day(3), changed_at=NOW.replace(hour=11))

    lineage = world(fill)
    assert _pairs(lineage) == [("a", "b"), ("a", "c")]
    assert _pairs(lineage, sort="changed") == [("a", "c"), ("a", "b")]


moments = st.one_of(st.none(), st.integers(0, 3).map(day))


@settings(max_examples=share(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(times=st.lists(moments, max_size=12), limit=st.integers(1, 5))
def test_pages_together_are_the_whole_answer_in_order(
    times: list[datetime | None], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("pages")
    with fresh_database("sqlite", folder) as database:
        _check_pages(database, times, limit)


@pytest.mark.postgresql
def test_pages_are_whole_on_postgresql(tmp_path: Path) -> None:
    times = [day(1), None, day(2), day(1), None, day(3), day(1)]
    with fresh_database("postgresql", tmp_path) as database:
        _check_pages(database, times, 2)


def _check_pages(database: Database, times: list[datetime | None], limit: int) -> None:
    with database.write() as session:
        world = World(session)
        world.component("a")
        for number, moment in enumerate(times):
            world.component(f"b{number}", "FI")
            world.edge("a", f"b{number}", first_seen=moment)
    lineage = lineage_of(database)
    for sort in ("first_seen", "changed"):
        query = ReuseQuery(limit=limit, sort=sort)
        whole = list(lineage.edges(query))
        assert len(whole) == len(times)
        pages, page = [], lineage.reuse(query)
        pages += page.items
        while page.next is not None:
            page = lineage.reuse(replace(query, after=page.next))
            assert page.items
            pages += page.items
        assert pages == whole
        dated = [edge.first_seen for edge in whole if edge.first_seen]
        if sort == "first_seen":
            assert dated == sorted(dated, reverse=True)
            assert [edge.first_seen for edge in whole][len(dated) :] == [None] * times.count(None)


def test_totals_and_the_default_list_agree(world: Any) -> None:
    lineage = world(_small)
    assert lineage.totals() == lineage.reuse(ReuseQuery()).by_tag == {
        "measured": 4, "attributed": 1,
    }  # fmt: skip


def test_the_latest_finds_are_sure_measured_foreign_and_one_for_each_pair(world: Any) -> None:
    def fill(world: World) -> None:
        _small(world)
        world.edge("forms", "forms-fi", kind=EdgeKind.SHARED_FILES)
        world.edge("design", "forms", confidence="likely")

    found = [(x.origin.slug, x.reuser.slug) for x in world(fill).latest(10)]
    assert found == [("forms", "forms-fi"), ("design", "forms-ca"), ("forms", "forms-on")]
    assert len(world(lambda _: None).latest(2)) == 2


def test_a_component_sees_both_directions_and_what_is_not_counted(world: Any) -> None:
    found = world(_small).edges_of("design")
    assert [x.reuser.slug for x in found.reused_by] == ["forms", "twin", "forms-on", "forms-ca"]
    assert found.reuses == ()
    assert [x.origin.slug for x in found.undirected] == ["forms"]
    assert not found.is_cut
    with pytest.raises(NotFound):
        world(lambda _: None).edges_of("nobody")


def test_what_is_counted_is_a_closed_list() -> None:
    every = {state.value for state in EdgeState}
    assert every - set(COUNTED) == {"withdrawn", "superseded"}
