"""Contents and ancestry out of two bare repositories side by side; the network is never asked."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import pygit2

from crawlers.drift.patches import CONTEXT, file_signature
from crawlers.reader import open_repository
from crawlers.tree import blob_bytes, read_head_tree

MAX_CONTENT: Final = 1024 * 1024


class Sides:
    """The upstream's objects with the fork's beside them, and the contents that were missing."""

    def __init__(self, origin: Path, reuser: Path) -> None:
        self._both = open_repository(str(origin))
        self._both.odb.add_disk_alternate(str(reuser / "objects"))
        self._signature = lru_cache(maxsize=100_000)(self._signed)

    def common(self, one: str, other: str) -> tuple[str, int] | None:
        """Return the last common commit of two with its time, if there is one."""
        base: pygit2.Oid | None = self._both.merge_base(one, other)
        commit = self._commit(str(base)) if base is not None else None
        return (str(commit.id), commit.commit_time) if commit is not None else None

    def _commit(self, oid: str) -> pygit2.Commit | None:
        try:
            found: object = self._both[oid]
        except (KeyError, ValueError):
            return None
        return found if isinstance(found, pygit2.Commit) else None

    def has_commit(self, oid: str) -> bool:
        """Tell whether a commit is in either repository."""
        return self._commit(oid) is not None

    def reaches(self, head: str, oid: str) -> bool:
        """Tell whether a commit is another or one of its ancestors."""
        return head == oid or self._both.descendant_of(head, oid)

    def files(self, commit: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the files of a commit (path → id), and the caps that were hit."""
        tree = read_head_tree(self._both, commit)
        return tree.files, tree.caps

    def content(self, oid: str) -> bytes | None:
        """Return a content that is here and not too large."""
        return blob_bytes(self._both, oid, MAX_CONTENT)

    def lacks(self, oid: str) -> bool:
        """Tell whether a content was not fetched."""
        return oid not in self._both

    def signature(self, old: str, new: str) -> bytes | None:
        """Return what the patch between two contents is, None where one cannot be read."""
        return self._signature(old, new)

    def _signed(self, old: str, new: str) -> bytes | None:
        before, after = self.content(old), self.content(new)
        if before is None or after is None:
            return None
        patch = pygit2.Patch.create_from(before, after, context_lines=CONTEXT)
        lines = (
            line.origin.encode() + line.raw_content for hunk in patch.hunks for line in hunk.lines
        )
        return file_signature(before, after, lines)
