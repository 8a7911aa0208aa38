"""Measuring a pair of clusters: the same from both sides, in any order, nothing explained away."""

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.domain.lineage import (
    DAY,
    Artefacts,
    Holder,
    Measure,
    first_transfer,
    interval,
    measure,
    strong_pairs,
)
from tests.support.examples import share

A, B, C, D = 1, 2, 3, 4
REFERENCE, MOST = 300, 50
START = 1_500_000_000

CLUSTERS = range(A, 10)


def random_artefacts(seed: int) -> dict[int, dict[int, Holder]]:
    """Return artefacts whose times often meet, many of them held by both A and B."""
    chance = random.Random(seed)
    found = {}
    for value in range(chance.randint(0, 25)):
        keys = chance.sample(CLUSTERS, chance.randint(0, 6))
        if chance.random() < 0.8:
            keys += [A, B]
        found[value] = {
            key: Holder(
                chance.choice((0, START + chance.randint(0, 12) * 20 * DAY)), chance.randint(1, 9),
                chance.random() < 0.3, chance.randint(1, 5), chance.choice("abc") + ".py",
            )
            for key in keys
        }  # fmt: skip
    return found


SHARED = st.integers(0, 2**32).map(random_artefacts)
MIRRORED = (
    ("first_a", "first_b"), ("days_a", "days_b"), ("import_a", "import_b"),
    ("versions_a", "versions_b"),
)  # fmt: skip


def at(day: float, **values: Any) -> Holder:
    """Return a holder that got an artefact on a day."""
    return Holder(START + int(day * DAY), 1, **values)


def measured(
    shared: Artefacts, sizes: tuple[int, int] = (100, 200), most: int = MOST, **options: Any
) -> Measure:
    return measure(shared, A, B, sizes, reference=REFERENCE, most=most, **options)


def mirrored(found: Measure) -> Measure:
    """Return what the measure should be when a and b change places."""
    swapped = {
        name: getattr(found, other)
        for pair in MIRRORED
        for name, other in (pair, pair[::-1])
    }  # fmt: skip
    return replace(found, start_gap_days=-found.start_gap_days, **swapped)


@given(SHARED, st.integers(1, 40), st.integers(1, 40), st.integers(2, 6))
@settings(max_examples=share(60), deadline=None)
def test_a_pair_measures_the_same_from_both_sides(
    shared: Artefacts, size_a: int, size_b: int, most: int
) -> None:
    one = measure(shared, A, B, (size_a, size_b), reference=REFERENCE, most=most)
    other = measure(shared, B, A, (size_b, size_a), reference=REFERENCE, most=most)
    assert other == mirrored(one)


@given(SHARED, st.randoms(use_true_random=False))
@settings(max_examples=share(60), deadline=None)
def test_the_order_of_artefacts_and_of_holders_does_not_matter(
    shared: dict[int, dict[int, Holder]], chance: random.Random
) -> None:
    values = list(shared)
    chance.shuffle(values)
    mixed = {}
    for value in values:
        holders = list(shared[value].items())
        chance.shuffle(holders)
        mixed[value] = dict(holders)
    assert measured(mixed) == measured(shared)


@given(SHARED)
@settings(max_examples=share(60), deadline=None)
def test_what_others_share_among_themselves_is_not_looked_at(shared: Artefacts) -> None:
    of_both = {value: holders for value, holders in shared.items() if {A, B} <= holders.keys()}
    assert measured(shared) == measured(of_both)


@given(SHARED)
@settings(max_examples=share(60), deadline=None)
def test_shares_are_shares_and_counts_add_up(shared: Artefacts) -> None:
    found = measured(shared)
    assert 0 <= found.cover <= found.tau <= 1
    assert found.first_a + found.first_b <= found.count
    assert 0 <= found.had <= found.arrived <= found.count
    assert max(found.days_a, found.days_b) <= found.count
    assert (found.upstream is None) == (found.tau == 0)
    assert 0 <= min(found.import_a, found.import_b) <= max(found.import_a, found.import_b) <= 1


@given(SHARED, st.frozensets(st.integers(C, 9)))
@settings(max_examples=share(60), deadline=None)
def test_related_clusters_explain_nothing_and_count_for_nothing(
    shared: Artefacts, related: frozenset[int]
) -> None:
    found = measured(shared, related=related)
    assert found.upstream not in related
    strangers = {
        value: {key: holder for key, holder in holders.items() if key not in related}
        for value, holders in shared.items()
    }
    without = measured(strangers)
    assert (found.tau, found.cover, found.upstream, found.holders) == (
        without.tau, without.cover, without.upstream, without.holders,
    )  # fmt: skip
    assert found.weight <= without.weight, "they still make what is shared less rare"


