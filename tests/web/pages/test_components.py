"""The pages of a component: the licence question, sources of values, tabs, forks."""

import dataclasses

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentDetail, DocumentView
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.hard_cases import COMMIT, NOW
from tests.support.page_structure import Structure
from tests.support.web_apps import asked, sample_app
from tests.support.web_fakes import web_services
from web.pages.licences import OUTBOUND, licence_answer

Client = TestClient[Litestar]
EVERY_TAB = [
    "Overview",
    "Reuse",
    "Lineage",
    "Drift",
    "Contributors",
    "Governance",
    "Replicability",
    "Dependencies",
    "Metadata",
    "Activity",
]
ALWAYS = ["Overview", "Reuse", "Lineage", "Contributors", "Governance", "Replicability"]


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("EUPL-1.2", "You may combine it into a work under EUPL-1.2."),
        ("MIT", "You may not combine it into a work under MIT."),
        ("Apache-2.0", "Whether it may be combined into a work under Apache-2.0 is not known."),
        ("nonsense", "You may combine it into a work under EUPL-1.2."),
        ("", "You may combine it into a work under EUPL-1.2."),
    ],
)
def test_the_licence_question_has_three_answers(client: Client, use: str, words: str) -> None:
    assert words in client.get(f"/components/forms?use={use}").text


def test_without_a_licence_nothing_is_allowed(client: Client) -> None:
    assert "No licence was found" in client.get("/components/bare").text
    assert licence_answer(InMemoryCatalogue(), None, "MIT").verdict == "none"


class _Unrecognised(InMemoryCatalogue):
    """A component with a licence file in words of its own."""

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        found = super().component(slug, lang)
        document = DocumentView(
            kind="licence", path="LICENSE.md", status="valid", version=None, size=4_202,
            commit=COMMIT, blob=COMMIT, swhid=None, url="https://git.example.org/LICENSE.md",
            read_at=NOW,
        )  # fmt: skip
        return replace(found, documents=(document,))


def test_a_licence_file_that_is_not_recognised_is_not_denied() -> None:
    services = dataclasses.replace(web_services(), catalogue=_Unrecognised())
    with asked(sample_app(services)) as client:
        page = client.get("/components/bare").text
    assert "No licence was found" not in page
    assert "a licence file whose text is not recognised" in page
    assert 'href="https://git.example.org/LICENSE.md"' in page


def test_the_first_page_says_who_reuses_it_by_how_it_is_known(client: Client) -> None:
    page = Structure(client.get("/components/forms").text)
    told = [x for x in page.all("li") if "other organisation" in x.text]
    assert [x.text.split(":")[0] for x in told] == ["Measured", "Declared"]
    tags = [x.attributes["href"].partition("?")[2] for x in page.all("a") if x.text in told[0].text]
    assert "tag=measured" in tags


def test_the_choice_of_the_reader_is_kept(client: Client) -> None:
    page = Structure(client.get("/components/forms?use=MIT").text)
    chosen = [x.text for x in page.all("option") if "selected" in x.attributes]
    assert chosen == ["MIT"]
    assert len(page.all("option")) == len(OUTBOUND)


def test_values_link_to_the_line_that_they_come_from(client: Client) -> None:
    page = client.get("/components/forms").text
    assert f'href="https://git.example.org/blob/{COMMIT}/LICENSE#L1"' in page
    assert "LICENSE, line 1" in page
    assert COMMIT[:8] in page


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/components/forms", EVERY_TAB),
        ("/components/bare", ALWAYS),
        ("/components/bare/activity", [*ALWAYS, "Activity"]),
    ],
)
def test_tabs_are_shown_where_there_is_something_to_see(
    client: Client, path: str, expected: list[str]
) -> None:
    page = client.get(path).text.split('<ul class="pcr-tabs')[1].split("</ul>")[0]
    tabs = Structure(page).all("a")
    assert [tab.text for tab in tabs] == expected
    assert [tab.attributes["href"] for tab in tabs if "aria-current" in tab.attributes] == [path]


def test_sources_that_disagree_stand_side_by_side(client: Client) -> None:
    page = client.get("/components/forms/metadata").text
    rows = [x for x in Structure(page).all("tr") if "Sources disagree" in x.text]
    assert len(rows) == 1
    assert "EUPL-1.2" in rows[0].text
    assert "MIT" in rows[0].text
    assert "code.json, line 8" in rows[0].text


def test_checks_of_others_stand_by_name_and_an_inconclusive_one_is_no_zero(client: Client) -> None:
    page = client.get("/components/forms/metadata").text
    rows = [x.text for x in Structure(page).all("tr")]
    fuzzing = next(row for row in rows if row.startswith("Fuzzing"))
    assert "0 of 10" in fuzzing
    assert "project is not fuzzed" in fuzzing
    assert any("inconclusive" in row for row in rows)
    assert "these results are of an older state" in page
    assert "Silver" in page
    assert not any(row.startswith("OpenSSF Scorecard checks") for row in rows)


def test_other_catalogues_and_declared_countries_are_told(client: Client) -> None:
    page = client.get("/components/forms/metadata").text
    assert "Listed in other catalogues" in page
    assert "Under another address whose history begins with the same commits" in page
    overview = Structure(client.get("/components/forms").text).all("div")
    rows = [row.text for row in overview if row.text.startswith("Deployed in (declared)")]
    assert rows
    assert "Estonia, Norway, Unknown Region" in rows[0]


def test_problems_of_a_document_are_told_by_line(client: Client) -> None:
    rows = [x.text for x in Structure(client.get("/components/forms/metadata").text).all("tr")]
    assert any(row.startswith("9 Error releaseDate") for row in rows)
    assert any(row.startswith("1 Warning is deprecated") for row in rows)


def test_nested_values_are_shown_to_a_bounded_depth(client: Client) -> None:
    page = client.get("/components/forms/metadata").text
    assert "deeper" in page
    assert "…" in page


def test_government_components_come_first_among_dependencies(client: Client) -> None:
    tables = Structure(client.get("/components/forms/dependencies").text).all("table")
    assert tables[0].text.startswith("Components of this registry among them")
    assert "Service number 1" in tables[0].text


def test_forks_are_shown_under_their_origin_and_lead_back(client: Client) -> None:
    page = client.get("/components/forms").text
    assert "Show 9 more forks" in page
    fork = client.get("/components/forms-fork-1").text
    assert "This is a fork of" in fork
    assert 'href="/components/forms"' in fork


def test_the_description_is_the_one_of_the_language_of_the_page(client: Client) -> None:
    assert "Un service pour les gens" in client.get("/fr/components/forms").text
    assert "a service for people" in client.get("/es/components/forms").text


def test_what_is_not_known_says_so(client: Client) -> None:
    page = client.get("/components/bare").text
    for words in ("No description was found", "Activity not known", "Country not known"):
        assert words in page


def test_the_readme_is_shown_as_the_sanitiser_left_it(client: Client) -> None:
    page = client.get("/components/forms").text
    assert "<h3>Forms</h3><p>Read <a href='https://example.org/'" in page


def test_a_repository_that_is_gone_says_what_is_shown(client: Client) -> None:
    assert "the last good reading" in client.get("/components/gone-service").text
