"""Where a working copy of a repository came from, as its own configuration says."""

import re
from pathlib import Path
from typing import Final

import pygit2

# git@host:owner/name, the short form of ssh.
_SHORT: Final = re.compile(r"(?:ssh://)?[\w.-]+@([\w.-]+)[:/](?!\d+/)(.+)")


def origin_url(folder: Path) -> str | None:
    """Return the https address of the remote `origin`, or None where there is none."""
    try:
        url = pygit2.Repository(str(folder)).remotes["origin"].url
    except (pygit2.GitError, KeyError, OSError):
        return None
    short = _SHORT.fullmatch(url or "")
    return f"https://{short[1]}/{short[2]}" if short else url
