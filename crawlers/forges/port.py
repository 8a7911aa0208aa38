"""The port that every hosting platform is read through, and what it tells about a repository."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

import msgspec


class ForgeKind(StrEnum):
    """The software of a hosting platform; `UNKNOWN` asks to be detected, `PLAIN` has no API."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    BITBUCKET = "bitbucket"
    PLAIN = "git"
    UNKNOWN = "unknown"


_VERSIONS: Final = {"github": "v3", "gitlab": "v4", "gitea": "v1"}


def api_root(kind: str, host: str, scheme: str = "https") -> str:
    """Return where the API of a GitHub, GitLab or Gitea begins."""
    if host == "github.com":
        return "https://api.github.com"
    return f"{scheme}://{host}/api/{_VERSIONS[kind]}"


class RemoteRepository(msgspec.Struct, frozen=True, kw_only=True):
    """What a forge says about one repository; every URL is canonical, every text bounded.

    `forge_id` survives renames and moves and is the identity on this `host`; it is None only for
    plain git URLs. `path` is what stands after the host. `licence` is the forge's own guess.
    `pushed_at` is the newest push, or the newest activity where the forge tells no more.
    `has_issues` says whether its issue tracker is on, None where the forge does not say.
    """

    forge: ForgeKind
    host: str
    forge_id: str | None
    path: str
    url: str
    web_url: str
    name: str
    description: str | None = None
    homepage: str | None = None
    default_branch: str | None = None
    is_fork: bool = False
    parent_url: str | None = None
    archived: bool = False
    private: bool = False
    topics: tuple[str, ...] = ()
    licence: str | None = None
    stars: int = 0
    created_at: datetime | None = None
    pushed_at: datetime | None = None
    size_kb: int | None = None
    has_issues: bool | None = None


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """The little that tells whether a repository changed: same push time, nothing to fetch.

    `head` is the commit of the default branch where the forge tells it.
    """

    forge_id: str
    path: str
    pushed_at: datetime | None = None
    head: str | None = None
    archived: bool = False


class Forge(Protocol):
    """A hosting platform at one host.

    All methods raise `CrawlFailure` (rate_limited, unavailable, auth, malformed, or what the
    egress says) and `NotFound` where the thing is not there or not public.
    """

    @property
    def kind(self) -> ForgeKind:
        """The software of this platform."""

    @property
    def host(self) -> str:
        """The host, with its port where that is not the standard one."""

    def list_repositories(self, namespace: str) -> Iterator[RemoteRepository]:
        """Yield the public repositories of an organisation, a group with its subgroups, or a user.

        An empty namespace means the whole host, where the forge can list it.
        """

    def get_repository(self, path: str) -> RemoteRepository:
        """Return the repository at `path` (`owner/name`); a redirected old path gives the new one.

        The caller compares `forge_id` with the one it knows: another id is another repository.
        """

    def get_by_id(self, forge_id: str) -> RemoteRepository:
        """Return the repository with this id, wherever it lives now."""

    def probe(self, paths: Sequence[str]) -> Mapping[str, Probe]:
        """Return what is known of these paths by few requests; a path may be missing.

        A missing path (and the empty answer of a forge without this ability) means: ask git.
        """


class AsksGit:
    """A forge whose API has no cheap and exact sign of a push: git itself is asked."""

    def probe(self, paths: Sequence[str]) -> Mapping[str, Probe]:  # noqa: ARG002 - of the port
        """Return nothing."""
        return {}
