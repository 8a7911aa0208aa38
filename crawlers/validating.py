"""Validating and composing publiccode.yml files: every byte is parsed in a sandboxed child."""

import sys
import threading
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from crawlers.reading import Run
from crawlers.sandbox import KINDS, Limits
from crawlers.validator import Answer, Request, unreadable
from registry.errors import CrawlFailure, Unavailable
from registry.publishing.port import MAX_FILE_BYTES, Reachability
from registry.publishing.readmodels import Composed, Mended, Stated, Validation

# A file of the largest size takes about 2 s of processor time, and mending it three times that.
LIMITS: Final[Limits] = replace(KINDS["parse"], cpu_seconds=8, wall_seconds=15)
AT_ONCE: Final = 4
WAIT_SECONDS: Final = 20.0
_TOO_LARGE: Final = f"the file is larger than {MAX_FILE_BYTES // 1024} KiB"
_BY_THE_FILE: Final = frozenset({"crashed", "memory", "timeout", "too_large"})


class SandboxedFiles:
    """Reads files in children, a few at a time; what kills the child is said of the file.

    Raises `Unavailable` where too many others wait.
    """

    def __init__(self, run: Run, limits: Limits = LIMITS) -> None:
        self._run = run
        self._limits = limits
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def validate(
        self, data: bytes, *, path: str = "publiccode.yml", reached: Reachability | None = None
    ) -> Validation:
        """Return what is wrong with a file; with `reached` also whether its references exist."""
        request = Request(action="validate", data=data, path=path)
        found = self._validated(request)
        if reached is None or found.status == "unparseable":
            return found
        answers = dict(reached.look(found.references))
        return self._validated(msgspec.structs.replace(request, reached=answers))

    def state(self, data: bytes) -> Stated:
        """Return what a file says, and what is wrong with it."""
        answer = self._ask(Request(action="state", data=data))
        if isinstance(answer, Answer) and answer.stated:
            return answer.stated
        return Stated(validation=_refused(answer))

    def mend(self, data: bytes, *, path: str = "publiccode.yml") -> Mended:
        """Return the file with every certain fix made; one too large to be mended as it is."""
        answer = self._ask(Request(action="mend", data=data, path=path))
        if isinstance(answer, Answer) and answer.mended:
            return answer.mended
        text = data[:MAX_FILE_BYTES].decode("utf-8", "replace")
        return Mended(text=text, made=0, validation=_refused(answer))

    def compose(
        self,
        base: bytes | None,
        values: Mapping[str, Any],
        *,
        path: str = "publiccode.yml",
        renamed: Mapping[str, str] = {},
    ) -> Composed:
        """Return a file that says these values: a new one, or `base` with them changed."""
        request = Request(
            action="compose", data=base or b"", path=path, values=dict(values),
            renamed=dict(renamed),
        )  # fmt: skip
        answer = self._ask(request)
        if isinstance(answer, Answer) and answer.composed:
            return answer.composed
        return Composed(text=(base or b"").decode("utf-8", "replace"), validation=_refused(answer))

    def _validated(self, request: Request) -> Validation:
        answer = self._ask(request)
        found = answer.validation if isinstance(answer, Answer) else None
        return found or _refused(answer)

    def _ask(self, request: Request) -> Answer | str:
        """Return the child's answer, or why there is none."""
        if len(request.data) > MAX_FILE_BYTES:
            return _TOO_LARGE
        if not self._seats.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("too many files are being read: try again in a moment", 10)
        try:
            return self._answer(request)
        except CrawlFailure as failure:
            if failure.reason not in _BY_THE_FILE:
                raise Unavailable(f"the file cannot be read now ({failure.reason})") from failure
            return f"the file could not be read within its limits ({failure.reason})"
        finally:
            self._seats.release()

    def _answer(self, request: Request) -> Answer:
        result = self._run(
            "parse",
            [sys.executable, "-m", "crawlers.validator"],
            stdin=msgspec.msgpack.encode(request),
            limits=self._limits,
            readable=[],
        )
        if result.exit_code != 0:
            raise CrawlFailure("memory" if "MemoryError" in result.stderr else "crashed")
        try:
            return msgspec.msgpack.decode(result.stdout, type=Answer)
        except msgspec.MsgspecError as error:
            raise CrawlFailure("crashed", "the answer cannot be decoded") from error


def _refused(answer: Answer | str) -> Validation:
    words = answer if isinstance(answer, str) else "the file could not be read"
    return unreadable(words)
