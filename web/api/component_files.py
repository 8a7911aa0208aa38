"""Lists of components as CSV, NDJSON and feeds: whole, up to 10,000, or one page with `limit`."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from web.api import examples, kinds
from web.api.call import Call, CallDependency
from web.api.component_query import PARAMETERS, answer, question
from web.api.exports import COMPONENT_COLUMNS, MAX_ROWS
from web.api.feeds import Entry
from web.api.items import component_item
from web.api.list_file import Listing, list_file
from web.api.negotiation import FEEDS, Form
from web.api.openapi import described, specs
from web.api.structs import ComponentItem
from web.limits import EXPORT_COST
from web.ports.catalogue import Catalogue

LIST: Final = (
    *PARAMETERS,
    kinds.limit(),
    kinds.AFTER,
    kinds.fields(ComponentItem.__struct_fields__),
)


class ComponentFilesApi(Controller):
    """The files; they cost as much as twenty pages."""

    tags = ["Components"]

    @get(
        "/components.csv",
        sync_to_thread=True,
        operation_id="export_components_csv",
        summary="Export components as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(LIST, examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return every component of the answer; formulas of spreadsheets get a quote before."""
        return component_file(call, Form.CSV)

    @get(
        "/components.ndjson",
        sync_to_thread=True,
        operation_id="export_components_ndjson",
        summary="Export components as NDJSON",
        opt={"form": Form.NDJSON, "cost": EXPORT_COST},
        responses=specs(str, "One JSON object per line."),
        operation_class=described(LIST, examples.NDJSON, only=True),
    )
    def export_ndjson(self, call: CallDependency) -> Response[Any]:
        """Return every component of the answer, one JSON object per line."""
        return component_file(call, Form.NDJSON)

    @get(
        "/components.atom",
        sync_to_thread=True,
        operation_id="export_components_atom",
        summary="Follow components as an Atom feed",
        opt={"form": Form.ATOM, "cost": EXPORT_COST},
        responses=specs(str, "An Atom feed (RFC 4287)."),
        operation_class=described(LIST, examples.ATOM, only=True),
    )
    def export_atom(self, call: CallDependency) -> Response[Any]:
        """Return the answer as a feed, the latest changed first; `fields` has no effect on it."""
        return component_file(call, Form.ATOM)

    @get(
        "/components.feed.json",
        sync_to_thread=True,
        operation_id="export_components_json_feed",
        summary="Follow components as a JSON Feed",
        opt={"form": Form.JSON_FEED, "cost": EXPORT_COST},
        responses=specs(str, "A JSON Feed (version 1.1)."),
        operation_class=described(LIST, examples.JSON_FEED, only=True),
    )
    def export_json_feed(self, call: CallDependency) -> Response[Any]:
        """Return the answer as a feed, the latest changed first; `fields` has no effect on it."""
        return component_file(call, Form.JSON_FEED)


def component_file(call: Call, form: Form) -> Response[Any]:
    """Answer with every component of the query as a file."""
    values = call.read(LIST)
    sort = "updated" if form in FEEDS else "relevance"
    query = question(values, sort=sort, limit=kinds.MAX_LIMIT)
    first = answer(call.catalogue, query)
    is_page = values.one("limit") is not None
    following = call.next_url(values, first.next) if is_page else None
    pages = [first] if is_page else _pages(call.catalogue, query, first)
    cards = chain.from_iterable(page.items for page in pages)
    items = (component_item(call, card) for card in islice(cards, MAX_ROWS))
    listing = Listing(
        columns=COMPONENT_COLUMNS,
        entry=_entry,
        resource="components",
        title=values.one("q", ""),
    )
    return call.export(
        list_file(call, form, values, listing, items, following),
        form,
        last_modified=call.services.as_of(),
        headers={**call.links(values, following), "Total-Count": str(first.total)},
    )


def _pages(catalogue: Catalogue, query: ComponentQuery, page: SearchPage) -> Iterator[SearchPage]:
    """Yield pages to the end; a catalogue that never ends is cut off all the same."""
    for _ in range(MAX_ROWS // kinds.MAX_LIMIT):
        yield page
        if page.next is None:
            return
        page = answer(catalogue, replace(query, after=page.next))


def _entry(item: ComponentItem, fallback: datetime) -> Entry:
    terms = (("country", item.country), ("licence", item.licence), ("language", item.language))
    return Entry(
        key=f"component/{item.slug}",
        title=item.name.value,
        updated=item.updated_at or item.last_commit_at or fallback,
        html_url=item.html_url,
        related=item.repository_url,
        author=item.organisation.name if item.organisation else None,
        summary=item.description.value if item.description else None,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )
