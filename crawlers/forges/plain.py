"""A git URL without an API: all that is known of the repository is its address."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from crawlers.forges.port import AsksGit, ForgeKind, RemoteRepository
from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput


class PlainGit(AsksGit):
    """A host that is only asked by git; it cannot list, and knows no ids."""

    kind = ForgeKind.PLAIN

    def __init__(
        self,
        host: str,
        *,
        scheme: str = "https",
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.host = host
        self._base = f"{scheme}://{host}"
        self._allow = allow_http_hosts

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Raise `InvalidInput`: git has no way to list the repositories of a host."""
        raise InvalidInput(
            f"{self.host} has no API that can list {namespace[:100]!r}: name each repository's URL"
        )

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the repository at this path of the host, unseen."""
        url = canonical_repository_url(
            f"{self._base}/{path.lstrip('/')}", allow_http_hosts=self._allow
        )
        where = urlsplit(url).path.lstrip("/")
        return RemoteRepository(
            forge=self.kind,
            host=self.host,
            forge_id=None,
            path=where,
            url=url,
            web_url=url,
            name=where.rpartition("/")[2],
        )

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Raise `InvalidInput`: a plain git host gives no ids."""
        raise InvalidInput(f"{self.host} knows no repository by an id such as {forge_id[:40]!r}")
