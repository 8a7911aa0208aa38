"""Read a forge's JSON as hostile input: typed, bounded, every URL canonical and of that forge."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from crawlers.forges.port import RemoteRepository
from registry.domain.identity import MAX_URL_LENGTH, canonical_repository_url
from registry.errors import BlockedUrl, CrawlFailure, InvalidInput
from registry.logs import get_logger

MAX_TEXT: Final = 2000
MAX_TOPICS: Final = 50
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SEGMENT: Final = re.compile(r"[\w.+~-]{1,255}")
_log = get_logger(__name__)


class Fields:
    """A JSON object whose members are read with a type; what has another type counts as absent."""

    def __init__(self, data: Any, host: str) -> None:
        if not isinstance(data, dict):
            raise CrawlFailure("malformed", f"{host}: an object is due")
        self._data: dict[str, Any] = data
        self.host = host

    def text(self, name: str, limit: int = MAX_TEXT) -> str | None:
        """Return a text without control characters, cut at `limit`; None where empty."""
        value = self._data.get(name)
        if not isinstance(value, str):
            return None
        return _CONTROL.sub(" ", value[: limit * 2]).strip()[:limit] or None

    def required(self, name: str, limit: int = MAX_TEXT) -> str:
        """Return a text that must be there, or raise `CrawlFailure` (malformed)."""
        value = self.text(name, limit)
        if value is None:
            raise CrawlFailure("malformed", f"{self.host}: {name} is missing")
        return value

    def flag(self, name: str) -> bool:
        """Return whether the member is true."""
        return self._data.get(name) is True

    def stated(self, name: str) -> bool | None:
        """Return whether the member is true, or None where the forge does not say."""
        value = self._data.get(name)
        return value if isinstance(value, bool) else None

    def number(self, name: str) -> int | None:
        """Return a whole number between 0 and 2^63 - 1, or None."""
        value = self._data.get(name)
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
        return value if fits else None

    def numeric_id(self, name: str = "id") -> str:
        """Return a numeric id as text, or raise `CrawlFailure` (malformed)."""
        value = self.number(name)
        if value is None:
            raise CrawlFailure("malformed", f"{self.host}: {name} is not a number")
        return str(value)

    def moment(self, name: str) -> datetime | None:
        """Return a time in UTC; None where it is absent or the year before 1970."""
        try:
            found = datetime.fromisoformat(self.text(name, 40) or "")
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            return aware.astimezone(UTC) if aware.year >= 1970 else None
        except (ValueError, OverflowError):
            return None

    def child(self, name: str) -> "Fields | None":
        """Return a member that is an object, or None."""
        value = self._data.get(name)
        return Fields(value, self.host) if isinstance(value, dict) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list, each and all bounded."""
        value = self._data.get(name)
        items = value[:MAX_TOPICS] if isinstance(value, list) else []
        return tuple(_CONTROL.sub(" ", item)[:100] for item in items if isinstance(item, str))

    def items(self, name: str) -> list[Any]:
        """Return a member that is a list, or an empty one."""
        value = self._data.get(name)
        return value if isinstance(value, list) else []

    def own_url(self, name: str, allow: frozenset[str]) -> str:
        """Return a repository URL in canonical form; it must be of this forge's host.

        A forge must not speak for another host's repositories: `CrawlFailure` (malformed).
        """
        text = self.required(name, MAX_URL_LENGTH)
        try:
            url = canonical_repository_url(text, allow_http_hosts=allow)
        except BlockedUrl as error:
            raise CrawlFailure("malformed", f"{self.host}: {name}: {error}") from error
        if urlsplit(url).netloc != self.host:
            raise CrawlFailure("malformed", f"{self.host}: {name} is of another host")
        return url

    def any_url(self, name: str, allow: frozenset[str]) -> str | None:
        """Return a repository URL of any host in canonical form, or None where it has none."""
        text = self.text(name, MAX_URL_LENGTH)
        try:
            return canonical_repository_url(text, allow_http_hosts=allow) if text else None
        except BlockedUrl:
            return None

    def website(self, name: str) -> str | None:
        """Return a http or https address for show, or None."""
        text = self.text(name, MAX_URL_LENGTH)
        return text if text and text.lower().startswith(("https://", "http://")) else None


def public_repositories(
    host: str, items: Iterable[Any], read: Callable[[Any], RemoteRepository]
) -> Iterator[RemoteRepository]:
    """Yield what the items of a listing say; private ones and unusable ones are left out.

    One bad item must not hide an organisation: it is logged and passed over.
    """
    for item in items:
        try:
            found = read(item)
        except CrawlFailure as error:
            _log.warning("forge_item_refused", host=host, reason=str(error))
            continue
        if not found.private:
            yield found


def listed(data: Any, host: str) -> list[Any]:
    """Return the items of a page that must be a list, or raise `CrawlFailure` (malformed)."""
    if not isinstance(data, list):
        raise CrawlFailure("malformed", f"{host}: a list is due")
    return data


def segments(path: str, *, least: int = 1, most: int = 20) -> list[str]:
    """Return the parts of a namespace or path, or raise `InvalidInput` naming it."""
    parts = path.strip("/").split("/")
    # Some hosts ignore case, so the small form must be a name too: that of "İ" is none.
    good = all(_SEGMENT.fullmatch(part.lower()) and part.strip(".") for part in parts)
    if not good or not least <= len(parts) <= most:
        raise InvalidInput(f"{path[:100]!r} is not the path of an organisation or repository")
    return parts
