"""The worker that reads the answers of a peer inside the sandbox: bytes in, records out.

It is started as `python -m crawlers.peers.worker`, takes one `Request` as MessagePack on standard
input and writes one `Batch` to standard output. It opens no socket and writes no file.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import msgspec

from crawlers.metadata.json_guard import UnreadableJson
from crawlers.peers.answers import Answer
from registry.domain.peers import Batch

MAX_ANSWER = 8 * 1024 * 1024
# What hostile content is known to raise from parsers deep below; anything else is a defect.
_FAULTS = (ValueError, LookupError, ArithmeticError, RecursionError, MemoryError, TypeError)


class Request(msgspec.Struct, frozen=True):
    """What to read, and by which protocol; `only` asks for the record at one position."""

    protocol: str
    answers: tuple[Answer, ...]
    options: dict[str, Any] = {}
    only: int | None = None


def read(request: Request) -> Batch:
    """Return the records of all answers; what cannot be read is a problem in words."""
    try:
        return _read(request)
    except UnreadableJson as error:
        return Batch(problems=(f"{request.answers[0].read_from[:200]}: {error}",))
    except _FAULTS as error:
        name = request.answers[0].read_from[:200]
        return Batch(problems=(f"{name}: not readable ({type(error).__name__})",))


def _read(request: Request) -> Batch:
    """Hand the answers to the reader of the protocol, which is loaded when it is needed."""
    module, _, function = READERS[request.protocol].partition(":")
    reader: Callable[..., Batch] = getattr(import_module(f"crawlers.peers.{module}"), function)
    options: dict[str, Any] = {"max_bytes": MAX_ANSWER}
    if request.protocol in ONE_BY_ONE:
        options["only"] = request.only
    elif request.only:
        return Batch()  # these formats hold one thing, or are read as a whole
    if module == "mapped":
        return reader(request.answers, request.options, **options)
    return reader(request.answers, **options)


READERS: Final[dict[str, str]] = {
    "catalog": "software_catalog:read",
    "nl-register": "nl_register:read",
    "codejson": "inventories:read_code_json",
    "ore": "inventories:read_ore",
    "dpg": "goods:read",
    "scorecard": "quality:read_scorecard",
    "best-practices": "quality:read_badge",
    "fr-repositories": "mapped:read",
    "sill": "mapped:read",
    "mapped": "mapped:read",
}
# Protocols whose records can be read one at a time, when one of them kills the reader.
ONE_BY_ONE: Final = frozenset(
    {"catalog", "nl-register", "codejson", "ore", "fr-repositories", "sill", "mapped"}
)


def main() -> None:
    """Answer the one request on standard input."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(read(request)))


if __name__ == "__main__":
    main()
