"""Which version of the upstream's files a fork holds: told by ids alone, without any content."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from crawlers.drift.log import Change, Logged

FileState = Literal["taken", "older", "edited", "gone", "outside"]
EMPTY_BLOB: Final = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_OLDEST: Final = 1 << 40


class Versions:
    """The versions of each path along a log, the newest at index 0; "" stands for no file."""

    def __init__(self, log: Sequence[Logged]) -> None:
        self._at: dict[tuple[str, str], int] = {}
        self._blobs: defaultdict[str, set[str]] = defaultdict(set)
        for index in range(len(log) - 1, -1, -1):
            for change in log[index].changes:
                # Oldest first: what stood before the first change is older than all of them,
                # and of a content that came back the newest time counts.
                self._at.setdefault((change.path, change.old), _OLDEST)
                self._at[change.path, change.new] = index
                self._blobs[change.path] |= {change.old, change.new}

    def position(self, path: str, blob: str) -> int | None:
        """Return where a content stands among the versions of a path."""
        return self._at.get((path, blob))

    def blobs(self, path: str) -> set[str]:
        """Return all versions of a path but those that tell nothing."""
        return self._blobs.get(path, set()) - {"", EMPTY_BLOB}

    def newest(self, path: str) -> int:
        """Return where the newest content of a path stands."""
        return min((self._at[path, blob] for blob in self._blobs[path] if blob), default=_OLDEST)

    def paths(self) -> Iterable[str]:
        """Return the paths that changed."""
        return self._blobs


class Held:
    """The fork's side: its files, and the versions that it held before.

    Where histories are not related, files are matched by their contents alone, and of these only
    by those in `shared`; what matches nothing is `outside`: it never was taken.
    """

    def __init__(
        self,
        versions: Versions,
        head: Mapping[str, str],
        ahead: Iterable[Logged],
        shared: frozenset[str] | None,
    ) -> None:
        self._versions = versions
        self._head = head
        self._shared = shared
        self._places: defaultdict[str, list[str]] = defaultdict(list)
        for path, blob in head.items():
            self._places[blob].append(path)
        self._before: defaultdict[str, set[str]] = defaultdict(set)
        self._former: dict[str, str] = {}
        for commit in ahead:
            for change in commit.changes:
                self._before[change.path] |= {change.old, change.new}
                self._former.setdefault(change.new, change.path)
        self._counterparts: dict[str, str | None] = {}

    def counterpart(self, path: str) -> str | None:
        """Return where the fork keeps what the upstream has at a path; None where nowhere."""
        if path not in self._counterparts:
            self._counterparts[path] = self._counterpart(path)
        return self._counterparts[path]

    def _counterpart(self, path: str) -> str | None:
        versions = self._versions.blobs(path)
        if self._shared is not None:
            versions &= self._shared
            same = self._head.get(path) in versions or self._before.get(path, set()) & versions
            if path in self._head and same:
                return path
        elif path in self._head:
            return path
        moved = [place for blob in versions for place in self._places.get(blob, ())]
        if moved:
            return min(moved)
        former = {self._former[blob] for blob in versions if blob in self._former}
        return min((place for place in former if place in self._head), default=None)

    def blob(self, path: str) -> str:
        """Return the fork's present content of what the upstream has at a path; "" for none."""
        place = self.counterpart(path)
        return self._head.get(place, "") if place is not None else ""

    def state(self, index: int, change: Change) -> FileState:
        """Return what the fork has of a change by the commit at an index of the log."""
        place = self.counterpart(change.path)
        if place is None and self._shared is not None:
            return "outside"
        blob = self.blob(change.path)
        if not blob and change.new and change.path in self._before:
            return "gone"  # it had the file, and removed it
        position = self._versions.position(change.path, blob)
        if position is not None:
            return "taken" if position <= index else "older"
        if place is None:
            return "gone"
        return "taken" if self._floor(change.path, place) <= index else "edited"

    def _floor(self, path: str, place: str) -> int:
        """Return the newest version that the fork ever held, before it edited the file itself."""
        found = (
            self._versions.position(path, blob) for blob in self._before.get(place, ()) if blob
        )
        return min((x for x in found if x is not None), default=_OLDEST + 1)

    def held(self) -> tuple[int, int]:
        """Return how many files of the fork are a version of the upstream's, and how many older.

        A file that the upstream removed is not older for that.
        """
        is_older: dict[str, bool] = {}
        for path in self._versions.paths():
            place, blob = self.counterpart(path), self.blob(path)
            position = self._versions.position(path, blob) if blob else None
            if place is not None and position is not None:
                older = position > self._versions.newest(path)
                is_older[place] = is_older.get(place, True) and older
        return len(is_older), sum(is_older.values())
