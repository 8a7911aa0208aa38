"""An open-loop load generator: requests leave on time, whether or not answers come back.

The time of a request counts from when it was due, so a server that stalls is charged for all the
requests that waited meanwhile (the "coordinated omission" of closed loops; Gil Tene, "How NOT to
Measure Latency"). Loopback only; HTTP/1.1 with connections kept alive.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE_SECONDS = 10.0
_MOST_IN_FLIGHT = 500
_LONGEST_BODY = 16 * 1024 * 1024


@dataclass
class Answers:
    """Milliseconds of the requests that were answered with 200, and why the others were not."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Answers") -> None:
        self.milliseconds += other.milliseconds
        self.errors += other.errors

    def percentile(self, percent: int) -> float:
        """Return a percentile in milliseconds, infinite when nothing was answered."""
        if len(self.milliseconds) < 2:
            return float("inf")
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def load(port: int, paths: Sequence[str], *, rate: float, seconds: float) -> dict[str, Answers]:
    """Ask for the paths in turn, `rate` a second; return the answers by path."""
    return asyncio.run(_load(port, paths, rate, seconds))


async def _load(port: int, paths: Sequence[str], rate: float, seconds: float) -> dict[str, Answers]:
    pool = _Connections(port)
    answers = {path: Answers() for path in paths}
    waiting: set[asyncio.Task[None]] = set()
    begin = time.perf_counter()
    for number in range(round(rate * seconds)):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        path = paths[number % len(paths)]
        if len(waiting) >= _MOST_IN_FLIGHT:
            answers[path].errors.append("too many in flight")
            continue
        task = asyncio.create_task(_ask(pool, path, due, answers[path]))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    if waiting:
        await asyncio.wait(waiting)
    pool.close()
    return answers


async def _ask(pool: "_Connections", path: str, due: float, answers: Answers) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = await pool.get(path)
    except (OSError, EOFError, ValueError) as error:  # a TimeoutError is an OSError
        answers.errors.append(type(error).__name__)
        return
    if status == 200:
        answers.milliseconds.append((time.perf_counter() - due) * 1000)
    else:
        answers.errors.append(str(status))


class _Connections:
    """Idle connections to one server; a new one is opened when none is idle."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, path: str) -> int:
        """Return the status of an answer that was read to its end."""
        reader, writer = self._idle.pop() if self._idle else await self._open()
        whole = False
        try:
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n"
                "Accept: text/html,application/json\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            status, stays = await _answer(reader)
            whole = stays
        finally:
            if whole:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return status

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(HOST, self._port, limit=1024 * 1024)

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read one answer; return its status and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        await _chunks(reader)
    else:
        length = int(headers["content-length"])
        if length > _LONGEST_BODY:
            raise ValueError("a body of this size is not read")
        await reader.readexactly(length)
    return int(first.split(" ")[1]), headers.get("connection") != "close"


async def _chunks(reader: asyncio.StreamReader) -> None:
    read = 0
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        read += size
        if read > _LONGEST_BODY:
            raise ValueError("a body of this size is not read")
        await reader.readexactly(size + 2)
    await reader.readuntil(b"\r\n")
