"""GitLab at any host, through its REST API v4.

Source: the published API documentation (projects, groups, users, pagination). Its
`last_activity_at` is kept only to the hour, so it cannot tell that nothing was pushed.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from crawlers.forges.answers import Fields, listed, public_repositories, segments
from crawlers.forges.client import ForgeClient
from crawlers.forges.port import AsksGit, ForgeKind, RemoteRepository, api_root
from registry.errors import InvalidInput, NotFound

_PUBLIC: Final = "visibility=public&per_page=100&order_by=id&sort=asc"


class GitLab(AsksGit):
    """One GitLab host."""

    kind = ForgeKind.GITLAB

    def __init__(
        self,
        client: ForgeClient,
        host: str = "gitlab.com",
        *,
        scheme: str = "https",
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.host = host
        self._api = client.api(api_root(self.kind, host, scheme), host)
        self._allow = allow_http_hosts

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Yield the public projects of a group and its subgroups, of a user, or of the host."""
        if not namespace.strip("/"):
            yield from self._collection(f"/projects?{_PUBLIC}&pagination=keyset")
            return
        parts = segments(namespace)
        group = quote("/".join(parts), safe="")
        try:
            yield from self._collection(
                f"/groups/{group}/projects?{_PUBLIC}&include_subgroups=true&with_shared=false"
            )
        except NotFound:
            if len(parts) > 1:
                raise
            yield from self._collection(f"/users/{group}/projects?{_PUBLIC}")

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the project at its full path, under its present path."""
        project = quote("/".join(segments(path, least=2)), safe="")
        return self._repository(self._api.get(f"/projects/{project}?license=true").data)

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Return the project with this numeric id."""
        if not (forge_id.isascii() and forge_id.isdigit()):
            raise InvalidInput(f"{forge_id[:40]!r} is not a numeric id")
        return self._repository(self._api.get(f"/projects/{forge_id}?license=true").data)

    def _collection(self, path: str) -> Iterator[RemoteRepository]:
        for page in self._api.pages(path):
            items = listed(page.data, self.host)
            yield from public_repositories(self.host, items, self._repository)

    def _repository(self, data: Any) -> RemoteRepository:
        fields = Fields(data, self.host)
        parent = fields.child("forked_from_project")
        licence = fields.child("license")
        return RemoteRepository(
            forge=self.kind,
            host=self.host,
            forge_id=fields.numeric_id(),
            path=fields.required("path_with_namespace", 1024),
            url=fields.own_url("http_url_to_repo", self._allow),
            web_url=fields.own_url("web_url", self._allow),
            name=fields.required("name", 255),
            description=fields.text("description"),
            default_branch=fields.text("default_branch", 255),
            is_fork=parent is not None,
            parent_url=parent.any_url("web_url", self._allow) if parent else None,
            archived=fields.flag("archived"),
            private=fields.text("visibility", 20) not in {None, "public"},
            topics=fields.texts("topics"),
            licence=licence.text("key", 100) if licence else None,
            stars=fields.number("star_count") or 0,
            created_at=fields.moment("created_at"),
            pushed_at=fields.moment("last_activity_at"),
            has_issues=fields.stated("issues_enabled"),
        )
