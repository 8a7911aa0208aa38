"""GitHub and GitHub Enterprise Server, through their REST API; many at once through GraphQL.

Source: GitHub's published OpenAPI description of the REST API, version 2022-11-28. The address
`/repositories/{id}` is the target that its own permanent redirects of moved repositories name.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from crawlers.forges.answers import Fields, listed, public_repositories, segments
from crawlers.forges.client import ForgeClient
from crawlers.forges.port import ForgeKind, Probe, RemoteRepository, api_root
from registry.errors import CrawlFailure, InvalidInput, NotFound

GRAPHQL_BATCH: Final = 100
_ASKED: Final = "databaseId nameWithOwner pushedAt isArchived defaultBranchRef { target { oid } }"


class GitHub:
    """One GitHub host; `tokens` of the client are looked up by this host."""

    kind = ForgeKind.GITHUB

    def __init__(
        self,
        client: ForgeClient,
        host: str = "github.com",
        *,
        scheme: str = "https",
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.host = host
        root = api_root(self.kind, host, scheme)
        self._graphql_root = root.removesuffix("/v3")
        self._api = client.api(root, host)
        self._allow = allow_http_hosts

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Yield the public repositories of an organisation or a user."""
        (owner,) = segments(namespace, most=1)
        try:
            yield from self._collection(f"/orgs/{owner}/repos?type=public&per_page=100")
        except NotFound:
            yield from self._collection(f"/users/{owner}/repos?type=owner&per_page=100")

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the repository at `owner/name`, under its present name."""
        owner, name = segments(path, least=2, most=2)
        return self._repository(self._api.get(f"/repos/{owner}/{name}").data)

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Return the repository with this numeric id."""
        if not (forge_id.isascii() and forge_id.isdigit()):
            raise InvalidInput(f"{forge_id[:40]!r} is not a numeric id")
        return self._repository(self._api.get(f"/repositories/{forge_id}").data)

    def probe(self, paths: Sequence[str]) -> Mapping[str, Probe]:
        """Return push times: by GraphQL with a token, else by conditional listings of owners."""
        wanted = [path for path in paths if _is_path(path)]
        if self._api.has_token:
            batches = range(0, len(wanted), GRAPHQL_BATCH)
            found = [self._ask_many(wanted[i : i + GRAPHQL_BATCH]) for i in batches]
            return {path: probe for batch in found for path, probe in batch.items()}
        return self._from_listings(wanted)

    def _collection(self, path: str) -> Iterator[RemoteRepository]:
        for page in self._api.pages(path):
            items = listed(page.data, self.host)
            yield from public_repositories(self.host, items, self._repository)

    def _from_listings(self, paths: Sequence[str]) -> dict[str, Probe]:
        asked = {path.lower(): path for path in paths}
        found: dict[str, Probe] = {}
        for owner in sorted({path.partition("/")[0] for path in asked}):
            try:
                for item in self.list_repositories(owner):
                    if path := asked.get(item.path.lower()):
                        found[path] = _probe(item)
            except NotFound:
                continue
        return found

    def _ask_many(self, paths: Sequence[str]) -> dict[str, Probe]:
        parts = [_question(index, path) for index, path in enumerate(paths)]
        query = {"query": f"query {{ {' '.join(parts)} }}"}
        answer = Fields(self._api.post("/graphql", query, self._graphql_root), self.host)
        data = answer.child("data")
        if data is None:
            raise _graphql_failure(answer)
        found = {path: data.child(f"r{index}") for index, path in enumerate(paths)}
        return {path: _graphql_probe(item) for path, item in found.items() if item is not None}

    def _repository(self, data: Any) -> RemoteRepository:
        fields = Fields(data, self.host)
        parent = fields.child("parent")
        licence = fields.child("license")
        spdx = licence.text("spdx_id", 100) if licence else None
        return RemoteRepository(
            forge=self.kind,
            host=self.host,
            forge_id=fields.numeric_id(),
            path=fields.required("full_name", 300),
            url=fields.own_url(
                "clone_url" if fields.text("clone_url") else "html_url", self._allow
            ),
            web_url=fields.own_url("html_url", self._allow),
            name=fields.required("name", 255),
            description=fields.text("description"),
            homepage=fields.website("homepage"),
            default_branch=fields.text("default_branch", 255),
            is_fork=fields.flag("fork"),
            parent_url=parent.any_url("html_url", self._allow) if parent else None,
            archived=fields.flag("archived"),
            private=fields.flag("private"),
            topics=fields.texts("topics"),
            licence=None if spdx == "NOASSERTION" else spdx,
            stars=fields.number("stargazers_count") or 0,
            created_at=fields.moment("created_at"),
            pushed_at=fields.moment("pushed_at"),
            size_kb=fields.number("size"),
            has_issues=fields.stated("has_issues"),
        )


def _is_path(path: str) -> bool:
    try:
        return len(segments(path, least=2, most=2)) == 2
    except InvalidInput:
        return False


def _question(index: int, path: str) -> str:
    owner, name = path.strip("/").split("/")
    names = f"owner: {json.dumps(owner)}, name: {json.dumps(name)}"
    return f"r{index}: repository({names}) {{ {_ASKED} }}"


def _probe(item: RemoteRepository) -> Probe:
    return Probe(
        forge_id=item.forge_id or "",
        path=item.path,
        pushed_at=item.pushed_at,
        archived=item.archived,
    )


def _graphql_probe(fields: Fields) -> Probe:
    branch = fields.child("defaultBranchRef")
    target = branch.child("target") if branch else None
    return Probe(
        forge_id=fields.numeric_id("databaseId"),
        path=fields.required("nameWithOwner", 300),
        pushed_at=fields.moment("pushedAt"),
        head=target.text("oid", 64) if target else None,
        archived=fields.flag("isArchived"),
    )


def _graphql_failure(answer: Fields) -> CrawlFailure:
    kinds = {e.get("type") for e in answer.items("errors") if isinstance(e, dict)}
    if "RATE_LIMITED" in kinds:
        return CrawlFailure("rate_limited", answer.host, retryable=True, retry_after=60.0)
    return CrawlFailure("malformed", f"{answer.host}: GraphQL gave no data")
