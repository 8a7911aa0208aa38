"""Bitbucket Cloud, through its REST API 2.0.

Source: the published API description. A repository's UUID is its identity; `{}` stands for any
workspace in an address.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from crawlers.forges.answers import Fields, listed, public_repositories, segments
from crawlers.forges.client import ForgeClient
from crawlers.forges.port import AsksGit, ForgeKind, RemoteRepository
from registry.errors import CrawlFailure, InvalidInput

_UUID: Final = re.compile(r"\{[0-9a-fA-F-]{36}\}")


class Bitbucket(AsksGit):
    """Bitbucket Cloud, which has one host; it knows no archived repositories."""

    kind = ForgeKind.BITBUCKET
    host = "bitbucket.org"

    def __init__(self, client: ForgeClient) -> None:
        self._api = client.api("https://api.bitbucket.org/2.0", self.host)
        self._allow: frozenset[str] = frozenset()

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Yield the public repositories of a workspace."""
        (workspace,) = segments(namespace, most=1)
        for page in self._api.pages(f"/repositories/{workspace}?pagelen=100"):
            data = page.data.get("values") if isinstance(page.data, dict) else None
            items = listed(data, self.host)
            yield from public_repositories(self.host, items, self._repository)

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the repository at `workspace/slug`, under its present name."""
        workspace, slug = segments(path, least=2, most=2)
        return self._repository(self._api.get(f"/repositories/{workspace}/{slug}").data)

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Return the repository with this UUID (in braces)."""
        if not _UUID.fullmatch(forge_id):
            raise InvalidInput(f"{forge_id[:40]!r} is not a UUID in braces")
        return self._repository(self._api.get(f"/repositories/%7B%7D/{quote(forge_id)}").data)

    def _repository(self, data: Any) -> RemoteRepository:
        fields = Fields(data, self.host)
        uuid = fields.required("uuid", 64)
        if not _UUID.fullmatch(uuid):
            raise CrawlFailure("malformed", f"{self.host}: uuid is not one")
        parent, branch = fields.child("parent"), fields.child("mainbranch")
        parent_page = _html(parent) if parent else None
        # The clone links carry the name of the token's owner; the page has the same address.
        url = _html(fields).own_url("href", self._allow)
        return RemoteRepository(
            forge=self.kind,
            host=self.host,
            forge_id=uuid.lower(),
            path=fields.required("full_name", 600),
            url=url,
            web_url=url,
            name=fields.required("name", 255),
            description=fields.text("description"),
            homepage=fields.website("website"),
            default_branch=branch.text("name", 255) if branch else None,
            is_fork=parent is not None,
            parent_url=parent_page.any_url("href", self._allow) if parent_page else None,
            private=fields.flag("is_private"),
            created_at=fields.moment("created_on"),
            pushed_at=fields.moment("updated_on"),
            size_kb=(fields.number("size") or 0) // 1024 or None,
            has_issues=fields.stated("has_issues"),
        )


def _html(fields: Fields) -> Fields:
    links = fields.child("links")
    return (links.child("html") if links else None) or Fields({}, fields.host)
