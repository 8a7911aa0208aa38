"""The HTTP client of the egress: bounded in bytes and in time, with its own redirects."""

import asyncio
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

import httpcore2
from msgspec import Struct

from crawlers.egress.addresses import Resolver
from crawlers.egress.connections import Dialler, PinnedBackend, is_tls_error
from crawlers.egress.loop import LoopThread
from crawlers.egress.urls import Target, allowed_hosts, check_url
from registry.errors import BlockedUrl, CrawlFailure
from registry.settings import CrawlSettings

MAX_BYTES: Final = 5 * 1024 * 1024
TOTAL_SECONDS: Final = 60.0
MAX_REDIRECTS: Final = 3
READ_SECONDS: Final = 15.0

_BROKEN_OFF = re.compile("Server disconnected|peer closed connection")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# What may go along to another origin; everything else might be a credential.
_HARMLESS: Final = frozenset({"accept", "accept-language", "content-type"})


class Response(Struct, frozen=True):
    """An answer: status, headers (lower-case keys, repeats joined by commas), whole body, and
    the URL that gave it, after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Egress:
    """A synchronous HTTP client that reaches public hosts only, safe to share between threads.

    `resolver` replaces the system's name resolution; `tls` the default trust in certificates.
    """

    def __init__(
        self,
        settings: CrawlSettings,
        *,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.allow = allowed_hosts(settings.allow_hosts)
        self.dialler = Dialler(resolver, self.allow)
        self.loop = LoopThread()
        self._agent = user_agent(settings.contact)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or httpcore2.default_ssl_context(),
            network_backend=PinnedBackend(self.dialler),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
        )

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Response:
        """Ask for a document; see `request`."""
        return self.request(
            "GET", url, headers=headers, max_bytes=max_bytes, total_seconds=total_seconds
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        follow: bool = True,
    ) -> Response:
        """Send one request, follow up to three redirects, and return the answer of any status.

        Without `follow` a redirect is an answer like any other.

        `max_bytes` bounds the body on the wire and decoded, `total_seconds` the whole exchange.
        Raises `CrawlFailure` with a code of `registry.domain.crawl`: blocked_url,
        blocked_address, dns_failed, connect_failed, tls_failed, redirect_refused, too_large,
        too_slow or malformed.
        """
        try:
            target = check_url(url, self.allow)
        except BlockedUrl as error:
            raise CrawlFailure("blocked_url", str(error)) from error
        asked = _Asked(method.upper(), target, _lower(headers), body)
        exchange = partial(self._followed, asked, max_bytes, follow=follow)
        return self.loop.run(self._bounded(exchange, target.host, total_seconds))

    def close(self) -> None:
        """Close every connection and end the thread; harmless when repeated."""
        if not self.loop.closed:
            self.loop.run(self._pool.aclose())
        self.loop.close()
        self.dialler.close()

    async def _bounded(
        self, exchange: Callable[[], Coroutine[Any, Any, Response]], host: str, seconds: float
    ) -> Response:
        try:
            async with asyncio.timeout(seconds):
                return await exchange()
        except (TimeoutError, httpcore2.TimeoutException) as error:
            raise CrawlFailure("too_slow", host, retryable=True) from error
        except httpcore2.NetworkError as error:
            reason = "tls_failed" if is_tls_error(error) else "connect_failed"
            raise CrawlFailure(reason, host, retryable=reason == "connect_failed") from error
        except httpcore2.ProtocolError as error:
            if _BROKEN_OFF.search(str(error)):
                raise CrawlFailure("connect_failed", host, retryable=True) from error
            raise CrawlFailure("malformed", host) from error

    async def _followed(self, asked: "_Asked", max_bytes: int, *, follow: bool) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._once(asked, max_bytes)
            location = response.headers.get("location")
            if not (follow and location) or response.status not in _REDIRECTS:
                return response
            asked = _redirected(asked, response.status, location, self.allow)
        raise CrawlFailure("redirect_refused", f"more than {MAX_REDIRECTS} redirects")

    async def _once(self, asked: "_Asked", max_bytes: int) -> Response:
        target = asked.target
        sent = {"accept": "*/*", "user-agent": self._agent, **asked.headers}
        # Fixed last, so that no caller can change where the request goes or how it is framed.
        sent |= {"host": target.netloc, "accept-encoding": "identity"}
        sent.pop("transfer-encoding", None)
        if asked.body is not None:
            sent["content-length"] = str(len(asked.body))
        request = httpcore2.Request(
            method=asked.method,
            url=httpcore2.URL(
                scheme=target.scheme, host=target.host, port=target.port, target=target.path
            ),
            headers=list(sent.items()),
            content=asked.body or b"",
            extensions={"timeout": {"read": READ_SECONDS, "write": READ_SECONDS, "pool": None}},
        )
        answer = await self._pool.handle_async_request(request)
        try:
            headers = _joined(answer.headers)
            body = await _read(answer.aiter_stream(), headers, max_bytes)
        finally:
            await answer.aclose()
        return Response(answer.status, headers, body, target.url)


class _Asked(Struct, frozen=True):
    method: str
    target: Target
    headers: dict[str, str]
    body: bytes | None


def user_agent(contact: str) -> str:
    """Return the name under which hosts see the crawler, with the operator's contact if any."""
    try:
        name = f"public-code-registry/{version('public-code-registry')}"
    except PackageNotFoundError:  # run from the source tree
        name = "public-code-registry"
    return f"{name} (+{contact})" if contact else name


