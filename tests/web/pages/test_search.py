"""The search page: filters, links that keep the query, help when nothing is found."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from litestar import Litestar
from litestar.testing import TestClient

from registry.catalogue.readmodels import ComponentQuery, Facet, FacetValue
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.page_structure import Element, Structure
from tests.support.web_apps import asked, sample_app
from tests.support.web_fakes import web_services
from web.pages.search import facet_groups

Client = TestClient[Litestar]


def links(page: str, text: str) -> list[Element]:
    return [x for x in Structure(page).all("a") if text in x.text]


def values(count: int, **more: int) -> tuple[FacetValue, ...]:
    many = [FacetValue(str(i), str(i), 50 - i) for i in range(count)]
    return (*many, *(FacetValue(k, k, n) for k, n in more.items()))


def test_three_filters_are_open_with_five_values_each() -> None:
    names = ("country", "licence", "language", "function", "activity")
    groups = facet_groups(tuple(Facet(name, values(30)) for name in names), ComponentQuery())
    assert [group.is_open for group in groups] == [True, True, True, False, False]
    assert {(len(group.first), len(group.more)) for group in groups} == {(5, 25)}


def test_values_that_find_nothing_are_hidden_unless_chosen() -> None:
    facet = Facet("country", values(1, EE=0, FI=0))
    (group,) = facet_groups((facet,), ComponentQuery(country=("FI", "XX")))
    assert [(x.value, x.selected) for x in group.first] == [
        ("FI", True),
        ("XX", True),
        ("0", False),
    ]


def test_all_chosen_values_are_in_sight() -> None:
    chosen = tuple(str(i) for i in range(20, 28))
    (group,) = facet_groups((Facet("language", values(30)),), ComponentQuery(language=chosen))
    assert tuple(x.value for x in group.first) == chosen
    assert group.is_open


def test_filters_that_are_not_offered_are_not_shown() -> None:
    assert facet_groups((Facet("state", values(3)),), ComponentQuery()) == ()


def test_the_next_page_asks_the_same_question(client: Client) -> None:
    page = client.get("/search?q=service&country=EE&country=FI&sort=name&is_fork=false").text
    assert not links(page, "Next page")
    page = client.get("/search?q=a&licence=EUPL-1.2&sort=name").text
    (following,) = links(page, "Next page")
    asked_for = parse_qs(urlsplit(following.attributes["href"]).query)
    assert asked_for == {"q": ["a"], "licence": ["EUPL-1.2"], "sort": ["name"], "after": ["20"]}
    (first,) = links(client.get(following.attributes["href"]).text, "Back to the first page")
    assert first.attributes["href"] == "/search?q=a&licence=EUPL-1.2&sort=name"


def test_each_filter_in_force_can_be_taken_away(client: Client) -> None:
    page = client.get("/search?q=service&country=EE&language=Language+0&sort=name").text
    (chip,) = links(page, "Remove this filter: Country")
    assert chip.attributes["href"] == "/search?q=service&language=Language+0&sort=name"
    (clear,) = links(page, "Clear filters")
    assert clear.attributes["href"] == "/search?q=service&sort=name"
    assert "1 component for “service”, 2 filters" in Structure(page).all("h2")[1].text


def test_nothing_found_says_what_would_be_found_without_each_part(client: Client) -> None:
    page = client.get("/search?q=service&country=EE&licence=MIT").text
    (without,) = links(page, "Without “MIT”")
    assert without.attributes["href"] == "/search?q=service&country=EE"
    found = re.search(r"Without “MIT”</a>: (\d+) component", page)
    assert found is not None
    assert found[1] == "10"


def test_a_suggestion_keeps_the_filters(client: Client) -> None:
    (link,) = links(client.get("/search?q=fomrs&country=EE").text, "forms")
    assert link.attributes["href"] == "/search?q=forms&country=EE"


def test_the_same_answer_is_offered_as_data_and_command(client: Client) -> None:
    page = client.get("/search?q=service&country=EE").text
    (link,) = [x for x in links(page, "JSON") if x.text == "JSON"]
    assert link.attributes["href"] == "/api/v1/components?q=service&country=EE"
    assert not links(page, "CSV"), "the small API of the tests has no CSV"
    assert "registry search service --country EE" in page
    command = html.unescape(page)
    assert "curl 'http://localhost:8000/api/v1/components?q=service&country=EE'" in command


def test_the_form_sends_every_filter_back(client: Client) -> None:
    structure = Structure(client.get("/search?country=EE&sort=name&since=2020-01-01").text)
    tied = [
        x for x in structure.all("input", "select") if x.attributes.get("form") == "search-form"
    ]
    ticked = [x.attributes["value"] for x in tied if "checked" in x.attributes]
    hidden = {x.attributes["name"] for x in tied if x.attributes.get("type") == "hidden"}
    assert ticked == ["EE"]
    assert hidden == {"sort", "since"}


def test_a_card_says_who_where_licence_life_forks_and_reuse(client: Client) -> None:
    page = client.get("/search?q=citizens").text
    card = next(x for x in Structure(page).all("li") if x.attributes.get("class") == "pcr-card")
    for words in (
        "Ministry of Examples",
        "Estonia",
        "EUPL-1.2",
        "Active",
        "14 forks in 2 countries",
        "Reused, measured3 other organisations, 2 other countries",
    ):
        assert words in card.text
    assert links(page, "3 other organisations")[0].attributes["href"] == "/components/forms/reuse"
    assert "<mark>self assessment</mark>" in page


def test_results_come_in_the_language_that_is_read() -> None:
    catalogue = InMemoryCatalogue()
    with asked(sample_app(replace(web_services(), catalogue=catalogue))) as client:
        client.get("/fr/search?q=x")
    assert {query.lang for query in catalogue.queries} == {"fr"}


def test_reuse_is_a_filter_like_the_others() -> None:
    catalogue = InMemoryCatalogue()
    address = "/search?q=service&reused_in=FI&reused_in=CA&min_reuse_organisations=3&sort=name"
    with asked(sample_app(replace(web_services(), catalogue=catalogue))) as client:
        page = client.get(address).text
        (query,) = catalogue.queries
        client.get("/search?q=service&min_reuse_countries=&reused_in=")
        unfiltered = catalogue.queries[-1]
    assert (query.min_reuse_organisations, query.reused_in) == (3, ("FI", "CA"))
    assert unfiltered == ComponentQuery(q="service", limit=20), "no choice is no filter"
    chosen = [x.attributes["value"] for x in Structure(page).all("option")
              if "selected" in x.attributes]  # fmt: skip
    assert chosen == ["3", "FI"], "a number that is not offered is in force all the same"
    assert '<input type="hidden" name="reused_in" value="CA" form="search-form">' in page
    (chip,) = links(page, "reused by 3 organisations or more")
    rest = parse_qs(urlsplit(chip.attributes["href"]).query)
    assert rest == {"q": ["service"], "reused_in": ["FI", "CA"], "sort": ["name"]}
    (chip,) = links(page, "reused in Canada")
    assert parse_qs(urlsplit(chip.attributes["href"]).query)["reused_in"] == ["FI"]
    (data,) = [x for x in links(page, "JSON") if x.text == "JSON"]
    assert "min_reuse_organisations=3" in data.attributes["href"]
    assert "--min-reuse-organisations 3" in page
    assert "--reused-in FI --reused-in CA" in page
