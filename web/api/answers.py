"""Answers: JSON with a strong entity tag, 304 for what the client already has."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.response import Stream
from msgspec import Struct

from web.api.negotiation import Form

CACHE: Final = "public, max-age=60"
# An export is put aside whole before it is sent: in memory up to here, then on disk.
SPOOL_BYTES: Final = 1024 * 1024
CHUNK: Final = 64 * 1024


class Spool(SpooledTemporaryFile[bytes]):
    """A file that is closed by itself where nobody reads it: a HEAD, a client that went away."""

    def __del__(self) -> None:
        self.close()


def encoded(value: Any) -> bytes:
    """Return JSON; a lone surrogate in crawled text becomes U+FFFD instead of an error."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean(msgspec.to_builtins(value)))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def selected(item: Struct, fields: tuple[str, ...]) -> Any:
    """Return an item with the chosen top-level fields alone; all of them when none are chosen."""
    return {name: getattr(item, name) for name in fields} if fields else item


def cache_headers(tag: str, last_modified: datetime | None) -> dict[str, str]:
    """Return the headers by which an answer can be kept and asked for again."""
    found = {"ETag": tag, "Cache-Control": CACHE, "Vary": "Accept"}
    if last_modified is not None:
        found["Last-Modified"] = format_datetime(last_modified, usegmt=True)
    return found


def is_held(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the client has this very content (weak comparison, RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    tags = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in tags or "*" in tags


def tag_of(digest: str) -> str:
    """Return the strong entity tag of content with this hash."""
    return f'"{digest[:32]}"'


def whole_answer(
    content: bytes,
    form: Form,
    *,
    if_none_match: str | None,
    last_modified: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """Answer with content that is in memory."""
    tag = tag_of(hashlib.sha256(content).hexdigest())
    told = cache_headers(tag, last_modified) | dict(headers or {})
    if is_held(if_none_match, tag):
        return Response(b"", status_code=304, media_type=form, headers=told)
    return Response(content, media_type=form, headers=told)


def spooled_answer(
    parts: Iterator[bytes],
    form: Form,
    *,
    if_none_match: str | None,
    last_modified: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """Answer with content that may be large: a failure half-way is an error, never half a file."""
    spool = Spool(max_size=SPOOL_BYTES)
    try:
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
            spool.write(part)
    except BaseException:
        spool.close()
        raise
    tag = tag_of(digest.hexdigest())
    told = cache_headers(tag, last_modified) | dict(headers or {})
    if is_held(if_none_match, tag):
        spool.close()
        return Response(b"", status_code=304, media_type=form, headers=told)
    spool.seek(0)
    return Stream(Sent(spool), media_type=form, headers=told)


class Sent:
    """The content of a spool, once; it is closed at the end, or when the client goes away."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = b"" if self._spool.closed else self._spool.read(CHUNK)
        if not chunk:
            self._spool.close()
            raise StopIteration
        return chunk

    def __del__(self) -> None:
        self._spool.close()
