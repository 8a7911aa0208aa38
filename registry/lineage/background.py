"""The background index: which popular packages publish a file or a piece of code.

One file of hashes, made by `registry lineage background build` and shipped with the program, or a
newer one of the operator's. It holds two tables, of whole files and of code fingerprints; each
hash belongs to one package, the first in the order of the list that carries it, so a library is
listed before what bundles it, and an old version before a newer one.

Hashes are cut to their first 48 bits: 16 choose a bucket, 32 are searched in it. One of N stored
hashes is hit by chance with probability N / 2^48 a question, for a million hashes 4 × 10⁻⁹: a
catalogue that asks 10⁸ times expects less than one wrong answer. The whole is 6 bytes a hash on
disk and in memory.
"""

import hashlib
import os
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Final

from registry.domain import fingerprints
from registry.errors import InvalidInput, NotFound

FILE: Final = "background.bin"
_MAGIC: Final = b"pcr-bkg\n"
_FORMAT: Final = 1
# Magic, format, version of the fingerprints, sizes of the seven sections, SHA-256 of them.
_HEADER: Final = struct.Struct(">8sHH7I32s")
_BUCKETS: Final = 1 << 16
_LOW: Final = 0xFFFF_FFFF
_MAX_PACKAGES: Final = 1 << 16
_MAX_HASHES: Final = 1 << 25
_MAX_NAMES: Final = 16 * 1024**2


class Table:
    """Sorted hashes, cut to 48 bits, each with the number of its package."""

    def __init__(self, sizes: "array[int]", lows: "array[int]", owners: "array[int]") -> None:
        self.sizes = sizes
        self.lows = lows
        self.owners = owners
        self._starts = array("I", accumulate(sizes, initial=0))

    @classmethod
    def of(cls, owners: Mapping[int, int]) -> "Table":
        """Make a table from 48-bit hashes and the numbers of their packages."""
        keys = sorted(owners)
        sizes = array("I", bytes(4 * _BUCKETS))
        for key in keys:
            sizes[key >> 32] += 1
        lows = array("I", (key & _LOW for key in keys))
        return cls(sizes, lows, array("H", (owners[key] for key in keys)))

    def __len__(self) -> int:
        return len(self.lows)

    def owner(self, value: int) -> int | None:
        """Return the number of the package that a signed 64-bit hash belongs to."""
        key = short(value)
        end = self._starts[(key >> 32) + 1]
        low = key & _LOW
        place = bisect_left(self.lows, low, self._starts[key >> 32], end)
        return self.owners[place] if place < end and self.lows[place] == low else None

    def items(self) -> Iterator[tuple[int, int]]:
        """Yield each 48-bit hash with the number of its package, in order."""
        pairs = zip(self.lows, self.owners, strict=True)
        for bucket, size in enumerate(self.sizes):
            for low, owner in islice(pairs, size):
                yield bucket << 32 | low, owner


class Background:
    """The index in memory; `digest` is the SHA-256 of what it holds, and its version."""

    def __init__(
        self, packages: Sequence[str], file_table: Table, code_table: Table, digest: str
    ) -> None:
        self.packages = tuple(packages)
        self.digest = digest
        self.file_table = file_table
        self.code_table = code_table

    @classmethod
    def load(cls, path: Path | None = None) -> "Background":
        """Read the index that is shipped, or the one at `path`.

        Raises `NotFound` without a file, and `InvalidInput` for one that is damaged, foreign, or
        made for another version.
        """
        if path is None:
            return _decoded(files("registry.lineage").joinpath("data", FILE).read_bytes(), FILE)
        if not path.is_file():
            raise NotFound(f"there is no background index at {path}")
        return _decoded(path.read_bytes(), str(path))

    @classmethod
    def empty(cls) -> "Background":
        """Return an index that knows no package."""
        return cls((), Table.of({}), Table.of({}), hashlib.sha256().hexdigest())

    @property
    def files(self) -> int:
        """The number of file contents that are known."""
        return len(self.file_table)

    @property
    def fingerprints(self) -> int:
        """The number of code fingerprints that are known."""
        return len(self.code_table)

    def package_of_file(self, value: int) -> str | None:
        """Return the package that publishes a file, by its `file_hash`: `npm:jquery@3.5.1`."""
        number = self.file_table.owner(value)
        return None if number is None else self.packages[number]

    def package_of_fingerprint(self, value: int) -> str | None:
        """Return the package whose code has this fingerprint, first of the list's order."""
        number = self.code_table.owner(value)
        return None if number is None else self.packages[number]


