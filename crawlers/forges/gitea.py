"""Gitea, Forgejo (Codeberg) and, where it has the same addresses, Gogs, through API v1.

Source: the Swagger description that every Gitea and Forgejo publishes at `/swagger.v1.json`.
"""

from collections.abc import Iterator
from typing import Any

from crawlers.forges.answers import Fields, listed, public_repositories, segments
from crawlers.forges.client import ForgeClient
from crawlers.forges.port import AsksGit, ForgeKind, RemoteRepository, api_root
from registry.errors import InvalidInput, NotFound


class Gitea(AsksGit):
    """One Gitea or Forgejo host."""

    kind = ForgeKind.GITEA

    def __init__(
        self,
        client: ForgeClient,
        host: str = "codeberg.org",
        *,
        scheme: str = "https",
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.host = host
        self._api = client.api(api_root(self.kind, host, scheme), host, "token")
        self._allow = allow_http_hosts

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Yield the public repositories of an organisation, of a user, or of the host."""
        if not namespace.strip("/"):
            yield from self._collection("/repos/search?private=false&sort=id&limit=50")
            return
        (owner,) = segments(namespace, most=1)
        try:
            yield from self._collection(f"/orgs/{owner}/repos?limit=50")
        except NotFound:
            yield from self._collection(f"/users/{owner}/repos?limit=50")

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the repository at `owner/name`, under its present name."""
        owner, name = segments(path, least=2, most=2)
        return self._repository(self._api.get(f"/repos/{owner}/{name}").data)

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Return the repository with this numeric id."""
        if not (forge_id.isascii() and forge_id.isdigit()):
            raise InvalidInput(f"{forge_id[:40]!r} is not a numeric id")
        return self._repository(self._api.get(f"/repositories/{forge_id}").data)

    def _collection(self, path: str) -> Iterator[RemoteRepository]:
        for page in self._api.pages(path):
            # The search wraps its list in an object, the other collections do not.
            data = page.data.get("data") if isinstance(page.data, dict) else page.data
            items = listed(data, self.host)
            yield from public_repositories(self.host, items, self._repository)

    def _repository(self, data: Any) -> RemoteRepository:
        fields = Fields(data, self.host)
        parent = fields.child("parent")
        licences = fields.texts("licenses")
        return RemoteRepository(
            forge=self.kind,
            host=self.host,
            forge_id=fields.numeric_id(),
            path=fields.required("full_name", 600),
            url=fields.own_url("clone_url", self._allow),
            web_url=fields.own_url("html_url", self._allow),
            name=fields.required("name", 255),
            description=fields.text("description"),
            homepage=fields.website("website"),
            default_branch=fields.text("default_branch", 255),
            is_fork=fields.flag("fork"),
            parent_url=parent.any_url("html_url", self._allow) if parent else None,
            archived=fields.flag("archived"),
            private=fields.flag("private") or fields.flag("internal"),
            topics=fields.texts("topics"),
            licence=licences[0] if len(licences) == 1 else None,
            stars=fields.number("stars_count") or 0,
            created_at=fields.moment("created_at"),
            pushed_at=fields.moment("updated_at"),
            size_kb=fields.number("size"),
            has_issues=fields.stated("has_issues"),
        )
