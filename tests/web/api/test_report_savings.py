"""The savings of a report at the API: the same as on the page, each wrong input named."""

import math
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import assumptions_of
from registry.reports.savings.rates import known_rates
from tests.support.reports import sample_reports, sample_savings

Client = TestClient[Litestar]
URL = "/api/v1/reports/savings?organisation=ria"


def _get(api: Client, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("asked", [[], [("kappa", "2")], [("sigma", "0"), ("rate", "CA:9000")]])
def test_the_ranges_are_those_of_the_report(api: Client, asked: list[tuple[str, str]]) -> None:
    query = "".join(f"&{name}={value}" for name, value in asked)
    body = _get(api, URL + query)
    report = sample_reports().report(Portfolio(organisations=("ria",)))
    found = sample_savings().of(report, assumptions_of(asked))
    assert found.avoided is not None
    assert body["avoided"]["likely"] == found.avoided.likely
    assert body["official"] == found.official
    assert [x["name"] for x in body["tornado"]] == [x.name for x in found.tornado]
    assert body["inputs"]["changed"] == [name for name, _ in asked]
    assert f"organisation=ria{query.replace(':', '%3A')}#savings" in body["html_url"]


def test_a_total_is_the_sum_of_its_components_and_of_nothing_else(api: Client) -> None:
    body = _get(api, URL)
    for end in ("low", "likely", "high"):
        parts = [item["avoided"][end] for item in body["components"]]
        assert math.isclose(math.fsum(parts), body["avoided"][end])
    assert not {"total", "sum", "savings"} & set(body)
    low, likely, high = (body["avoided"][end] for end in ("low", "likely", "high"))
    assert low < likely < high


def test_every_rate_has_its_source_or_says_that_it_was_given(api: Client) -> None:
    rates = {x["country"]: x for x in _get(api, f"{URL}&rate=CA:9000")["inputs"]["rates"]}
    assert (rates["CA"]["monthly"], rates["CA"]["is_given"], rates["CA"]["source"]) == (
        9000, True, None,
    )  # fmt: skip
    on_record = known_rates()["FI"]
    assert rates["FI"]["monthly"] == on_record.monthly
    assert (rates["FI"]["year"], rates["FI"]["source"]) == (on_record.year, on_record.source)


def test_reuse_may_cost_more_than_it_saves(api: Client) -> None:
    assert _get(api, f"{URL}&reuse_cost=2,3,4")["avoided"]["high"] < 0


def test_rows_stand_behind_the_savings_of_a_component(api: Client) -> None:
    item = next(x for x in _get(api, URL)["components"] if x["reusers"])
    rows = _get(api, f"{item['rows_url']}&limit=100")["items"]
    assert {row["origin"] for row in rows} == {item["slug"]}
    assert item["api_url"].endswith(f"/api/v1/components/{item['slug']}")


def test_an_empty_portfolio_has_no_savings_and_not_zero(api: Client) -> None:
    for query in ("organisation=nobody", ""):
        body = _get(api, f"/api/v1/reports/savings?{query}")
        assert (body["avoided"], body["replacement"], body["official"]) == (None, None, None)
        assert body["components"] == []


@pytest.mark.parametrize(
    ("query", "place", "message"),
    [
        ("rate=FI:0", "rate", "0 is not from 100 to 1,000,000"),
        ("rate=FI:-5", "rate", "-5 is not from"),
        ("rate=FI:1e12", "rate", "1e+12 is not from"),
        ("rate=FI:NaN", "rate", "'NaN' is no finite number"),
        ("rate=FI:inf", "rate", "no finite number"),
        ("rate=XX:9000", "rate", "'XX' is no country"),
        ("rate=9000", "rate", "is no country"),
        ("rate=", "rate", "must not be empty"),
        ("kappa=0", "kappa", "kappa: 0 is not from 0.01 to 100"),
        ("kappa=1&kappa=2", "kappa", "can be sent once only"),
        ("sigma=-1", "sigma", "-1 is not from 0 to 3"),
        ("built=1,0", "built", "the numbers must rise"),
        ("built=0.5", "built", "needs 2 number(s)"),
        ("reuse_cost=0.1,x,1", "reuse_cost", "'x' is no number"),
        ("effort=guess", "effort", "must be one of size, history"),
        ("full=99", "full", "99 is not from 3 to 12"),
        ("adapted=2", "adapted", "2 is not from 0 to 1"),
        ("kapa=1", "kapa", "did you mean 'kappa'"),
        ("tag=measured", "tag", "There is no parameter"),
    ],
)
def test_a_wrong_input_is_named(api: Client, query: str, place: str, message: str) -> None:
    answer = api.get(f"{URL}&{query}")
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert [x["location"] for x in errors] == [place]
    assert message in errors[0]["detail"]


def test_what_there_is_not_is_not_found(api: Client) -> None:
    assert api.get(f"/api/v1/reports/savings?report=rep_{'0' * 20}").status_code == 404
