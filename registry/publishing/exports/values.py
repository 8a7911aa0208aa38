"""Small rules that several formats share: clean text, licences, addresses, days."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from registry.domain.text import REPLACEMENT

# What YAML and XML cannot hold, or what steers terminals: controls, halves of characters.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_RETURN: Final = re.compile(r"\r\n?")
_LICENCE_ID: Final = re.compile(r"[A-Za-z0-9.+-]+", re.ASCII)
_URN: Final = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{1,31}:[A-Za-z0-9._~:/@!$&'()*+,;=%-]+")
_EITHER: Final = re.compile(r"\s+OR\s+")


def clean(value: Any) -> Any:
    """Return a JSON-like value whose texts every format can hold; the rest becomes U+FFFD."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub(REPLACEMENT, _RETURN.sub("\n", value))
    if isinstance(value, Mapping):
        return {clean(str(key)): clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list | tuple) else value


def known(**values: Any) -> dict[str, Any]:
    """Return the values that are known: nothing empty, no `None`; `False` and 0 are known."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, ())}


def alternatives(expression: str | None) -> tuple[str, ...]:
    """Return the SPDX ids of which any one may be chosen; none where the expression says more."""
    parts = _EITHER.split((expression or "").strip())
    plain = all(_LICENCE_ID.fullmatch(part) for part in parts)
    return tuple(dict.fromkeys(parts)) if plain else ()


def licence_url(licence_id: str) -> str | None:
    """Return the page of an SPDX id; a LicenseRef has none."""
    is_own = licence_id.startswith(("LicenseRef-", "DocumentRef-"))
    return None if is_own else f"https://spdx.org/licenses/{licence_id}"


def web_url(value: Any) -> str | None:
    """Return an absolute http or https address, or `None`."""
    if not isinstance(value, str) or re.search(r"[\s\x00-\x1f<>\"{}|\\^`]", value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in {"http", "https"} and parts.hostname else None


def iri(value: Any) -> str | None:
    """Return an address or a URN, or `None` for what cannot identify anything on the web."""
    is_urn = isinstance(value, str) and _URN.fullmatch(value) is not None
    return value if is_urn else web_url(value)


def day(value: Any) -> str | None:
    """Return a date as YYYY-MM-DD, or `None` where it is none."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat() if value else None
    except ValueError:
        return None


def moment(value: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC, to the second."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
