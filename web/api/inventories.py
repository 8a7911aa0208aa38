"""The inventory of an organisation: its code, with what the US budget office asks of agencies."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter
from msgspec import Struct

from registry.publishing.inventory.models import (
    ACTIVITIES,
    FEEDBACKS,
    MAX_ROWS,
    REUSES,
    SORTS,
    USAGES,
    InventoryQuery,
    InventoryRow,
    InventoryTotals,
)
from web.api import kinds
from web.api.answers import selected
from web.api.call import Call, CallDependency, slug_in
from web.api.cursors import cursor, number_of
from web.api.exports import Column, column, csv_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.limits import EXPORT_COST, LIST_COST

INVENTORY_SUFFIX: Final = ".code.json"
OMB_SUFFIX: Final = ".omb.csv"
FIELDS: Final = kinds.fields(InventoryRow.__struct_fields__)
FILTERS: Final = (
    kinds.choice("activity", "Only components of this activity, as measured.", ACTIVITIES),
    kinds.choice(
        "usage",
        "Only components whose use type is known in this way: stated in a code.json, by a licence "
        "that is approved, or unknown; or for which an exemption is stated.",
        USAGES,
    ),
    kinds.choice("feedback", "Only components with some known channel, or none.", FEEDBACKS),
    kinds.choice(
        "reuse",
        "Only components of which measured reuse was found, or none, or not looked for yet.",
        REUSES,
    ),
    kinds.choice("sort", "By name, or the newest change or the most reused first.", SORTS),
)
LIST: Final = (*FILTERS, kinds.limit(), kinds.AFTER, FIELDS)
FILE: Final = (*FILTERS, FIELDS)
COLUMNS: Final = tuple(
    Column(name, name, lambda row: row.feedback_text) if name == "feedback" else column(name)
    for name in InventoryRow.__struct_fields__
)
Slug = Annotated[str, PathParameter(description="Slug of the organisation.")]


class CoverageItem(Struct, frozen=True, kw_only=True):
    """How much of an organisation was read: what is private, or not known here, is in no number."""

    repositories: int
    failed: int
    unread: int
    last_crawled_at: datetime | None


class InventoryPage(Struct, frozen=True, kw_only=True):
    """A page of the inventory: `totals` are of the whole, `matching` of what the filters leave."""

    organisation: str
    name: str
    totals: InventoryTotals
    coverage: CoverageItem
    matching: int
    items: tuple[InventoryRow, ...]
    next: str | None


class InventoriesApi(Controller):
    """The code of an organisation, with what agencies report of it."""

    tags = ["Organisations"]

    @get(
        "/organisations/{slug:str}/inventory",
        sync_to_thread=True,
        operation_id="get_organisation_inventory",
        summary="Get the inventory of an organisation",
        responses=specs(InventoryPage, "A page of rows, with totals.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def get_inventory(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a row for each component: licence, use type or exemption, whether it is maintained
        and since when that is known, where it takes feedback, how often it is measured to be
        reused, what is declared beside, and how much of a code.json is known.

        The list that the US budget office asks of agencies. A number is a measurement: what was
        not looked at is null. `totals` are of the whole inventory, whatever is filtered.
        """
        values = call.read(LIST)
        body = call.catalogue.organisation(slug_in(slug, "organisation"))
        query = _query(values, number_of(values.one("after")), values.one("limit", 20))
        found = call.services.publishing.inventories.page(body.slug, query, call.base_url)
        following = call.next_url(values, cursor(found.next))
        fields = values.one("fields", ())
        items: Any = tuple(selected(row, fields) for row in found.rows)
        page = InventoryPage(
            organisation=body.slug,
            name=body.name,
            totals=found.totals,
            coverage=CoverageItem(
                repositories=body.repositories, failed=body.failed, unread=found.totals.unread,
                last_crawled_at=body.last_crawled_at,
            ),
            matching=found.matching,
            items=items,
            next=following,
        )  # fmt: skip
        return call.json(page, headers=call.links(values, following))

    @get(
        "/organisations/{slug:str}/inventory.csv",
        sync_to_thread=True,
        operation_id="export_organisation_inventory_csv",
        summary="Export the inventory of an organisation as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, {Form.CSV: "component,name,repository_url\r\n"}, only=True),
    )
    def export_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return every row that the filters leave, up to 10,000."""
        values = call.read(FILE)
        return _csv(call, slug, values)


def organisation_code_json(call: Call, slug: str) -> Response[Any]:
    """Answer with all components of an organisation as an agency index."""
    call.read(())
    call.pay(EXPORT_COST - LIST_COST)
    name = slug_in(slug, "organisation")
    content = call.services.publishing.inventories.code_json(name, call.base_url)
    return call.file(content, Form.JSON, name="code.json")


def organisation_omb(call: Call, slug: str) -> Response[Any]:
    """Answer with the whole inventory as CSV, at its first address."""
    values = call.read(())
    call.pay(EXPORT_COST - LIST_COST)
    return _csv(call, slug, values)


def _csv(call: Call, slug: str, values: Values) -> Response[Any]:
    query = _query(values)
    name = slug_in(slug, "organisation")
    rows = call.services.publishing.inventories.rows(name, query, call.base_url)
    return call.export(csv_file(rows, COLUMNS, values.one("fields", ())), Form.CSV)


def _query(values: Values, after: int = 0, limit: int = MAX_ROWS) -> InventoryQuery:
    asked = {name: values.one(name) for name in ("activity", "usage", "feedback", "reuse")}
    return InventoryQuery(**asked, sort=values.one("sort", SORTS[0]), after=after, limit=limit)
