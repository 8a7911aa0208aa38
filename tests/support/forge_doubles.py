"""Forges that run in the process: each answers as its published API description says.

A double is also the HTTP client: it follows redirects as the egress does (three at most, the
credentials only to the same origin) and remembers every request of every hop.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from crawlers.forges.bitbucket import Bitbucket
from crawlers.forges.budget import InMemoryRateBudgets
from crawlers.forges.cache import InMemoryConditionalCache
from crawlers.forges.client import ForgeClient
from crawlers.forges.gitea import Gitea
from crawlers.forges.github import GitHub
from crawlers.forges.gitlab import GitLab
from crawlers.forges.port import Forge

PUSHED = "2026-01-02T03:04:05Z"


@dataclass
class Project:
    """A repository of a double; `path` is its present one, `former` the one it had before."""

    number: int
    path: str
    archived: bool = False
    private: bool = False
    parent: str | None = None
    former: str | None = None
    issues: bool | None = None

    def told(self, name: str) -> dict[str, bool]:
        """Return whether the issue tracker is on, under the name that the forge has for it."""
        return {} if self.issues is None else {name: self.issues}


@dataclass
class Reply:
    """An answer, in the shape of the egress's."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str = ""


@dataclass
class Request:
    """What was asked, with the answer's status."""

    method: str
    url: str
    headers: dict[str, str]
    status: int
    size: int


def json_reply(data: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"content-type": "application/json"} | named, json.dumps(data).encode())


@dataclass
class ForgeDouble:
    """A forge with some projects; `scripted` answers come first, whatever is asked."""

    page_size: int = 2
    projects: list[Project] = field(default_factory=list)
    organisations: set[str] = field(default_factory=lambda: {"org"})
    scripted: list[Reply] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    next_link: str | None = None

    host = ""
    root = ""
    supports_archived = True
    lists_users = True

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = 0,
        total_seconds: float = 0,
    ) -> Reply:
        sent = dict(headers or {})
        for _ in range(4):
            reply = self._answer(method, url, sent, body)
            self.requests.append(Request(method, url, sent, reply.status, len(reply.body)))
            if reply.status not in {301, 302, 307, 308}:
                return Reply(reply.status, reply.headers, reply.body, url)
            target = reply.headers["location"]
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                sent = {"accept": sent["accept"]}
            url = target
        raise AssertionError("too many redirects")

    def _answer(self, method: str, url: str, sent: dict[str, str], body: bytes | None) -> Reply:
        if self.scripted:
            return self.scripted.pop(0)
        if not url.startswith(self.root):
            return json_reply({"message": "another host"})
        reply = self.route(method, url.removeprefix(self.root), body)
        if reply.status != 200 or method != "GET":
            return reply
        return self._conditional(reply, sent)

    def _conditional(self, reply: Reply, sent: dict[str, str]) -> Reply:
        # An ETag belongs to the token: another token gets another one.
        seed = reply.body + sent.get("authorization", "").encode()
        etag = f'"{hashlib.sha256(seed).hexdigest()[:16]}"'
        if sent.get("if-none-match") == etag:
            headers = {k: v for k, v in reply.headers.items() if k != "content-type"}
            return Reply(304, headers | {"etag": etag}, b"")
        return Reply(200, reply.headers | {"etag": etag}, reply.body)

    def route(self, method: str, path: str, body: bytes | None) -> Reply:
        raise NotImplementedError

    def encode(self, project: Project) -> dict[str, Any]:
        raise NotImplementedError

    def page(self, path: str, owner: str) -> tuple[list[Any], int | None]:
        """Return the encoded projects of one page and the number of the page after it."""
        number = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
        owned = [p for p in self.projects if p.path.startswith(f"{owner}/" if owner else "")]
        start = (number - 1) * self.page_size
        more = len(owned) > start + self.page_size
        items = [self.encode(p) for p in owned[start : start + self.page_size]]
        return items, number + 1 if more else None

    def knows(self, owner: str, *, as_organisation: bool) -> bool:
        """Say whether there is such an organisation, or else such a user with a project."""
        is_organisation = owner.split("/", maxsplit=1)[0] in self.organisations
        has_projects = any(p.path.startswith(f"{owner}/") for p in self.projects)
        return is_organisation if as_organisation else has_projects and not is_organisation

    def link(self, path: str, following: int | None) -> dict[str, str]:
        """Return the Link header of a page (RFC 8288)."""
        base = path.partition("?")[0]
        target = self.next_link or (f"{self.root}{base}?page={following}" if following else None)
        first = f'<{self.root}{base}?page=1>; rel="first"'
        return {"link": f'{first}, <{target}>; rel="next"' if target else first}

    def single(self, project: Project | None) -> Reply:
        return json_reply(self.encode(project)) if project else json_reply({"message": "no"}, 404)

    def by_path(self, path: str) -> Project | None:
        return next((p for p in self.projects if p.path.lower() == path.lower()), None)

    def by_number(self, number: str) -> Project | None:
        return next((p for p in self.projects if str(p.number) == number), None)

    def moved(self, path: str) -> Project | None:
        return next((p for p in self.projects if p.former == path), None)

    def forge(self, client: ForgeClient) -> Forge:
        raise NotImplementedError

    def forge_id(self, project: Project) -> str:
        return str(project.number)


