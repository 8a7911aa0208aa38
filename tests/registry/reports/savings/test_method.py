"""Every formula of savings with a worked example; see docs/savings.md."""

import math
from statistics import fmean, geometric_mean, stdev

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from registry.reports.savings.draws import (
    TRIALS,
    Priors,
    Range,
    avoided_range,
    calibration_range,
    draws,
    quantile,
    triangular,
    unadapted_range,
)
from registry.reports.savings.effort import adaptation, history_effort, size_effort
from registry.reports.savings.inputs import lines_of
from registry.reports.savings.rates import known_rates, monthly_rate

# What four government projects really cost, by what COCOMO II gives for their size.
KNOWN = (0.64, 1.05, 1.45, 2.66)


def test_size_ten_thousand_lines() -> None:
    assert size_effort(10_000) == pytest.approx(2.94 * 10**1.0997)
    assert size_effort(10_000) == pytest.approx(36.99, abs=0.01)


@pytest.mark.parametrize("lines", [0, -5])
def test_size_of_nothing_is_nothing(lines: float) -> None:
    assert size_effort(lines) == 0


def test_history_counts_a_full_month_once() -> None:
    # Two months with 1 commit, one with 3, one with 12 or more; a full month has 6 commits.
    months = (2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert history_effort(months, 6) == pytest.approx(2 / 6 + 3 / 6 + 1)
    assert history_effort(months, 12) == pytest.approx(2 / 12 + 3 / 12 + 1)


def test_adapting_follows_cocomo() -> None:
    # AA 4, SU 30, UNFM 0.4. AAF 20: (4 + 20·(1 + 0.02·30·0.4)) / 100; AAF 80: (4 + 80 + 12) / 100.
    assert adaptation(0.2) == pytest.approx((4 + 20 * 1.24) / 100)
    assert adaptation(0.8) == pytest.approx(0.96)
    assert adaptation(1.0) > 1  # adapting all of it costs more than writing it


def test_the_calibration_is_that_of_four_known_projects() -> None:
    assert geometric_mean(KNOWN) == pytest.approx(1.27, abs=0.005)
    assert stdev(map(math.log, KNOWN)) == pytest.approx(0.60, abs=0.005)


def test_draws_have_the_distributions_of_the_method() -> None:
    found = draws(Priors())
    logs = [math.log(value) for value in found.calibration]
    assert fmean(logs) == pytest.approx(math.log(1.27), abs=0.02)
    assert stdev(logs) == pytest.approx(0.60, abs=0.02)
    assert calibration_range(Priors()).likely == pytest.approx(1.27, rel=0.02)
    assert len(found.avoided) == len(found.unadapted) == TRIALS == 10_000


def test_an_edge_of_the_method_has_the_known_shape() -> None:
    # 76 k, 239 k and 649 k for one edge; its inputs were not kept, so one scale is free.
    found = avoided_range(Priors())
    scale = 239_000 / found.likely
    assert scale == pytest.approx(579_000, rel=0.02)
    assert found.low * scale == pytest.approx(76_000, rel=0.03)
    assert found.high * scale == pytest.approx(649_000, rel=0.03)


def test_the_same_draws_everywhere() -> None:
    # Guards the seed: another number here is another method.
    assert avoided_range(Priors()) == Range(
        pytest.approx(0.1326, abs=0.003),  # type: ignore[arg-type]
        pytest.approx(0.4130, abs=0.005),  # type: ignore[arg-type]
        pytest.approx(1.1130, abs=0.02),  # type: ignore[arg-type]
    )
    draws.cache_clear()
    first = draws(Priors())
    draws.cache_clear()
    assert draws(Priors()) == first


def test_without_spread_a_range_is_one_number() -> None:
    sure = Priors(kappa=1, sigma=0, built=(1, 1), reuse_cost=(0.2, 0.2, 0.2))
    for part in ("low", "likely", "high"):
        assert getattr(avoided_range(sure), part) == pytest.approx(0.8)
        assert getattr(unadapted_range(sure), part) == pytest.approx(1)


def test_reuse_that_costs_more_than_writing_is_negative() -> None:
    dear = Priors(reuse_cost=(1.2, 1.5, 2.0))
    found = avoided_range(dear)
    assert found.low < found.likely < found.high < 0


def test_a_negative_factor_turns_a_range_around() -> None:
    assert Range(1, 2, 3).times(-2) == Range(-6, -4, -2)


@given(st.floats(0, 1))
def test_the_triangular_distribution_stays_inside(share: float) -> None:
    assert 0.14 <= triangular(share, 0.14, 0.20, 1.0) <= 1.0


def test_the_triangular_distribution_at_its_mode() -> None:
    assert triangular((0.20 - 0.14) / (1 - 0.14), 0.14, 0.20, 1.0) == pytest.approx(0.20)


def test_quantiles_are_between_neighbours() -> None:
    assert [quantile((1.0, 2.0, 3.0), share) for share in (0, 0.25, 1)] == [1, 1.5, 3]


def test_lines_from_bytes_by_language() -> None:
    assert lines_of({"Java": 67_500, "Brainfuck": 4_200}) == pytest.approx(1_100)
    assert lines_of({"Python": 45_300, "Jupyter Notebook": 10**9}) == pytest.approx(1_000)
    assert lines_of({}) is None
    assert lines_of({"Jupyter Notebook": 5}) is None


def test_every_rate_has_its_source_and_year() -> None:
    for country, rate in known_rates().items():
        assert country == rate.country
        assert 2015 <= rate.year <= 2026
        assert rate.url.startswith("https://")
        assert rate.is_direct or rate.quoted_by[0][0]
        assert 5 < rate.hourly / rate.per_euro < 80
        assert rate.currency in list_currencies()
        # The money of the time of the figure, not that of another year.
        assert (rate.currency == "EUR") == (not rate.per_euro_on)
        assert rate.currency != "EUR" or rate.per_euro == 1
        assert not rate.per_euro_on or rate.per_euro_on[:4] == str(rate.year)


def test_a_rate_says_whether_the_office_was_read_itself() -> None:
    direct = {code for code, rate in known_rates().items() if rate.is_direct}
    assert direct == {"AU", "FI", "GB", "US"}
    assert [site for site, _ in known_rates()["NL"].quoted_by] == [
        "newsbulletin247.com", "krone.at",
    ]  # fmt: skip
    assert known_rates()["FI"].quoted_by == ()


def test_the_rate_of_australia_follows_from_three_published_figures() -> None:
    income, employed, hours = 23_852.80, 14_561_100, 5_848.1e6
    assert known_rates()["AU"].hourly == round(income * employed / hours, 2)


def test_rates_as_given_come_before_those_on_record() -> None:
    assert monthly_rate("FI", {}) == pytest.approx(38.8 * 152)
    assert monthly_rate("US", {}) == pytest.approx(63.94 / 1.15162 * 152)
    assert monthly_rate("FI", {"FI": 9_000.0}) == 9_000
    assert monthly_rate("SG", {}) is None
    assert monthly_rate(None, {}) is None
