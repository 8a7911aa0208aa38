"""Savings of a portfolio: what counts, what is left out and why, and that bad input is refused."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.reports.portfolio import Portfolio
from registry.reports.rows import EdgeRow, ReportComponent
from registry.reports.savings.assumptions import Assumptions, assumption_pairs, assumptions_of
from registry.reports.savings.draws import Priors, avoided_range, calibration_range
from registry.reports.savings.effort import size_effort
from registry.reports.savings.figures import savings_of
from registry.reports.savings.inputs import ComponentInputs
from registry.reports.savings.pairs import Pairs, pairs_of
from tests.support.reports import sample_reports, sample_savings

RATES = Assumptions(rates={"FI": 6_000.0, "EE": 3_000.0})
INPUTS = {"a": ComponentInputs(lines=10_000, own=1.0, author_months=(0, 0, 0, 0, 0, 10))}


def component(slug: str = "a", country: str | None = "EE") -> ReportComponent:
    return ReportComponent(
        component_id=1, repository_id=1, slug=slug, name=slug, url="", country=country, family=slug
    )


def row(edge: str = "e", **changed: Any) -> EdgeRow:
    fields: dict[str, Any] = {
        "edge": edge, "evidence": "0" * 64, "kind": "shared_files", "tag": "measured",
        "state": "verified", "confidence": "certain", "origin": "a", "reuser": "b",
        "reuser_name": "b", "is_counted": True, "organisation": "fi", "country": "FI",
        "origin_organisation": "ee", "share": 0.5, "probability": 0.9,
        "first_seen": date(2020, 1, 1),
    }  # fmt: skip
    return EdgeRow(**(fields | changed))


def test_one_edge() -> None:
    found = savings_of([component()], INPUTS, pairs_of([row()]), RATES)
    base = 0.9 * 0.5 * size_effort(10_000) * 6_000
    assert found.avoided == avoided_range(Priors()).times(base)
    cost = size_effort(10_000) * 3_000
    assert found.replacement == calibration_range(Priors()).times(cost)
    assert found.official == pytest.approx(cost)  # (1 owner + 1 reuser − 1) × cost
    assert (found.pairs, found.left_out) == (1, {})


def test_an_organisation_counts_once_for_a_component() -> None:
    rows = [row("e1", share=0.2), row("e2", share=0.5), row("e3", reuser="c", share=0.4)]
    (pair,) = pairs_of(rows).pairs
    assert pair.edge == "e2"
    assert pair.measured == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"probability": 0.79}, "unsure"),
        ({"probability": None}, "not_evaluated"),
        ({"organisation": "ee"}, "same_organisation"),
        ({"share": None}, "no_share"),
        ({"country": None}, "no_country"),
        ({"country": "SG"}, "no_rate"),
        ({"origin": "unread"}, "no_effort"),
    ],
)
def test_what_is_left_out_is_told(changed: dict[str, Any], reason: str) -> None:
    found = savings_of([component()], INPUTS, pairs_of([row(**changed)]), RATES)
    assert found.left_out == {reason: 1}
    assert found.avoided is None
    assert found.official == 0


@pytest.mark.parametrize("changed", [{"is_counted": False}, {"tag": "declared"}])
def test_edges_that_no_figure_counts_are_no_pairs(changed: dict[str, Any]) -> None:
    assert pairs_of([row(**changed)]) == Pairs(
        pairs=(), groups=(), unsure=0, not_evaluated=0, same_organisation=0
    )


def test_a_dependency_counts_only_by_a_stated_share() -> None:
    pairs = pairs_of([row(share=None, kind="dependency")])
    stated = assumptions_of([("reference", "1"), ("rate", "FI:6000"), ("rate", "EE:3000")])
    found = savings_of([component()], INPUTS, pairs, stated)
    assert found.avoided == avoided_range(Priors()).times(0.9 * size_effort(10_000) * 6_000)


def test_inherited_code_is_no_own_code() -> None:
    half = {"a": ComponentInputs(lines=10_000, own=0.5)}
    found = savings_of([component()], half, pairs_of([]), RATES)
    assert found.components[0].months == pytest.approx(size_effort(5_000))
    unknown = {"a": ComponentInputs(lines=10_000, own=None)}
    assert savings_of([component()], unknown, pairs_of([]), RATES).components[0].months is None


def test_effort_from_history() -> None:
    asked = assumptions_of([("effort", "history"), ("full", "12"), ("rate", "EE:3000")])
    found = savings_of([component()], INPUTS, pairs_of([]), asked)
    assert found.components[0].months == pytest.approx(10 * 6 / 12)


def test_an_empty_portfolio_has_no_savings() -> None:
    found = savings_of([], {}, pairs_of([]), Assumptions())
    assert (found.avoided, found.replacement, found.official) == (None, None, None)


def test_the_calibration_moves_the_result_most() -> None:
    found = savings_of([component()], INPUTS, pairs_of([row()]), RATES)
    assert {bar.name for bar in found.tornado} == {"kappa", "built", "reuse_cost", "effort"}
    spans = [bar.high - bar.low for bar in found.tornado]
    assert spans == sorted(spans, reverse=True)
    assert next(bar.name for bar in found.tornado if bar.name != "effort") == "kappa"


@given(st.lists(st.floats(0, 1), max_size=8))
def test_parts_add_up_to_the_whole(shares: list[float]) -> None:
    rows = [row(f"e{at}", organisation=f"o{at}", share=share) for at, share in enumerate(shares)]
    found = savings_of([component()], INPUTS, pairs_of(rows), RATES)
    if found.avoided is None:
        assert not any(shares)
        return
    assert found.avoided.low <= found.avoided.likely <= found.avoided.high
    parts = sum(item.avoided.likely for item in found.components)
    assert parts == pytest.approx(found.avoided.likely)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rate", "FI:0", "rate of FI: 0 is not from"),
        ("rate", "FI:-5", "rate of FI: -5 is not from"),
        ("rate", "FI:1e12", r"rate of FI: 1e\+12 is not from"),
        ("rate", "FI:NaN", "rate of FI: 'NaN' is no finite number"),
        ("rate", "FI", "rate of FI: '' is no number"),
        ("rate", "ZZ:5000", "rate: 'ZZ' is no country"),
        ("kappa", "0", "kappa: 0 is not from"),
        ("kappa", "inf", "kappa: 'inf' is no finite number"),
        ("kappa", "<script>", "kappa: '<script>' is no number"),
        ("built", "0.9,0.3", "built: the numbers must rise"),
        ("built", "0.3", r"built: needs 2 number\(s\)"),
        ("reuse_cost", "0.1,0.2,9", "reuse_cost: 9 is not from"),
        ("effort", "guess", "effort: 'guess' is neither"),
        ("full", "13", "full: 13 is not from 3 to 12"),
        ("adapted", "1.5", "adapted: 1.5 is not from 0 to 1"),
    ],
)
def test_bad_assumptions_are_named(name: str, text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        assumptions_of([(name, text)])


def test_assumptions_go_into_the_address_and_back() -> None:
    pairs = [
        ("kappa", "1.5"), ("sigma", "0.3"), ("built", "0.4,0.9"), ("reuse_cost", "0.1,0.2,0.9"),
        ("full", "8"), ("adapted", "0.3"), ("reference", "0.5"), ("effort", "history"),
        ("rate", "CA:9000"), ("rate", "FI:7000"),
    ]  # fmt: skip
    asked = assumptions_of([*pairs, ("q", "words"), ("kappa", "")])
    assert assumption_pairs(asked) == pairs
    assert assumptions_of(assumption_pairs(asked)) == asked
    assert assumption_pairs(Assumptions()) == []


def test_inputs_come_from_what_was_read_and_counted() -> None:
    report = sample_reports().report(Portfolio(organisations=("ria",)))
    inputs = sample_savings().basis(report).inputs
    road = inputs["road"]
    assert road.lines == pytest.approx(2_700_000 / 67.5)
    assert road.own == pytest.approx(0.5)  # 10 of 20 commits
    assert road.author_months == (0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0)  # two months with five each
    assert inputs["quiet"] == ComponentInputs(own=1.0)
