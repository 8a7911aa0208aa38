"""The catalogue as pages, API and command line ask it, over rows of a few crawls."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from registry.catalogue.compatibility import spdx_id
from registry.catalogue.readmodels import ComponentQuery, Searched, Upstream
from registry.catalogue.service import Catalogue
from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import Component, CrawlEvent, EdgeTotal, Repository
from registry.db.tables.lineage import Edge, EdgeKind, EdgeState, EdgeTag
from registry.domain.facts import Claim, Dependency, Package
from registry.errors import InvalidInput, NotFound, Unavailable
from registry.jobs.embedded import EmbeddedQueue
from registry.lineage.removal import withdraw_edges
from registry.lineage.totals import refresh_totals
from registry.publishing.takedowns import take_down
from registry.search.database_search import DatabaseSearch
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.indexing import drain_outbox
from tests.support.catalogue_rows import NOW, crawled, document, reading, record, register
from tests.support.lineage_rows import World
from tests.support.search_memory import MemoryIndex


def _claims(name: str, licence: str = "MIT") -> list[Claim]:
    return [
        Claim(property="name", value=name, lang="en", line=2),
        Claim(property="short_description", value=f"{name} in English", lang="en", line=9),
        Claim(property="short_description", value=f"{name} eesti keeles", lang="et", line=12),
        Claim(property="licence", value=licence, line=20),
    ]


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


@pytest.fixture
def catalogue(sqlite_database: Database, index: MemoryIndex) -> Catalogue:
    estonia = {"country": "EE", "level": "local", "name": "Tallinn"}
    crawled(sqlite_database, "town/letters", _claims("Letters"), **estonia)
    crawled(sqlite_database, "town/post", _claims("Post", "AGPL-3.0-only"), **estonia)
    crawled(sqlite_database, "ville/lettres", _claims("Lettres"), country="FR", name="Ville")
    drain_outbox(sqlite_database, index)
    return _catalogue(sqlite_database, index)


def _catalogue(database: Database, index: Any) -> Catalogue:
    return Catalogue(database, index, EmbeddedQueue(database), lambda: NOW)


def _names(catalogue: Catalogue, **query: Any) -> list[str]:
    return [card.name.value for card in catalogue.search(ComponentQuery(**query)).items]


def test_pages_follow_each_other_to_the_end(catalogue: Catalogue) -> None:
    first = catalogue.search(ComponentQuery(limit=2))
    assert (first.total, len(first.items), first.degraded) == (3, 2, False)
    second = catalogue.search(ComponentQuery(limit=2, after=first.next))
    assert (len(second.items), second.next) == (1, None)
    assert {card.slug for card in first.items}.isdisjoint(card.slug for card in second.items)


def test_a_cursor_that_was_not_given_out_is_refused(catalogue: Catalogue) -> None:
    for cursor in ("x", "LTE", "IjEi", "\ud800", "OTk5OTk5", "a" * 9_999):
        with pytest.raises(InvalidInput, match="after"):
            catalogue.search(ComponentQuery(after=cursor))


def test_what_no_page_can_show_is_refused(catalogue: Catalogue) -> None:
    for query in (ComponentQuery(limit=0), ComponentQuery(limit=101), ComponentQuery(sort="stars")):
        with pytest.raises(InvalidInput):
            catalogue.search(query)


def test_filters_go_to_the_index_and_stay_visible_as_facets(
    catalogue: Catalogue, index: MemoryIndex
) -> None:
    page = catalogue.search(ComponentQuery(country=("EE", "SE")))
    assert index.asked[-1].filters == {"country": ("EE", "SE")}
    facet = next(f for f in page.facets if f.name == "country")
    assert [(v.value, v.selected) for v in facet.values] == [("EE", True), ("SE", True)]


def test_without_words_the_newest_come_first(catalogue: Catalogue, index: MemoryIndex) -> None:
    catalogue.search(ComponentQuery())
    catalogue.search(ComponentQuery(q="post"))
    assert [asked.sort for asked in index.asked[-2:]] == ["updated", "relevance"]


def test_licences_that_fit_a_project_are_worked_out_before_the_search(
    catalogue: Catalogue, index: MemoryIndex
) -> None:
    catalogue.search(ComponentQuery(licence_fits="MIT"))
    assert index.asked[-1].filters["licence"] == ("MIT",)
    catalogue.search(ComponentQuery(licence_fits="MIT", licence=("AGPL-3.0-only",)))
    assert index.asked[-1].filters["licence"] == ("-",), "nothing fits: nothing is found"


@pytest.mark.parametrize(("typed", "meant"), [("mit", "MIT"), ("GPL-3.0", "GPL-3.0-only")])
def test_a_licence_is_meant_whatever_its_case_and_by_its_old_name(typed: str, meant: str) -> None:
    assert spdx_id(typed) == meant


@pytest.mark.parametrize(
    ("typed", "near"),
    [("EUPL 1.2", "EUPL-1.2"), ("apache", "Apache-2.0"), ("MIT AND ISC", "MIT"), ("(", "spdx.org")],
)
def test_a_licence_that_there_is_not_is_no_empty_answer(
    catalogue: Catalogue, typed: str, near: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^licence_fits: .*{near}"):
        catalogue.search(ComponentQuery(licence_fits=typed))


def test_platforms_and_measured_reuse_narrow_what_an_index_cannot(database: Database) -> None:
    web = Claim(property="platforms", value=["web", "linux"], line=3)
    crawled(database, "town/letters", [*_claims("Letters"), web], country="EE")
    crawled(database, "town/post", _claims("Post"), country="EE")
    crawled(database, "ville/lettres", _claims("Lettres"), country="FR", name="Ville")
    with database.write() as session:
        found = session.execute(select(col(Component.name), col(Component.id)))
        ids = {name: key for name, key in found if key is not None}
        rows = (
            ("Letters", "measured", 3, 1),
            ("Post", "declared", 9, 9),
            ("Post", "measured", 1, 1),
        )
        insert_rows(session, EdgeTotal, [
            {"component_id": ids[name], "tag": tag, "edges": 9, "organisations": organisations,
             "countries": 9, "foreign_countries": countries}
            for name, tag, organisations, countries in rows
        ])  # fmt: skip
    catalogue = _catalogue(database, DatabaseSearch(database))
    assert _names(catalogue, platform=("web",)) == ["Letters"]
    assert _names(catalogue, platform=("windows", "linux")) == ["Letters"]
    assert _names(catalogue, platform=("ios",)) == []
    assert sorted(_names(catalogue, min_reuse_organisations=1)) == ["Letters", "Post"]
    assert _names(catalogue, min_reuse_organisations=2) == ["Letters"]
    assert sorted(_names(catalogue, min_reuse_countries=1)) == ["Letters", "Post"]
    assert _names(catalogue, min_reuse_countries=2) == []
    assert _names(catalogue, platform=("web",), min_reuse_organisations=4) == []
    assert _names(catalogue, sort="reuse") == ["Letters", "Post", "Lettres"]
    shown = catalogue.search(ComponentQuery(sort="reuse")).items
    assert [(x.reuse_organisations, x.reuse_countries) for x in shown] == [(3, 1), (1, 1), (0, 0)]


def test_what_is_reused_in_a_country_is_found_by_measured_edges_alone(
    database: Database,
) -> None:
    with database.write() as session:
        world = World(session)
        for slug, country in (("letters", "EE"), ("post", "EE"), ("copy", "FI"), ("fork", "FR")):
            world.component(slug, country)
        world.edge("letters", "copy")
        world.edge("letters", "fork", state=EdgeState.WITHDRAWN)
        world.edge("post", "fork", tag=EdgeTag.ATTRIBUTED)
        world.edge("post", "copy", is_mirror=True)
        world.edge("post", "letters", direction="unknown")
    catalogue = _catalogue(database, DatabaseSearch(database))
    assert _names(catalogue, reused_in=("FI",)) == ["letters"]
    assert _names(catalogue, reused_in=("EE", "FR")) == []
    assert catalogue.reusing_countries() == ("FI",)
    with database.write() as session:
        refresh_totals(session, world.components.values(), NOW)
    cards = {card.slug: card for card in catalogue.search(ComponentQuery()).items}
    found = {x: (y.reuse_organisations, y.reuse_countries) for x, y in cards.items()}
    assert found == {"letters": (1, 1), "post": (0, 0), "copy": (0, 0), "fork": (0, 0)}


def test_what_was_taken_down_is_in_no_total_before_the_index_knows_of_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database, index = sqlite_database, EmbeddedSearchIndex(tmp_path / "search")
    for number in range(25):
        crawled(database, f"town/letters{number}", _claims(f"Letters {number}"), country="EE")
    crawled(database, "ville/lettres", _claims("Lettres", "EUPL-1.2"), country="FR", name="Ville")
    drain_outbox(database, index)
    catalogue = _catalogue(database, index)
    with database.write() as session:
        query = select(col(Component.slug)).where(col(Component.name).in_(["Lettres", "Letters 3"]))
        for slug in session.scalars(query).all():
            take_down(session, slug, category="court_order", note="", now=NOW,
                      withdraw=withdraw_edges)  # fmt: skip
    found, shown = catalogue.search(ComponentQuery(limit=20)), 0
    assert found.total == 24
    facets = {facet.name: {x.value: x.count for x in facet.values} for facet in found.facets}
    assert (facets["country"], facets["licence"]) == ({"EE": 24}, {"MIT": 24})
    after: str | None = ""
    while after is not None:
        page = catalogue.search(ComponentQuery(limit=20, after=after or None))
        shown, after = shown + len(page.items), page.next
    assert shown == 24, "what stands behind the end of the total is reached too"
    for asked, total in ((ComponentQuery(country=("FR",)), 0), (ComponentQuery(q="lettres"), 0),
                         (ComponentQuery(q="letters"), 24),
                         (ComponentQuery(reused_in=("FI",)), 0)):  # fmt: skip
        assert catalogue.search(asked).total == total, asked
    drain_outbox(database, index)
    assert catalogue.search(ComponentQuery(limit=20)).total == 24
    index.close()


def test_a_card_names_what_its_history_grew_out_of(database: Database) -> None:
    first, other, copy = (
        crawled(database, f"{body}/letters", _claims(body.title()), name=body.title())
        for body in ("town", "city", "ville")
    )
    with database.write() as session:
        for number, (origin, kind, direction, commits) in enumerate(
            (
                (other, EdgeKind.SHARED_COMMITS, "known", 7),
                (first, EdgeKind.SHARED_COMMITS, "known", 70),
                (other, EdgeKind.SHARED_COMMITS, "unknown", 700),
                (other, EdgeKind.SHARED_FILES, "known", 7_000),
            )
        ):
            session.add(
                Edge(key=f"ev_{number}", kind=kind, tag=EdgeTag.MEASURED, origin_id=origin,
                     reuser_id=copy, confidence="verified", direction=direction,
                     strength={"commits": commits}, found_at=NOW, changed_at=NOW)
            )  # fmt: skip
    shown = _catalogue(database, DatabaseSearch(database)).search(ComponentQuery(sort="name"))
    found = {card.name.value: card.upstream for card in shown.items}
    assert found == {
        "City": None,
        "Town": None,
        "Ville": Upstream(
            slug="code-example-town-letters", name="Town", organisation="Town", evidence="ev_1"
        ),
    }


def test_with_the_index_down_the_database_answers_and_says_so(
    catalogue: Catalogue, index: MemoryIndex
) -> None:
    index.is_down = True
    page = catalogue.search(ComponentQuery(q="lett"))
    assert page.degraded
    assert sorted(card.name.value for card in page.items) == ["Letters", "Lettres"]
    assert _names(catalogue, q="lett", country=("FR",)) == ["Lettres"]


def test_with_the_index_not_built_yet_the_database_answers(sqlite_database: Database) -> None:
    catalogue = _catalogue(sqlite_database, MemoryIndex())
    assert not catalogue.search(ComponentQuery()).degraded, "there is nothing to be found"
    crawled(sqlite_database, "town/letters", _claims("Letters"))
    page = catalogue.search(ComponentQuery(q="lett"))
    assert ([card.name.value for card in page.items], page.degraded) == (["Letters"], True)


def test_without_an_index_by_choice_the_database_answers(
    catalogue: Catalogue, sqlite_database: Database
) -> None:
    plain = _catalogue(sqlite_database, DatabaseSearch(sqlite_database))
    page = plain.search(ComponentQuery(q="post"))
    assert ([card.name.value for card in page.items], page.degraded) == (["Post"], False)


def test_a_component_is_shown_in_the_language_of_its_reader(catalogue: Catalogue) -> None:
    slug = "code-example-town-letters"
    detail = catalogue.component(slug, lang="et")
    assert detail.card.description is not None
    assert (detail.card.description.value, detail.card.description.lang) == (
        "Letters eesti keeles", "et",
    )  # fmt: skip
    other = catalogue.component(slug, lang="fi").card.description
    assert other is not None
    assert other.lang == "en", "English where the language is missing"
    assert {text.lang for text in detail.descriptions} == {"en", "et"}


def test_every_field_of_a_component_tells_its_source(catalogue: Catalogue) -> None:
    detail = catalogue.component("code-example-town-letters")
    sources = {field.property: field.source for field in detail.fields}
    assert sources["licence"].path == "publiccode.yml"
    assert sources["licence"].line == 20
    assert str(sources["licence"].url).endswith("/publiccode.yml#L20")
    assert sources["organisation"].basis == "publisher"


def test_what_is_not_there_is_not_found(catalogue: Catalogue) -> None:
    for ask in (
        lambda: catalogue.component("nothing"),
        lambda: catalogue.organisation("nothing"),
        lambda: catalogue.country("XX"),
        lambda: catalogue.repository_log(99),
    ):
        with pytest.raises(NotFound):
            ask()


def test_organisations_and_countries_count_their_components(catalogue: Catalogue) -> None:
    page, after = catalogue.organisations(limit=1)
    rest, end = catalogue.organisations(after=after, limit=1)
    assert ([o.slug for o in (*page, *rest)], end) == (["tallinn", "ville"], None)
    assert (page[0].components, page[0].repositories, page[0].failed) == (2, 2, 0)
    assert [(c.code, c.components) for c in catalogue.countries()] == [("EE", 2), ("FR", 1)]
    assert catalogue.country("ee").organisations == 1
    totals = catalogue.totals()
    assert (totals.components, totals.organisations, totals.countries) == (3, 2, 2)


def test_failures_are_grouped_by_cause_with_the_next_step(
    catalogue: Catalogue, sqlite_database: Database
) -> None:
    with sqlite_database.write() as session:
        for name in ("a", "b"):
            row = register(session, f"town/{name}")
            row.last_outcome, row.last_detail = "tls_failed", "expired"
            row.last_checked_at = NOW - timedelta(days=2)
            session.add(CrawlEvent(repository_id=row.id, at=NOW, stage="crawl", outcome="http_418"))
    status = catalogue.crawl_status()
    (group,) = status.failures
    assert (group.reason, group.count, len(group.examples)) == ("tls_failed", 2, 2)
    assert group.next_step == "The host must mend its TLS"
    assert status.freshness["week"] == 2
    view = catalogue.find_repositories("town/a")[0]
    _, events = catalogue.repository_log(view.id)
    assert events[0].cause == "The host answered with HTTP status 418"


def test_a_repository_is_found_by_a_part_of_its_url_and_no_wildcard(catalogue: Catalogue) -> None:
    assert [v.url for v in catalogue.find_repositories("TOWN/Letters.git")] == [
        "https://code.example/town/letters"
    ]
    for text in ("%", "_", "", "\\"):
        assert catalogue.find_repositories(text) == []


def test_suggestions_never_fail(catalogue: Catalogue, index: MemoryIndex) -> None:
    assert len(catalogue.suggest("a", 99)) == 8
    index.is_down = True
    assert isinstance(catalogue.suggest("lett"), list)


def test_packages_lead_to_the_one_component_that_publishes_them(
    catalogue: Catalogue, sqlite_database: Database
) -> None:
    with sqlite_database.write() as session:
        publisher = session.get(Repository, 1)
        assert publisher is not None
        package = Package(ecosystem="npm", name="letters", path="package.json")
        record(session, publisher, reading(document(*_claims("Letters")), packages=(package,)))
        user = session.get(Repository, 2)
        assert user is not None
        needs = Dependency(ecosystem="npm", name="letters", path="package.json", spec="^1")
        record(session, user, reading(document(*_claims("Post")), dependencies=(needs,)))
    (dependency,) = catalogue.component("code-example-town-post").dependencies
    assert dependency.component is not None
    assert dependency.component.slug == "code-example-town-letters"


def test_what_a_search_looks_at_is_what_the_index_holds(
    catalogue: Catalogue, sqlite_database: Database, index: MemoryIndex
) -> None:
    assert catalogue.searched() == Searched(3)
    crawled(sqlite_database, "ville/poste", _claims("Poste"), country="FR", name="Ville")
    assert catalogue.searched() == Searched(3, waiting=1)
    drain_outbox(sqlite_database, index)
    assert catalogue.searched() == Searched(4)
    index.is_down = True
    assert catalogue.searched() == Searched(4)  # the tables answer instead


def test_an_index_that_lost_components_is_not_said_to_have_searched_them(
    catalogue: Catalogue, index: MemoryIndex
) -> None:
    index.remove([1])
    with pytest.raises(Unavailable, match="holds 2 of 3 components"):
        catalogue.searched()
