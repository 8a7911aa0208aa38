"""Where fetched objects wait until they are checked, and how they are adopted into the store.

A repository of the store is only ever changed by renames of finished, synced files: killed at any
point it is the old one or the new one. What a dead process left behind is found by its lock.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from registry.faults import crash_point

_AREA: Final = ".quarantine"
# git looks for the index of a pack: it comes last, when the rest of the pack is in place.
_PACK_ORDER: Final = (".promisor", ".keep", ".rev", ".pack", ".idx")
_CONFIG: Final = """[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = origin
[remote "origin"]
\tpromisor = true
\tpartialclonefilter = blob:none
"""


@contextmanager
def quarantine(store_root: Path, borrow_from: Path | None = None) -> Iterator[Path]:
    """Give a fresh bare repository next to the store, and remove what is left of it afterwards.

    With `borrow_from` it sees the objects of that repository, so that only new ones arrive.
    """
    area = store_root / _AREA
    area.mkdir(parents=True, exist_ok=True)
    folder = area / secrets.token_hex(12)
    lock = _locked(folder.with_suffix(".lock"))  # before the folder, so that no janitor takes it
    try:
        yield _bare(folder, borrow_from)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".lock").unlink(missing_ok=True)
        lock.close()


def _locked(path: Path) -> IO[str]:
    while True:
        lock = path.open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
            return lock
        lock.close()  # a janitor took it between the two steps


def _bare(folder: Path, borrow_from: Path | None) -> Path:
    for name in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
        (folder / name).mkdir(parents=True)
    (folder / "config").write_text(_CONFIG)
    set_head(folder, "main")
    if borrow_from:
        (folder / "objects/info/alternates").write_text(f"{borrow_from / 'objects'}\n")
    return folder


def is_shallow(folder: Path) -> bool:
    """Tell whether a repository lacks the older part of its history."""
    return (folder / "shallow").exists()


def set_head(folder: Path, branch: str) -> None:
    """Point HEAD at a branch, whether it exists or not."""
    (folder / "HEAD").write_text(f"ref: refs/heads/{branch}\n", encoding="utf-8")


def adopt(folder: Path, place: Path) -> None:
    """Move a checked quarantine to its place in the store; all of it or nothing."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    crash_point("before_rename")
    folder.rename(place)
    crash_point("after_rename")
    _sync(place.parent)
    _sync(place.parent.parent)


def adopt_objects(folder: Path, place: Path) -> None:
    """Move the packs of a checked quarantine into a repository of the store."""
    packs = folder / "objects/pack"
    moved = [path for path in packs.iterdir() if path.suffix in _PACK_ORDER]
    for path in sorted(moved, key=lambda p: (_PACK_ORDER.index(p.suffix), p.name)):
        _sync(path)
        path.rename(place / "objects/pack" / path.name)
    _sync(place / "objects/pack")


def adopt_refs(folder: Path, place: Path) -> None:
    """Replace all refs of a repository of the store by those of a quarantine, then its HEAD."""
    crash_point("before_rename")
    for name in ("packed-refs", "HEAD"):
        source = folder / name
        source.touch()
        _sync(source)
        source.rename(place / name)
    crash_point("after_rename")
    _sync(place)


def remove(store_root: Path, place: Path) -> None:
    """Remove a repository of the store; gone at once, even when killed half-way."""
    if not place.resolve().is_relative_to(store_root.resolve()) or place == store_root:
        raise ValueError(f"{place} is not in the store")
    if place.exists():
        area = store_root / _AREA
        area.mkdir(parents=True, exist_ok=True)
        doomed = Path(tempfile.mkdtemp(dir=area))
        place.rename(doomed / "repository")
        shutil.rmtree(doomed, ignore_errors=True)


def janitor(store_root: Path) -> int:
    """Remove what dead jobs left in the store's quarantine; return how many entries that were.

    A living job holds the lock of its entry, in whichever process it runs.
    """
    dead = dead_entries(store_root)
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".lock").unlink(missing_ok=True)
    return len(dead)


def dead_entries(store_root: Path) -> list[Path]:
    """Return the quarantines whose job is dead, in whichever process it ran."""
    area = store_root / _AREA
    if not area.is_dir():
        return []
    folders = {path.with_suffix("") for path in area.iterdir()}
    return sorted(folder for folder in folders if not _is_held(folder.with_suffix(".lock")))


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
