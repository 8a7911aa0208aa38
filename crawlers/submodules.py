"""Submodules: gitlinks at HEAD with the URLs that `.gitmodules` states; nothing is fetched."""

from collections.abc import Mapping
from typing import Final

from registry.domain.facts import Submodule
from registry.domain.identity import canonical_repository_url
from registry.errors import BlockedUrl

MAX_SUBMODULES: Final = 1_000


def read_submodules(gitlinks: Mapping[str, str], gitmodules: bytes) -> tuple[Submodule, ...]:
    """Return the submodules by path; a URL that the egress rules refuse is left out."""
    urls = _urls(gitmodules.decode("utf-8", "replace"))
    return tuple(
        Submodule(path=path, commit=commit, url=urls.get(path))
        for path, commit in sorted(gitlinks.items())[:MAX_SUBMODULES]
    )


def _urls(text: str) -> dict[str, str]:
    urls: dict[str, str] = {}
    path = url = ""
    for line in [*text.splitlines(), "[end]"]:
        key, _, value = line.strip().partition("=")
        if line.lstrip().startswith("["):
            if path and url and (checked := _checked(url)):
                urls[path] = checked
            path = url = ""
        elif key.strip() == "path":
            path = value.strip().strip('"')
        elif key.strip() == "url":
            url = value.strip().strip('"')
    return urls


def _checked(url: str) -> str | None:
    if url.startswith("git@") and ":" in url:  # the short ssh form of the big forges
        host, _, path = url.removeprefix("git@").partition(":")
        url = f"https://{host}/{path}"
    try:
        return canonical_repository_url(url)
    except BlockedUrl:
        return None
