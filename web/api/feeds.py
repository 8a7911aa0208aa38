"""Atom feeds (RFC 4287) of lists of components, with ids that never change."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import chain
from typing import Final
from urllib.parse import urlencode, urlsplit

from web.api.parameters import Pairs
from web.api.structs import ComponentItem

# The year from which the ids are minted (RFC 4151): part of them, so it never changes.
TAG_DATE: Final = "2025"
TITLE: Final = "Public Code Registry"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag_id(base_url: str, specific: str) -> str:
    """Return a `tag:` id under the host name of this registry."""
    return f"tag:{urlsplit(base_url).hostname or 'localhost'},{TAG_DATE}:{specific}"


def feed_id(base_url: str, pairs: Pairs) -> str:
    """Return the id of a feed: the same question has the same id, in whatever order it is asked."""
    asked = sorted({pair for pair in pairs if pair[0] not in {"after", "limit"}})
    return tag_id(base_url, f"components?{urlencode(asked)}" if asked else "components")


def atom_feed(
    items: Iterator[ComponentItem],
    *,
    base_url: str,
    pairs: Pairs,
    links: Sequence[tuple[str, str, str]],
    fallback: datetime,
) -> Iterator[bytes]:
    """Yield a feed; `links` are (relation, media type, URL).

    The feed is as new as the newest of its first hundred entries, `fallback` when it has none.
    """
    first = [item for _, item in zip(range(100), items, strict=False)]
    newest = max((_changed(item, fallback) for item in first), default=fallback)
    words = dict(pairs).get("q", "")
    yield _head(TITLE + (f": {words}" if words else ""), feed_id(base_url, pairs), newest, links)
    for item in chain(first, items):
        yield _entry(item, base_url, _changed(item, fallback))
    yield b"</feed>\n"


def _changed(item: ComponentItem, fallback: datetime) -> datetime:
    return item.updated_at or item.last_commit_at or fallback


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


def _entry(item: ComponentItem, base_url: str, changed: datetime) -> bytes:
    lines = [
        "<entry>",
        _element("title", item.name.value),
        _element("id", tag_id(base_url, f"component/{item.slug}")),
        _element("updated", _time(changed)),
        _link("alternate", "text/html", item.html_url),
    ]
    if item.repository_url.startswith(("https://", "http://")):
        lines.append(_link("related", "text/html", item.repository_url))
    if item.organisation:
        lines.append(f"<author>{_element('name', item.organisation.name)}</author>")
    if item.description:
        lines.append(_element("summary", item.description.value))
    terms = (("country", item.country), ("licence", item.licence), ("language", item.language))
    lines += [
        f'<category scheme="{_text(tag_id(base_url, scheme))}" term="{_text(term)}"/>'
        for scheme, term in terms
        if term
    ]
    return "\n".join((*lines, "</entry>", "")).encode()


def _element(name: str, value: str) -> str:
    return f"<{name}>{_text(value)}</{name}>"


def _link(relation: str, media: str, url: str) -> str:
    return f'<link rel="{relation}" type="{media}" href="{_text(url)}"/>'


def _text(value: str) -> str:
    """Return text as it stands in XML; characters that XML has not become U+FFFD."""
    return escape(_NOT_XML.sub("�", value))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
