"""Addresses of repositories in running text."""

import re
from typing import Final
from urllib.parse import urlsplit

from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl

_URL = re.compile(
    r"(?:https?://|git@|(?<![\w./@-])(?=(?:www\.)?git(?:hub|lab)\.com/))[^\s<>\"'`|\\^{}]{4,500}"
)
_END: Final = ".,;:!?)]}*_’”"
_SHARED: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
_FORGE = re.compile(
    r"(?:git|gitlab|gitea|forge|forgejo|code|scm|source|src|repo|opencode|bitbucket|framagit)\..+"
    r"|gitlab\..+|.+\.gitlab\..+|framagit\.org|codeberg\.org|gitea\.com|salsa\.debian\.org",
)
# First steps of paths that are pages of a forge, and second ones below an owner.
_NO_OWNER: Final = frozenset(
    {
        "about", "apps", "assets", "blog", "collections", "contact", "enterprise", "explore",
        "features", "groups", "help", "issues", "login", "marketplace", "notifications", "orgs",
        "pricing", "pulls", "search", "security", "settings", "site", "sponsors", "topics",
        "trending", "user-attachments", "users",
    }
)  # fmt: skip
_NO_CODE: Final = frozenset(
    {"actions", "discussions", "graphs", "issues", "merge_requests", "milestone", "milestones",
     "network", "projects", "pull", "pull-requests", "pulls", "security", "stargazers"}
)  # fmt: skip


def repository_url(text: str) -> str | None:
    """Return the canonical URL of the repository whose address, or a place in it, a text is."""
    parts = _parts(text)
    if parts is None:
        return None
    host, steps = parts
    if host == "raw.githubusercontent.com":
        host = "github.com"
    if host in _SHARED and host != "gitlab.com":
        depth = 2
    elif host == "gitlab.com" or _FORGE.fullmatch(host):
        depth = steps.index("-") if "-" in steps else _depth(steps)
    else:
        return None
    if len(steps) < max(depth, 2) or depth < 2 or steps[0].lower() in _NO_OWNER:
        return None
    if any(step.lower() in _NO_CODE for step in steps[depth : depth + 2]):
        return None
    try:
        return canonical_repository_url(f"https://{host}/{'/'.join(steps[:depth])}")
    except BlockedUrl:
        return None


def _parts(text: str) -> tuple[str, list[str]] | None:
    address = text.strip()
    if address.startswith("git@"):
        address = "https://" + address[4:].replace(":", "/", 1)
    elif "://" not in address:
        address = "https://" + address
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host, [step for step in parts.path.split("/") if step]


def _depth(steps: list[str]) -> int:
    """Tell where the path of a repository ends when the forge puts no mark there."""
    for number, step in enumerate(steps):
        if number >= 2 and step in {"blob", "tree", "raw", "src", "commit", "wikis", *_NO_CODE}:
            return number
    return len(steps)


def repository_urls(text: str) -> list[tuple[int, str]]:
    """Return the repositories whose addresses stand in a text, each with where it begins."""
    found = []
    for match in _URL.finditer(text):
        address = match.group().split("](", 1)[0].split(")", 1)[0].rstrip(_END)
        if url := repository_url(address):
            found.append((match.start(), url))
    return found
