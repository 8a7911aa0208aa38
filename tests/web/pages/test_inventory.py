"""The inventory of an organisation as a page: its rows by fifties, or all on one, to print."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.page_structure import Structure
from tests.support.web_apps import asked, sample_app
from tests.support.web_fakes import web_services
from web.pages import inventories

Client = TestClient[Litestar]
PAGE = "/organisations/ministry-of-examples/inventory"


def _rows(page: str) -> list[str]:
    return [x.text for x in Structure(page).all("th") if x.attributes.get("scope") == "row"]


def _links(page: str) -> dict[str, str | None]:
    return {x.text: x.attributes["href"] for x in Structure(page).all("a")}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventories, "PAGE_SIZE", 2)


def test_all_rows_stand_on_one_page_to_print(small: None) -> None:
    with asked(sample_app(web_services())) as client:
        first = client.get(f"{PAGE}?sort=changed").text
        href = _links(first)["All of them on one page, to print"]
        assert href == f"{PAGE}?sort=changed&all=yes"
        whole = client.get(href).text
        assert len(_rows(first)) == 2
        assert _rows(whole)[:2] == _rows(first)
        seen, page = _rows(first), first
        while (following := _links(page).get("Next page")) is not None:
            page = client.get(following).text
            assert "All of them on one page, to print" in _links(page)
            seen += _rows(page)
    assert _rows(whole) == seen
    assert len(seen) > 2
    assert not {"Next page", "All of them on one page, to print"} & set(_links(whole))


def test_more_than_a_page_can_bear_are_cut_and_it_says_so(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventories, "MOST_AT_ONCE", 3)
    with asked(sample_app(web_services())) as client:
        page = client.get(f"{PAGE}?all=yes").text
        assert len(_rows(page)) == 3
        assert "Here are the first 3; the CSV file holds all of them." in page
        assert len(_rows(client.get(f"{PAGE}?all=maybe").text)) == 2, "another word is passed over"


def test_where_all_rows_are_shown_there_is_no_link_to_all() -> None:
    with asked(sample_app(web_services())) as client:
        assert "All of them on one page" not in client.get(f"{PAGE}?usage=exempt").text
