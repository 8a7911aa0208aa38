"""The savings of a report: ranges, inputs in the address, errors at the form."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

REPORT = "/reports?organisation=ria"


def test_ranges_stand_beside_the_rule_and_are_never_one_figure(
    client: TestClient[Litestar],
) -> None:
    text = client.get(REPORT).text
    section = text[text.index('id="savings"') : text.index('id="not-known"')]
    for words in ("Replacement cost", "Avoided cost", "Low (P10)", "High (P90)", "code.gov"):
        assert words in section
    assert "What organisations report themselves stands apart, below." in section


def test_what_is_left_out_is_told_with_its_reason(client: TestClient[Litestar]) -> None:
    assert "Not in the avoided cost:" in client.get(REPORT).text


def test_changed_inputs_stay_in_every_link_and_in_the_form(client: TestClient[Litestar]) -> None:
    text = client.get(f"{REPORT}&kappa=2&rate=CA:9000").text
    assert "Inputs were changed." in text
    assert 'name="kappa" value="2"' in text
    assert 'name="rate" value="CA:9000"' in text
    assert "/reports/rows?organisation=ria&amp;kappa=2&amp;rate=CA%3A9000" in text
    assert 'href="/reports?organisation=ria#savings"' in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("rate=FI:0", "rate of FI: 0 is not from"),
        ("rate=FI:NaN", "is no finite number"),
        ("rate=FI:1e12", "is not from"),
        ("kappa=-1", "kappa: -1 is not from"),
        ("built=1,0", "built: the numbers must rise"),
    ],
)
def test_a_wrong_input_is_named_at_the_form(
    client: TestClient[Litestar], query: str, message: str
) -> None:
    answer = client.get(f"{REPORT}&{query}")
    assert answer.status_code == 200
    assert message in answer.text
    assert 'role="alert"' in answer.text


def test_what_was_sent_is_escaped(client: TestClient[Litestar]) -> None:
    text = client.get(f"{REPORT}&rate=%3Cscript%3E").text
    assert "<script>" not in text[text.index('id="savings"') :]


@pytest.mark.parametrize("prefix", ["/fr", "/es"])
def test_it_speaks_other_languages(client: TestClient[Litestar], prefix: str) -> None:
    text = client.get(f"{prefix}{REPORT}").text
    assert "Replacement cost" not in text


def test_an_empty_portfolio_has_no_section(client: TestClient[Litestar]) -> None:
    assert 'id="savings"' not in client.get("/reports?organisation=nobody").text
