"""The dated tree of a family of code: one row a repository, x is the date of first evidence."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from registry.lineage.readmodels import LineageNode, LineageTree
from web.i18n.languages import Language

ROW: Final = 26
WIDTH: Final = 960
AXIS: Final = 30
LABELS: Final = 380
LEFT: Final = 400
RIGHT: Final = WIDTH - 20
INDENT: Final = 14
MAX_INDENTS: Final = 8
CHARACTER: Final = 7.6
MAX_ROWS: Final = 60
MAX_TICKS: Final = 8


class TreeRow(Struct, frozen=True, kw_only=True):
    """A row: its label, the dot at its date, and the line from the dot of its parent.

    A dashed line is evidence that was not measured, a hollow dot a mirror or a date that is not
    known; `is_group` stands for several repositories of one country.
    """

    label: str
    href: str | None
    indent: int
    x: float
    y: int
    line: str
    is_dashed: bool = False
    is_hollow: bool = False
    is_current: bool = False
    is_group: bool = False


class Tick(Struct, frozen=True):
    """A year on the axis."""

    x: float
    label: str


class TreeChart(Struct, frozen=True):
    """All that the template draws; `hidden` counts repositories that have no row at all."""

    rows: tuple[TreeRow, ...]
    ticks: tuple[Tick, ...]
    height: int
    is_collapsed: bool
    hidden: int
    width: int = WIDTH


class _Item(Struct, frozen=True, kw_only=True):
    """A node, or several of one parent and country, that takes a row."""

    nodes: tuple[LineageNode, ...]
    parent: str | None

    @property
    def first(self) -> LineageNode:
        return self.nodes[0]


def tree_chart(tree: LineageTree, language: Language) -> TreeChart:
    """Return the chart; beyond 60 rows, ends of branches are put together by country."""
    items = [_Item(nodes=(node,), parent=node.parent) for node in tree.nodes]
    is_collapsed = len(items) > MAX_ROWS
    if is_collapsed:
        items = list(_collapsed(tree.nodes))
    shown = items[:MAX_ROWS]
    scale = _Scale([x.moment for item in shown for x in item.nodes if x.moment])
    return TreeChart(
        rows=tuple(_rows(shown, scale, language)),
        ticks=scale.ticks,
        height=AXIS + ROW * len(shown) + 8,
        is_collapsed=is_collapsed,
        hidden=sum(len(item.nodes) for item in items[MAX_ROWS:]),
    )


def _collapsed(nodes: Sequence[LineageNode]) -> Iterator[_Item]:
    """Yield branches one by one, and leaves of one parent and country as one."""
    parents = {node.parent for node in nodes}
    leaves: dict[tuple[str | None, str | None], list[LineageNode]] = {}
    for node in nodes:
        if _is_leaf(node, parents):
            leaves.setdefault((node.parent, node.country), []).append(node)
    for node in nodes:
        if not _is_leaf(node, parents):
            yield _Item(nodes=(node,), parent=node.parent)
        elif same := leaves.pop((node.parent, node.country), None):
            dated = sorted(same, key=lambda x: (x.moment is None, x.moment or _START))
            yield _Item(nodes=tuple(dated), parent=node.parent)


_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _is_leaf(node: LineageNode, parents: set[str | None]) -> bool:
    return node.slug not in parents and not node.is_current and node.parent is not None


def _rows(items: Sequence[_Item], scale: "_Scale", language: Language) -> Iterator[TreeRow]:
    dots: dict[str | None, tuple[float, int]] = {}
    for number, item in enumerate(items):
        node = item.first
        above = dots.get(item.parent)
        y = AXIS + ROW * number + ROW // 2
        x = scale.x(node.moment) if node.moment else above[0] if above else float(LEFT)
        x = max(x, above[0]) if above else x
        is_group = len(item.nodes) > 1
        if not is_group:
            dots[node.slug] = (x, y)
        indent = INDENT * min(node.depth, MAX_INDENTS)
        yield TreeRow(
            label=_short(_label(item, language), indent),
            href=language.link(f"/components/{node.slug}") if node.slug and not is_group else None,
            indent=indent,
            x=x,
            y=y,
            line=f"M{above[0]} {above[1]}V{y}H{x}" if above else "",
            is_dashed=node.tag not in (None, "measured"),
            is_hollow=node.is_mirror or node.moment is None,
            is_current=node.is_current,
            is_group=is_group,
        )


def _label(item: _Item, language: Language) -> str:
    node = item.first
    if len(item.nodes) == 1:
        return f"{node.name} ({node.country})" if node.country else node.name
    country = language.country(node.country) if node.country else "–"
    return language.ngettext(
        "%(country)s: %(count)s repository",
        "%(country)s: %(count)s repositories",
        len(item.nodes),
        country=country,
    )


def _short(label: str, indent: int) -> str:
    """Return a label that fits before the plot; the list under the chart has it whole."""
    most = int((LABELS - indent) / CHARACTER)
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


class _Scale:
    """From a date to x, over the years that the dates span."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        first = min(moments, default=_START).year
        last = max(moments, default=_START).year + 1
        self._from = datetime(first, 1, 1, tzinfo=UTC).timestamp()
        self._span = datetime(last, 1, 1, tzinfo=UTC).timestamp() - self._from
        step = 1 + (last - first) // MAX_TICKS
        years = range(first, last + 1, step) if moments else ()
        self.ticks = tuple(
            Tick(self.x(datetime(year, 1, 1, tzinfo=UTC)), str(year)) for year in years
        )

    def x(self, moment: datetime) -> float:
        """Return where a date is, to a tenth of a pixel."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        share = (moment.timestamp() - self._from) / self._span
        return round(LEFT + share * (RIGHT - LEFT), 1)
