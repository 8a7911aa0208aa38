"""What forges say when they refuse what a person's token asks for."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from registry.adoption.port import Refusal

TOKEN: Final = re.compile(r"[\x21-\x7e]{8,500}")
"""What may be a token: it goes into a header."""
TAKEN: Final = re.compile(r"already (?:exists|been taken|forked)|has been taken", re.IGNORECASE)


def refusal_of(status: int, headers: Mapping[str, str], said: str) -> Refusal:
    """Return why a forge did not do what it was asked for."""
    if status == 401:
        return "bad_token"
    is_limit = headers.get("x-ratelimit-remaining") == "0" or "rate limit" in said.lower()
    if status == 429 or (status == 403 and is_limit):
        return "rate_limited"
    if status == 403:
        return "forbidden"
    if status == 404:
        return "not_found"
    if status == 409 or (status in {400, 422} and TAKEN.search(said)):
        return "name_taken"
    return "unavailable" if status >= 500 else "refused"


def said_in(body: bytes) -> str:
    """Return what a forge says of a refusal, in one short plain line.

    GitHub tells the reason below `errors`, and GitLab refuses a token of too small a scope in the
    words of OAuth (RFC 6750).
    """
    found = decoded(body)
    said = [found.get(key) for key in ("message", "error_description", "errors")]
    parts = (x if isinstance(x, str) else msgspec.json.encode(x).decode() for x in said if x)
    plain = "".join(c if c.isprintable() else " " for c in " ".join(parts))
    return plain.strip()[:300]


def decoded(body: bytes) -> dict[str, Any]:
    """Return the JSON object of an answer, empty where it is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
