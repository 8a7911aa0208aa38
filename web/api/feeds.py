"""Feeds of lists, as Atom (RFC 4287) and as JSON Feed 1.1, with ids that never change."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from registry.domain.text import xml_text
from web.api.answers import encoded
from web.api.parameters import Pairs

# The year from which the ids are minted (RFC 4151): part of them, so it never changes.
TAG_DATE: Final = "2025"
TITLE: Final = "Public Code Registry"
JSON_FEED_VERSION: Final = "https://jsonfeed.org/version/1.1"


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of a feed; `key` is unique below the host, `categories` are (scheme, term)."""

    key: str
    title: str
    updated: datetime
    html_url: str
    related: str | None = None
    author: str | None = None
    summary: str | None = None
    categories: tuple[tuple[str, str], ...] = ()


def tag_id(base_url: str, specific: str) -> str:
    """Return a `tag:` id under the host name of this registry."""
    return f"tag:{urlsplit(base_url).hostname or 'localhost'},{TAG_DATE}:{specific}"


def feed_id(base_url: str, resource: str, pairs: Pairs) -> str:
    """Return the id of a feed: the same question has the same id, in whatever order it is asked."""
    asked = sorted({pair for pair in pairs if pair[0] not in {"after", "limit"}})
    return tag_id(base_url, f"{resource}?{urlencode(asked)}" if asked else resource)


def atom_feed(
    entries: Iterator[Entry],
    *,
    base_url: str,
    key: str,
    title: str,
    links: Sequence[tuple[str, str, str]],
    fallback: datetime,
) -> Iterator[bytes]:
    """Yield a feed; `key` is its id, `title` what it is about, `links` are (relation, media, URL).

    The feed is as new as the newest of its first hundred entries, `fallback` when it has none.
    """
    first = [entry for _, entry in zip(range(100), entries, strict=False)]
    newest = max((entry.updated for entry in first), default=fallback)
    yield _head(TITLE + (f": {title}" if title else ""), key, newest, links)
    for entry in chain(first, entries):
        yield _entry(entry, base_url)
    yield b"</feed>\n"


def json_feed(
    entries: Iterator[Entry], *, base_url: str, title: str, links: Sequence[tuple[str, str, str]]
) -> Iterator[bytes]:
    """Yield a feed; the media type is application/feed+json. Source: JSON Feed 1.1.

    It has neither an id nor a time of its own: `feed_url` is what tells it from others.
    """
    urls = {relation: url for relation, _, url in links}
    head = {
        "version": JSON_FEED_VERSION,
        "title": TITLE + (f": {title}" if title else ""),
        "home_page_url": urls.get("alternate", f"{base_url}/"),
        "feed_url": urls["self"],
        **({"next_url": urls["next"]} if "next" in urls else {}),
        "authors": [{"name": TITLE, "url": f"{base_url}/"}],
    }
    yield encoded(head)[:-1] + b',"items":['
    for number, entry in enumerate(entries):
        yield (b"," if number else b"") + encoded(_item(entry, base_url))
    yield b"]}\n"


def _item(entry: Entry, base_url: str) -> dict[str, Any]:
    item = {
        "id": tag_id(base_url, entry.key),
        "url": entry.html_url,
        "external_url": _web_url(entry.related),
        "title": entry.title,
        "content_text": entry.summary or entry.title,
        "date_modified": _time(entry.updated),
        "authors": [{"name": entry.author}] if entry.author else None,
        "tags": [f"{scheme}:{term}" for scheme, term in entry.categories],
    }
    return {name: value for name, value in item.items() if value}


def _web_url(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None


def _head(title: str, key: str, newest: datetime, links: Sequence[tuple[str, str, str]]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        _element("title", title),
        _element("id", key),
        _element("updated", _time(newest)),
        f"<author>{_element('name', TITLE)}</author>",
        *(_link(*link) for link in links),
    ]
    return "\n".join((*lines, "")).encode()


def _entry(entry: Entry, base_url: str) -> bytes:
    lines = [
        "<entry>",
        _element("title", entry.title),
        _element("id", tag_id(base_url, entry.key)),
        _element("updated", _time(entry.updated)),
        _link("alternate", "text/html", entry.html_url),
    ]
    if related := _web_url(entry.related):
        lines.append(_link("related", "text/html", related))
    if entry.author:
        lines.append(f"<author>{_element('name', entry.author)}</author>")
    if entry.summary:
        lines.append(_element("summary", entry.summary))
    lines += [
        f'<category scheme="{xml_text(tag_id(base_url, scheme))}" term="{xml_text(term)}"/>'
        for scheme, term in entry.categories
    ]
    return "\n".join((*lines, "</entry>", "")).encode()


def _element(name: str, value: str) -> str:
    return f"<{name}>{xml_text(value)}</{name}>"


def _link(relation: str, media: str, url: str) -> str:
    return f'<link rel="{relation}" type="{media}" href="{xml_text(url)}"/>'


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
