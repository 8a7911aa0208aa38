"""The file stage outside of the sandbox: are the files and addresses that a file names there?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from crawlers.egress import Response
from registry.errors import CrawlFailure
from registry.publishing.readmodels import References

MAX_URLS: Final = 40
SECONDS: Final = 10.0
MAX_BYTES: Final = 16 * 1024 * 1024
# Statuses by which a server says that it has no such thing; others may be about us.
_ABSENT: Final = frozenset({404, 410, 451})


class Get(Protocol):
    """Ask for a document through the egress."""

    def __call__(self, url: str, *, max_bytes: int, total_seconds: float) -> Response:
        """Return the answer of any status, or raise `CrawlFailure`."""


class Reaching:
    """Looks into a folder for paths, and asks the network for addresses, once each.

    `folder` is the root of the repository, or None where it is not at hand: then nobody can tell.
    """

    def __init__(self, get: Get, folder: Path | None) -> None:
        self._get = get
        self._folder = folder
        self._known: dict[str, bool | None] = {}

    def look(self, references: References) -> Mapping[str, bool | None]:
        """Say of every path and address whether it is there."""
        found = {path: self._is_file(path) for path in references.paths}
        for url in references.urls[:MAX_URLS]:
            if url not in self._known:
                self._known[url] = self._answers(url)
            found[url] = self._known[url]
        return found

    def _is_file(self, path: str) -> bool | None:
        if self._folder is None:
            return None
        place = (self._folder / path).resolve()
        return place.is_relative_to(self._folder.resolve()) and place.is_file()

    def _answers(self, url: str) -> bool | None:
        try:
            answer = self._get(url, max_bytes=MAX_BYTES, total_seconds=SECONDS)
        except CrawlFailure as failure:
            return {"dns_failed": False, "too_large": True}.get(failure.reason)
        return False if answer.status in _ABSENT else True if answer.status < 400 else None
