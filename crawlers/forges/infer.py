"""Which forge a URL belongs to, and how operators write sources.

A source is written as `github:GovAlberta`, `gitlab:gitlab.example.org/group/sub`,
`git:https://git.example.org/tool.git`, `list:https://example.org/list.csv`, a peer as
`catalog:https://api.example.org/v1`, or as the URL of an organisation, a repository or a list.
"""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from crawlers.forges.answers import segments
from crawlers.forges.port import ForgeKind
from registry.domain.identity import MAX_URL_LENGTH, canonical_repository_url
from registry.domain.peers import PROTOCOLS
from registry.errors import InvalidInput

KNOWN_HOSTS: Final[dict[str, ForgeKind]] = {
    "github.com": ForgeKind.GITHUB,
    "bitbucket.org": ForgeKind.BITBUCKET,
    "codeberg.org": ForgeKind.GITEA,
    "gitlab.com": ForgeKind.GITLAB,
    "code.europa.eu": ForgeKind.GITLAB,
    "code.gov.cz": ForgeKind.GITLAB,
    "git.beta.pole-emploi.fr": ForgeKind.GITLAB,
    "gitlab.adullact.net": ForgeKind.GITLAB,
    "gitlab.inria.fr": ForgeKind.GITLAB,
    "gitlab.opencode.de": ForgeKind.GITLAB,
    "koodivaramu.eesti.ee": ForgeKind.GITLAB,
}
DEFAULT_HOSTS: Final[dict[ForgeKind, str]] = {
    ForgeKind.GITHUB: "github.com",
    ForgeKind.GITLAB: "gitlab.com",
    ForgeKind.BITBUCKET: "bitbucket.org",
}
_PREFIXES: Final[dict[str, ForgeKind]] = {
    "github": ForgeKind.GITHUB,
    "gitlab": ForgeKind.GITLAB,
    "gitea": ForgeKind.GITEA,
    "forgejo": ForgeKind.GITEA,
    "codeberg": ForgeKind.GITEA,
    "bitbucket": ForgeKind.BITBUCKET,
}
_LISTS: Final = (".csv", ".yml", ".yaml", ".json", ".txt")
_SHORT: Final = re.compile(r"([a-z][a-z-]*):(?!//)(.+)", re.DOTALL)
_NOT_IN_A_URL: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{}|]")
_EXAMPLES: Final = "write github:Organisation, gitlab:host/group, or a full https URL"

SourceKind = Literal["organisation", "repository", "list", "peer"]


class SourceSpec(msgspec.Struct, frozen=True):
    """One source: what it names, at which forge, and its canonical https URL.

    `namespace` is the organisation or group, or a repository's path; it is empty for a whole host
    and None for a list or a peer. `forge` is `UNKNOWN` where only asking the host can tell.
    `protocol` is set for a peer: one of `registry.domain.peers.PROTOCOLS`.
    """

    kind: SourceKind
    forge: ForgeKind
    host: str
    url: str
    namespace: str | None = None
    protocol: str | None = None

    @property
    def text(self) -> str:
        """The one normal way to write this source; `parse_source` reads it back."""
        if self.kind == "list":
            return f"list:{self.url}"
        if self.kind == "peer":
            return f"{self.protocol}:{self.url}"
        if self.kind == "repository" and self.forge is ForgeKind.PLAIN:
            return f"git:{self.url}"
        if self.forge is ForgeKind.UNKNOWN or self.url.startswith("http:"):
            return self.url
        ending = ".git" if self.kind == "repository" else ""
        return f"{self.forge.value}:{urlsplit(self.url).netloc}{urlsplit(self.url).path}{ending}"

    @property
    def scheme(self) -> str:
        """https, or http for a host that the operator allows it for."""
        return urlsplit(self.url).scheme


def infer(url: str) -> ForgeKind:
    """Return the forge of a URL's host from what is known of hosts, without asking anybody."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in KNOWN_HOSTS:
        return KNOWN_HOSTS[host]
    first = host.partition(".")[0]
    return ForgeKind.GITLAB if first == "gitlab" else ForgeKind.UNKNOWN


def parse_source(text: str, *, allow_http_hosts: frozenset[str] = frozenset()) -> SourceSpec:
    """Return what an operator's source names, or raise `InvalidInput` saying how to write it."""
    text = text.strip()
    short = _SHORT.fullmatch(text)
    if short is None:
        return _from_url(text, allow_http_hosts)
    prefix, rest = short[1], short[2].strip()
    if prefix == "list":
        return _list(rest, allow_http_hosts)
    if prefix in PROTOCOLS:
        return _peer(prefix, rest, allow_http_hosts)
    if prefix == "git":
        url = canonical_repository_url(rest, allow_http_hosts=allow_http_hosts)
        parts = urlsplit(url)
        return SourceSpec("repository", ForgeKind.PLAIN, parts.netloc, url, parts.path.strip("/"))
    if prefix not in _PREFIXES:
        raise InvalidInput(f"{prefix!r} is not a kind of source: {_EXAMPLES}")
    return _prefixed(prefix, rest, allow_http_hosts)


