"""Public membership at forges, by the unchanging number of a person and never by a name.

Sources: the published API descriptions of GitHub (2022-11-28), GitLab (v4) and Gitea/Forgejo (v1).
Only what everybody may see is asked; on GitHub and Gitea people choose themselves whether their
membership is public.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlsplit

from crawlers.forges.client import Api, ForgeClient
from crawlers.forges.port import ForgeKind, api_root
from registry.errors import NotFound
from registry.publishing.proofs import Challenge

# GitLab: Maintainer; below it somebody contributes, but answers for nothing.
_LEAST_ACCESS: Final = 40


class ForgeMembership:
    """Asks the forges through the client that knows their budgets and tokens."""

    def __init__(self, client: ForgeClient) -> None:
        self._client = client

    def is_member(self, challenge: Challenge) -> bool:
        """Tell whether one of the identities belongs to one of the places that are claimed.

        Raises `CrawlFailure` where a forge cannot be asked.
        """
        places = challenge.accounts_at or ((challenge.forge, challenge.host, challenge.path),)
        return any(
            self._belongs(forge, host, path, subjects, is_repository=not challenge.accounts_at)
            for forge, host, path in places
            if (subjects := _subjects(challenge, host))
        )

    def _belongs(
        self, forge: str, host: str, path: str, subjects: set[str], *, is_repository: bool
    ) -> bool:
        try:
            if forge == ForgeKind.GITHUB.value:
                api = self._client.api(api_root(forge, host), host)
                return self._at_github(api, path, subjects)
            if forge == ForgeKind.GITEA.value:
                api = self._client.api(api_root(forge, host), host, "token")
                return self._at_gitea(api, path, subjects)
            if forge == ForgeKind.GITLAB.value:
                api = self._client.api(api_root(forge, host), host)
                kind = "projects" if is_repository else "groups"
                return self._at_gitlab(api, f"/{kind}/{quote(path, safe='')}", subjects)
        except NotFound:
            return False
        return False

    def _at_github(self, api: Api, path: str, subjects: set[str]) -> bool:
        owner = quote(path.partition("/")[0], safe="")
        account = _object(api.get(f"/users/{owner}").data)
        if account.get("type") != "Organization":
            return str(account.get("id")) in subjects
        return _any_of(_items(api, f"/orgs/{owner}/public_members?per_page=100"), subjects)

    def _at_gitea(self, api: Api, path: str, subjects: set[str]) -> bool:
        owner = quote(path.partition("/")[0], safe="")
        try:
            return _any_of(_items(api, f"/orgs/{owner}/public_members?limit=50"), subjects)
        except NotFound:
            return str(_object(api.get(f"/users/{owner}").data).get("id")) in subjects

    def _at_gitlab(self, api: Api, path: str, subjects: set[str]) -> bool:
        for subject in sorted(subjects):
            try:
                member = _object(api.get(f"{path}/members/all/{quote(subject, safe='')}").data)
            except NotFound:
                continue
            access = member.get("access_level")
            if str(member.get("id")) == subject and isinstance(access, int):
                return access >= _LEAST_ACCESS
        return False


def _subjects(challenge: Challenge, host: str) -> set[str]:
    """Return the numbers by which the claimant is known at a host."""
    return {
        subject
        for issuer, subject in challenge.identities
        if urlsplit(issuer).netloc.lower() == host and subject.isascii() and subject.isdigit()
    }


def _items(api: Api, path: str) -> Iterator[Any]:
    for page in api.pages(path):
        if isinstance(page.data, list):
            yield from page.data


def _any_of(items: Iterator[Any], subjects: set[str]) -> bool:
    return any(str(_object(item).get("id")) in subjects for item in items)


def _object(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}
