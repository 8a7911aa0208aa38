"""Ask a host which forge it runs, and open the adapter that fits a source."""

from typing import Any, Final, Protocol

from crawlers.forges.bitbucket import Bitbucket
from crawlers.forges.client import ForgeClient
from crawlers.forges.gitea import Gitea
from crawlers.forges.github import GitHub
from crawlers.forges.gitlab import GitLab
from crawlers.forges.infer import SourceSpec, infer
from crawlers.forges.plain import PlainGit
from crawlers.forges.port import Forge, ForgeKind
from registry.errors import CrawlFailure, NotFound

# Each question is answered with JSON of this shape by one kind of forge only.
_QUESTIONS: Final = (
    (ForgeKind.GITLAB, "/api/v4/projects?per_page=1&simple=true", list),
    (ForgeKind.GITEA, "/api/v1/version", "version"),
    (ForgeKind.GITHUB, "/api/v3/meta", "installed_version"),
)


class _HostedForge(Protocol):
    def __call__(
        self, client: ForgeClient, host: str, *, scheme: str, allow_http_hosts: frozenset[str]
    ) -> Forge: ...


_HOSTED: Final[dict[ForgeKind, _HostedForge]] = {
    ForgeKind.GITHUB: GitHub,
    ForgeKind.GITLAB: GitLab,
    ForgeKind.GITEA: Gitea,
}


def detect(host: str, client: ForgeClient, *, scheme: str = "https") -> ForgeKind:
    """Return the forge at a host, from its name or else by at most three questions to it.

    A host that answers none of them is `PLAIN`. Raises `CrawlFailure` where the host cannot be
    reached or asks for a pause.
    """
    known = infer(f"{scheme}://{host}")
    if known in {ForgeKind.GITHUB, ForgeKind.BITBUCKET}:
        return known
    api = client.api(f"{scheme}://{host}", "")
    for kind, path, shape in _QUESTIONS:
        try:
            if _has_shape(api.get(path).data, shape):
                return kind
        except NotFound:
            continue
        except CrawlFailure as failure:
            if failure.reason not in {"auth", "malformed"} and failure.reason[:5] != "http_":
                raise
    return ForgeKind.PLAIN


def open_forge(
    kind: ForgeKind,
    host: str,
    client: ForgeClient,
    *,
    scheme: str = "https",
    allow_http_hosts: frozenset[str] = frozenset(),
) -> Forge:
    """Return the adapter for a forge at a host; an unknown kind is detected first."""
    if kind is ForgeKind.UNKNOWN:
        kind = detect(host, client, scheme=scheme)
    if kind is ForgeKind.BITBUCKET:
        return Bitbucket(client)
    if kind is ForgeKind.PLAIN:
        return PlainGit(host, scheme=scheme, allow_http_hosts=allow_http_hosts)
    return _HOSTED[kind](client, host, scheme=scheme, allow_http_hosts=allow_http_hosts)


def open_source(
    spec: SourceSpec, client: ForgeClient, *, allow_http_hosts: frozenset[str] = frozenset()
) -> Forge:
    """Return the adapter for the host of a source."""
    return open_forge(
        spec.forge, spec.host, client, scheme=spec.scheme, allow_http_hosts=allow_http_hosts
    )


def _has_shape(data: Any, shape: type[list[Any]] | str) -> bool:
    if isinstance(shape, str):
        return isinstance(data, dict) and isinstance(data.get(shape), str)
    return isinstance(data, shape)