def _redirected(asked: _Asked, status: int, location: str, allow: frozenset[str]) -> _Asked:
    try:
        target = check_url(urldefrag(urljoin(asked.target.url, location)).url, allow)
    except (BlockedUrl, ValueError) as error:
        raise CrawlFailure("redirect_refused", str(error)) from error
    same = target.origin == asked.target.origin
    if target.allowed and not same:  # only the operator leads to an excepted host, never an answer
        raise CrawlFailure("redirect_refused", "the host redirects to an internal host")
    becomes_get = status in {301, 302, 303} and asked.method not in {"GET", "HEAD"}
    if asked.body is not None and not becomes_get and not same:
        raise CrawlFailure("redirect_refused", "the host redirects a request with a body")
    headers = {k: v for k, v in asked.headers.items() if same or k in _HARMLESS}
    if becomes_get:
        return _Asked("GET", target, headers, None)
    return _Asked(asked.method, target, headers, asked.body)


async def _read(chunks: AsyncIterator[bytes], headers: Mapping[str, str], max_bytes: int) -> bytes:
    """Read a body within its budget on the wire and, where a host compresses unasked, decoded."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip"}:
        raise CrawlFailure("malformed", f"the answer is encoded as {coding[:40]!r}")
    inflater = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body = bytearray()
    on_wire = 0
    async for chunk in chunks:
        on_wire += len(chunk)
        body += _inflated(inflater, chunk, max_bytes + 1 - len(body)) if inflater else chunk
        if max(on_wire, len(body)) > max_bytes:
            raise CrawlFailure("too_large", f"more than {max_bytes} bytes")
    if inflater is not None and body and not inflater.eof:
        raise CrawlFailure("malformed", "the compressed answer is cut short")
    return bytes(body)


def _inflated(inflater: "zlib._Decompress", chunk: bytes, limit: int) -> bytes:
    try:
        return inflater.decompress(chunk, limit)
    except zlib.error as error:
        raise CrawlFailure("malformed", "the compressed answer is damaged") from error


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    lowered = {name.lower(): value for name, value in (headers or {}).items()}
    if any("\r" in part or "\n" in part for pair in lowered.items() for part in pair):
        raise CrawlFailure("blocked_url", "a header holds a line break")
    return lowered


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
