"""The text of a proof: read strictly, written in one form only, with its digest and its key.

The one form is that of RFC 8785 for what a proof may hold: objects with sorted ASCII names, texts,
whole numbers, true and false.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_NUMBER: Final = 2**53 - 1


class Malformed(ValueError):
    """The bytes are no proof; the text says why."""


def read_json(data: bytes, limit: int = MAX_BYTES) -> Any:
    """Return a JSON document without names twice, fractions, or numbers out of range."""
    if len(data) > limit:
        raise Malformed(f"larger than {limit} bytes")
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_refused,
            parse_constant=_refused,
            parse_int=_whole,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("a name stands twice in one object")
    return found


def _refused(text: str) -> Any:
    raise Malformed(f"{text[:40]} is no whole number")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_NUMBER:
        raise Malformed(f"{text[:40]} is out of range")
    return int(text)


def canonical(value: Any) -> bytes:
    """Return the one form of a document; raises `Malformed` for text that is no Unicode."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("a text holds half a character") from error


def digest(proof: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a proof in its one form, without the field `digest`."""
    return hashlib.sha256(
        canonical({name: value for name, value in proof.items() if name != "digest"})
    ).hexdigest()


def evidence_key(kind: str, origin: str, reuser: str, locator: str) -> str:
    """Return the key that a proof must have; `origin` is a URL, or `source:` and a short name."""
    text = "\n".join((kind, origin, reuser, locator))
    return f"ev_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}"
