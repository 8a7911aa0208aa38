"""Identifiers: canonical repository URLs, slugs, countries, SWHIDs, package URLs."""

import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from registry.errors import BlockedUrl

# Hosts whose paths are case-insensitive (metadata standard: component key).
CASE_INSENSITIVE_HOSTS: Final = frozenset(
    {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}
)
MAX_URL_LENGTH: Final = 2048

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_SLUG_GAP = re.compile(r"[^a-z0-9]+")


def canonical_repository_url(url: str, *, allow_http_hosts: frozenset[str] = frozenset()) -> str:
    """Return the canonical form of a repository URL, or raise `BlockedUrl` saying why not.

    The canonical form is https, with a lower-case ASCII host, without credentials, default port,
    `www.`, trailing slash or `.git`; the path is lower-cased where the host ignores case.
    `allow_http_hosts` lists the `host` or `host:port` that the operator allows with plain http
    or with another port.
    """
    parts = _split(url)
    host = _ascii_host(parts)
    port = _port(parts)
    netloc = host if port is None else f"{host}:{port}"
    allowed = netloc in allow_http_hosts
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed):
        raise BlockedUrl(
            f"only https URLs can be registered, not {parts.scheme or 'a bare path'!r}"
        )
    if port is not None and not allowed:
        raise BlockedUrl(f"port {port} is not allowed: only the standard https port is")
    path = parts.path.rstrip("/").removesuffix(".git").rstrip("/")
    if not path:
        raise BlockedUrl("the URL names a host but no repository")
    bare = host.removeprefix("www.")
    if bare in CASE_INSENSITIVE_HOSTS:
        host, path = bare, path.lower()
    netloc = host if port is None else f"{host}:{port}"
    return f"{parts.scheme}://{netloc}{path}"


def _split(url: str) -> SplitResult:
    text = url.strip()
    if len(text) > MAX_URL_LENGTH:
        raise BlockedUrl(f"the URL is longer than {MAX_URL_LENGTH} characters")
    if text.startswith("-"):
        raise BlockedUrl("the URL begins with a dash")
    if _CONTROL.search(text) or _CONTROL.search(unquote(text, errors="replace")):
        raise BlockedUrl("the URL holds control characters or spaces")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BlockedUrl("the URL cannot be parsed") from error
    if "\\" in text or "::" in parts.path.split("/", 1)[0]:
        raise BlockedUrl("the URL names a transport helper or holds a backslash")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise BlockedUrl("the URL holds credentials: register it without them")
    if parts.query or parts.fragment:
        raise BlockedUrl("the URL has a query or a fragment: register the repository itself")
    segments = unquote(parts.path).split("/")
    if any(part.startswith("-") or part in {".", ".."} for part in segments) or "//" in parts.path:
        raise BlockedUrl("the path of the URL is not that of a repository")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise BlockedUrl("the URL has no host")
    if ":" in host:  # an IPv6 literal: the egress rules look at the address itself
        return f"[{host}]"
    try:
        ascii_host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host
    except UnicodeError as error:
        raise BlockedUrl("the host name is not a valid international name") from error
    if len(ascii_host) > 253 or not all(_HOST_LABEL.fullmatch(x) for x in ascii_host.split(".")):
        raise BlockedUrl("the host name is not valid")
    return ascii_host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise BlockedUrl("the port of the URL is not a number") from error
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return None if port in (None, default) else port


def slugify(text: str, *, limit: int = 80) -> str:
    """Return lower-case ASCII words joined by dashes, at most `limit` long, never empty."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = _SLUG_GAP.sub("-", folded).strip("-")[:limit].strip("-")
    return slug or "x"


def repository_slug(canonical_url: str) -> str:
    """Return the slug of a component from its canonical repository URL.

    For the big shared host the slug is `owner-name`; elsewhere the host comes first, so that two
    hosts never collide by design (a remaining collision is settled where slugs are stored).
    """
    parts = urlsplit(canonical_url)
    path = parts.path.strip("/")
    if parts.hostname == "github.com":
        return slugify(path)
    return slugify(f"{parts.netloc}/{path}")


def swhid(kind: str, git_id: str) -> str:
    """Return the SWHID of a git object; `kind` is cnt, dir, rev or rel (SWHID 1.2 core).

    Only SHA-1 ids (40 hex digits) have one: a SHA-256 repository needs re-hashing.
    """
    if kind not in {"cnt", "dir", "rev", "rel"} or not re.fullmatch(r"[0-9a-f]{40}", git_id):
        raise ValueError(f"no SWHID for {kind} {git_id!r}")
    return f"swh:1:{kind}:{git_id}"