def test_nothing_shared_measures_as_nothing() -> None:
    assert measured({}) == Measure()
    assert measured({7: {A: at(0), C: at(0)}, 8: {B: at(1)}}) == Measure()


def test_what_more_clusters_hold_than_the_limit_is_left_out() -> None:
    rare = {number: {A: at(0), B: at(9)} for number in range(6)}
    limit = {100: {key: at(0) for key in range(A, A + MOST)}}
    popular = {200: {key: at(0) for key in range(A, A + MOST + 1)}}
    assert measured(rare | popular) == measured(rare)
    assert measured(rare | limit).count == 7


def test_weight_is_rarity_and_containment_the_share_of_the_smaller_side() -> None:
    shared = {1: {A: at(0), B: at(9)}, 2: {A: at(0), B: at(9), C: at(20)}}
    found = measured(shared, sizes=(40, 8))
    assert found.weight == pytest.approx(
        math.log(REFERENCE / 2) + math.log(REFERENCE / 3), abs=1e-3
    )
    assert found.containment == 2 / 8
    assert measured(shared, sizes=(8, 40)).containment == 2 / 8


@pytest.mark.parametrize(
    ("third", "explained"),
    [
        pytest.param(at(1), True, id="older than both"),
        pytest.param(at(12), False, id="between the two: it may have been passed on"),
        pytest.param(at(30), False, id="younger than both"),
        pytest.param(at(10), False, id="at the same moment as the first"),
        pytest.param(Holder(0, 1), False, id="at a time that is not known"),
    ],
)
def test_only_an_older_third_cluster_explains_what_two_share(
    third: Holder, explained: bool
) -> None:
    found = measured({1: {A: at(10), B: at(20), C: third}})
    assert (found.tau, found.upstream, found.cover) == (
        (1.0, C, 1.0) if explained else (0.0, None, 0.0)
    )


def test_a_side_of_unknown_time_is_younger_than_any_known_one() -> None:
    assert measured({1: {A: Holder(0, 1), B: at(20), C: at(10)}}).upstream == C
    assert measured({1: {A: Holder(0, 1), B: Holder(0, 2), C: Holder(0, 3)}}).tau == 0


def test_tau_counts_what_any_explains_and_cover_what_the_best_does() -> None:
    shared = {number: {A: at(10), B: at(20)} for number in range(4)}
    shared[0][C] = shared[1][C] = shared[2][D] = at(1)
    found = measured(shared)
    assert (found.tau, found.upstream, found.cover) == (0.75, C, 0.5)


def test_of_two_that_explain_as_much_the_lower_is_named() -> None:
    shared = {1: {A: at(10), B: at(20), D: at(1), C: at(2)}}
    assert measured(shared).upstream == C


def test_holders_are_those_with_a_third_of_it_whenever_they_got_it() -> None:
    shared = {number: {A: at(10), B: at(20)} for number in range(6)}
    shared[0][C] = shared[1][C] = at(90)
    shared[0][D] = at(1)
    assert measured(shared).holders == 1
    assert measured(shared, related=frozenset({C})).holders == 0


def test_first_sights_days_bulk_and_versions_are_told_of_each_side() -> None:
    shared = {
        1: {A: at(0, is_import=True), B: at(1, versions=3)},
        2: {A: at(0.5), B: at(2, is_import=True)},
        3: {A: at(5, versions=2), B: at(4)},
        4: {A: Holder(0, 1), B: at(4, is_import=True, versions=4)},
    }
    found = measured(shared)
    assert (found.first_a, found.first_b) == (2, 1)
    assert (found.import_a, found.import_b) == (0.25, 0.5)
    assert (found.versions_a, found.versions_b) == (1.25, 2.25)
    assert found.days_b == 3
    assert found.days_a in {2, 3}, "half a day later may be another day"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param([], (0, 0, 0), id="nothing is known"),
        pytest.param([(None, 3), (2, None)], (0, 0, 0), id="never of both sides"),
        pytest.param([(0, 0), (0, 9), (7, 0)], (0, 0, 0), id="both began at once"),
        pytest.param([(0, 100)] * 3, (100, 3, 3), id="all of it came at once"),
        pytest.param([(100, 0)] * 3, (-100, 3, 3), id="the other way round"),
        pytest.param(
            [(0, 100), (5, 110), (120, 115), (7, 131)], (100, 3, 2), id="the first month alone"
        ),
        pytest.param([(0, 130), (0, 100)], (100, 2, 2), id="the month includes its last day"),
    ],
)
def test_the_first_transfer(
    days: list[tuple[int | None, int | None]], expected: tuple[int, int, int]
) -> None:
    times = [tuple(0 if day is None else START + day * DAY for day in pair) for pair in days]
    gap, arrived, had = first_transfer(times)  # type: ignore[arg-type]
    assert (gap / DAY, arrived, had) == expected


