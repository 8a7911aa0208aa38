"""The tab of who works on a component, and the same of a body."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
NOTE = "commits are attributed to nobody for now: an affiliation is disputed"


@pytest.mark.parametrize("path", ["/components/forms/contributors", "/bodies/forms-together"])
def test_what_a_dispute_takes_away_is_told_above_the_figures(client: Client, path: str) -> None:
    page = client.get(path).text
    assert f"4 {NOTE}" in page
    assert page.index(NOTE) < page.index("share of commits by year")


def test_nothing_is_told_where_nothing_is_disputed(client: Client, empty_client: Client) -> None:
    assert NOTE not in client.get("/components/hidden/contributors").text
    assert NOTE not in empty_client.get("/components/forms/contributors").text


def test_a_body_to_which_the_component_did_not_agree_is_marked(client: Client) -> None:
    page = client.get("/components/forms/governance").text
    assert "counts nothing for the ladder" in page
