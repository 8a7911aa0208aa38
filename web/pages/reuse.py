"""The list of reuse: every edge that the filters in the address ask for."""

from collections.abc import Iterable
from typing import ClassVar, Final

from litestar import Controller, Response, get
from msgspec import Struct
from msgspec.structs import replace

from registry.lineage.readmodels import ReusePage, ReuseQuery
from registry.lineage.rules import RULES
from registry.lineage.vocabulary import CONFIDENCES, KINDS, MANY, ONE, STATES, TAGS, WITH
from web.pages.reuse_query import parse_reuse, reuse_address, reuse_pairs, without_value
from web.pages.view import Context, FeedLink, View, ViewDependency

API: Final = "/api/v1/reuse"
FORMATS: Final = (
    ("CSV", ".csv"),
    ("JSON", ""),
    ("NDJSON", ".ndjson"),
    ("Atom", ".atom"),
    ("JSON Feed", ".feed.json"),
)
# Filters with checkboxes, in the order of the page.
OFFERED: Final = ("from", "to", "kind", "tag", "state", "confidence")
OPEN: Final = ("from", "to", "tag")
COUNTRIES_SECONDS: Final = 60.0
# Parameters of the address that no field of the form holds.
_WITHOUT_FIELD: Final = frozenset(
    {*ONE, *WITH, "foreign", "from_region", "to_region", "until"} - {"component", "with_possible"}
)


class ReuseChip(Struct, frozen=True):
    """A filter in force with the link that takes it away."""

    name: str
    value: str
    href: str


class ReuseFilter(Struct, frozen=True):
    """A filter with its values: (value, is chosen)."""

    name: str
    values: tuple[tuple[str, bool], ...]
    is_open: bool


class TagCount(Struct, frozen=True):
    """How many edges of a tag match, with the link to them alone; none where they are shown."""

    tag: str
    count: int
    href: str | None


class ReuseContext(Context, frozen=True, kw_only=True):
    """Variables of `reuse.html`; `kept` are parameters of the address without a field."""

    template: ClassVar[str] = "reuse.html"
    query: ReuseQuery
    result: ReusePage
    counts: tuple[TagCount, ...]
    chips: tuple[ReuseChip, ...]
    clear_href: str
    filters: tuple[ReuseFilter, ...]
    kept: tuple[tuple[str, str], ...]
    first_href: str | None
    next_href: str | None
    exports: tuple[tuple[str, str], ...]
    rule_version: int


class ReusePages(Controller):
    """`/reuse`."""

    include_in_schema = False

    @get("/reuse", sync_to_thread=True)
    def reuse(self, view: ViewDependency) -> Response[bytes]:
        """Show one page of the edges that the address asks for."""
        query = parse_reuse(view.pairs)
        result = view.services.lineage.reuse(query)
        return view.render(
            reuse_context(view, query, result),
            is_demo=any(edge.is_demo for edge in result.items),
            twin=reuse_address(API, query),
            feeds=(
                FeedLink("Atom", "application/atom+xml", reuse_address(f"{API}.atom", query)),
                FeedLink(
                    "JSON Feed", "application/feed+json", reuse_address(f"{API}.feed.json", query)
                ),
            ),
        )


def reuse_context(view: View, query: ReuseQuery, result: ReusePage) -> ReuseContext:
    """Return what the template shows of a list."""
    path, start = view.language.link("/reuse"), replace(query, after=None)
    return ReuseContext(
        query=query,
        result=result,
        counts=tuple(
            TagCount(
                tag,
                result.by_tag[tag],
                reuse_address(path, replace(start, tag=(tag,))) if start.tag != (tag,) else None,
            )
            for tag in TAGS
            if result.by_tag.get(tag)
        ),
        chips=tuple(
            ReuseChip(name, value, reuse_address(path, without_value(query, name, value)))
            for name, value in reuse_pairs(start)
        ),
        clear_href=path,
        filters=_filters(view, query),
        kept=tuple(x for x in reuse_pairs(start) if x[0] in _WITHOUT_FIELD),
        first_href=reuse_address(path, start) if query.after else None,
        next_href=reuse_address(path, replace(query, after=result.next)) if result.next else None,
        exports=exports(view, API, start),
        rule_version=RULES.version,
    )


def exports(view: View, base: str, query: ReuseQuery) -> tuple[tuple[str, str], ...]:
    """Return the formats in which the API gives a list, with links to them."""
    return tuple(
        (name, reuse_address(f"{base}{suffix}", query))
        for name, suffix in FORMATS
        if view.site.offers(f"{base}{suffix}")
    )


def _filters(view: View, query: ReuseQuery) -> tuple[ReuseFilter, ...]:
    countries = view.services.memo.get(
        "reuse.countries",
        COUNTRIES_SECONDS,
        lambda: tuple(x.code for x in view.services.catalogue.countries()),
    )
    by_name = sorted(countries, key=view.language.country)
    offered: dict[str, Iterable[str]] = {
        "from": by_name,
        "to": by_name,
        "kind": KINDS,
        "tag": TAGS,
        "state": STATES,
        "confidence": CONFIDENCES,
    }
    return tuple(_filter(name, offered[name], getattr(query, MANY[name])) for name in OFFERED)


def _filter(name: str, values: Iterable[str], chosen: tuple[str, ...]) -> ReuseFilter:
    """Return a filter; a value in use is there even where it is not offered."""
    every = dict.fromkeys((*values, *chosen))
    shown = tuple((str(value), value in chosen) for value in every)
    return ReuseFilter(name, shown, bool(chosen) or name in OPEN)