def test_one_early_accident_in_a_hundred_does_not_make_a_start() -> None:
    times = [(START + 50 * DAY, START + 100 * DAY)] * 99 + [(START + 50 * DAY, START)]
    assert first_transfer(times) == (50 * DAY, 100, 99)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12),
    st.randoms(use_true_random=False),
)
@settings(max_examples=share(60), deadline=None)
def test_a_transfer_has_no_order_and_changes_sign_with_the_sides(
    times: list[tuple[int, int]], chance: random.Random
) -> None:
    times = [(x * 9 * DAY, y * 9 * DAY) for x, y in times]
    gap, arrived, had = first_transfer(times)
    assert first_transfer([(y, x) for x, y in times]) == (-gap, arrived, had)
    chance.shuffle(times)
    assert first_transfer(times) == (gap, arrived, had)


def _print(repository: int, path: str) -> Holder:
    return Holder(START, repository, path=path)


def test_files_are_much_alike_by_number_and_by_share() -> None:
    shared = {
        value: {A: _print(1, "a.py"), B: _print(2, "b.py")} for value in range(4)
    }  # fmt: skip
    sizes = {(1, "a.py"): 10, (2, "b.py"): 100}
    rules: dict[str, Any] = {"most": MOST, "hashes": 4, "share": 0.4}
    assert strong_pairs(shared, A, B, sizes, **rules) == 1
    assert strong_pairs(shared, B, A, sizes, **rules) == 1
    assert strong_pairs(shared, A, B, sizes, **rules | {"hashes": 5}) == 0
    assert strong_pairs(shared, A, B, sizes, **rules | {"share": 0.41}) == 0
    assert strong_pairs(shared, A, C, sizes, **rules) == 0


def test_one_file_that_is_like_two_makes_two_pairs_and_scattered_pieces_none() -> None:
    shared = {value: {A: _print(1, "a.py"), B: _print(2, f"b{value % 2}.py")} for value in range(8)}
    sizes = {(1, "a.py"): 8, (2, "b0.py"): 4, (2, "b1.py"): 4}
    assert strong_pairs(shared, A, B, sizes, most=MOST, hashes=3, share=0.5) == 2
    scattered = {
        value: {A: _print(1, f"{value}.py"), B: _print(2, "b.py")} for value in range(8)
    }  # fmt: skip
    assert strong_pairs(scattered, A, B, {}, most=MOST, hashes=3, share=0.5) == 0


def test_popular_pieces_make_no_files_alike() -> None:
    holders = {key: _print(key, f"{key}.py") for key in range(A, A + MOST + 1)}
    popular = dict.fromkeys(range(9), holders)
    assert strong_pairs(popular, A, B, {}, most=MOST, hashes=3, share=0.5) == 0
    assert strong_pairs(popular, A, B, {}, most=MOST + 1, hashes=3, share=0.5) == 1


@given(SHARED, st.integers(1, 3))
@settings(max_examples=share(50), deadline=None)
def test_files_are_as_much_alike_from_both_sides(shared: Artefacts, hashes: int) -> None:
    sizes = {(repository, "a.py"): 4 for repository in range(1, 10)}
    options: dict[str, Any] = {"most": MOST, "hashes": hashes, "share": 0.5}
    assert strong_pairs(shared, A, B, sizes, **options) == strong_pairs(
        shared, B, A, sizes, **options
    )


# Quantiles of Beta distributions as other programs give them (R: qbeta).
@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        (0, 0, (0.5, 0.001541333, 0.998458667)),
        (85, 0, (85.5 / 86, 0.9711, 0.99999)),
        (9, 1, (9.5 / 11, 0.6188, 0.9891)),
    ],
)
def test_an_interval_is_that_of_the_beta_distribution(
    right: int, wrong: int, expected: tuple[float, float, float]
) -> None:
    assert interval(right, wrong) == pytest.approx(expected, abs=2e-4)


@given(st.integers(0, 2000), st.integers(0, 2000))
@settings(max_examples=share(60), deadline=None)
def test_an_interval_holds_its_mean_narrows_and_mirrors(right: int, wrong: int) -> None:
    mean, low, high = interval(right, wrong)
    assert 0 <= low < mean < high <= 1
    mirror = interval(wrong, right)
    assert (1 - mirror[0], 1 - mirror[2], 1 - mirror[1]) == pytest.approx(
        (mean, low, high), abs=1e-6
    )
    if right and wrong:
        wider = interval(right // 2, wrong // 2)
        assert wider[2] - wider[1] >= (high - low) * 0.99
