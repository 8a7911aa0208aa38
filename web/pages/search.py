"""The search page: words, filters that add up, and the same answer as data."""

from typing import ClassVar, Final

from litestar import Controller, Response, get
from msgspec import Struct
from msgspec.structs import replace

from registry.catalogue.questions import FILTERS, LEAST
from registry.catalogue.readmodels import ComponentQuery, Facet, FacetValue, SearchPage
from web.pages.licences import OUTBOUND
from web.pages.query import (
    SORTS,
    active_filters,
    address,
    command_line,
    parse_query,
    query_pairs,
    without,
    without_filters,
)
from web.pages.view import Context, FeedLink, View, ViewDependency
from web.ports.catalogue import Catalogue

OPEN_FACETS: Final = 3
FIRST_VALUES: Final = 5
MAX_FACET_VALUES: Final = 60
MAX_DROPS: Final = 8
LEAST_OFFERED: Final = (1, 2, 5)
REUSING_SECONDS: Final = 60.0
_KEPT: Final = frozenset({"sort", "since", "until", "platform"})
API: Final = "/api/v1/components"
FORMATS: Final = (
    ("CSV", ".csv"),
    ("JSON", ""),
    ("NDJSON", ".ndjson"),
    ("Atom", ".atom"),
    ("JSON Feed", ".feed.json"),
)
FACET_ORDER: Final = (
    "country",
    "licence",
    "language",
    "organisation",
    "function",
    "ui_language",
    "activity",
    "readiness",
    "region",
    "forge",
)


class Chip(Struct, frozen=True, kw_only=True):
    """A filter in force with the link that takes it away; `count` is what would then be found."""

    name: str
    value: str
    label: str
    href: str
    count: int | None = None


class FacetGroup(Struct, frozen=True, kw_only=True):
    """A filter as shown: its first values, and the rest behind "more"."""

    name: str
    first: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    is_open: bool


class LeastChoice(Struct, frozen=True):
    """A filter by a least number of reusers: what is offered, and what is in force."""

    name: str
    values: tuple[str, ...]
    chosen: str


class Choice(Struct, frozen=True):
    """An order of the results and its link."""

    name: str
    href: str
    is_current: bool


class SearchContext(Context, frozen=True, kw_only=True):
    """Variables of `search.html`; `drops` are offered when nothing was found."""

    template: ClassVar[str] = "search.html"
    query: ComponentQuery
    result: SearchPage
    chips: tuple[Chip, ...]
    clear_href: str
    facets: tuple[FacetGroup, ...]
    least: tuple[LeastChoice, ...]
    reusing: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    licences: tuple[str, ...]
    sorts: tuple[Choice, ...]
    first_href: str | None
    next_href: str | None
    exports: tuple[tuple[str, str], ...]
    api_call: str | None
    command: str
    drops: tuple[Chip, ...]
    suggestion_href: str | None
    follow: str | None


class SearchPages(Controller):
    """`/search`."""

    include_in_schema = False

    @get("/search", sync_to_thread=True)
    def search(self, view: ViewDependency) -> Response[bytes]:
        """Show one page of the answer to the query in the address."""
        query = parse_query(view.pairs, view.language.code)
        result = view.services.catalogue.search(query)
        if view.services.demand is not None:
            view.services.demand.note(query, result)
        context = search_context(view, query, result)
        return view.render(
            context,
            is_demo=any(card.is_demo for card in result.items),
            twin=address(API, query),
            feeds=search_feeds(query),
        )


def search_feeds(query: ComponentQuery) -> tuple[FeedLink, ...]:
    """Return the feeds of a search."""
    return (
        FeedLink("Atom", "application/atom+xml", address(f"{API}.atom", query)),
        FeedLink("JSON Feed", "application/feed+json", address(f"{API}.feed.json", query)),
    )


def search_context(view: View, query: ComponentQuery, result: SearchPage) -> SearchContext:
    """Return what the template shows of an answer."""
    site, path = view.site, view.language.link("/search")
    labels = {(f.name, v.value): v.label for f in result.facets for v in f.values}
    chips = tuple(
        Chip(
            name=name,
            value=value,
            label=labels.get((name, value), value),
            href=address(path, without(query, name, value)),
        )
        for name, value in active_filters(query)
    )
    start = replace(query, after=None)
    corrected = replace(start, q=result.suggestion) if result.suggestion else None
    return SearchContext(
        query=query,
        result=result,
        chips=chips,
        clear_href=address(path, without_filters(query)),
        facets=facet_groups(result.facets, query),
        least=tuple(_least(name, getattr(query, name)) for name in LEAST),
        reusing=_reusing(view, query),
        kept=tuple((n, v) for n, v in query_pairs(start) if n in _KEPT)
        + tuple(("reused_in", code) for code in query.reused_in[1:]),
        licences=OUTBOUND,
        sorts=tuple(
            Choice(name, address(path, replace(start, sort=name)), query.sort == name)
            for name in SORTS
        ),
        first_href=address(path, start) if query.after else None,
        next_href=address(path, replace(query, after=result.next)) if result.next else None,
        exports=tuple(
            (name, address(f"{API}{suffix}", start))
            for name, suffix in FORMATS
            if site.offers(f"{API}{suffix}")
        ),
        api_call=site.base_url + address(API, start) if site.offers(API) else None,
        command=command_line(query),
        drops=() if result.items else _drops(view.services.catalogue, start, chips, path),
        suggestion_href=address(path, corrected) if corrected else None,
        follow=_follow_link(view, replace(start, sort=SORTS[0])),
    )


def _least(name: str, chosen: int) -> LeastChoice:
    offered = sorted({*LEAST_OFFERED, chosen} - {0})
    return LeastChoice(name, tuple(map(str, offered)), str(chosen) if chosen else "")


def _reusing(view: View, query: ComponentQuery) -> tuple[str, ...]:
    """Return the countries in which something is reused, and those in force, by their names."""
    catalogue = view.services.catalogue
    known = view.services.memo.get("search.reusing", REUSING_SECONDS, catalogue.reusing_countries)
    return tuple(sorted({*known, *query.reused_in}, key=view.language.country))


def _follow_link(view: View, query: ComponentQuery) -> str | None:
    """Return where this search is followed; a search for everything is not."""
    if view.services.follows is None or not query_pairs(query):
        return None
    return address(view.language.link("/search/follow"), query)


def facet_groups(facets: tuple[Facet, ...], query: ComponentQuery) -> tuple[FacetGroup, ...]:
    """Return the filters in their order, without values that would find nothing.

    The first three, and those in use, are open; a value in use is always shown.
    """
    by_name = {facet.name: facet.values for facet in facets if facet.name in FILTERS}
    groups: list[FacetGroup] = []
    for name in FACET_ORDER:
        chosen = getattr(query, name)
        values = [
            replace(value, selected=value.value in chosen)
            for value in by_name.get(name, ())
            if value.count or value.value in chosen
        ]
        known = {value.value for value in values}
        values += [FacetValue(x, x, 0, selected=True) for x in chosen if x not in known]
        if not values:
            continue
        values.sort(key=lambda value: not value.selected)
        cut = max(FIRST_VALUES, len(chosen))
        groups.append(
            FacetGroup(
                name=name,
                first=tuple(values[:cut]),
                more=tuple(values[cut:MAX_FACET_VALUES]),
                is_open=bool(chosen) or len(groups) < OPEN_FACETS,
            )
        )
    return tuple(groups)


def _drops(
    catalogue: Catalogue, query: ComponentQuery, chips: tuple[Chip, ...], path: str
) -> tuple[Chip, ...]:
    """Return, for each part of a query that found nothing, what it would find without it."""
    parts = [*chips]
    if query.q and chips:
        href = address(path, without(query, "q", query.q))
        parts.append(Chip(name="q", value=query.q, label=query.q, href=href))
    counted = [
        replace(chip, count=catalogue.search(_shortest(query, chip)).total)
        for chip in parts[:MAX_DROPS]
    ]
    return tuple(chip for chip in counted if chip.count)


def _shortest(query: ComponentQuery, chip: Chip) -> ComponentQuery:
    return replace(without(query, chip.name, chip.value), limit=1)
