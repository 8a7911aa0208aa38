"""The worker that turns the archive of a package into hashes; it runs in the sandbox.

Nothing is unpacked: members are read one after the other and only hashed, so a path, a link or a
device in an archive has no effect. What exceeds a limit is left out and said.

Run as `python -m crawlers.background.archive PATH`; answers with one `Hashes`.
"""

import gzip
import hashlib
import io
import lzma
import stat
import sys
import tarfile
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

from registry.domain.fingerprints import file_hash, fingerprints
from registry.domain.languages import language_of
from registry.lineage.rules import RULES

_MIB: Final = 1024**2
MAX_MEMBERS: Final = 20_000
MAX_MEMBER: Final = 5 * _MIB
MAX_COUNTED: Final = 20 * _MIB
MAX_UNPACKED: Final = 256 * _MIB
_TARS: Final = (".tgz", ".tar.gz")
_ZIPS: Final = (".zip", ".whl")
# How the readers of archives complain; RuntimeError is an archive that is encrypted.
_BROKEN: Final = (
    OSError, EOFError, RuntimeError, ValueError, tarfile.TarError, zipfile.BadZipFile, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
# Made from other files of the same package, large, and named so wherever they are copied to.
_LEFT_OUT: Final = (".map", ".pyc")


class Hashes(Struct, frozen=True):
    """What a package is known by: signed 64-bit numbers, native, eight bytes each.

    `cut` says in words what was left out because of a limit.
    """

    files: bytes
    fingerprints: bytes
    cut: tuple[str, ...] = ()


class _Reader:
    def __init__(self) -> None:
        self.files: set[int] = set()
        self.fingerprints: set[int] = set()
        self.cut: dict[str, None] = {}
        self._members = 0
        self._counted = 0

    def read(self, name: str, data: IO[bytes], *, nested: bool = False) -> None:
        """Hash every file of an archive, and of the archives that it holds itself."""
        for path, content in _members(name, data, self.cut):
            self._members += 1
            self._counted += len(content)
            if self._members > MAX_MEMBERS or self._counted > MAX_COUNTED:
                self.cut["the rest, after the limit of files or bytes"] = None
                return
            if not nested and path.lower().endswith((*_TARS, ".zip")):
                self._read_nested(path, content)
            self._hash(path, content)

    def _read_nested(self, path: str, content: bytes) -> None:
        try:
            self.read(path, io.BytesIO(content), nested=True)
        except _BROKEN:
            self.cut["an archive inside that cannot be read"] = None

    def _hash(self, path: str, content: bytes) -> None:
        if len(content) < RULES.minimum_bytes:
            return
        self.files.update(map(_blob, _line_ends(content)))
        if language_of(path) is not None:
            self.fingerprints |= fingerprints(content)


def _blob(content: bytes) -> int:
    header = b"blob %d\0" % len(content)
    return file_hash(hashlib.sha1(header + content, usedforsecurity=False).digest())


def _line_ends(content: bytes) -> set[bytes]:
    """Return a file as it is and, if text, as git may have stored it on another system."""
    if b"\0" in content[:8000]:
        return {content}
    unix = content.replace(b"\r\n", b"\n")
    return {content, unix, unix.replace(b"\n", b"\r\n")}


def _members(name: str, data: IO[bytes], cut: dict[str, None]) -> Iterator[tuple[str, bytes]]:
    found = _of_tar(data) if name.lower().endswith(_TARS) else _of_zip(data)
    for path, size, stream in found:
        if path.lower().endswith(_LEFT_OUT):
            continue
        content = stream.read(MAX_MEMBER + 1) if size <= MAX_MEMBER else b""
        if size > MAX_MEMBER or len(content) > MAX_MEMBER:
            cut[f"files of more than {MAX_MEMBER // _MIB} MiB"] = None
        else:
            yield path, content


def _of_tar(data: IO[bytes]) -> Iterator[tuple[str, int, IO[bytes]]]:
    stream = _Bounded(gzip.GzipFile(fileobj=data))
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, member in enumerate(archive):
            if number >= 4 * MAX_MEMBERS:  # folders and links, which are not counted elsewhere
                raise tarfile.ReadError("too many members")
            # A sparse file claims bytes that are not in the archive.
            if member.isreg() and not member.issparse():
                content = archive.extractfile(member)
                if content is not None:
                    yield member.name, member.size, content


def _of_zip(data: IO[bytes]) -> Iterator[tuple[str, int, IO[bytes]]]:
    left = MAX_UNPACKED
    with zipfile.ZipFile(data) as archive:
        for member in archive.infolist():
            left -= member.file_size
            if left < 0:
                raise tarfile.ReadError("more than may be unpacked")
            if not member.is_dir() and not stat.S_ISLNK(member.external_attr >> 16):
                with archive.open(member) as stream:
                    yield member.filename, member.file_size, stream


class _Bounded(io.RawIOBase):
    """A stream that ends with an error after `MAX_UNPACKED` bytes."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        found = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(found)
        if self._left < 0:
            raise tarfile.ReadError("more than may be unpacked")
        return found


def hashes_of(path: Path) -> Hashes:
    """Return the hashes of an archive."""
    reader = _Reader()
    with path.open("rb") as data:
        reader.read(path.name, data)
    return Hashes(
        files=array("q", sorted(reader.files)).tobytes(),
        fingerprints=array("q", sorted(reader.fingerprints)).tobytes(),
        cut=tuple(reader.cut),
    )


def main() -> None:
    """Write the hashes of the archive that the argument names to standard output."""
    sys.stdout.buffer.write(msgspec.msgpack.encode(hashes_of(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
