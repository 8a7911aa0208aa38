"""Git ids of files on this machine: all that a lookup needs, and nothing of what they say."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

# Folders of tools and of other people's packages.
SKIPPED: Final = frozenset({".git", ".hg", ".svn", ".tox", ".venv", "__pycache__", "node_modules"})
MAX_FILES: Final = 100_000
MAX_FILE_BYTES: Final = 50 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


class Hashed(Struct, frozen=True):
    """The files of a folder by the git id of their content, with paths relative to the folder.

    `skipped` counts files that are too large or cannot be read; `is_cut` says that there are more
    files than were read.
    """

    paths: dict[str, list[str]]
    files: int
    skipped: int
    is_cut: bool


def hash_files(root: Path) -> Hashed:
    """Hash a file, or every file below a folder; symbolic links are not followed.

    Empty files are left out: they tell nothing.
    """
    paths: dict[str, list[str]] = {}
    files = skipped = 0
    for path in _files(root):
        if files >= MAX_FILES:
            return Hashed(paths, files, skipped, is_cut=True)
        files += 1
        ident = blob_id(path)
        if ident is None:
            skipped += 1
        elif ident != EMPTY:
            paths.setdefault(ident, []).append(_shown(path, root))
    return Hashed(paths, files, skipped, is_cut=False)


def blob_id(path: Path) -> str | None:
    """Return the id that git gives the content of a file, `None` where it cannot be had."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                return None
            digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
            read = 0
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                read += len(chunk)
    except OSError:
        return None
    return digest.hexdigest() if read == size else None  # it was written to meanwhile


EMPTY: Final = hashlib.sha1(b"blob 0\0", usedforsecurity=False).hexdigest()


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    waiting = [root]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        yield from (Path(x.path) for x in entries if x.is_file(follow_symlinks=False))
        folders = (x for x in entries if x.is_dir(follow_symlinks=False))
        waiting += [Path(x.path) for x in folders if x.name not in SKIPPED]


def _shown(path: Path, root: Path) -> str:
    relative = path.relative_to(root) if path != root else Path(path.name)
    return relative.as_posix().encode("utf-8", "replace").decode()
