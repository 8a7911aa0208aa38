"""The inventory of an organisation: its code, with what the US budget office asks of agencies."""

from itertools import islice
from typing import ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct
from msgspec.structs import replace

from registry.catalogue.readmodels import OrganisationView
from registry.lineage.rules import RULES
from registry.publishing.inventory.models import (
    ACTIVITIES,
    FEEDBACKS,
    REUSES,
    SORTS,
    USAGES,
    Inventory,
    InventoryQuery,
)
from web.pages.paging import page_links, row_after, with_query
from web.pages.view import Context, View, ViewDependency

PAGE_SIZE: Final = 50
MOST_AT_ONCE: Final = 1_000
# Filter → its values; each has one value in the address.
FILTERS: Final = (
    ("activity", ACTIVITIES),
    ("usage", USAGES),
    ("feedback", FEEDBACKS),
    ("reuse", REUSES),
)


class Sort(Struct, frozen=True):
    """An order of the rows, with the link to it."""

    name: str
    href: str
    is_current: bool


class InventoryContext(Context, frozen=True, kw_only=True):
    """Variables of `inventory.html`; `filters` are (name, values, chosen)."""

    template: ClassVar[str] = "inventory.html"
    organisation: OrganisationView
    found: Inventory
    query: InventoryQuery
    filters: tuple[tuple[str, tuple[str, ...], str], ...]
    is_filtered: bool
    sorts: tuple[Sort, ...]
    first_href: str | None
    next_href: str | None
    all_href: str | None
    most_at_once: int
    exports: tuple[tuple[str, str], ...]
    command: str
    rule_version: int


class InventoryPages(Controller):
    """`/organisations/{slug}/inventory`."""

    path = "/organisations"
    include_in_schema = False

    @get("/{slug:str}/inventory", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """Show a page of the inventory; a value that is in no list is passed over."""
        organisation = view.services.catalogue.organisation(slug)
        query = _query(view)
        found = view.services.publishing.inventories.page(
            organisation.slug, query, view.site.base_url
        )
        asked = [(name, chosen) for name, _, chosen in _filters(query) if chosen]
        api = f"/api/v1/organisations/{organisation.slug}"
        order = [("sort", query.sort)] if query.sort != SORTS[0] else []
        is_whole = view.first("all") == "yes"
        if is_whole:
            found = _at_once(view, organisation.slug, query, found)
        at_once = [*asked, *order, ("all", "yes")]
        first_href, next_href = page_links(view, found.next)
        context = InventoryContext(
            organisation=organisation,
            found=found,
            query=query,
            filters=_filters(query),
            is_filtered=bool(asked),
            sorts=_sorts(view, query, asked),
            first_href=first_href,
            next_href=next_href,
            all_href=with_query(view.language.link(view.path), at_once)
            if not is_whole and (first_href or next_href)
            else None,
            most_at_once=MOST_AT_ONCE,
            exports=_exports(view, api, [*asked, *order]),
            command=f"registry export {organisation.slug} --format inventory-csv",
            rule_version=RULES.version,
        )
        twin = with_query(f"{api}/inventory", [*asked, *order])
        return view.render(context, is_demo=organisation.is_demo, twin=twin)


def _at_once(view: View, slug: str, query: InventoryQuery, page: Inventory) -> Inventory:
    """Return the first thousand rows on one page, as for a printer."""
    rows = view.services.publishing.inventories.rows(slug, query, view.site.base_url)
    return replace(page, rows=tuple(islice(rows, MOST_AT_ONCE)), next=None)


def _query(view: View) -> InventoryQuery:
    asked = {
        name: next((x for x in values if x == view.first(name)), None) for name, values in FILTERS
    }
    sort = next((x for x in SORTS if x == view.first("sort")), SORTS[0])
    return InventoryQuery(**asked, sort=sort, after=row_after(view) or 0, limit=PAGE_SIZE)


def _filters(query: InventoryQuery) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    return tuple((name, values, getattr(query, name) or "") for name, values in FILTERS)


def _sorts(view: View, query: InventoryQuery, asked: list[tuple[str, str]]) -> tuple[Sort, ...]:
    path = view.language.link(view.path)
    return tuple(
        Sort(name, with_query(path, [*asked, ("sort", name)]), name == query.sort) for name in SORTS
    )


def _exports(view: View, api: str, pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the links to the same rows as data; the code.json holds all of them."""
    every = (
        ("CSV", f"{api}/inventory.csv", with_query(f"{api}/inventory.csv", pairs)),
        ("JSON", f"{api}/inventory", with_query(f"{api}/inventory", pairs)),
        ("code.json", api, f"{api}.code.json"),
    )
    return tuple((name, href) for name, path, href in every if view.site.offers(path))
