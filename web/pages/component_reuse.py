"""Two tabs of a component: the edges from and to it, and its family as a dated tree."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct

from registry.catalogue.readmodels import Totals
from registry.lineage.readmodels import (
    ComponentReuse,
    EdgeView,
    LineageNode,
    LineageTree,
    TimeToReuse,
)
from registry.lineage.rules import RULES
from registry.lineage.vocabulary import TAGS
from web.pages.charts.tree import TreeChart, tree_chart
from web.pages.components import Heading, heading
from web.pages.countries import country_reuse
from web.pages.reuse import exports
from web.pages.reuse_query import parse_reuse
from web.pages.view import Context, View, ViewDependency

TOTALS_SECONDS: Final = 5.0
MAX_LISTED: Final = 500


class TagChoice(Struct, frozen=True):
    """A tag to look at alone, with the number of its edges; all together have no number."""

    tag: str
    count: int | None
    href: str
    is_current: bool


class CountryEdges(Struct, frozen=True):
    """The edges whose other end is in one country, `None` where that is not known."""

    country: str | None
    edges: tuple[EdgeView, ...]


class ReuseTabContext(Context, frozen=True, kw_only=True):
    """Variables of `component/reuse.html`; `looked_at` says what was searched.

    `time` is how long it took until another country reused it, where that is known.
    """

    template: ClassVar[str] = "component/reuse.html"
    head: Heading
    reuse: ComponentReuse
    choices: tuple[TagChoice, ...]
    given: tuple[CountryEdges, ...]
    taken: tuple[CountryEdges, ...]
    undirected: tuple[EdgeView, ...]
    time: TimeToReuse | None
    looked_at: Totals
    exports: tuple[tuple[str, str], ...]
    rule_version: int


class ListedNode(Struct, frozen=True):
    """A node of the nested list; it opens a list inside itself, or closes some after itself."""

    node: LineageNode
    opens: bool
    closes: int


class LineageTabContext(Context, frozen=True, kw_only=True):
    """Variables of `component/lineage.html`; `chart` is missing where the family has one member."""

    template: ClassVar[str] = "component/lineage.html"
    head: Heading
    tree: LineageTree
    chart: TreeChart | None
    listed: tuple[ListedNode, ...]
    looked_at: Totals
    exports: tuple[tuple[str, str], ...]
    rule_version: int


class ComponentReusePages(Controller):
    """`/components/{slug}/reuse` and `/components/{slug}/lineage`."""

    path = "/components"
    include_in_schema = False

    @get("/{slug:str}/reuse", sync_to_thread=True)
    def show_reuse(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """List who reuses the component and what it reuses, by country."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        reuse = view.services.lineage.edges_of(slug)
        path = view.language.link(f"/components/{slug}/reuse")
        chosen = view.first("tag") if view.first("tag") in TAGS else ""
        twin = f"/api/v1/components/{slug}/reuse"
        context = ReuseTabContext(
            head=heading(view, detail, "reuse"),
            reuse=reuse,
            choices=_choices(reuse, chosen, path),
            given=_by_country(view, reuse.reused_by, chosen, "reuser"),
            taken=_by_country(view, reuse.reuses, chosen, "origin"),
            undirected=_tagged(reuse.undirected, chosen),
            time=_time(view, detail.card.country, slug),
            looked_at=_looked_at(view),
            exports=exports(view, twin, parse_reuse([("tag", chosen)])),
            rule_version=RULES.version,
        )
        return view.render(context, is_demo=detail.card.is_demo, twin=twin)

    @get("/{slug:str}/lineage", sync_to_thread=True)
    def show_lineage(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show where the code came from and where it went, by first evidence."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        tree = view.services.lineage.lineage(slug)
        twin = f"/api/v1/components/{slug}/lineage"
        context = LineageTabContext(
            head=heading(view, detail, "lineage"),
            tree=tree,
            chart=tree_chart(tree, view.language) if len(tree.nodes) > 1 else None,
            listed=tuple(_nested(tree.nodes[:MAX_LISTED])),
            looked_at=_looked_at(view),
            exports=exports(view, twin, parse_reuse([])),
            rule_version=RULES.version,
        )
        return view.render(context, is_demo=detail.card.is_demo, twin=twin)


def _time(view: View, country: str | None, slug: str) -> TimeToReuse | None:
    if country is None:
        return None
    return next((x for x in country_reuse(view, country).time_to_reuse if x.slug == slug), None)


def _looked_at(view: View) -> Totals:
    return view.services.memo.get("home.totals", TOTALS_SECONDS, view.services.catalogue.totals)


def _choices(reuse: ComponentReuse, chosen: str, path: str) -> tuple[TagChoice, ...]:
    every = (*reuse.reused_by, *reuse.reuses, *reuse.undirected)
    counts = {tag: sum(edge.tag == tag for edge in every) for tag in TAGS}
    present = [
        TagChoice(tag, count, f"{path}?tag={tag}", tag == chosen)
        for tag, count in counts.items()
        if count or tag == chosen
    ]
    return (TagChoice("", None, path, not chosen), *present)


def _tagged(edges: Iterable[EdgeView], tag: str) -> tuple[EdgeView, ...]:
    return tuple(edge for edge in edges if tag in ("", edge.tag))


def _by_country(
    view: View, edges: tuple[EdgeView, ...], tag: str, end: str
) -> tuple[CountryEdges, ...]:
    """Return the edges by the country of one end, by its name; the unknown country is last."""
    groups: dict[str | None, list[EdgeView]] = {}
    for edge in _tagged(edges, tag):
        groups.setdefault(getattr(edge, end).country, []).append(edge)
    name = view.language.country
    in_order = sorted(groups, key=lambda code: (code is None, name(code) if code else ""))
    return tuple(CountryEdges(code, tuple(groups[code])) for code in in_order)


def _nested(nodes: Sequence[LineageNode]) -> Iterator[ListedNode]:
    """Yield the nodes with where lists begin and end, whatever their depths are."""
    open_depths: list[int] = []
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        if following is not None and following.depth > node.depth:
            open_depths.append(node.depth)
            yield ListedNode(node, opens=True, closes=0)
            continue
        level = following.depth if following is not None else -1
        closes = sum(depth >= level for depth in open_depths)
        del open_depths[len(open_depths) - closes :]
        yield ListedNode(node, opens=False, closes=closes)
