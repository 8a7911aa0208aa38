"""The evaluation over a small catalogue with one pair of each outcome, and its figures."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from registry.db.session import Database
from registry.db.tables import ClusterPair, EdgeKind, EdgeState
from registry.domain.lineage import Measure
from registry.lineage.evaluate import Evaluation, Tally, draw_random, evaluate
from registry.lineage.figures import method_figures, tier
from registry.lineage.found import Judged, judge_labels
from registry.lineage.places import Place, places_of
from registry.lineage.rules import RULES
from registry.lineage.truth import Label
from registry.lineage.verdicts import PairValues
from tests.support.lineage_facts import add_cluster
from tests.support.lineage_rows import World

MUCH = Measure(count=20, weight=90.0, containment=0.5, strong_pairs=9)
BY_FILES = PairValues(MUCH, Measure())
BY_BOTH = PairValues(MUCH, MUCH)
LITTLE = PairValues(Measure(count=4, weight=16.0), Measure())


class Catalogue:
    """Pairs of repositories with what was found of them, and labels that say what is true."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.labels: list[Label] = []

    def pair(self, name: str, relation: str, direction: str = "", **values: Any) -> None:
        """Add repositories `a-<name>/x` (EE) and `b-<name>/x` (FI) and their label."""
        slugs = self.slugs(name)
        for slug, country in zip(slugs, ("EE", "FI"), strict=True):
            self.world.component(slug, country)
        label = Label(
            repo_a=f"https://code.example/{slugs[0]}", repo_b=f"https://code.example/{slugs[1]}",
            relation=relation, direction=direction, family=name, **values,
        )  # fmt: skip
        self.labels.append(label)

    @staticmethod
    def slugs(name: str) -> tuple[str, str]:
        return f"a-{name}/x", f"b-{name}/x"

    def apart(self, name: str) -> tuple[int, int]:
        one, other = (add_cluster(self.world, slug) for slug in self.slugs(name))
        return one, other

    def measured(
        self, name: str, verdict: str, values: PairValues, upstream: int | None = None
    ) -> None:
        a, b = self.apart(name)
        self.world.session.add(
            ClusterPair(
                cluster_a=a, cluster_b=b, values=msgspec.to_builtins(values), verdict=verdict,
                upstream_id=upstream,
            )
        )  # fmt: skip
        self.world.session.flush()

    def edge(self, name: str, kind: EdgeKind, *, back: bool = False, **values: Any) -> None:
        a, b = self.slugs(name)
        self.world.edge(*(b, a) if back else (a, b), kind=kind, **values)


def _fill(catalogue: Catalogue) -> None:
    copies, files, similar = "copied_no_history", EdgeKind.SHARED_FILES, EdgeKind.SIMILAR_FILES
    catalogue.pair("forked", "fork_shared_history")
    add_cluster(catalogue.world, *catalogue.slugs("forked"))
    catalogue.edge("forked", EdgeKind.SHARED_COMMITS)
    catalogue.pair("fork-missed", "fork_shared_history", split="other")
    catalogue.apart("fork-missed")
    catalogue.pair("copied", copies, "a->b squashed")
    catalogue.measured("copied", "direct", BY_BOTH)
    catalogue.edge("copied", files)
    catalogue.pair("backwards", copies, "b->a")
    catalogue.measured("backwards", "direct", BY_FILES)
    catalogue.edge("backwards", files)
    catalogue.edge("backwards", similar, back=True, state=EdgeState.WITHDRAWN)
    catalogue.pair("undecided", copies, "a->b")
    catalogue.measured("undecided", "direct", BY_FILES)
    catalogue.edge("undecided", files, direction="unknown")
    catalogue.pair("explained", copies, "siblings of another")
    catalogue.measured("explained", "common_upstream", BY_FILES, upstream=1)
    catalogue.pair("unexplained", copies, "a->b")
    catalogue.measured("unexplained", "common_upstream", BY_FILES)
    catalogue.pair("missed", copies, "a->b")
    catalogue.measured("missed", "below", LITTLE)
    catalogue.pair("depends", "dependency", "b depends on a")
    catalogue.apart("depends")
    catalogue.edge("depends", EdgeKind.PACKAGE_DEPENDENCY, state=EdgeState.SINCE_REMOVED)
    catalogue.pair("holds", "submodule", "a contains b")
    catalogue.apart("holds")
    catalogue.edge("holds", EdgeKind.SUBMODULE)
    catalogue.pair("withdrawn", "submodule", "b contains a")
    catalogue.apart("withdrawn")
    catalogue.edge("withdrawn", EdgeKind.SUBMODULE, state=EdgeState.WITHDRAWN)
    catalogue.pair("alarm", "unrelated")
    catalogue.measured("alarm", "direct", BY_FILES)
    catalogue.pair("calm", "unrelated")
    catalogue.apart("calm")
    catalogue.pair("upstream", "common_upstream")
    catalogue.measured("upstream", "direct", BY_FILES)
    catalogue.pair("body", "shared_org_member", "a->b")
    catalogue.measured("body", "direct", BY_FILES)
    catalogue.pair("unmeasured", "unrelated")
    catalogue.labels.append(
        Label(repo_a="https://code.example/none", repo_b="https://code.example/a-calm/x",
              relation="unrelated")
    )  # fmt: skip


