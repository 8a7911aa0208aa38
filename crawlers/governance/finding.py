"""Which files at HEAD say who governs the code: few, bounded, where forges look for them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from registry.domain.languages import is_vendored

MAX_BYTES: Final = 256 * 1024
MAX_GOVERNANCE: Final = 4
# In the order of GitHub ("About code owners": .github, root, docs); GitLab's and Gitea's beside.
_OWNER_HOMES: Final = (".github", ".gitlab", ".gitea", ".forgejo", "", "docs")
_TEXT_HOMES: Final = ("", ".github", "governance", "docs", "docs/governance", "doc")
_ENDING: Final = r"(?:\.(?:md|markdown|rst|adoc|txt))?"
_GOVERNANCE = re.compile(rf"(?:project[-_])?governance{_ENDING}", re.IGNORECASE)
_IN_FOLDER = re.compile(
    rf"(?:readme|index|charter|[\w-]{{0,60}}(?:governance|decision|voting|procedure)[\w-]{{0,60}}){_ENDING}",
    re.IGNORECASE,
)
# Where a joint body keeps its record in a repository of its own: the first that is there.
BODY_FILES: Final = tuple(
    f"{folder}/body.{ending}" for folder in (".governance", "governance")
    for ending in ("yaml", "yml")
)  # fmt: skip
_MAINTAINERS = re.compile(rf"maintainers{_ENDING}", re.IGNORECASE)


def governance_files(paths: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (kind, path) of the files to read, of path → blob id at HEAD.

    At most four texts about governance, and one of each other kind: the file of a joint body, the
    CODEOWNERS that forges take, MAINTAINERS, and OWNERS at the root.
    """
    found = [("governance", path) for path in _texts(paths)]
    found += [("body", path) for path in BODY_FILES if path in paths][:1]
    found += [("code_owners", path) for path in _code_owners(paths)[:1]]
    found += [("maintainers", path) for path in _maintainers(paths)[:1]]
    found += [("owners", path) for path in ("OWNERS",) if path in paths]
    return found


def wanted_blobs(paths: Mapping[str, str]) -> tuple[str, ...]:
    """Return the blobs whose contents are read."""
    return tuple(dict.fromkeys(paths[path] for _, path in governance_files(paths)))


def is_watched(path: str) -> bool:
    """Tell whether the history of a path is asked for, by its path alone."""
    if path.count("/") > 2:
        return False
    return bool(governance_files({path: ""}))


def count_places(paths: Iterable[str]) -> int:
    """Return how many OWNERS files a tree has outside of vendored folders."""
    return sum(path == "OWNERS" or (path.endswith("/OWNERS") and not is_vendored(path))
               for path in paths)  # fmt: skip


def _texts(paths: Mapping[str, str]) -> list[str]:
    found = [path for path in paths if _is_text(path)]
    return sorted(found, key=lambda path: (_home(path, _TEXT_HOMES), path))[:MAX_GOVERNANCE]


def _is_text(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    lower = folder.lower()
    if lower not in _TEXT_HOMES:
        return False
    pattern = _IN_FOLDER if lower.endswith("governance") else _GOVERNANCE
    return bool(pattern.fullmatch(name))


def _code_owners(paths: Mapping[str, str]) -> list[str]:
    """Return the files of that name which a forge may take, the one it takes first."""
    found = [
        path
        for path in paths
        if path.rpartition("/")[2] == "CODEOWNERS" and path.rpartition("/")[0] in _OWNER_HOMES
    ]
    return sorted(found, key=lambda path: _home(path, _OWNER_HOMES))


def _maintainers(paths: Mapping[str, str]) -> list[str]:
    found = [
        path
        for path in paths
        if path.rpartition("/")[0].lower() in _TEXT_HOMES
        and _MAINTAINERS.fullmatch(path.rpartition("/")[2])
    ]
    return sorted(found, key=lambda path: (_home(path, _TEXT_HOMES), path))


def _home(path: str, homes: tuple[str, ...]) -> int:
    return homes.index(path.rpartition("/")[0].lower())