class GitHubDouble(ForgeDouble):
    host = "github.com"
    root = "https://api.github.com"

    def forge(self, client: ForgeClient) -> Forge:
        return GitHub(client)

    def route(self, method: str, path: str, body: bytes | None) -> Reply:
        kind, *parts = urlsplit(path).path.strip("/").split("/")
        if method == "POST" and kind == "graphql":
            return self.graphql(json.loads(body or b"{}")["query"])
        if kind in {"orgs", "users"}:
            if not self.knows(parts[0], as_organisation=kind == "orgs"):
                return json_reply({"message": "Not Found"}, 404)
            items, following = self.page(path, parts[0])
            return json_reply(items, **self.link(path, following))
        if kind == "repositories":
            return self.single(self.by_number(parts[0]))
        where = "/".join(parts)
        if self.by_path(where) is None and (new := self.moved(where)):
            target = f"{self.root}/repositories/{new.number}"
            return json_reply({"url": target}, 301, location=target)
        return self.single(self.by_path(where))

    def graphql(self, query: str) -> Reply:
        data: dict[str, Any] = {}
        for index, part in enumerate(query.split("repository(")[1:]):
            owner, name = part.split('"')[1], part.split('"')[3]
            found = self.by_path(f"{owner}/{name}")
            data[f"r{index}"] = found and {
                "databaseId": found.number,
                "nameWithOwner": found.path,
                "pushedAt": PUSHED,
                "isArchived": found.archived,
                "defaultBranchRef": {"target": {"oid": "a" * 40}},
            }
        return json_reply({"data": data, "errors": [{"type": "NOT_FOUND"}]})

    def encode(self, project: Project) -> dict[str, Any]:
        owner, name = project.path.split("/")
        return {
            "id": project.number,
            "node_id": f"R_{project.number}",
            "name": name,
            "full_name": project.path,
            "owner": {"login": owner, "id": 1},
            "private": project.private,
            "html_url": f"https://github.com/{project.path}",
            "clone_url": f"https://github.com/{project.path}.git",
            "description": "A tool",
            "homepage": "",
            "fork": project.parent is not None,
            "parent": {"html_url": f"https://github.com/{project.parent}"}
            if project.parent
            else None,
            "archived": project.archived,
            "default_branch": "main",
            "license": {"key": "eupl-1.2", "spdx_id": "EUPL-1.2"},
            "topics": ["health"],
            "stargazers_count": 3,
            **project.told("has_issues"),
            "size": 12,
            "created_at": "2020-01-01T00:00:00Z",
            "pushed_at": PUSHED,
        }


class GitLabDouble(ForgeDouble):
    host = "gitlab.example.org"
    root = "https://gitlab.example.org/api/v4"

    def forge(self, client: ForgeClient) -> Forge:
        return GitLab(client, self.host)

    def route(self, method: str, path: str, body: bytes | None) -> Reply:
        kind, *parts = urlsplit(path).path.strip("/").split("/")
        if kind == "projects" and parts:
            return self.project(unquote(parts[0]))
        owner = unquote(parts[0]) if parts else ""
        if owner and not self.knows(owner, as_organisation=kind == "groups"):
            return json_reply({"message": "404 Not Found"}, 404)
        items, following = self.page(path, owner)
        if "pagination=keyset" in path or self.next_link:
            cursor = self.link(path, following)
            return json_reply(
                items, link=cursor["link"].replace("?page", "?pagination=keyset&page")
            )
        return json_reply(items, x_next_page=str(following or ""))

    def project(self, key: str) -> Reply:
        found = self.by_number(key) if key.isdigit() else self.by_path(key)
        if found is None and (new := self.moved(key)):
            return json_reply({}, 301, location=f"{self.root}/projects/{new.number}")
        return self.single(found)

    def encode(self, project: Project) -> dict[str, Any]:
        web = f"https://{self.host}/"
        encoded: dict[str, Any] = {
            "id": project.number,
            "name": project.path.rpartition("/")[2],
            "path_with_namespace": project.path,
            "http_url_to_repo": f"{web}{project.path}.git",
            "web_url": f"{web}{project.path}",
            "description": "A tool",
            "default_branch": "main",
            "archived": project.archived,
            "visibility": "private" if project.private else "public",
            "topics": ["health"],
            "star_count": 3,
            **project.told("issues_enabled"),
            "created_at": "2020-01-01T00:00:00.000Z",
            "last_activity_at": PUSHED,
        }
        if project.parent:
            encoded["forked_from_project"] = {"id": 99, "web_url": f"{web}{project.parent}"}
        return encoded


