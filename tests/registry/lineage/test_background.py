import hashlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.fingerprints import file_hash
from registry.errors import InvalidInput, NotFound
from registry.lineage.background import Background, Table, short, write_background

PACKAGES = ("npm:first@1.0.0", "pypi:second@2.0", "npm:@scope/third@3.0.0")
HEADER = struct.Struct(">8sHH7I32s")
Hashes = st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2), max_size=60)


def _table(owners: dict[int, int]) -> Table:
    return Table.of({short(value): owner for value, owner in owners.items()})


def _written(path: Path, files: dict[int, int], code: dict[int, int]) -> bytes:
    write_background(path, PACKAGES, _table(files), _table(code))
    return path.read_bytes()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "background.bin"
    _written(path, {-1: 0, 5 << 40: 1, 2**63 - 1: 2}, {7 << 32: 2, -(2**63): 0})
    return path


@settings(deadline=None)
@given(files=Hashes, code=Hashes)
def test_what_is_written_is_read(
    files: dict[int, int], code: dict[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("index") / "index.bin"
    tables = _table(files), _table(code)
    write_background(path, PACKAGES, *tables)
    found = Background.load(path)
    assert found.packages == PACKAGES
    assert (found.files, found.fingerprints) == (len(tables[0]), len(tables[1]))
    by_file = {short(value): owner for value, owner in files.items()}
    for value in (*files, *code):
        owner = by_file.get(short(value))
        assert found.package_of_file(value) == (None if owner is None else PACKAGES[owner])
    assert dict(found.file_table.items()) == by_file
    assert [key for key, _ in found.code_table.items()] == sorted({short(v) for v in code})


def test_a_hash_is_answered_with_its_package(index: Path) -> None:
    found = Background.load(index)
    assert found.package_of_file(-1) == "npm:first@1.0.0"
    assert found.package_of_file(5 << 40) == "pypi:second@2.0"
    assert found.package_of_fingerprint(7 << 32) == "npm:@scope/third@3.0.0"
    assert found.package_of_fingerprint(-1) is None
    assert found.package_of_file(7 << 32) is None


def test_neighbours_of_a_hash_in_its_bucket_are_not_taken_for_it(index: Path) -> None:
    found = Background.load(index)
    assert found.package_of_file((5 << 40) + (1 << 16)) is None
    assert found.package_of_file((5 << 40) - (1 << 16)) is None
    assert found.package_of_file((5 << 40) + 1) == "pypi:second@2.0"  # beyond the 48 bits


def test_equal_content_gives_equal_bytes_and_another_content_another_digest(tmp_path: Path) -> None:
    first = _written(tmp_path / "a", {1 << 20: 0, 2 << 20: 1}, {})
    assert _written(tmp_path / "b", {2 << 20: 1, 1 << 20: 0}, {}) == first
    _written(tmp_path / "c", {2 << 20: 1, 1 << 20: 1}, {})
    digests = [Background.load(tmp_path / name).digest for name in "abc"]
    assert digests[0] == digests[1] != digests[2]
    assert {path.name for path in tmp_path.iterdir()} == set("abc")


def test_an_empty_index_knows_nothing() -> None:
    empty = Background.empty()
    assert (empty.packages, empty.files, empty.fingerprints) == ((), 0, 0)
    assert empty.package_of_file(0) is None
    assert empty.package_of_fingerprint(-1) is None


def test_a_missing_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"other\.bin"):
        Background.load(tmp_path / "other.bin")


@pytest.mark.parametrize(
    ("mend", "message"),
    [
        (lambda data: b"", "not a background index"),
        (lambda data: b"PK\3\4" + data[4:], "not a background index"),
        (lambda data: data[:30], "cut short"),
        (lambda data: data[:-1], "length"),
        (lambda data: data + b"\0", "length"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "checksum"),
        (lambda data: data[:8] + b"\0\x63" + data[10:], "has format 99"),
        (lambda data: data[:10] + b"\0\x63" + data[12:], "fingerprints 99"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_in_words(
    index: Path, mend: Callable[[bytes], bytes], message: str
) -> None:
    index.write_bytes(mend(index.read_bytes()))
    with pytest.raises(InvalidInput, match=message):
        Background.load(index)


def _forged(index: Path, section: int, content: bytes) -> None:
    """Replace one section, and make the header right for it."""
    data = index.read_bytes()
    magic, version, prints, *sizes, _ = HEADER.unpack_from(data)
    parts, place = [], HEADER.size
    for size in sizes:
        parts.append(data[place : place + size])
        place += size
    parts[section] = content
    body = b"".join(parts)
    digest = hashlib.sha256(body).digest()
    index.write_bytes(HEADER.pack(magic, version, prints, *map(len, parts), digest) + body)


@pytest.mark.parametrize(
    ("section", "content", "message"),
    [
        (0, zlib.compress(b"npm:only@1.0.0"), "belongs to no package"),
        (0, zlib.compress(b"\xff\xfe"), "decode"),
        (0, b"no zlib", "incorrect"),
        (1, zlib.compress(bytes(4 * 65536 + 4)), "longer"),
        (1, zlib.compress(bytes(50_000_000)), "longer"),
        (1, zlib.compress(bytes(4)), "counts differ"),
        (1, zlib.compress(bytes(4 * 65536))[:-5], "longer"),
        (2, bytes(16), "counts differ"),
        (2, bytes(7), "multiple"),
        (3, zlib.compress(bytes(4)), "counts differ"),
    ],
)
def test_sections_that_do_not_fit_are_refused_though_the_checksum_is_right(
    index: Path, section: int, content: bytes, message: str
) -> None:
    _forged(index, section, content)
    with pytest.raises(InvalidInput, match=message):
        Background.load(index)


def test_more_packages_than_can_be_numbered_are_refused(tmp_path: Path) -> None:
    names = [f"npm:p@{number}" for number in range(65537)]
    with pytest.raises(InvalidInput, match="at most 65536"):
        write_background(tmp_path / "index.bin", names, _table({}), _table({}))
    assert not any(tmp_path.iterdir())


def test_the_shipped_index_knows_a_file_that_half_the_web_copies() -> None:
    shipped = Background.load()
    jquery = bytes.fromhex("b0614034ad3a95e4ae9f53c2b015eeb3e8d68bde")  # jquery-3.5.1.min.js
    assert shipped.package_of_file(file_hash(jquery)) == "npm:jquery@3.5.1"
    assert shipped.package_of_file(0) is None
    assert shipped.fingerprints > 50_000
