"""The formulae of co-governance: worked examples, and what always holds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.governance.measures.formulae import (
    Bounds,
    Dimension,
    absence_factor,
    effective_number,
    elephant_factor,
    evenness,
    index,
    simpson,
)

CHAOSS = (1000, 202, 90, 33, 332, 343, 42, 433)


def test_chaoss_worked_example_of_the_absence_factor() -> None:
    assert absence_factor(CHAOSS) == 2


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [((), 0), ((0, 0), 0), ((7,), 1), ((5, 5), 1), ((4, 3, 3), 2), ((1,) * 10, 5), ((1,) * 11, 6)],
)
def test_absence_factor(counts: tuple[int, ...], wanted: int) -> None:
    assert absence_factor(counts) == wanted


def test_two_equal_bodies() -> None:
    assert simpson([0.5, 0.5]) == Bounds(0.5, 0.5, 0.5)
    assert effective_number([0.5, 0.5]) == Bounds(2, 2, 2)
    assert elephant_factor([0.5, 0.5]) == Bounds(1, 1, 1)


def test_a_fifth_is_not_known() -> None:
    """Shares .5 and .3, unknown .2: all of it at the largest gives .7 and .3."""
    diversity = simpson([0.5, 0.3], 0.2)
    assert diversity.low == pytest.approx(1 - 0.49 - 0.09)
    assert diversity.value == pytest.approx(1 - (0.25 + 0.09) / 0.64)
    assert diversity.high == pytest.approx(1 - 0.25 - 0.09)
    effective = effective_number([0.5, 0.3], 0.2)
    assert effective.value == pytest.approx(0.64 / 0.34)
    assert elephant_factor([0.5, 0.3], 0.2) == Bounds(1, 1, 1)


def test_where_most_is_not_known_the_upper_bound_is_open() -> None:
    assert elephant_factor([0.2, 0.1], 0.7) == Bounds(1, 1, None)
    assert elephant_factor([], 1.0) == Bounds(1, None, None)
    assert simpson([], 1.0) == Bounds(0.0, None, 1.0)
    assert effective_number([], 1.0) == Bounds(1.0, None, None)


def test_evenness_is_over_bodies_of_five_per_cent_and_more() -> None:
    assert evenness([0.5, 0.5]) == pytest.approx(1.0)
    assert evenness([0.6, 0.3, 0.04]) == pytest.approx((1 - (4 + 1) / 9) * 2)
    assert evenness([0.97]) == 0.0
    assert evenness([0.04, 0.04]) is None


def test_index_worked_example() -> None:
    """W' = ½(.8 + .4) = .6, V' = 1, F' = .5: G = (.6 · 1 · .5)^(1/3) = .669."""
    found = index(
        {
            "work": Dimension(0.8, 0.9), "merges": Dimension(0.4, 0.6),
            "votes": Dimension(1.0, 1.0), "money": Dimension(0.5, 1.0),
        }
    )  # fmt: skip
    assert found.value == pytest.approx(0.3 ** (1 / 3))
    assert found.parts == {"work": 0.8, "merges": 0.4, "votes": 1.0, "money": 0.5}


def test_index_is_not_shown_without_enough_coverage() -> None:
    found = index({"work": Dimension(0.8, 0.59), "merges": Dimension(0.4, 0.6)})
    assert found.value is None
    assert found.missing == ("work", "votes", "money")
    assert found.parts == {"work": None, "merges": 0.4, "votes": None, "money": None}


shares_of = st.lists(st.integers(0, 1000), max_size=12)


def parted(counts: list[int], unknown: int) -> tuple[list[float], float]:
    total = sum(counts) + unknown
    return ([x / total for x in counts], unknown / total) if total else ([], 0.0)


@given(shares_of, st.integers(0, 2000))
def test_bounds_hold(counts: list[int], unknown: int) -> None:
    shares, missing = parted(counts, unknown)
    for measure in (simpson, effective_number, elephant_factor):
        found = measure(shares, missing)
        low = found.low if found.low is not None else -math.inf
        high = found.high if found.high is not None else math.inf
        assert low <= high + 1e-9
        if found.value is not None:
            assert low - 1e-9 <= found.value <= high + 1e-9


@given(shares_of, st.integers(0, 2000))
def test_measures_are_in_their_ranges(counts: list[int], unknown: int) -> None:
    shares, missing = parted(counts, unknown)
    diversity, effective = simpson(shares, missing), effective_number(shares, missing)
    assert all(0 <= x <= 1 for x in (diversity.low, diversity.value, diversity.high) if x)
    if effective.value is not None:
        bodies = sum(share > 0 for share in shares)
        assert 1 - 1e-9 <= effective.value <= bodies + 1e-9
    even = evenness(shares)
    assert even is None or 0 <= even <= 1


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_absence_factor_is_the_smallest_that_holds_half(counts: list[int]) -> None:
    k, ordered = absence_factor(counts), sorted(counts, reverse=True)
    assert 2 * sum(ordered[:k]) >= sum(counts)
    assert 2 * sum(ordered[: k - 1]) < sum(counts)
