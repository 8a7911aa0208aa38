"""The home page: what this is, one search box, and the size of what is known."""

from typing import ClassVar, Final

from litestar import Controller, Response, get

from registry.catalogue.readmodels import ComponentCard, ComponentQuery, Facet, Totals
from registry.db.tables.lineage import EdgeTag
from registry.lineage.readmodels import EdgeView
from web.pages.view import Context, View, ViewDependency, feed_links
from web.ports.catalogue import Catalogue

CANDIDATES: Final = (
    "self assessment",
    "design system",
    "notifications",
    "open data",
    "digital identity",
    "forms",
    "data exchange",
    "maps",
)
EXAMPLES: Final = 4
TOPICS: Final = ("function", "language")
LATEST: Final = 5
KEPT_SECONDS: Final = 60.0
FRESH_SECONDS: Final = 5.0


class HomeContext(Context, frozen=True, kw_only=True):
    """Variables of `home.html`; `examples` are searches that give at least one result.

    `reuse` counts edges by tag, `reused` are the latest measured ones between countries.
    """

    template: ClassVar[str] = "home.html"
    totals: Totals
    latest: tuple[ComponentCard, ...]
    examples: tuple[str, ...]
    topics: tuple[Facet, ...]
    reuse: tuple[tuple[str, int], ...]
    reused: tuple[EdgeView, ...]


class HomePages(Controller):
    """`/`."""

    include_in_schema = False

    @get("/", sync_to_thread=True)
    def home(self, view: ViewDependency) -> Response[bytes]:
        """Show the home page; an empty registry shows its operator what to do."""
        catalogue, memo = view.services.catalogue, view.services.memo
        lang = view.language.code
        totals = memo.get("home.totals", FRESH_SECONDS, catalogue.totals)
        context = HomeContext(
            totals=totals,
            latest=memo.get(
                f"home.latest.{lang}", FRESH_SECONDS, lambda: tuple(catalogue.latest(LATEST, lang))
            )
            if totals.components
            else (),
            examples=memo.get("home.examples", KEPT_SECONDS, lambda: _examples(catalogue))
            if totals.components
            else (),
            topics=memo.get(f"home.topics.{lang}", KEPT_SECONDS, lambda: _topics(view))
            if totals.components
            else (),
            reuse=memo.get("home.reuse", KEPT_SECONDS, lambda: _reuse(view)),
            reused=memo.get(
                "home.reused", KEPT_SECONDS, lambda: view.services.lineage.latest(LATEST)
            ),
        )
        return view.render(context, is_demo=totals.has_demo, feeds=feed_links("/feeds/new"))


def _examples(catalogue: Catalogue) -> tuple[str, ...]:
    found: list[str] = []
    for words in CANDIDATES:
        if catalogue.search(ComponentQuery(q=words, limit=1)).items:
            found.append(words)
        if len(found) == EXAMPLES:
            break
    return tuple(found)


def _reuse(view: View) -> tuple[tuple[str, int], ...]:
    counts = view.services.lineage.totals()
    return tuple((tag.value, counts[tag]) for tag in EdgeTag if counts.get(tag))


def _topics(view: View) -> tuple[Facet, ...]:
    query = ComponentQuery(limit=1, lang=view.language.code)
    facets = {facet.name: facet for facet in view.services.catalogue.search(query).facets}
    return tuple(
        Facet(name, facets[name].values[:8])
        for name in TOPICS
        if name in facets and facets[name].values
    )
