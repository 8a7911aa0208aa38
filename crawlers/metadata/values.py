"""Coercions for the loose values of crawled documents: text, lists, URLs, dates, bounded copies."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

MAX_TEXT: Final = 20_000
_MAX_ITEMS: Final = 20_000
_MAX_DEPTH: Final = 24
_MAX_LIST: Final = 500

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].{0,40})?")
_SLASHED_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")
# Day zero of spreadsheet serial dates, with the leap-year fault of 1900 that they all keep.
_SERIAL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def clean_text(value: Any, limit: int = MAX_TEXT) -> str | None:
    """Return trimmed text without control and direction-override characters, or None.

    Only strings (and numbers, as they are written) are text; longer text is cut at `limit`.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = _CONTROL.sub("", str(value)[: 2 * limit].replace("\r\n", "\n")).strip()
    return text[:limit].rstrip() or None


def one_line(value: Any, limit: int = 300) -> str | None:
    """Like `clean_text`, with every run of white space made one space."""
    text = clean_text(value, 4 * limit)
    return " ".join(text.split())[:limit].rstrip() or None if text else None


def one_or_many(value: Any) -> list[Any]:
    """Return a list as it is (at most 500 items), a single value as a list, None as none."""
    if value is None:
        return []
    return value[:_MAX_LIST] if isinstance(value, list) else [value]


def text_list(value: Any, limit: int = 200) -> list[str]:
    """Return the distinct one-line texts of a value or list, in order."""
    texts = (one_line(item, limit) for item in one_or_many(value))
    return list(dict.fromkeys(text for text in texts if text))


def web_url(value: Any) -> str | None:
    """Return an http(s) URL of at most 2,048 characters without credentials, or None.

    A URL with credentials or without a host is refused, so that none is shown or followed.
    """
    text = clean_text(value, 2_049)
    if not text or len(text) > 2_048 or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return None
    return text


def iso_date(value: Any) -> str | None:
    """Return `YYYY-MM-DD` for an ISO date or date-time, `2020/1/5`, or a spreadsheet serial.

    Serials from 25,569 (1970) to 60,000 (2064) are taken as days since 1899-12-30; a month
    without a day means its first day. Impossible dates give None.
    """
    text = clean_text(value, 60)
    if text is None:
        return None
    if _SERIAL.fullmatch(text):
        days = int(float(text))
        in_range = 25_569 <= days <= 60_000
        return (_SERIAL_EPOCH + timedelta(days=days)).date().isoformat() if in_range else None
    found = _ISO_DATE.fullmatch(text) or _SLASHED_YEAR_FIRST.fullmatch(text)
    if not found:
        return None
    try:
        return (
            datetime(int(found[1]), int(found[2]), int(found[3] or 1), tzinfo=UTC)
            .date()
            .isoformat()
        )
    except ValueError:
        return None


def bounded(value: Any) -> Any:
    """Return a JSON-like copy that is bounded in depth (24), items (20,000) and text (20,000).

    Numbers outside 64 bits and infinities become text; what is too deep or too much becomes None.
    """
    return _Copy().copy(value, 0)


class _Copy:
    """Counts the items of one bounded copy."""

    def __init__(self) -> None:
        self._left = _MAX_ITEMS

    def copy(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            return None
        if isinstance(value, dict):
            return {
                str(key)[:200]: self.copy(item, depth + 1)
                for key, item in value.items()
                if self._left > 0
            }
        if isinstance(value, list | tuple):
            return [self.copy(item, depth + 1) for item in value if self._left > 0]
        return _leaf(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT].encode("utf-8", "replace").decode()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)[:40]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)[:200]
