"""One pass along the main line, oldest first: which contents lineage wants, and what paths held.

The main line are HEAD and its first parents. Contents are wanted of source files at HEAD, at the
end of each year, and in the first commits: a copy often stems from a state that is long gone.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from crawlers.history import Partial, boundary, stream
from crawlers.tree import MAX_PATH_BYTES
from registry.domain.dates import EARLIEST, believed_text
from registry.domain.facts import Version

EARLY_COMMITS: Final = 40
MAX_CHANGES: Final = 3_000_000
MAX_WATCHED: Final = 400
MAX_RARE: Final = 40
MAX_VERSIONS: Final = 2_000
_ABSENT: Final = (b"000000", b"160000")


class MainLine(msgspec.Struct, frozen=True):
    """What the pass saw: source blobs by importance, versions of watched paths, caps hit."""

    sources: tuple[str, ...]
    versions: dict[str, tuple[Version, ...]]
    caps: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """A path got a new content (`blob` is empty: it was removed) in a main-line commit."""

    commit: str
    time: int
    path: str
    blob: str


def read_main_line(
    directory: Path,
    now: int,
    *,
    limit: int,
    is_source: Callable[[str], bool],
    is_watched: Callable[[str], bool],
    is_rare: Callable[[str], bool] = lambda _path: False,
) -> MainLine:
    """Return what is wanted of the main line; at most `limit` source contents.

    Watched paths that are rare have room of their own beside the many others.
    """
    walk = _Walk(is_source, is_watched, is_rare)
    caps: list[str] = []
    try:
        for change in _changes(directory, now):
            walk.take(change)
    except Partial as partial:
        caps.append(partial.cap)
    versions = {path: tuple(found) for path, found in sorted(walk.versions.items())}
    return MainLine(walk.sources(limit), versions, tuple(caps))


class _Walk:
    """The state of the tree while its history is replayed."""

    def __init__(
        self,
        is_source: Callable[[str], bool],
        is_watched: Callable[[str], bool],
        is_rare: Callable[[str], bool],
    ) -> None:
        self._is_source = is_source
        self._is_watched = is_watched
        self._is_rare = is_rare
        self._room = {True: MAX_RARE, False: MAX_WATCHED}
        self._kinds: dict[str, tuple[bool, bool]] = {}
        self._now: dict[str, str] = {}
        self._early: set[str] = set()
        self._yearly: list[set[str]] = []
        self._year = 0
        self._commits = 0
        self._commit = ""
        self.versions: dict[str, list[Version]] = {}

    def take(self, change: Change) -> None:
        if change.commit != self._commit:
            self._turn(change)
        is_source, is_watched = self._kind(change.path)
        if is_source:
            self._hold(change)
        if is_watched and self._has_room(change.path):
            found = self.versions.setdefault(change.path, [])
            if len(found) < MAX_VERSIONS:
                found.append(Version(change.commit, change.time, change.blob))

    def _has_room(self, path: str) -> bool:
        if path in self.versions:
            return True
        is_rare = self._is_rare(path)
        self._room[is_rare] -= 1
        return self._room[is_rare] >= 0

    def _turn(self, change: Change) -> None:
        self._commit = change.commit
        self._commits += 1
        year = datetime.fromtimestamp(change.time, UTC).year
        if self._year and year > self._year:
            self._yearly.append(set(self._now.values()))
        self._year = max(year, self._year)

    def _kind(self, path: str) -> tuple[bool, bool]:
        if path not in self._kinds:
            self._kinds[path] = (self._is_source(path), self._is_watched(path))
        return self._kinds[path]

    def _hold(self, change: Change) -> None:
        if not change.blob:
            self._now.pop(change.path, None)
            return
        self._now[change.path] = change.blob
        if self._commits <= EARLY_COMMITS:
            self._early.add(change.blob)

    def sources(self, limit: int) -> tuple[str, ...]:
        """HEAD first, then the first commits, then the years from the first on."""
        chosen: dict[str, None] = {}
        for group in (set(self._now.values()), self._early, *self._yearly):
            for blob in sorted(group):  # by id: of a group too large, a sample that never changes
                if len(chosen) >= limit:
                    return tuple(chosen)
                chosen[blob] = None
        return tuple(chosen)


def _changes(directory: Path, now: int) -> Iterator[Change]:
    records = stream(
        directory, "log", "--raw", "--first-parent", "-m", "--no-renames", "--root", "-z",
        "--reverse", "--no-abbrev", "--no-show-signature", "--format=tformat:%x01%H %ct", "HEAD",
    )  # fmt: skip
    cut = boundary(directory)
    commit, moment, blob, count = "", EARLIEST, None, 0
    for raw in records:
        record = raw.lstrip(b"\n")
        if record.startswith(b"\x01"):
            commit, _, when = record[1:].decode("ascii", "replace").partition(" ")
            moment = EARLIEST if commit in cut else believed_text(when, now)
        elif record.startswith(b":"):
            blob = _new_blob(record)
        elif blob is not None and record:
            if len(record) <= MAX_PATH_BYTES:
                yield Change(commit, moment, record.decode("utf-8", "replace"), blob)
            blob, count = None, count + 1
            if count > MAX_CHANGES:
                raise Partial("changes")


def _new_blob(record: bytes) -> str | None:
    fields = record[1:].split(b" ")
    if len(fields) < 5:
        return None
    return "" if fields[1] in _ABSENT else fields[3].decode("ascii", "replace")
