"""One child process: started, fed, read with caps, killed as a group, always reaped."""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from crawlers.sandbox.kinds import KINDS, Kind, Limits
from crawlers.sandbox.levels import Level, command, level, python_path
from registry.errors import CrawlFailure
from registry.settings import CrawlSettings

_CHUNK: Final = 65536
_EXIT_POLL_SECONDS: Final = 0.005
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OUT_OF_MEMORY = re.compile(r"(?mi)^(?!remote:).*(MemoryError|out of memory|cannot allocate)")
# How the kernel ends a program that reaches a limit; every other signal is a crash.
_SIGNALS: Final = {
    signal.SIGXCPU: ("timeout", "the limit of processor time is reached"),
    signal.SIGXFSZ: ("too_large", "the limit of file size is reached"),
    signal.SIGKILL: ("memory", "the system ended the process"),
}


class Result(Struct, frozen=True):
    """How a child ended by itself: its exit code (0 is success) and what it wrote.

    `stderr` is the capped end of its error output, without control characters.
    """

    exit_code: int
    stdout: bytes
    stderr: str


def run(
    kind: Kind,
    argv: Sequence[str],
    stdin: bytes = b"",
    limits: Limits | None = None,
    *,
    chosen: Level | None = None,
    readable: Sequence[Path] = (),
    writable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    socket: Path | None = None,
) -> Result:
    """Run one child to its end.

    `limits` replaces those of the kind, `chosen` the level (by default the stricter one that
    works). At level `strict` only the system, Python, this project, `readable` (read-only) and
    `writable` folders exist for it. `environment` is added to the clean one.

    Raises `CrawlFailure`: timeout (wall or processor time), memory, too_large (output or file),
    crashed (any other signal). A child that exits by itself, with any code, is a `Result`.
    """
    bounds = limits or KINDS[kind]
    mode = chosen or level(CrawlSettings())
    if len(stdin) > bounds.stdin_bytes:
        raise CrawlFailure("too_large", f"{len(stdin)} bytes of input for {kind}")
    clean = _environment() | dict(environment or {})
    whole = command(
        argv,
        bounds,
        mode,
        environment=clean,
        readable=readable,
        writable=writable,
        socket=socket,
    )
    with subprocess.Popen(
        whole,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean,
        cwd="/",
        start_new_session=True,
    ) as process:
        try:
            pump = _Pump(process, stdin, bounds)
            pump.run()
        finally:
            # The leader is not reaped yet, so the number still names our group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return _judged(process.returncode, bytes(pump.stdout), shown_text(pump.stderr))


def shown_text(raw: bytes | bytearray) -> str:
    """Return foreign text that is safe to store and show: UTF-8 without control characters."""
    return _CONTROL.sub("", raw.decode("utf-8", "replace").replace("\r", "\n"))


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "PYTHONPATH": python_path(),
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _judged(code: int, stdout: bytes, stderr: str) -> Result:
    # Wrappers report signal n as 128 + n; git itself exits with 128 and 129, which are not meant.
    number = -code if code < 0 else code - 128
    if number in {s.value for s in signal.Signals} - {signal.SIGHUP}:
        name = signal.Signals(number).name
        raise CrawlFailure(*_SIGNALS.get(signal.Signals(number), ("crashed", name)))
    if code != 0 and _OUT_OF_MEMORY.search(stderr):
        raise CrawlFailure("memory", "the limit of memory is reached")
    return Result(code, stdout, stderr)


class _Pump:
    """Moves bytes between the parent and the child's pipes until the child ends or must end."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes, limits: Limits) -> None:
        self._process = process
        self._rest = memoryview(stdin)
        self._limits = limits
        self._deadline = time.monotonic() + limits.wall_seconds
        self.stdout = bytearray()
        self.stderr = bytearray()

    def run(self) -> None:
        """Return when the child has exited (not yet reaped); raise when it must be killed."""
        with selectors.DefaultSelector() as selector:
            for stream, event in self._streams():
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, event)
            while selector.get_map():
                for key, _ in selector.select(self._left()):
                    stream = key.fileobj  # type: ignore[assignment]
                    if not self._moved(stream):
                        selector.unregister(stream)
                        stream.close()
        self._await_exit()

    def _streams(self) -> list[tuple[IO[bytes], int]]:
        process = self._process
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the child was started without pipes")
        return [
            (process.stdin, selectors.EVENT_WRITE),
            (process.stdout, selectors.EVENT_READ),
            (process.stderr, selectors.EVENT_READ),
        ]

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise CrawlFailure("timeout", f"more than {self._limits.wall_seconds:g} seconds")
        return left

    def _moved(self, stream: IO[bytes]) -> bool:
        """Move one chunk; False when this pipe is done."""
        if stream is self._process.stdin:
            return self._fed(stream)
        try:
            data = os.read(stream.fileno(), _CHUNK)
        except BlockingIOError:
            return True
        if stream is self._process.stdout:
            self.stdout += data
            if len(self.stdout) > self._limits.stdout_bytes:
                raise CrawlFailure(
                    "too_large", f"more than {self._limits.stdout_bytes} bytes of output"
                )
        else:
            self.stderr += data
            del self.stderr[: -self._limits.stderr_bytes]
        return bool(data)

    def _fed(self, stream: IO[bytes]) -> bool:
        try:
            written = os.write(stream.fileno(), self._rest[:_CHUNK]) if self._rest else 0
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        self._rest = self._rest[written:]
        return bool(self._rest)

    def _await_exit(self) -> None:
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while os.waitid(os.P_PID, self._process.pid, flags) is None:
            time.sleep(min(_EXIT_POLL_SECONDS, self._left()))
