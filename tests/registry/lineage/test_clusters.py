"""Clusters: the tree of shared commits is the same in whatever order repositories come."""

from itertools import combinations, permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from registry.db.session import Database
from registry.db.tables import ClusterMember
from registry.lineage import clusters
from registry.lineage.clusters import (
    Joined,
    familiar_commits,
    join_cluster,
    shared_commit_counts,
    spanning_tree,
    tied_links,
    tree_links,
)
from registry.lineage.rules import RULES
from tests.support.catalogue_rows import rows_of
from tests.support.examples import share
from tests.support.lineage_facts import add_commits
from tests.support.lineage_rows import World

NODES = st.integers(1, 9)
LINKS = st.dictionaries(
    st.tuples(NODES, NODES).filter(lambda pair: pair[0] < pair[1]), st.integers(1, 4), max_size=18
)


def _edges(tree: dict[int, tuple[int, int]]) -> set[tuple[int, int, int]]:
    return {(min(k, p), max(k, p), weight) for k, (p, weight) in tree.items()}


def _weight_of_best(links: dict[tuple[int, int], int]) -> int:
    """Return the weight of a maximum spanning forest, by Prim's way instead of Kruskal's."""
    nodes = {node for link in links for node in link}
    total = 0
    while nodes:
        inside = {nodes.pop()}
        while True:
            leaving = [
                (weight, (set(link) - inside).pop())
                for link, weight in links.items()
                if len(inside.intersection(link)) == 1
            ]
            if not leaving:
                break
            weight, node = max(leaving)
            total += weight
            inside.add(node)
        nodes -= inside
    return total


@settings(max_examples=share(40), deadline=None)
@given(LINKS, st.randoms(use_true_random=False))
def test_the_tree_spans_weighs_most_and_has_no_order(
    links: dict[tuple[int, int], int], random: Any
) -> None:
    tree = spanning_tree(range(1, 10), links)
    assert sum(weight for _, weight in tree.values()) == _weight_of_best(links)
    shuffled = list(links.items())
    random.shuffle(shuffled)
    members = list(range(1, 10))
    random.shuffle(members)
    assert spanning_tree(members, dict(shuffled)) == tree
    for child, (parent, weight) in tree.items():
        assert links[(min(child, parent), max(child, parent))] == weight


@settings(max_examples=share(40), deadline=None)
@given(LINKS)
def test_of_each_component_the_lowest_has_no_parent_and_all_lead_to_it(
    links: dict[tuple[int, int], int],
) -> None:
    tree = spanning_tree(range(1, 10), links)
    for start in range(1, 10):
        member, steps = start, 0
        while member in tree:
            member, steps = tree[member][0], steps + 1
            assert steps < 9
        assert member <= start


def test_ties_go_to_the_higher_rank_then_to_the_lower_ids() -> None:
    links = {(1, 2): 5, (1, 3): 5, (2, 3): 5}
    assert _edges(spanning_tree([1, 2, 3], links)) == {(1, 2, 5), (1, 3, 5)}
    assert _edges(spanning_tree([1, 2, 3], links, {(2, 3): 7, (1, 3): 1})) == {
        (2, 3, 5), (1, 3, 5),
    }  # fmt: skip


def test_only_links_of_one_weight_at_one_repository_are_tied() -> None:
    assert tied_links({(1, 2): 5, (2, 3): 5, (3, 4): 9, (5, 6): 5}) == [(1, 2), (2, 3)]
    assert tied_links({(1, 2): 5, (2, 3): 6}) == []


