"""A list as CSV, NDJSON or a feed: the same for every kind of thing that is listed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from web.api.call import Call
from web.api.exports import Column, csv_file, ndjson_file
from web.api.feeds import Entry, atom_feed, feed_id, json_feed
from web.api.negotiation import Form
from web.api.parameters import Values


class Listing(Struct, frozen=True, kw_only=True):
    """What is listed: its columns in CSV, how one becomes an entry of a feed (the moment stands
    for an unknown one), and the feed's name and title."""

    columns: tuple[Column, ...]
    entry: Callable[[Any, datetime], Entry]
    resource: str
    title: str


def list_file(
    call: Call,
    form: Form,
    values: Values,
    listing: Listing,
    items: Iterable[Any],
    following: str | None,
) -> Iterator[bytes]:
    """Yield the parts of the file; `following` is the address of the next page of a feed."""
    fields = values.one("fields", ())
    if form is Form.CSV:
        return csv_file(items, listing.columns, fields)
    if form is Form.NDJSON:
        return ndjson_file(items, fields)
    query = values.with_cursor(values.one("after"))
    here = call.base_url + call.request.url.path + (f"?{query}" if query else "")
    links = [("self", form.value, here)]
    if following:
        links.append(("next", form.value, following))
    fallback = call.services.as_of()
    entries = (listing.entry(item, fallback) for item in items)
    if form is Form.JSON_FEED:
        return json_feed(entries, base_url=call.base_url, title=listing.title, links=links)
    return atom_feed(
        entries,
        base_url=call.base_url,
        key=feed_id(call.base_url, listing.resource, values.pairs),
        title=listing.title,
        links=links,
        fallback=fallback,
    )
