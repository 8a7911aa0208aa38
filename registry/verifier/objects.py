"""Git objects by the book: their ids, and what commits and trees say.

Source: git's `gitformat-pack` and `git-hash-object` documentation. An id is the hash of the type,
a blank, the size in decimal, a zero byte and the content.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HEX_LENGTH: Final = {"sha1": 40, "sha256": 64}
FILE_MODES: Final = frozenset({b"100644", b"100755", b"100664", b"120000"})
GITLINK: Final = b"160000"
_TREE: Final = re.compile(rb"[0-7]{5,6}")
_ID: Final = re.compile(rb"[0-9a-f]+")
_COMMITTER: Final = re.compile(rb"committer .*> (-?[0-9]{1,18})(?: [+-][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit points at; `time` is that of the committer, None where it is malformed."""

    tree: str
    parents: tuple[str, ...]
    time: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a tree: the mode as git writes it, and the id of what stands there."""

    mode: bytes
    oid: str

    @property
    def is_file(self) -> bool:
        """Tell whether it is a file (or a symbolic link), not a folder or a submodule."""
        return self.mode in FILE_MODES

    @property
    def is_tree(self) -> bool:
        """Tell whether it is a folder."""
        return self.mode in {b"40000", b"040000"}


def algorithm_of(oid: str) -> str:
    """Return the hash by which an id was made, told by its length."""
    return "sha256" if len(oid) == HEX_LENGTH["sha256"] else "sha1"


def object_id(kind: str, data: bytes, algorithm: str) -> str:
    """Return the id of an object of type blob, tree, commit or tag."""
    digest = hashlib.new(algorithm, f"{kind} {len(data)}\0".encode(), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def parse_commit(data: bytes) -> Commit:
    """Read the header of a commit; raises `ValueError` for what is none."""
    header = data.partition(b"\n\n")[0].split(b"\n")
    if not header[0].startswith(b"tree ") or not _ID.fullmatch(header[0][5:]):
        raise ValueError("a commit without a tree")
    parents: list[str] = []
    for line in header[1:]:
        if not line.startswith(b"parent "):
            break
        parents.append(line[7:].decode("ascii"))
    stamped = next((match for line in header if (match := _COMMITTER.fullmatch(line))), None)
    return Commit(
        header[0][5:].decode("ascii"), tuple(parents), int(stamped[1]) if stamped else None
    )


def parse_tree(data: bytes, algorithm: str) -> Mapping[bytes, Entry]:
    """Read the entries of a tree; raises `ValueError` for what is none, or names one twice."""
    size = HEX_LENGTH[algorithm] // 2
    entries: dict[bytes, Entry] = {}
    position = 0
    while position < len(data):
        blank = data.find(b" ", position)
        end = data.find(b"\0", blank)
        if blank < 0 or end < 0 or end + size >= len(data) + 1:
            raise ValueError("a tree that ends early")
        mode, name = data[position:blank], data[blank + 1 : end]
        position = end + 1 + size
        if not _TREE.fullmatch(mode) or not name or name in entries or position > len(data):
            raise ValueError("a malformed tree")
        entries[name] = Entry(mode, data[end + 1 : position].hex())
    return entries
