"""Following a search at the pages: the button, the feeds without an account, and the form with."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.adoption.follows import searches
from tests.support.account_apps import Browser, Town, town_in
from tests.support.needs import add_component
from tests.support.page_structure import Element, Structure


def links(page: str, text: str) -> list[Element]:
    return [x for x in Structure(page).all("a") if text in x.text]


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    with town_in() as made:
        add_component(made[0].database)
        add_component(made[0].database, "parking")
        yield made


def test_the_search_page_leads_to_it_and_keeps_what_is_asked(
    place: tuple[Town, TestClient[Litestar]],
) -> None:
    visitor = Browser(place[1])
    (button,) = links(visitor.get("/fr/search?q=forms&country=CA&sort=name").text, "Suivre cette")
    assert button.attributes["href"] == "/fr/search/follow?q=forms&country=CA"
    page = visitor.get(button.attributes["href"]).text
    (atom,) = links(page, "Atom")
    assert atom.attributes["href"] == ("/api/v1/components.atom?q=forms&country=CA&sort=newest")
    assert (
        visitor.get(atom.attributes["href"])
        .headers["content-type"]
        .startswith("application/atom+xml")
    )
    assert "Suivre la recherche" in page
    assert '<form method="post"' not in page, "who is not signed in has no button"
    assert not links(visitor.get("/search").text, "Follow this search")


def test_who_is_signed_in_follows_it_once_and_ends_it(
    place: tuple[Town, TestClient[Litestar]],
) -> None:
    town, client = place
    owner = Browser(client, town.owner)
    for by_mail in ({}, {"by_mail": "1"}):
        answer = owner.post("/search/follow?q=forms&country=EE&sort=name", **by_mail)
        assert answer.status_code in {200, 303}
    page = owner.get("/account/follows").text
    (found,) = links(page, "forms · EE")
    assert found.attributes["href"] == "/search?q=forms&country=EE&sort=newest"
    assert page.count("By e-mail</strong>") == 1
    assert "You follow this." in owner.get("/search/follow?country=EE&q=forms").text
    number = page.partition("/account/follows/")[2].partition("/")[0]
    owner.post(f"/account/follows/{number}/end")
    assert "forms · EE" not in owner.get("/account/follows").text


def test_what_cannot_be_followed_is_said(
    place: tuple[Town, TestClient[Litestar]], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, client = place
    owner = Browser(client, town.owner)
    assert "search for something first" in owner.get("/search/follow").text
    answer = owner.post("/search/follow")
    assert answer.status_code == 400
    assert "search for something first" in answer.text
    monkeypatch.setattr(searches, "MAX_MATCHES", 1)
    answer = owner.post("/search/follow?country=EE")
    assert answer.status_code == 400
    assert "finds too much" in answer.text
    assert "You follow nothing yet." in owner.get("/account/follows").text