def organisation_at(
    forge: ForgeKind,
    host: str,
    namespace: str,
    *,
    scheme: str = "https",
    allow_http_hosts: frozenset[str] = frozenset(),
) -> SourceSpec:
    """Return the source of an organisation, a group, or (empty namespace) a whole host."""
    parts = segments(namespace) if namespace.strip("/") else []
    if len(parts) > 1 and forge not in {ForgeKind.GITLAB, ForgeKind.UNKNOWN}:
        raise InvalidInput(f"{namespace[:100]!r}: only GitLab has groups within groups")
    if not parts and forge in {ForgeKind.GITHUB, ForgeKind.BITBUCKET}:
        raise InvalidInput(f"{host} is no source as a whole: name an organisation")
    # The rules for hosts are those of repository URLs; a whole host needs a path for them.
    path = "/".join(parts) or "x"
    url = canonical_repository_url(f"{scheme}://{host}/{path}", allow_http_hosts=allow_http_hosts)
    url = url if parts else url.removesuffix("/x")
    canonical = urlsplit(url)
    return SourceSpec("organisation", forge, canonical.netloc, url, canonical.path.strip("/"))


def _prefixed(prefix: str, rest: str, allow: frozenset[str]) -> SourceSpec:
    forge = _PREFIXES[prefix]
    host, path = DEFAULT_HOSTS.get(forge), rest
    if prefix == "codeberg":
        host = "codeberg.org"
    # Of the first part only a host has a dot or a port: name the host to use a group with a dot.
    first, _, others = rest.partition("/")
    if "." in first or ":" in first or host is None:
        host, path = first.lower(), others
    if "." not in host and ":" not in host and host not in allow:
        raise InvalidInput(f"{rest[:100]!r} names no host: write {prefix}:host/organisation")
    if _names_repository(forge, path):
        return _repository(forge, "https", host, path, allow)
    return organisation_at(forge, host, path, allow_http_hosts=allow)


def _names_repository(forge: ForgeKind, path: str) -> bool:
    if path.rstrip("/").endswith(".git"):
        return True
    return forge is not ForgeKind.GITLAB and path.strip("/").count("/") == 1


def _from_url(text: str, allow: frozenset[str]) -> SourceSpec:
    if "://" not in text:
        raise InvalidInput(f"{text[:100]!r} is not a source: {_EXAMPLES}")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:100]!r} is not a URL: {_EXAMPLES}") from error
    path = parts.path.strip("/")
    forge = infer(text)
    # At a known forge two parts are owner and name, whatever the name ends with.
    if path.lower().endswith(_LISTS) and (forge is ForgeKind.UNKNOWN or path.count("/") != 1):
        return _list(text, allow)
    if path.count("/") == 0:
        # Credentials, query and the like are refused by the rules of repository URLs.
        checked = text if path else text.rstrip("/") + "/x"
        netloc = urlsplit(canonical_repository_url(checked, allow_http_hosts=allow)).netloc
        return organisation_at(
            forge, netloc, path, scheme=parts.scheme.lower(), allow_http_hosts=allow
        )
    canonical_repository_url(text, allow_http_hosts=allow)
    return _repository(forge, parts.scheme.lower(), parts.netloc, path, allow)


def _repository(
    forge: ForgeKind, scheme: str, host: str, path: str, allow: frozenset[str]
) -> SourceSpec:
    url = canonical_repository_url(f"{scheme}://{host}/{path}", allow_http_hosts=allow)
    parts = urlsplit(url)
    # The canonical URL may be in lower case; people read the name as it was written.
    namespace = path.strip("/").removesuffix(".git")
    if namespace.lower() != parts.path.strip("/").lower():
        namespace = parts.path.strip("/")
    if len(segments(namespace)) != 2 and forge not in {ForgeKind.GITLAB, ForgeKind.UNKNOWN}:
        raise InvalidInput(f"{url[:200]} names a page inside a repository: name the repository")
    return SourceSpec("repository", forge, parts.netloc, url, namespace)


def _list(url: str, allow: frozenset[str]) -> SourceSpec:
    # A list is a file: its URL keeps its case and ending, so only the host's form is taken over.
    canonical = urlsplit(canonical_repository_url(url, allow_http_hosts=allow))
    address = f"{canonical.scheme}://{canonical.netloc}{urlsplit(url).path}"
    return SourceSpec("list", ForgeKind.UNKNOWN, canonical.netloc, address)


def _peer(protocol: str, address: str, allow: frozenset[str]) -> SourceSpec:
    """Return a peer at an address; it keeps its query, and is held to the rules of other URLs."""
    if _NOT_IN_A_URL.search(address) or len(address) > MAX_URL_LENGTH - len(protocol) - 1:
        raise InvalidInput(f"{address[:100]!r} is not a URL: write {protocol}:https://…")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise InvalidInput(f"{address[:100]!r} is not a URL") from error
    if parts.fragment:
        raise InvalidInput("the address of a peer has no fragment")
    bare = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/x'}"
    canonical = urlsplit(canonical_repository_url(bare, allow_http_hosts=allow))
    query = f"?{parts.query}" if parts.query else ""
    url = f"{canonical.scheme}://{canonical.netloc}{parts.path.rstrip('/')}{query}"
    return SourceSpec("peer", ForgeKind.UNKNOWN, canonical.netloc, url, protocol=protocol)
