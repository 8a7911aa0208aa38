"""The worker that reads the answers of a peer inside the sandbox: bytes in, records out.

It is started as `python -m crawlers.peers.worker`, takes one `Request` as MessagePack on standard
input and writes one `Batch` to standard output. It opens no socket and writes no file.
"""

import sys
from typing import Any

import msgspec

from crawlers.metadata.json_guard import UnreadableJson
from registry.domain.peers import Batch, joined

MAX_ANSWER = 8 * 1024 * 1024
# What hostile content is known to raise from parsers deep below; anything else is a defect.
_FAULTS = (ValueError, LookupError, ArithmeticError, RecursionError, MemoryError, TypeError)


class Answer(msgspec.Struct, frozen=True):
    """One answer of a peer: where it was read, or the name of the file, and its bytes."""

    read_from: str
    body: bytes


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
    from crawlers.peers import software_catalog

    found = [
        software_catalog.read(answer.body, max_bytes=MAX_ANSWER, only=request.only)
        for answer in request.answers
    ]
    return joined(found)


def main() -> None:
    """Answer the one request on standard input."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(read(request)))


if __name__ == "__main__":
    main()
