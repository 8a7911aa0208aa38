"""Worked examples of every formula, by fractions, and each limit at its edge."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.governance.measures.formulae import (
    effective_number,
    elephant_factor,
    evenness,
    simpson,
)
from tests.registry.governance.test_formulae import CHAOSS
from tests.registry.governance.test_standing import (
    FULL,
    SHARED,
    TODAY,
    done,
    flag,
    paid,
    record,
    stand,
)

TOTAL = sum(CHAOSS)  # 2,475: half is reached by 1000 + 433
SHARES = [count / TOTAL for count in CHAOSS]


def test_chaoss_vector_as_organisations() -> None:
    """The same eight as organisations: the elephant factor is 2, as 1000 alone are 40.4 %."""
    assert elephant_factor(SHARES).value == 2
    squares = sum(Fraction(count, TOTAL) ** 2 for count in CHAOSS)
    assert simpson(SHARES).value == pytest.approx(float(1 - squares))
    assert effective_number(SHARES).value == pytest.approx(float(1 / squares))
    assert round(float(1 / squares), 2) == 4.18
    kept = [Fraction(count) for count in CHAOSS if Fraction(count, TOTAL) >= Fraction(5, 100)]
    shares = [x / sum(kept) for x in kept]
    n = len(kept)
    wanted = (1 - sum(x**2 for x in shares)) * n / (n - 1)
    assert evenness(SHARES) == pytest.approx(float(wanted))
    assert n == 5, "33, 42 and 90 are below 5 %"


def test_chaoss_vector_with_a_third_not_attributed() -> None:
    """Half of the whole is 2,475: the unknown at the largest reaches it alone; spread, never."""
    part = [share * 2 / 3 for share in SHARES]
    known = [Fraction(count, TOTAL) * Fraction(2, 3) for count in CHAOSS]
    third = Fraction(1, 3)
    elephant = elephant_factor(part, 1 / 3)
    assert (elephant.low, elephant.value) == (1, 2)
    assert elephant.high == 4, "1000 + 433 + 343 + 332 of 3,712.5 are 56.8 %, three are 47.8 %"
    diversity = simpson(part, 1 / 3)
    rest = sum(x**2 for x in known[1:])
    assert diversity.low == pytest.approx(float(1 - (known[0] + third) ** 2 - rest))
    assert diversity.high == pytest.approx(float(1 - sum(x**2 for x in known)))


counts = st.lists(st.integers(1, 1000), min_size=1, max_size=12)


@given(counts, st.integers(0, 2000))
def test_bounds_are_those_of_the_unknown_at_the_largest_and_spread(
    found: list[int], unknown: int
) -> None:
    """Both by fractions, with nothing of the code that is tested."""
    total = sum(found) + unknown
    known = sorted((Fraction(x, total) for x in found), reverse=True)
    missing = Fraction(unknown, total)
    shares = [float(x) for x in known]
    diversity, effective = simpson(shares, float(missing)), effective_number(shares, float(missing))
    at_largest = (known[0] + missing) ** 2 + sum(x**2 for x in known[1:])
    spread = sum(x**2 for x in known)
    assert diversity.low == pytest.approx(float(1 - at_largest), abs=1e-9)
    assert diversity.high == pytest.approx(float(1 - spread), abs=1e-9)
    assert effective.low == pytest.approx(float(1 / at_largest))
    assert effective.high == pytest.approx(float(1 / spread))
    elephant = elephant_factor(shares, float(missing))
    assert elephant.low is not None
    assert elephant.value is None or elephant.low <= elephant.value


def suppliers(wrote: int, public: int, put_in: int) -> Sequence[Any]:
    return [
        done("house", wrote, author=1, put_in=1), done("ee", public, author=2, put_in=put_in),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tallies", "state"),
    [
        (suppliers(80, 20, 0), "clear"),
        (suppliers(81, 19, 0), "raised"),
        (suppliers(81, 19, 1), "clear"),
    ],
)
def test_suppliers_at_four_fifths_of_the_year(tallies: Sequence[Any], state: str) -> None:
    assert flag(stand(tallies), "suppliers").state == state


@pytest.mark.parametrize(
    ("people", "factor", "state"), [(2, 1, "raised"), (4, 2, "raised"), (5, 3, "clear")]
)
def test_absence_factor_at_two(people: int, factor: int, state: str) -> None:
    found = flag(stand([done("ee", 1, author=n) for n in range(1, people + 1)]), "absence")
    assert (found.value, found.state) == (factor, state)


@pytest.mark.parametrize(("share", "state"), [(66, "clear"), (67, "raised")])
def test_the_largest_payer_at_two_thirds(share: int, state: str) -> None:
    body = replace(FULL, payments=(paid("A", "EE", share), paid("B", "FI", 100 - share)))
    assert flag(stand(SHARED, body), "funder").state == state


@pytest.mark.parametrize(("days", "state"), [(365, "clear"), (366, "raised")])
def test_the_latest_decision_at_twelve_months(days: int, state: str) -> None:
    body = replace(FULL, decided_on=TODAY - timedelta(days=days))
    assert flag(stand(SHARED, body), "no_decision").state == state


@pytest.mark.parametrize(("weeks", "state"), [(52.0, "clear"), (52.1, "raised")])
def test_a_members_fork_at_52_weeks(weeks: float, state: str) -> None:
    assert flag(stand(SHARED, FULL, drift={"Fork": weeks}), "drift").state == state


@pytest.mark.parametrize(("outside", "state"), [(5, "met"), (4, "not_met")])
def test_another_organisation_at_five_per_cent(outside: int, state: str) -> None:
    tallies = [done("ee", 100 - outside, author=1), done("fi", outside, author=2)]
    assert stand(tallies).ladder.rungs[1].state == state


def test_nothing_is_known_of_a_body_of_which_nothing_is_recorded() -> None:
    found = stand([], record())
    assert found.index is None
    assert {x.name: x.concentration.coverage for x in found.sides} == dict.fromkeys(
        ("work", "merges", "votes", "money"), 0.0
    )