@pytest.fixture
def catalogue(sqlite_database: Database) -> Iterator[Catalogue]:
    """Yield the catalogue with its session open."""
    with sqlite_database.write() as session:
        found = Catalogue(World(session))
        _fill(found)
        yield found


def _places(catalogue: Catalogue) -> dict[str, Place]:
    urls = {url for x in catalogue.labels for url in (x.repo_a, x.repo_b)}
    return places_of(catalogue.world.session, urls)


def _evaluated(catalogue: Catalogue) -> tuple[Evaluation, list[Judged]]:
    return evaluate(catalogue.world.session, catalogue.labels, _places(catalogue), random_pairs=50)


def _names(shown: Any) -> list[str]:
    return [x.family for x in shown]


def test_places_are_those_of_measured_repositories(database: Database) -> None:
    with database.write() as session:
        world = World(session)
        for slug, country in (("town/forms", "EE"), ("town/site", None), ("city/new", "FI")):
            world.component(slug, country)
        add_cluster(world, "town/forms", "town/site")
        urls = [f"https://code.example/{x}" for x in ("town/forms", "town/site", "city/new", "no")]
        assert places_of(session, urls) == {
            urls[0]: Place(1, 1, 1, "https://code.example/town", "EE"),
            urls[1]: Place(2, 2, 1, "https://code.example/town", None),
        }


def test_every_outcome_is_counted_where_it_belongs(catalogue: Catalogue) -> None:
    found, judged = _evaluated(catalogue)
    assert (found.pairs, found.absent, found.repositories) == (15, 2, 30)
    assert found.fork_recall == 0.5
    assert (found.copy_recall, found.copy_recall_direct) == (0.6667, 0.5)
    assert (found.right, found.wrong, found.common_upstream_flagged) == (3, 1, 2 - 1)
    assert (found.precision, found.strict_precision) == (0.75, 0.6)
    # Right, wrong, not known, and the member of one body, of which no direction was found.
    assert (found.direction, found.direction_decided) == (0.25, 0.5)
    assert found.dependency_owner == 0.3333
    assert _names(found.misses) == ["fork-missed", "unexplained", "missed"]
    assert _names(found.false_alarms) == ["alarm"]
    assert _names(found.common_upstream) == ["upstream"]
    assert _names(found.wrong_directions) == ["backwards", "undecided", "body"]
    assert _names(found.missed_dependencies) == ["holds", "withdrawn"]
    assert found.absent_repositories == (
        "https://code.example/a-unmeasured/x", "https://code.example/b-unmeasured/x",
        "https://code.example/none",
    )  # fmt: skip
    assert len(judged) == found.pairs


def test_lists_show_the_values_behind_a_verdict(catalogue: Catalogue) -> None:
    found, _ = _evaluated(catalogue)
    (alarm,) = found.false_alarms
    assert (alarm.relation, alarm.found) == ("unrelated", "direct unknown")
    assert alarm.values["files"]["weight"] == 90.0
    assert found.misses[0].values == {}
    assert found.wrong_directions[0].found == "direct a->b"


def test_tallies_are_kept_by_relation_and_split(catalogue: Catalogue) -> None:
    found, _ = _evaluated(catalogue)
    assert found.by_relation == (
        Tally("common_upstream", "all", 1, 1), Tally("copied_no_history", "all", 4, 6),
        Tally("dependency", "all", 1, 1), Tally("fork_shared_history", "all", 1, 1),
        Tally("fork_shared_history", "other", 0, 1), Tally("shared_org_member", "all", 1, 1),
        Tally("submodule", "all", 0, 2), Tally("unrelated", "all", 1, 2),
    )  # fmt: skip


def test_copies_within_one_owner_are_no_claim_between_organisations(
    sqlite_database: Database,
) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        world.component("town/forms")
        world.component("town/copy")
        a, b = add_cluster(world, "town/forms"), add_cluster(world, "town/copy")
        session.add(ClusterPair(cluster_a=a, cluster_b=b, verdict="direct",
                                values=msgspec.to_builtins(BY_FILES)))  # fmt: skip
        session.flush()
        urls = "https://code.example/town/forms", "https://code.example/town/copy"
        label = Label(repo_a=urls[0], repo_b=urls[1], relation="copied_no_history")
        found, _ = evaluate(session, [label], places_of(session, urls))
        assert (found.copy_recall, found.precision, found.right) == (1.0, None, 0)
        assert (found.fork_recall, found.direction, found.dependency_owner) == (None, None, None)


def test_the_direction_of_a_fork_follows_the_edges_that_stand(catalogue: Catalogue) -> None:
    world, label = catalogue.world, catalogue.labels[0]
    places = _places(catalogue)

    def direction() -> str:
        (judged,) = judge_labels(world.session, [label], places)
        assert judged.found.relation == "fork"
        return judged.found.direction

    assert direction() == "a->b"
    catalogue.edge("forked", EdgeKind.SHARED_COMMITS, back=True, state=EdgeState.WITHDRAWN)
    back = Label(repo_a=label.repo_b, repo_b=label.repo_a, relation=label.relation)
    (judged,) = judge_labels(world.session, [back], places)
    assert judged.found.direction == "b->a"