class Family:
    """Repositories with histories in common, joined one after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ids: dict[str, int] = {}

    def add(self, slug: str, *lines: tuple[str, range, str]) -> int:
        """Add a repository with commits given as (line, days, author)."""
        with self.database.write() as session:
            world = World(session)
            world.component(slug)
            for line, days, author in lines:
                add_commits(world, slug, days, line=line, author=author)
            self.ids[slug] = world.repositories[slug]
        return self.ids[slug]

    def join(self, slug: str) -> Joined:
        with self.database.write() as session:
            return join_cluster(session, self.ids[slug])

    def tree(self) -> list[tuple[int, int, int | None, int]]:
        return sorted(
            (r["repository_id"], r["cluster_id"], r["parent_id"], r["shared_commits"])
            for r in rows_of(self.database, ClusterMember)
        )

    def forget(self) -> None:
        with self.database.write() as session:
            session.execute(delete(ClusterMember))


ROOT = ("main", range(10), "ada")


def test_a_repository_joins_its_neighbours_and_joining_again_changes_nothing(
    database: Database,
) -> None:
    family = Family(database)
    a = family.add("a", ROOT)
    family.add("stranger", ("other", range(5), "eve"))
    b = family.add("b", ROOT, ("b", range(10, 13), "bob"))
    c = family.add("c", ROOT, ("b", range(10, 12), "bob"), ("c", range(20, 22), "cy"))
    assert family.join("a") == Joined(a, frozenset(), (a,), True)
    assert family.join("stranger").members == (family.ids["stranger"],)
    assert family.join("b").members == (a, b)
    assert family.join("c") == Joined(a, frozenset(), (a, b, c), True)
    before = rows_of(database, ClusterMember)
    assert [family.join(slug).is_changed for slug in "abc"] == [False] * 3
    assert rows_of(database, ClusterMember) == before
    with database.read() as session:
        assert sorted(tree_links(session, b)) == [(a, b, 10), (b, c, 12)]
        assert shared_commit_counts(session, a) == {b: 10, c: 10}


def test_a_repository_that_joins_two_clusters_merges_them(sqlite_database: Database) -> None:
    family = Family(sqlite_database)
    a = family.add("a", ROOT)
    b = family.add("b", ("second", range(4), "bob"))
    family.join("a")
    assert family.join("b").cluster_id == b
    c = family.add("c", ROOT, ("second", range(2), "bob"))
    assert family.join("c") == Joined(a, frozenset({b}), (a, b, c), True)
    assert family.tree() == [(a, a, None, 0), (b, a, c, 2), (c, a, a, 10)]


def test_the_order_of_arrival_is_no_matter(sqlite_database: Database) -> None:
    family = Family(sqlite_database)
    # Forks of one history, a fork of a fork, and ties that only the authors decide.
    family.add("a", ROOT, ("a", range(10, 30), "ada"))
    family.add("b", ROOT, ("b", range(10, 12), "bob"))
    family.add("c", ROOT, ("b", range(10, 12), "bob"), ("c", range(30, 33), "cy"))
    family.add("d", ROOT, ("d", range(40, 43), "ada"))
    family.add("e", ("main", range(4), "ada"), ("e", range(50, 51), "eve"))
    for slug in "abcde":
        family.join(slug)
    expected = family.tree()
    assert len({cluster for _, cluster, *_ in expected}) == 1
    for order in list(permutations("abcde"))[::30]:
        family.forget()
        for slug in order:
            family.join(slug)
        assert family.tree() == expected


def test_a_fork_hangs_on_the_origin_and_not_on_another_fork(sqlite_database: Database) -> None:
    family = Family(sqlite_database)
    fork = family.add("fork", ROOT, ("fork", range(10, 15), "bob"))
    other = family.add("other", ROOT, ("other", range(10, 15), "cy"))
    origin = family.add("origin", ROOT, ("origin", range(10, 15), "ada"))
    for slug in family.ids:
        family.join(slug)
    with sqlite_database.read() as session:
        assert sorted(tree_links(session, origin)) == [(fork, origin, 10), (other, origin, 10)]
        assert familiar_commits(session, fork, origin) == 833
        assert familiar_commits(session, fork, other) == 667


def test_the_origin_of_two_forks_in_a_row_hangs_on_the_first(sqlite_database: Database) -> None:
    # As with GOV.UK Notify's utilities: the second fork holds all that the first one shares with
    # the origin, and has fewer commits of its own, so that it looks the nearer of the two.
    family = Family(sqlite_database)
    second = family.add(
        "second", ROOT, ("first", range(10, 20), "bob"), ("second", range(40, 43), "cy")
    )
    first = family.add(
        "first", ROOT, ("first", range(10, 20), "bob"), ("went", range(50, 62), "bob")
    )
    origin = family.add("origin", ROOT, ("origin", range(70, 90), "ada"))
    for order in permutations(("second", "first", "origin")):
        family.forget()
        for slug in order:
            family.join(slug)
        with sqlite_database.read() as session:
            assert familiar_commits(session, origin, second) > familiar_commits(
                session, origin, first
            )
            assert sorted(tree_links(session, first)) == [(second, first, 20), (first, origin, 10)]


def test_commits_in_more_repositories_than_a_cluster_may_have_join_nobody(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "RULES", msgspec.structs.replace(RULES, max_cluster_size=3))
    family = Family(sqlite_database)
    for number in range(3):
        family.add(f"r{number}", ("generated", range(5), "robot"), (f"o{number}", range(9), "x"))
        family.join(f"r{number}")
    assert len({cluster for _, cluster, *_ in family.tree()}) == 1
    family.add("r3", ("generated", range(5), "robot"), ("o2", range(2), "x"))
    family.join("r3")
    with sqlite_database.read() as session:
        # What fewer hold still counts.
        assert shared_commit_counts(session, family.ids["r3"]) == {family.ids["r2"]: 2}


def test_a_link_that_was_found_outlives_those_who_plant_its_commits_elsewhere(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "RULES", msgspec.structs.replace(RULES, max_cluster_size=3))
    family = Family(sqlite_database)
    family.add("origin", ROOT, ("both", range(40, 43), "ada"))
    family.add("fork", ROOT, ("both", range(40, 43), "ada"), ("fork", range(10, 15), "bob"))
    family.join("origin")
    family.join("fork")
    before = family.tree()
    for number in range(3):
        family.add(f"puppet{number}", ROOT)
        family.join(f"puppet{number}")
    for slug in ("fork", "origin", "fork"):
        assert not family.join(slug).is_changed
    assert [row for row in family.tree() if row[0] <= 2] == before


def test_branches_count_as_well_as_the_main_line(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug in "abc":
            world.component(slug)
            add_commits(world, slug, range(3), on_main=slug == "a")
        for a, b in combinations(world.repositories.values(), 2):
            assert shared_commit_counts(session, a)[b] == 3
