"""Pages kept for other visitors: rendered once for each state of the data, for a minute at most.

A page is served from memory only while the database shows exactly what it showed when the page was
made; so what was taken down, erased or objected to is gone with the next request, whichever process
wrote it. See docs/decisions/0016.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from registry.errors import Unavailable

FOR_ALL: Final = b"public, max-age=60"
"""The `Cache-Control` of answers that anybody may keep; only these are kept here."""
SECONDS: Final = 60.0
LARGEST: Final = 1024 * 1024
_OF_BODIES: Final = frozenset({b"content-length", b"content-encoding", b"content-type"})
PERSONAL: Final = frozenset({b"authorization", b"cookie", b"range"})

Key = tuple[bytes, bytes, bool]
Headers = tuple[tuple[bytes, bytes], ...]


class KeptPage(NamedTuple):
    """An answer with status 200, and of which state of the data it tells; `made` in seconds."""

    state: str
    made: float
    headers: Headers
    body: bytes


class PageCache:
    """Pages by address and encoding; the least recently asked for goes first. One event loop."""

    def __init__(self, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most_bytes = most_bytes
        self._clock = clock
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key, state: str) -> tuple[KeptPage, int] | None:
        """Return a page that is still true, and its age in seconds."""
        page = self._pages.get(key)
        if page is None:
            return None
        age = self._clock() - page.made
        if page.state != state or age >= SECONDS:
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        return page, int(age)

    def put(self, key: Key, state: str, headers: Headers, body: bytes) -> None:
        """Keep a page, and forget others where there is no room."""
        self._drop(key)
        self._pages[key] = KeptPage(state, self._clock(), headers, body)
        self._bytes += len(body)
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self._bytes -= len(page.body)

    def __len__(self) -> int:
        return len(self._pages)


class KeptPages(ASGIMiddleware):
    """Answers visitors without cookie or token from the cache, and keeps what all may see.

    `data_state` returns a text that is another one as soon as readers may see something else.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, cache: PageCache, data_state: Callable[[], str]) -> None:
        self._cache = cache
        self._data_state = data_state

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Handle one request."""
        key = _key(scope)
        # Read before the page is made: what is written meanwhile must not count as seen.
        state = await self._state() if key is not None else None
        if key is None or state is None:
            await next_app(scope, receive, send)
        elif (found := self._cache.get(key, state)) is not None:
            await _answer(scope, send, *found)
        else:
            copy = _Copy(send)
            await next_app(scope, receive, copy)
            if copy.is_for_all:
                self._cache.put(key, state, copy.headers, bytes(copy.body))

    async def _state(self) -> str | None:
        try:
            return await asyncio.to_thread(self._data_state)
        except Unavailable:
            return None


class _Copy:
    """Passes an answer on, and keeps a copy of one that anybody may keep."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.headers: Headers = ()
        self.body = bytearray()
        self.is_for_all = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.headers = tuple((name.lower(), value) for name, value in message["headers"])
            named = dict(self.headers)
            self.is_for_all = (
                message["status"] == HTTP_200_OK
                and named.get(b"cache-control") == FOR_ALL
                and named.get(b"content-type", b"").startswith(b"text/html")
                and b"set-cookie" not in named
            )
        elif message["type"] == "http.response.body" and self.is_for_all:
            self.body += message["body"]
            self.is_for_all = len(self.body) <= LARGEST
        await self._send(message)


def _key(scope: Scope) -> Key | None:
    """Return under what an answer is kept; None where it may be of this visitor alone."""
    headers = dict(scope["headers"])
    if scope.get("method") != "GET" or not PERSONAL.isdisjoint(headers):
        return None
    takes_gzip = b"gzip" in headers.get(b"accept-encoding", b"")
    return scope["raw_path"], scope["query_string"], takes_gzip


async def _answer(scope: Scope, send: Send, page: KeptPage, age: int) -> None:
    """Send a kept page, or 304 to who has it (RFC 9110, 13.1.2), with its `Age` (RFC 9111, 5.1)."""
    headers = [*page.headers, (b"age", str(age).encode())]
    known = dict(scope["headers"]).get(b"if-none-match", b"").split(b",")
    if dict(page.headers).get(b"etag") in {tag.strip() for tag in known}:
        headers = [pair for pair in headers if pair[0] not in _OF_BODIES]
        status, body = HTTP_304_NOT_MODIFIED, b""
    else:
        status, body = HTTP_200_OK, page.body
    start: Any = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
