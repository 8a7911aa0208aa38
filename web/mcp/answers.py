"""The shape of answers: small, with the fence explained, and with links to the web pages.

An answer is at most 4 KB, links included, as what agents read costs their context. Where more was
found there are fewer items, and a cursor.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

MOST_BYTES: Final = 4096
PARTS: Final = (1, 2, 4, 8)
T = TypeVar("T")


class PageLink(Struct, frozen=True):
    """A page of this registry for people: its address and what it shows."""

    url: str
    title: str


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every answer may hold: how to read fenced text, and where to go on."""

    untrusted: str = ""
    next_cursor: str = ""
    next_step: str = ""


class Found(Struct, frozen=True):
    """An answer as it is sent, and the pages that it is about."""

    content: dict[str, Any]
    links: tuple[PageLink, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes it takes as text with its links."""
        links = sum(len(x.url.encode()) + len(x.title.encode()) + 60 for x in self.links)
        return len(msgspec.json.encode(self.content)) + links


def chosen(item: Struct, fields: Sequence[str], always: Sequence[str]) -> Any:
    """Return an item with the chosen fields alone, all of them where none is chosen.

    The fields of `always` are there whatever was chosen.
    """
    if not fields:
        return item
    kept = {*fields, *always}
    names = item.__struct_fields__
    return msgspec.structs.replace(
        item, **{name: _default(item, name) for name in names if name not in kept}
    )


def _default(item: Struct, name: str) -> Any:
    known = {x.name: x for x in msgspec.structs.fields(item)}[name]
    factory = known.default_factory
    return factory() if callable(factory) else known.default


def fitted(
    fetch: Callable[[int], tuple[Sequence[T], str | int | None]],
    make: Callable[[Sequence[T], str | int | None], Found],
    limit: int,
) -> Found:
    """Return the answer with as many items as fit into it.

    `fetch` returns at most so many items and the place of the next one, `make` their answer.
    """
    items, following = fetch(limit)
    answer = make(items, following)
    count = len(items)
    while answer.size > MOST_BYTES and count > 1:
        count -= 1
        answer = make(items[:count], "…")
    if count == len(items):
        return answer
    items, following = fetch(count)
    return make(items, following)


def shrunk(make: Callable[[int], Found]) -> Found:
    """Return an answer that has no items: where it is too large, with half of each text, and on."""
    for part in PARTS:
        answer = make(part)
        if answer.size <= MOST_BYTES:
            break
    return answer
