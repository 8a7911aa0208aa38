"""The URL step of the egress: parse, check and rebuild, so that nobody else parses again."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from crawlers.egress.addresses import is_public
from registry.domain.identity import MAX_URL_LENGTH, canonical_repository_url
from registry.errors import BlockedUrl

_RAW_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_KEEP: Final = "/%:@!$&'()*+,;=~-._"
_LOCAL: Final = (
    ".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".onion",
    ".test", ".invalid",
)  # fmt: skip


class Target(Struct, frozen=True):
    """A checked URL in its parts; `url` is the rebuilt form that is shown and passed on.

    `allowed` says that the operator listed this host: only then may it have a private address.
    """

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool

    @property
    def netloc(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        standard = self.port == _DEFAULT_PORTS[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if standard else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a credential belongs to."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """The whole URL, with path and query."""
        return f"{self.origin}{self.path}"


def allowed_hosts(entries: Iterable[str]) -> frozenset[str]:
    """Return the operator's exceptions (`host` or `host:port`) in the form that is compared."""
    return frozenset(entry.strip().lower() for entry in entries)


def check_url(url: str, allow: frozenset[str] = frozenset()) -> Target:
    """Return the parts of a URL that may be asked for, or raise `BlockedUrl` saying why not.

    Only https on its standard port without credentials, control characters and fragment passes;
    hosts in `allow` may also use http or another port. Host rules are those of repository URLs.
    """
    if len(url) > MAX_URL_LENGTH or url.startswith("-"):
        raise BlockedUrl("the URL is too long or begins with a dash")
    if _RAW_CONTROL.search(url) or _CONTROL.search(unquote(url, errors="replace")):
        raise BlockedUrl("the URL holds control characters, spaces or a backslash")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BlockedUrl("the URL cannot be parsed") from error
    if "#" in url:
        raise BlockedUrl("the URL has a fragment")
    # The rules for scheme, host, port and credentials are those of a repository's URL.
    checked = urlsplit(
        canonical_repository_url(f"{parts.scheme}://{parts.netloc}/x", allow_http_hosts=allow)
    )
    path = quote(parts.path or "/", safe=_KEEP)
    query = f"?{quote(parts.query, safe=_KEEP + '?')}" if parts.query else ""
    return Target(
        scheme=checked.scheme,
        host=checked.hostname or "",
        port=checked.port or _DEFAULT_PORTS[checked.scheme],
        path=path + query,
        allowed=checked.netloc in allow,
    )


def public_url(url: str, allow: frozenset[str] = frozenset()) -> str:
    """Return a URL whose host can be public by its name, or raise `BlockedUrl`; nothing is asked.

    Refused are what `check_url` refuses, numeric addresses that are not public, and names that are
    of local networks by agreement (RFC 6761, 6762, 8375, and names without a dot).
    """
    target = check_url(url, allow)
    name = target.host.rstrip(".")
    is_number = ":" in name or name.rpartition(".")[2].isdigit()
    is_local = "." not in name or name.endswith(_LOCAL)
    if not target.allowed and (not is_public(name) if is_number else is_local):
        raise BlockedUrl("the host of the URL is not public")
    return target.url