def test_a_fork_of_a_fork_stems_from_the_first(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug in ("a", "b", "c"):
            world.component(slug)
        add_cluster(world, "a", "b", "c")
        world.edge("a", "b")
        world.edge("b", "c")
        world.edge("c", "a")  # a circle, as wrong dates can make one, ends all the same
        urls = [f"https://code.example/{slug}" for slug in "abc"]
        label = Label(repo_a=urls[2], repo_b=urls[0], relation="fork_shared_history")
        (judged,) = judge_labels(session, [label], places_of(session, urls))
        assert (judged.found.direction, judged.found.kinds) == ("a->b", {"shared_commits"})


def _place(number: int, cluster: int, country: str | None) -> Place:
    return Place(number, number, cluster, f"https://code.example/{number}", country)


def test_random_pairs_are_foreign_unrelated_and_the_same_each_time() -> None:
    places = {f"r{n}": _place(n, n // 2, "EE" if n % 3 else "FI") for n in range(40)}
    places["nowhere"] = _place(99, 99, None)
    related = [
        Label(repo_a="r0", repo_b="r1", relation="unrelated"),
        *(
            Label(repo_a="r0", repo_b=f"r{n}", relation=relation)
            for n, relation in ((5, "copied_no_history"), (7, "dependency"),
                                (10, "common_upstream"), (13, "shared_org_member"))
        ),
        Label(repo_a="r0", repo_b="absent", relation="submodule"),
    ]  # fmt: skip
    drawn = draw_random(related, places, count=300, seed=1)
    assert drawn == draw_random(related, places, count=300, seed=1)
    assert drawn != draw_random(related, places, count=300, seed=2)
    joined = {frozenset((places[x.repo_a].cluster, places[x.repo_b].cluster)) for x in drawn}
    assert len({frozenset((x.repo_a, x.repo_b)) for x in drawn}) == len(drawn) == 300
    for label in drawn:
        assert places[label.repo_a].country != places[label.repo_b].country
        assert "nowhere" not in {label.repo_a, label.repo_b}
    # Neither the labelled ones nor their relatives in the same clusters.
    forbidden = [(0, 2), (0, 3), (0, 5), (0, 6)]
    assert not joined & {frozenset(pair) for pair in forbidden}
    assert all(len(pair) == 2 for pair in joined)


def test_where_no_pair_is_to_be_had_none_is_drawn() -> None:
    assert draw_random([], {}, count=5, seed=1) == []
    assert draw_random([], {"a": _place(1, 1, "EE")}, count=5, seed=1) == []
    same = {"a": _place(1, 1, "EE"), "b": _place(2, 2, "EE"), "c": _place(3, 1, "FI")}
    found = draw_random([], same, count=5, seed=1)
    assert [{x.repo_a, x.repo_b} for x in found] == [{"b", "c"}]


def test_a_random_pair_that_is_joined_is_flagged(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        catalogue = Catalogue(World(session))
        catalogue.pair("alarm", "unrelated")
        catalogue.measured("alarm", "direct", BY_FILES)
        found, judged = evaluate(session, [], _places(catalogue), random_pairs=5)
        assert (found.random_pairs, found.random_negatives_flagged) == (1, 1)
        assert [x.found for x in found.random_flagged] == ["direct unknown"]
        assert judged == []


def test_figures_count_each_kind_by_what_it_found(catalogue: Catalogue) -> None:
    figures = method_figures(
        *_evaluated(catalogue), truth="pairs.csv", day="2026-08-02", catalogue=32
    )
    assert (figures.rule_version, figures.truth, figures.evaluated_at) == (
        RULES.version, "pairs.csv", "2026-08-02",
    )  # fmt: skip
    assert (figures.pairs, figures.repositories, figures.catalogue) == (15, 30, 32)
    assert {x.kind: (x.right, x.wrong, x.missed) for x in figures.detectors} == {
        "shared_commits": (1, 0, 1), "shared_files": (3, 2, 3), "similar_files": (1, 0, 5),
        "package_dependency": (1, 0, 0), "submodule": (0, 1, 1),
    }  # fmt: skip
    assert sum(x.edges for x in figures.calibration) == 1 + 5 + 1 + 1 + 1
    assert sum(x.right for x in figures.calibration) == 1 + 3 + 1 + 1
    assert figures.brier is not None
    assert 0 < figures.brier < 1


@pytest.mark.parametrize(
    ("mean", "low", "expected"),
    [
        (0.99, 0.95, "verified"), (0.95, 0.90, "verified"), (0.99, 0.89, "likely"),
        (0.94, 0.93, "likely"), (0.80, 0.10, "likely"), (0.79, 0.70, "possible"),
        (0.5, 0.0, "possible"),
    ],
)  # fmt: skip
def test_tiers_follow_the_mean_and_the_lower_end(mean: float, low: float, expected: str) -> None:
    assert tier(mean, low) == expected
