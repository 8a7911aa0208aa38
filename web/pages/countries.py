"""Countries: what was crawled of each, and what each publishes."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentQuery,
    CountryView,
    OrganisationView,
)
from registry.lineage.readmodels import CountryReuse, MatrixQuery
from web.pages.view import Context, View, ViewDependency, feed_links

SHOWN: Final = 10
SHOWN_ORGANISATIONS: Final = 50
SHOWN_COUNTRIES: Final = 20
REUSE_SECONDS: Final = 60.0


class CountryLine(Struct, frozen=True, kw_only=True):
    """A country, how many others reuse its code by measured evidence, and whose it reuses."""

    place: CountryView
    gives: int
    takes: int


class CountriesContext(Context, frozen=True, kw_only=True):
    """Variables of `countries.html`; sorted by the name in the language of the page."""

    template: ClassVar[str] = "countries.html"
    countries: tuple[CountryLine, ...]


class CountryContext(Context, frozen=True, kw_only=True):
    """Variables of `country.html`; `has_more` tells that not all organisations are listed.

    `gives` and `takes` are the countries with the largest numbers.
    """

    template: ClassVar[str] = "country.html"
    place: CountryView
    organisations: tuple[OrganisationView, ...]
    has_more: bool
    components: tuple[ComponentCard, ...]
    reuse: CountryReuse
    gives: tuple[tuple[str, int], ...]
    takes: tuple[tuple[str, int], ...]


class CountryPages(Controller):
    """`/countries`."""

    path = "/countries"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency) -> Response[bytes]:
        """List the countries."""
        found = sorted(
            view.services.catalogue.countries(), key=lambda x: view.language.country(x.code)
        )
        pairs = _borders(view)
        lines = tuple(
            CountryLine(
                place=place,
                gives=sum(origin == place.code for origin, _ in pairs),
                takes=sum(reuser == place.code for _, reuser in pairs),
            )
            for place in found
        )
        return view.render(CountriesContext(countries=lines), twin="/api/v1/countries")

    @get("/{code:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, code: FromPath[str]) -> Response[Any]:
        """Show a country; its code is in capitals in the one canonical address."""
        if code != code.upper():
            target = view.language.link(f"/countries/{code.upper()}")
            return Redirect(target, status_code=301)
        catalogue = view.services.catalogue
        place = catalogue.country(code)
        organisations, following = catalogue.organisations(code, None, SHOWN_ORGANISATIONS)
        query = ComponentQuery(
            country=(code,), sort="updated", limit=SHOWN, lang=view.language.code
        )
        components = catalogue.search(query).items
        reuse = country_reuse(view, code)
        context = CountryContext(
            place=place,
            organisations=tuple(organisations),
            has_more=following is not None,
            components=components,
            reuse=reuse,
            gives=reuse.gives[:SHOWN_COUNTRIES],
            takes=reuse.takes[:SHOWN_COUNTRIES],
        )
        is_demo = (
            any(x.is_demo for x in organisations)
            or any(x.is_demo for x in components)
            or any(x.is_demo for x in reuse.latest)
        )
        feeds = feed_links(f"/feeds/countries/{code}")
        return view.render(context, is_demo=is_demo, twin=f"/api/v1/countries/{code}", feeds=feeds)


def country_reuse(view: View, code: str) -> CountryReuse:
    """Return what a country gives and takes, kept for a minute."""
    lineage = view.services.lineage
    return view.services.memo.get(f"country.{code}", REUSE_SECONDS, lambda: lineage.country(code))


def _borders(view: View) -> frozenset[tuple[str, str]]:
    """Return the pairs of different countries of which one reuses the other's code, measured."""
    cells = view.services.memo.get(
        "countries.matrix", REUSE_SECONDS, lambda: view.services.lineage.matrix(MatrixQuery())
    ).cells
    return frozenset((x.origin, x.reuser) for x in cells if x.origin != x.reuser)
