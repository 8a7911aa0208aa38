"""Addresses and commands by which people take over what they miss."""

from typing import Final
from urllib.parse import quote, urlsplit

_COMPARE: Final = {"github": "/compare/", "gitlab": "/-/compare/", "gitea": "/compare/"}


def compare_url(url: str, forge: str, base: str | None, head: str | None) -> str | None:
    """Return where a forge shows what an upstream did since a commit; `None` if nowhere.

    Sources: "Comparing commits" of GitHub, "Compare revisions" of GitLab, "compare" of Gitea.
    """
    if base is None or head is None:
        return None
    path = _COMPARE.get(_style(url, forge))
    return f"{url}{path}{base}...{head}" if path else None


def _style(url: str, forge: str) -> str:
    host = urlsplit(url).hostname or ""
    if forge in {"github", "gitlab", "gitea"}:
        return forge
    return "github" if host == "github.com" else ""


def cherry_pick(upstream_url: str, commit: str | None, *, is_merge: bool) -> str:
    """Return the commands that take a commit over; `-x` writes down where it is from."""
    if commit is None:
        return ""
    mainline = " -m 1" if is_merge else ""
    address = quote(upstream_url, safe=":/.-_~%+@")
    return f"git fetch {address} {commit} && git cherry-pick -x{mainline} {commit}"


def advisory_url(key: str) -> str:
    """Return the public page of an advisory at osv.dev."""
    return f"https://osv.dev/vulnerability/{quote(key, safe='')}"
