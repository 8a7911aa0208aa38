"""Connections to checked addresses: resolve once, check every answer, connect to one of them."""

import asyncio
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpcore2

from crawlers.egress.addresses import Resolver, is_public, system_resolver
from registry.errors import CrawlFailure

RESOLVE_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
_ADDRESSES_TRIED: Final = 3

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class Dialler:
    """Opens connections for one set of rules: a resolver and the operator's exceptions."""

    def __init__(self, resolver: Resolver | None, allow: frozenset[str]) -> None:
        self._resolver = resolver or system_resolver
        self._allow = allow
        # Own threads: a resolver that hangs must not block anything else.
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

    def allows(self, host: str, port: int) -> bool:
        """Say whether the operator listed this host and port as an exception."""
        return f"{host}:{port}" in self._allow or (host in self._allow and port in {80, 443})

    async def addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host once and return its addresses, every one of them checked.

        Raises `CrawlFailure` with `dns_failed` or, when one answer is private, `blocked_address`.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await loop.run_in_executor(self._threads, self._resolver, host, port)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise CrawlFailure("dns_failed", host, retryable=True) from error
        if not found:
            raise CrawlFailure("dns_failed", host, retryable=True)
        if not self.allows(host, port) and not all(is_public(address) for address in found):
            raise CrawlFailure("blocked_address", host)
        return found

    async def open_to(
        self, addresses: list[str], host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a plain connection to one of the addresses that `addresses` returned."""
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection(address, port)
            except OSError:
                continue
        raise CrawlFailure("connect_failed", host, retryable=True)

    def close(self) -> None:
        """Let the resolver's threads go; none is waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """The HTTP client's network: names become checked addresses here and nowhere else."""

    def __init__(self, dialler: Dialler) -> None:
        self._dialler = dialler
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the library's
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first checked address that answers; TLS still names the host."""
        for address in (await self._dialler.addresses(host, port))[:_ADDRESSES_TRIED]:
            try:
                return await self._plain.connect_tcp(
                    address, port, CONNECT_SECONDS, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise CrawlFailure("connect_failed", host, retryable=True)

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the library's
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the library's
        socket_options: Iterable[SocketOption] | None = None,  # noqa: ARG002 - the library's
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: nothing that is crawled lives behind a Unix socket."""
        raise CrawlFailure("blocked_address", "Unix socket")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def is_tls_error(error: BaseException) -> bool:
    """Say whether a TLS error is somewhere behind an error."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
