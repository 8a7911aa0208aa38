"""The proxy between one git job and the one host that it may reach.

git has no address rule and no byte budget of its own, so it gets no other way out: every
connection passes here, goes to an address that the egress checked and pinned, and is counted.
"""

import asyncio
import base64
import contextlib
import hmac
import re
import secrets
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from crawlers.egress import Egress, Target
from registry.errors import CrawlFailure

_HEAD_BYTES: Final = 65536
_HEAD_SECONDS: Final = 10.0
_CHUNK: Final = 65536
_REQUEST = re.compile(rb"([A-Z]{3,10}) (\S{1,8192}) HTTP/1\.[01]")
# Headers that speak to the proxy, or that would keep a plain connection open for a second,
# unchecked request.
_HOP_HEADERS: Final = (b"proxy-", b"connection:", b"keep-alive:")


class GitProxy:
    """A proxy for one job; use it as a context manager, from any thread.

    It accepts `CONNECT <host>:<port>` for the job's own target and, where the operator allows the
    target with plain http, absolute-form requests for it. Each needs the job's random credential.
    After `budget` bytes from the host, or `seconds` on one connection, it cuts the connection.
    With `folder` it listens on the Unix socket `folder/proxy`, else on a port of the loopback.
    """

    def __init__(
        self,
        egress: Egress,
        target: Target,
        *,
        budget: int,
        seconds: float,
        folder: Path | None = None,
    ) -> None:
        self._egress = egress
        self._target = target
        self._budget = budget
        self._seconds = seconds
        self._secret = secrets.token_urlsafe(24)
        self._pinned: list[str] | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.socket = folder / "proxy" if folder else None
        self.port = 0
        self.received = 0
        self.failure: CrawlFailure | None = None

    @property
    def credential(self) -> str:
        """The `user:password` that git must show."""
        return f"git:{self._secret}"

    def __enter__(self) -> Self:
        self._egress.loop.run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._egress.loop.run(self._shut())

    async def _listen(self) -> None:
        if self.socket:
            self._server = await asyncio.start_unix_server(
                self._accepted, str(self.socket), limit=_HEAD_BYTES
            )
        else:
            self._server = await asyncio.start_server(
                self._accepted, "127.0.0.1", 0, limit=_HEAD_BYTES
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            async with asyncio.timeout(self._seconds):
                await self._served(reader, writer)
        except CrawlFailure as failure:
            self.failure = self.failure or failure
        except TimeoutError:
            self.failure = self.failure or CrawlFailure("too_slow", retryable=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # git or the host went away: git's own words tell what that meant
        except asyncio.CancelledError:
            pass  # only `_shut` cancels; Python 3.11 would log a cancelled handler as an error
        finally:
            writer.close()

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        try:
            first = self._first_bytes(head)
            outer_reader, outer_writer = await self._connected()
        except CrawlFailure as failure:
            self.failure = self.failure or failure  # before git learns of it, and ends
            status = b"403" if failure.reason.startswith("blocked") else b"502"
            writer.write(b"HTTP/1.1 " + status + b" refused\r\nContent-Length: 0\r\n\r\n")
            with contextlib.suppress(OSError):
                await writer.drain()
            raise
        try:
            if first:
                outer_writer.write(first)
            else:
                writer.write(b"HTTP/1.1 200 connected\r\n\r\n")
            await self._joined(reader, outer_writer, outer_reader, writer)
        finally:
            outer_writer.close()

    def _first_bytes(self, head: bytes) -> bytes:
        """Check a request; return what to send on (nothing for a tunnel), or raise."""
        line, *headers = head[:-4].split(b"\r\n")
        match = _REQUEST.fullmatch(line)
        if not match or not self._authorised(headers):
            raise CrawlFailure("blocked_url", "not a request of this job")
        method, wanted = match.groups()
        target = self._target
        host = f"[{target.host}]" if ":" in target.host else target.host
        if method == b"CONNECT" and target.scheme == "https":
            if wanted.lower() == f"{host}:{target.port}".encode():
                return b""
        elif target.scheme == "http" and target.allowed and method in {b"GET", b"POST"}:
            origin = target.origin.encode()
            if wanted.startswith(origin + b"/"):
                return _plain(method, wanted[len(origin) :], headers)
        raise CrawlFailure("blocked_url", "git asked for another host than the job's")

    def _authorised(self, headers: list[bytes]) -> bool:
        wanted = b"basic " + base64.b64encode(self.credential.encode())
        for header in headers:
            name, _, value = header.partition(b":")
            if name.lower() == b"proxy-authorization":
                shown = value.strip()
                return hmac.compare_digest(shown[:6].lower() + shown[6:], wanted)
        return False

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._target.host, self._target.port
        dialler = self._egress.dialler
        if self._pinned is None:
            self._pinned = await dialler.addresses(host, port)
        return await dialler.open_to(self._pinned, host, port)

    async def _joined(
        self,
        inner_reader: asyncio.StreamReader,
        outer_writer: asyncio.StreamWriter,
        outer_reader: asyncio.StreamReader,
        inner_writer: asyncio.StreamWriter,
    ) -> None:
        sending = asyncio.create_task(_copied(inner_reader, outer_writer))
        try:
            while data := await outer_reader.read(_CHUNK):
                self.received += len(data)
                if self.received > self._budget:
                    raise CrawlFailure("too_large", f"more than {self._budget} bytes")
                inner_writer.write(data)
                await inner_writer.drain()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()


def _plain(method: bytes, path: bytes, headers: list[bytes]) -> bytes:
    kept = [header for header in headers if not header.lower().startswith(_HOP_HEADERS)]
    lines = [method + b" " + path + b" HTTP/1.1", *kept, b"Connection: close", b"", b""]
    return b"\r\n".join(lines)
