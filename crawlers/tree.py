"""The tree at HEAD, walked with caps: a few hostile objects can describe 10^10 paths."""

from collections import Counter
from typing import Final, NamedTuple

import pygit2
from pygit2.enums import FileMode, ObjectType

MAX_DEPTH: Final = 256
# Places at which one and the same folder is read: a bomb has few objects and 10^10 paths.
MAX_REPEATS: Final = 1_000
MAX_ENTRIES: Final = 500_000
# In bytes: a path is part of a key, and PostgreSQL's B-trees take no more than 2,704 (its manual,
# "Limits" and `btree`).
MAX_PATH_BYTES: Final = 2_000


REPEATED: Final = "repeated_folders"


class HeadTree(NamedTuple):
    """The files and gitlinks at HEAD (path → id), and the caps that were hit."""

    files: dict[str, str]
    gitlinks: dict[str, str]
    caps: tuple[str, ...]


def read_head_tree(repository: pygit2.Repository, commit_id: str) -> HeadTree:
    """Walk the tree of a commit with an explicit stack; symbolic links are left out."""
    files: dict[str, str] = {}
    gitlinks: dict[str, str] = {}
    caps: set[str] = set()
    visits: Counter[pygit2.Oid] = Counter()
    commit = repository[commit_id]
    stack: list[tuple[str, pygit2.Oid, int]] = [("", commit.tree_id, 0)]  # type: ignore[attr-defined]
    while stack:
        prefix, tree_id, depth = stack.pop()
        visits[tree_id] += 1
        if visits[tree_id] > MAX_REPEATS:
            caps.add(REPEATED)
            continue
        tree = _tree(repository, tree_id)
        if tree is None:
            caps.add("missing_tree")
            continue
        for entry in tree:
            path = prefix + _name(entry)
            if len(files) + len(gitlinks) + len(stack) >= MAX_ENTRIES:
                caps.add("entries")
                return HeadTree(files, gitlinks, tuple(sorted(caps)))
            if len(path.encode()) > MAX_PATH_BYTES:
                caps.add("path_length")
            elif entry.filemode == FileMode.TREE:
                if depth >= MAX_DEPTH:
                    caps.add("depth")
                else:
                    stack.append((path + "/", entry.id, depth + 1))
            elif entry.filemode == FileMode.COMMIT:
                gitlinks[path] = str(entry.id)
            elif entry.filemode != FileMode.LINK:
                files[path] = str(entry.id)
    return HeadTree(files, gitlinks, tuple(sorted(caps)))


def _tree(repository: pygit2.Repository, tree_id: pygit2.Oid) -> pygit2.Tree | None:
    try:
        found = repository[tree_id]
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return found if isinstance(found, pygit2.Tree) else None


def _name(entry: pygit2.Object) -> str:
    return (entry.raw_name or b"").decode("utf-8", "replace")


def blob_size(repository: pygit2.Repository, blob_id: str) -> int | None:
    """Return the size in bytes of a blob that is here, without inflating it, else `None`."""
    try:
        kind, size = repository.odb.read_header(blob_id)
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return int(size) if kind == ObjectType.BLOB else None


def blob_bytes(repository: pygit2.Repository, blob_id: str, limit: int) -> bytes | None:
    """Return the contents of a blob of at most `limit` bytes, `None` when absent or larger."""
    size = blob_size(repository, blob_id)
    if size is None or size > limit:
        return None
    try:
        _, data = repository.odb.read(blob_id)
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return bytes(data)
