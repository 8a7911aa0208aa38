"""The tree of a family: one parent each, no circles, no child older than its parent."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.db.session import Database
from registry.db.tables.lineage import (
    ClusterMember,
    ClusterPair,
    EdgeKind,
    EdgeState,
    EdgeTag,
)
from registry.errors import NotFound
from registry.lineage.reading import family
from registry.lineage.reading.family import Link, LinkEdge
from registry.lineage.reading.tree import choose_parents
from registry.lineage.readmodels import LineageTree
from tests.support.lineage_rows import World, day, lineage_of


def _tree(database: Database, slug: str, fill: Any) -> LineageTree:
    with database.write() as session:
        fill(World(session))
    return lineage_of(database).lineage(slug)


def _shape(tree: LineageTree) -> list[tuple[int, str | None, str | None]]:
    return [(node.depth, node.slug or node.name, node.parent) for node in tree.nodes]


def _notify(world: World) -> None:
    """A family as it is found: forks, copies, a mirror, a text, and somebody of unclear origin."""
    for slug, country in (
        ("uk", "GB"), ("ca", "CA"), ("va", "US"), ("gsa", "US"), ("au", "AU"), ("fi", "FI"),
        ("stranger", "SE"), ("depends", "NO"), ("on", "CA"),
    ):  # fmt: skip
        world.component(slug, country, begun=day(0) if slug == "uk" else day(500))
    world.source("health", "CA")
    world.edge("uk", "ca", first_seen=day(700))
    world.edge("uk", "ca", kind=EdgeKind.SHARED_FILES, first_seen=day(690))
    world.edge("ca", "va", first_seen=day(600), kind=EdgeKind.SHARED_FILES)
    world.edge("uk", "va", first_seen=day(100), kind=EdgeKind.SIMILAR_FILES)
    world.edge("uk", "gsa", first_seen=day(800))
    world.edge("uk", "au", first_seen=None, kind=EdgeKind.SHARED_FILES)
    world.edge("ca", "fi", first_seen=day(900), is_mirror=True)
    world.edge("uk", "stranger", direction="unknown")
    world.edge("uk", "depends", kind=EdgeKind.PACKAGE_DEPENDENCY)
    world.edge("source:health", "ca", kind=EdgeKind.ATTRIBUTION_TEXT, tag=EdgeTag.ATTRIBUTED,
               state=EdgeState.SINCE_REMOVED, first_seen=day(650))  # fmt: skip
    world.edge("ca", "on", first_seen=day(910), state=EdgeState.WITHDRAWN)
    world.edge("ca", "on", first_seen=day(910), confidence="possible")


def test_a_family_is_a_tree_whoever_of_it_is_asked_for(database: Database) -> None:
    tree = _tree(database, "va", _notify)
    assert _shape(tree) == [
        (0, "uk", None), (1, "ca", "uk"), (2, "va", "ca"), (2, "fi", "ca"),
        (1, "gsa", "uk"), (1, "au", "uk"),
    ]  # fmt: skip
    nodes = {node.slug: node for node in tree.nodes}
    assert [slug for slug, node in nodes.items() if node.is_current] == ["va"]
    assert (nodes["uk"].moment, nodes["uk"].edge, nodes["uk"].kinds) == (day(0), None, ())
    assert nodes["ca"].moment == day(690)
    assert nodes["ca"].kinds == ("shared_commits", "shared_files")
    assert nodes["ca"].also_from == (("Health", "ev_000000000000000a"),)
    assert nodes["va"].also_from == (("uk", "ev_0000000000000004"),)
    assert (nodes["va"].moment, nodes["va"].is_clamped) == (day(690), True)
    assert (nodes["gsa"].is_clamped, nodes["au"].moment, nodes["au"].is_clamped) == (
        False, None, False,
    )  # fmt: skip
    assert (nodes["fi"].is_mirror, nodes["gsa"].is_mirror) == (True, False)
    assert [edge.reuser.slug for edge in tree.unplaced] == ["stranger"]
    assert not tree.is_cut
    others = [lineage_of(database).lineage(slug) for slug in ("uk", "au", "fi")]
    assert all(_shape(other) == _shape(tree) for other in others)


def test_a_source_without_a_repository_can_be_the_root(database: Database) -> None:
    def fill(world: World) -> None:
        world.component("self-assessment", "CA")
        world.component("screening", "CA")
        world.source("health", "CA")
        world.edge("source:health", "self-assessment", kind=EdgeKind.ATTRIBUTION_TEXT,
                   tag=EdgeTag.ATTRIBUTED, state=EdgeState.SINCE_REMOVED)  # fmt: skip
        world.edge("self-assessment", "screening", kind=EdgeKind.SHARED_FILES)

    tree = _tree(database, "screening", fill)
    assert _shape(tree) == [
        (0, "Health", None), (1, "self-assessment", "Health"), (2, "screening", "self-assessment"),
    ]  # fmt: skip
    assert (tree.nodes[0].moment, tree.nodes[0].slug) == (None, None)
    assert (tree.nodes[1].tag, tree.nodes[1].state) == ("attributed", "since_removed")


def test_alone_a_component_is_its_own_root(database: Database) -> None:
    tree = _tree(database, "lonely", lambda world: world.component("lonely"))
    assert _shape(tree) == [(0, "lonely", None)]
    assert tree.nodes[0].is_current
    with pytest.raises(NotFound):
        lineage_of(database).lineage("nobody")


def test_a_circle_of_claims_ends(database: Database) -> None:
    def fill(world: World) -> None:
        for slug in ("a", "b", "c", "d"):
            world.component(slug)
        world.edge("a", "b")
        world.edge("b", "c")
        world.edge("c", "a")
        world.edge("c", "d")
        world.edge("d", "d", kind=EdgeKind.SHARED_FILES)

    tree = _tree(database, "d", fill)
    assert _shape(tree) == [(0, "a", None), (1, "b", "a"), (2, "c", "b"), (3, "d", "c")]
    assert _shape(lineage_of(database).lineage("b")) == _shape(tree)
    assert tree.nodes[0].also_from == (("c", "ev_0000000000000003"),)


def test_a_family_is_bounded(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "MAX_NODES", 5)

    def fill(world: World) -> None:
        world.component("forms")
        for number in range(9):
            world.component(f"fork-{number}")
            world.edge("forms", f"fork-{number}")

    tree = _tree(sqlite_database, "forms", fill)
    assert (len(tree.nodes), tree.is_cut) == (5, True)


def test_families_that_share_only_what_a_third_wrote_are_counted(database: Database) -> None:
    def fill(world: World) -> None:
        for slug in ("a", "b", "c"):
            world.component(slug)
            number = world.repositories[slug]
            world.session.add(ClusterMember(repository_id=number, cluster_id=number))
        a, b, c = world.repositories.values()
        for pair, verdict in (((a, b), "common_upstream"), ((a, c), "direct"),
                              ((b, c), "common_upstream")):  # fmt: skip
            world.session.add(ClusterPair(cluster_a=pair[0], cluster_b=pair[1], verdict=verdict))

    assert _tree(database, "a", fill).common_upstream == 1
    assert lineage_of(database).lineage("b").common_upstream == 2


def _link(parent: int, child: int, rank: int) -> Link:
    kind = list(family.RANK)[rank]
    edge = LinkEdge(f"{parent}>{child}", kind, "measured", "current", None, False)
    return Link(parent, child, (edge,))


links = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 3)), max_size=30)


@given(drawn=links)
def test_every_node_below_the_root_gets_one_parent_and_no_circle(
    drawn: Sequence[tuple[int, int, int]],
) -> None:
    outgoing: dict[int, set[int]] = {}
    for parent, child, _ in drawn:
        outgoing.setdefault(parent, set()).add(child)
    reached, waiting = {0}, [0]
    while waiting:
        for child in outgoing.get(waiting.pop(), set()) - reached:
            reached.add(child)
            waiting.append(child)
    incoming: Mapping[int, list[Link]] = {
        key: list(
            {(p, c): _link(p, c, r) for p, c, r in drawn if c == key and p in reached and p != c}
            .values()
        )
        for key in reached
    }  # fmt: skip
    parents = choose_parents(0, incoming)
    assert set(parents) == reached - {0}
    for key, link in parents.items():
        assert link in incoming[key]
        place, steps = key, 0
        while place != 0:
            place, steps = parents[place].parent, steps + 1
            assert steps <= len(reached)


def test_the_strongest_kind_is_the_parent_before_the_earliest() -> None:
    incoming = {0: [], 1: [_link(0, 1, 3)], 2: [_link(0, 2, 2), _link(1, 2, 1)]}
    assert choose_parents(0, incoming)[2].parent == 1
