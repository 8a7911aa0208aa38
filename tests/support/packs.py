"""Bare repositories of many hostile objects, written as one pack: quicker than file by file."""

import hashlib
import struct
import zlib
from pathlib import Path

from tests.support.git_repos import RawRepository, git

_TYPES = {"commit": 1, "tree": 2, "blob": 3}


class PackedRepository(RawRepository):
    """A `RawRepository` whose objects wait in memory until `branch` packs them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._objects: dict[str, bytes] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Keep one object for the pack and return its id."""
        oid = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest()
        self._objects.setdefault(oid, _header(kind, len(data)) + zlib.compress(data, 1))
        return oid

    def branch(self, oid: str, name: str = "main") -> None:
        """Write the pack and point a branch at a commit."""
        body = struct.pack(">4sII", b"PACK", 2, len(self._objects)) + b"".join(
            self._objects.values()
        )
        git(self.path, "index-pack", "--stdin", stdin=body + hashlib.sha1(body).digest())
        super().branch(oid, name)


def _header(kind: str, size: int) -> bytes:
    first, rest = size & 0b1111, size >> 4
    numbers = [_TYPES[kind] << 4 | first]
    while rest:
        numbers[-1] |= 0b1000_0000
        numbers.append(rest & 0b111_1111)
        rest >>= 7
    return bytes(numbers)


def deep(path: Path, *, depth: int = 20_000) -> str:
    """Build one file below `depth` folders; return the commit's id."""
    raw = PackedRepository(path)
    oid = raw.tree([("100644", b"f", raw.add("blob", b"deep\n"))])
    for _ in range(depth):
        oid = raw.tree([("40000", b"d", oid)])
    commit = raw.commit(oid)
    raw.branch(commit)
    return commit