def short(value: int) -> int:
    """Return the first 48 bits of a signed 64-bit hash, unsigned."""
    return (value >> 16) & 0xFFFF_FFFF_FFFF


def write_background(
    path: Path, packages: Sequence[str], file_table: Table, code_table: Table
) -> None:
    """Write an index, whole or not at all; equal content gives equal bytes."""
    if len(packages) > _MAX_PACKAGES or max(len(file_table), len(code_table)) > _MAX_HASHES:
        raise InvalidInput(f"a background index holds at most {_MAX_PACKAGES} packages")
    sections = [zlib.compress("\n".join(packages).encode(), 9)]
    for table in (file_table, code_table):
        sections += [_packed(table.sizes), _bytes(table.lows), _packed(table.owners)]
    body = b"".join(sections)
    header = _HEADER.pack(
        _MAGIC, _FORMAT, fingerprints.VERSION, *map(len, sections), hashlib.sha256(body).digest()
    )
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(header + body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _decoded(data: bytes, name: str) -> Background:
    digest, sections = _sections(data, name)
    try:
        text = _inflated(sections[0], _MAX_NAMES).decode()
        packages = text.split("\n") if text else []
        first, second = _table(sections[1:4]), _table(sections[4:7])
        if any(max(table.owners, default=-1) >= len(packages) for table in (first, second)):
            raise ValueError("a hash belongs to no package")
    except (ValueError, zlib.error) as error:
        raise InvalidInput(f"{name} is damaged: {error}") from error
    return Background(packages, first, second, digest)


def _sections(data: bytes, name: str) -> tuple[str, list[bytes]]:
    if not data.startswith(_MAGIC):
        raise InvalidInput(f"{name} is not a background index")
    if len(data) < _HEADER.size:
        raise InvalidInput(f"{name} is damaged: it is cut short")
    _, version, prints, *sizes, digest = _HEADER.unpack_from(data)
    if (version, prints) != (_FORMAT, fingerprints.VERSION):
        raise InvalidInput(
            f"{name} has format {version} with fingerprints {prints}, this version reads "
            f"{_FORMAT} with {fingerprints.VERSION}: `registry lineage background build` makes one"
        )
    if len(data) != _HEADER.size + sum(sizes):
        raise InvalidInput(f"{name} is damaged: its length is not the one it states")
    if hashlib.sha256(memoryview(data)[_HEADER.size :]).digest() != digest:
        raise InvalidInput(f"{name} is damaged: its checksum is wrong")
    ends = list(accumulate(sizes, initial=_HEADER.size))
    return digest.hex(), [data[a:b] for a, b in pairwise(ends)]


def _table(sections: Sequence[bytes]) -> Table:
    sizes = _numbers("I", _inflated(sections[0], 4 * _BUCKETS))
    lows = _numbers("I", sections[1])
    owners = _numbers("H", _inflated(sections[2], 2 * len(lows)))
    if len(sizes) != _BUCKETS or not sum(sizes) == len(lows) == len(owners):
        raise ValueError("its counts differ")
    return Table(sizes, lows, owners)


def _inflated(data: bytes, at_most: int) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(data, at_most + 1)
    if len(found) > at_most or not stream.eof:
        raise ValueError("a section is longer than it may be")
    return found


def _packed(numbers: "array[int]") -> bytes:
    return zlib.compress(_bytes(numbers), 9)


def _bytes(numbers: "array[int]") -> bytes:
    return _little(array(numbers.typecode, numbers)).tobytes()


def _numbers(code: str, data: bytes) -> "array[int]":
    return _little(array(code, data))


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