class GiteaDouble(ForgeDouble):
    host = "git.example.org"
    root = "https://git.example.org/api/v1"

    def forge(self, client: ForgeClient) -> Forge:
        return Gitea(client, self.host)

    def route(self, method: str, path: str, body: bytes | None) -> Reply:
        kind, *parts = urlsplit(path).path.strip("/").split("/")
        if kind == "repositories":
            return self.single(self.by_number(parts[0]))
        where = "/".join(parts)
        if kind == "repos" and where != "search":
            if self.by_path(where) is None and (new := self.moved(where)):
                return json_reply({}, 307, location=f"{self.root}/repos/{new.path}")
            return self.single(self.by_path(where))
        owner = "" if kind == "repos" else parts[0]
        if owner and not self.knows(owner, as_organisation=kind == "orgs"):
            return json_reply({"message": "not found"}, 404)
        items, following = self.page(path, owner)
        data = items if owner else {"ok": True, "data": items}
        return json_reply(data, **self.link(path, following))

    def encode(self, project: Project) -> dict[str, Any]:
        web = f"https://{self.host}/"
        return {
            "id": project.number,
            "name": project.path.rpartition("/")[2],
            "full_name": project.path,
            "description": "A tool",
            "private": project.private,
            "internal": False,
            "fork": project.parent is not None,
            "parent": {"html_url": f"{web}{project.parent}"} if project.parent else None,
            "html_url": f"{web}{project.path}",
            "clone_url": f"{web}{project.path}.git",
            "website": "",
            "default_branch": "main",
            "archived": project.archived,
            "topics": ["health"],
            "licenses": ["EUPL-1.2"],
            "stars_count": 3,
            **project.told("has_issues"),
            "size": 12,
            "created_at": "2020-01-01T00:00:00Z",
            "updated_at": PUSHED,
        }


class BitbucketDouble(ForgeDouble):
    host = "bitbucket.org"
    root = "https://api.bitbucket.org/2.0"
    supports_archived = False
    lists_users = False

    def forge(self, client: ForgeClient) -> Forge:
        return Bitbucket(client)

    def forge_id(self, project: Project) -> str:
        return f"{{00000000-0000-4000-8000-{project.number:012d}}}"

    def route(self, method: str, path: str, body: bytes | None) -> Reply:
        _, *parts = unquote(urlsplit(path).path).strip("/").split("/")
        if len(parts) == 1:
            if parts[0] not in self.organisations:
                return json_reply({"type": "error"}, 404)
            items, following = self.page(path, parts[0])
            where = f"{self.root}{path.partition('?')[0]}?page={following}"
            target = self.next_link or (where if following else None)
            return json_reply({"values": items} | ({"next": target} if target else {}))
        if parts[0] == "{}":
            return self.single(
                next((p for p in self.projects if self.forge_id(p) == parts[1]), None)
            )
        where = "/".join(parts)
        if self.by_path(where) is None and (new := self.moved(where)):
            return json_reply({}, 301, location=f"{self.root}/repositories/{new.path}")
        return self.single(self.by_path(where))

    def encode(self, project: Project) -> dict[str, Any]:
        web = f"https://{self.host}/"
        encoded: dict[str, Any] = {
            "type": "repository",
            "uuid": self.forge_id(project),
            "full_name": project.path,
            "name": project.path.rpartition("/")[2],
            "description": "A tool",
            "is_private": project.private,
            **project.told("has_issues"),
            "website": "",
            "mainbranch": {"type": "branch", "name": "main"},
            "links": {
                "html": {"href": f"{web}{project.path}"},
                "clone": [{"name": "https", "href": f"https://someone@{self.host}/{project.path}"}],
            },
            "size": 12 * 1024,
            "created_on": "2020-01-01T00:00:00.000000+00:00",
            "updated_on": "2026-01-02T03:04:05.000000+00:00",
        }
        if project.parent:
            encoded["parent"] = {"links": {"html": {"href": f"{web}{project.parent}"}}}
        return encoded


DOUBLES = (GitHubDouble, GitLabDouble, GiteaDouble, BitbucketDouble)


@dataclass
class FakeClock:
    """A clock that only the test moves."""

    now: datetime = datetime(2026, 6, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def client_for(
    http: Any,
    clock: FakeClock | None = None,
    *,
    tokens: Mapping[str, str] | None = None,
    cache: InMemoryConditionalCache | None = None,
    budgets: InMemoryRateBudgets | None = None,
) -> ForgeClient:
    return ForgeClient(
        http,
        cache or InMemoryConditionalCache(),
        budgets or InMemoryRateBudgets(),
        tokens,
        clock or FakeClock(),
    )
