"""Files at the head of a repository, read by the same way as a crawl: fetch, then the store."""

from collections.abc import Mapping
from typing import Protocol

from crawlers import mirrors
from crawlers.gitfetch import GitFetch
from registry.settings import CrawlSettings


class Contents(Protocol):
    """Reading of the store."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return a small blob of the repository with this canonical URL, if it is here."""


class RepositoryFiles:
    """Reads a few files of HEAD; what was fetched stays in the store, as a crawl would leave it."""

    def __init__(self, git: GitFetch, contents: Contents, settings: CrawlSettings) -> None:
        self._git = git
        self._contents = contents
        self._settings = settings

    def __call__(self, url: str, paths: tuple[str, ...]) -> Mapping[str, bytes]:
        """Return the contents of those of the files that are there; raises `CrawlFailure`."""
        transport = mirrors.resolve(url, self._settings.mirrors)
        fetched = self._git.fetch(transport, url, self._git.ls_remote(transport))
        blobs = self._git.blobs_at_head(fetched.directory, paths)
        self._git.fetch_blobs(fetched.directory, transport, blobs.values())
        read = {path: self._contents.contents(url, blob) for path, blob in blobs.items()}
        if self._settings.retention == "drop":
            self._git.drop(fetched.directory)
        return {path: content for path, content in read.items() if content is not None}
