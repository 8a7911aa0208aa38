"""Lists of edges as CSV, NDJSON and feeds: whole, up to 10,000, or one page with `limit`."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from litestar import Controller, Response, get

from registry.lineage.readmodels import ReuseQuery
from registry.lineage.vocabulary import STATES
from web.api import kinds, reuse_examples
from web.api.call import Call, CallDependency
from web.api.exports import MAX_ROWS
from web.api.feeds import Entry
from web.api.list_file import Listing, list_file
from web.api.negotiation import FEEDS, Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.api.reuse_items import REUSE_COLUMNS, edge_item
from web.api.reuse_query import PARAMETERS, answer, question
from web.api.reuse_structs import EdgeItem
from web.i18n.happenings import told
from web.i18n.languages import Language, shipped_languages
from web.limits import EXPORT_COST

LIST: Final = (*PARAMETERS, kinds.limit(), kinds.AFTER, kinds.fields(EdgeItem.__struct_fields__))


class ReuseFilesApi(Controller):
    """The files; they cost as much as twenty pages."""

    tags = ["Reuse"]

    @get(
        "/reuse.csv",
        sync_to_thread=True,
        operation_id="export_reuse_csv",
        summary="Export reuse as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(LIST, reuse_examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return every edge of the answer; formulas of spreadsheets get a quote before."""
        return reuse_file(call, Form.CSV)

    @get(
        "/reuse.ndjson",
        sync_to_thread=True,
        operation_id="export_reuse_ndjson",
        summary="Export reuse as NDJSON",
        opt={"form": Form.NDJSON, "cost": EXPORT_COST},
        responses=specs(str, "One JSON object per line."),
        operation_class=described(LIST, reuse_examples.NDJSON, only=True),
    )
    def export_ndjson(self, call: CallDependency) -> Response[Any]:
        """Return every edge of the answer, one JSON object per line."""
        return reuse_file(call, Form.NDJSON)

    @get(
        "/reuse.atom",
        sync_to_thread=True,
        operation_id="export_reuse_atom",
        summary="Follow reuse as an Atom feed",
        opt={"form": Form.ATOM, "cost": EXPORT_COST},
        responses=specs(str, "An Atom feed (RFC 4287)."),
        operation_class=described(LIST, reuse_examples.ATOM, only=True),
    )
    def export_atom(self, call: CallDependency) -> Response[Any]:
        """Return the answer as a feed, the latest changed first; `fields` has no effect on it."""
        return reuse_file(call, Form.ATOM)

    @get(
        "/reuse.feed.json",
        sync_to_thread=True,
        operation_id="export_reuse_json_feed",
        summary="Follow reuse as a JSON Feed",
        opt={"form": Form.JSON_FEED, "cost": EXPORT_COST},
        responses=specs(str, "A JSON Feed (version 1.1)."),
        operation_class=described(LIST, reuse_examples.JSON_FEED, only=True),
    )
    def export_json_feed(self, call: CallDependency) -> Response[Any]:
        """Return the answer as a feed, the latest changed first; `fields` has no effect on it."""
        return reuse_file(call, Form.JSON_FEED)


def reuse_file(call: Call, form: Form) -> Response[Any]:
    """Answer with every edge of the query as a file."""
    values = call.read(LIST)
    query = question(values, sort=order(form))
    if values.one("limit") is None and query.after is None:
        edges = call.services.lineage.edges(query)
        return edges_file(call, form, values, (edge_item(call, x) for x in edges))
    page = answer(call.services.lineage, query)
    items = (edge_item(call, edge) for edge in page.items)
    return edges_file(call, form, values, items, call.next_url(values, page.next))


def order(form: Form) -> str:
    """Return the order of a file, the newest first: a feed tells what changed."""
    return "changed" if form in FEEDS else "first_seen"


def edges_file(
    call: Call,
    form: Form,
    values: Values,
    items: Iterator[EdgeItem],
    following: str | None = None,
    resource: str = "reuse",
) -> Response[Any]:
    """Answer with edges as a file, at most 10,000; `resource` names the feed."""
    listing = Listing(columns=REUSE_COLUMNS, entry=edge_entry, resource=resource, title="reuse")
    return call.export(
        list_file(call, form, values, listing, islice(items, MAX_ROWS), following),
        form,
        last_modified=call.services.as_of(),
        headers=call.links(values, following),
    )


def whole_component(slug: str, tags: tuple[str, ...], sort: str) -> ReuseQuery:
    """Return the question for all edges of a component but those that are only possible."""
    return ReuseQuery(
        component=slug,
        tag=tags,
        state=STATES,
        sort=sort,
        with_internal=True,
        with_mirrors=True,
    )


def edge_entry(item: EdgeItem, fallback: datetime, language: Language | None = None) -> Entry:
    """Return the entry of an edge in a feed."""
    tongue = language or shipped_languages()[0]
    code = "reuse_known" if item.direction == "known" else "reuse_unknown"
    terms = (
        ("from", item.origin.country),
        ("to", item.reuser.country),
        ("kind", item.kind),
        ("tag", item.tag),
        ("state", item.state),
    )
    return Entry(
        key=f"evidence/{item.key}",
        title=told(tongue, code, reuser=item.reuser.name, name=item.origin.name),
        updated=item.changed_at or item.found_at or fallback,
        html_url=item.html_url,
        related=item.reuser.url,
        author=item.reuser.organisation,
        summary=item.locator or None,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )
