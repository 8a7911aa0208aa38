"""Parts of a file: one range of bytes as RFC 9110 §14 has it.

Several ranges at once, other units and what makes no sense are passed over, as the standard allows:
the answer is then the whole file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_ONE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.ASCII | re.IGNORECASE)
_CHUNK: Final = 256 * 1024


class Span(NamedTuple):
    """A part of a file: the place of its first byte, and how many there are (0: none is there)."""

    first: int
    length: int

    def content_range(self, size: int) -> str:
        """Return the header that says which part of how many bytes it is."""
        if not self.length:
            return f"bytes */{size}"
        return f"bytes {self.first}-{self.first + self.length - 1}/{size}"


def asked_span(header: str | None, if_range: str | None, *, size: int, tag: str) -> Span | None:
    """Return the part of a file that is asked for, `None` for all of it.

    `tag` is its strong entity tag: with another one in `If-Range` the whole file is wanted. A part
    with no byte cannot be had, and is answered with 416.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or (if_range is not None and if_range.strip() != tag):
        return None
    first, last = found.groups()
    if not first:
        return None if not last else _last(int(last), size)
    if last and int(last) < int(first):
        return None
    end = min(int(last), size - 1) if last else size - 1
    return Span(int(first), max(0, end - int(first) + 1))


def _last(count: int, size: int) -> Span:
    length = min(count, size)
    return Span(size - length, length)


def part_of(path: Path, span: Span) -> Iterator[bytes]:
    """Yield the bytes of a part; the file is open before the first of them is asked for."""
    source = path.open("rb")
    source.seek(span.first)

    def chunks() -> Iterator[bytes]:
        left = span.length
        with source:
            while left and (chunk := source.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk

    return chunks()
