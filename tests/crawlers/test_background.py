import gzip
import hashlib
import io
import os
import stat
import sys
import tarfile
import zipfile
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from crawlers.background import archive
from crawlers.background.archive import Hashes, hashes_of
from crawlers.background.build import Built, Hasher, build_background
from crawlers.background.download import download
from crawlers.background.listing import Listed, read_listing, shipped_list
from registry.cli import main as program
from registry.domain.fingerprints import file_hash, fingerprints
from registry.errors import CrawlFailure, InvalidInput, Unavailable
from registry.lineage.background import Background, write_background
from registry.settings import CrawlSettings

CODE = "".join(
    f"function step{n}(left, right) {{ return left * {n} + right; }}\n" for n in range(90)
)
TEXT = b"A text of some length, which is no code and that a package brings with it.\n" * 3
FIRST, SECOND = Listed("npm", "first", "1.0.0"), Listed("npm", "@scope/second", "2.0.0")


def _tar(path: Path, files: Mapping[str, bytes], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in more:
            tar.addfile(member)
    return path


def _zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    return path


def _numbers(data: bytes) -> set[int]:
    return set(array("q", data))


def _hash(content: bytes) -> int:
    return file_hash(hashlib.sha1(b"blob %d\0%b" % (len(content), content)).digest())


# -- the list


def test_a_list_names_packages_of_both_registries_in_order() -> None:
    lines = ["# ours", "jquery@3.5.1  # note", "", "pypi:Django==4.2", "pypi:ckan@2.10.6",
             "@uswds/uswds@3.8.1", "jquery@3.5.1", "select2@4.1.0-rc.0"]  # fmt: skip
    assert list(map(str, read_listing(lines, "list"))) == [
        "npm:jquery@3.5.1", "pypi:django@4.2", "pypi:ckan@2.10.6", "npm:@uswds/uswds@3.8.1",
        "npm:select2@4.1.0-rc.0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "jquery", "jquery@", "jquery@latest", "jquery@^3", "jquery@*", "pypi:django",
        "pypi:django>=4", "git+https://example.org/x.git@1", "https://example.org/x.tgz@1",
        "../folder@1", "/folder@1", "./x@1", "--registry=x@1", "pypi:--index-url@1", "a b@1",
        "github:owner/name@1", "@scope@1", "npm:alias@npm:x@1", "pypi:x @ file:///y==1",
    ],
)  # fmt: skip
def test_what_a_client_would_take_for_more_than_a_name_is_refused(line: str) -> None:
    with pytest.raises(InvalidInput, match="list, line 2"):
        read_listing(["jquery@3.5.1", line], "list")


def test_the_shipped_index_is_that_of_the_shipped_list() -> None:
    assert Background.load().packages == tuple(map(str, shipped_list()))


# -- the archive


@pytest.mark.parametrize("pack", [_tar, _zip])
def test_files_are_known_by_git_id_and_code_by_fingerprints(
    tmp_path: Path, pack: Callable[..., Path]
) -> None:
    name = "x.tgz" if pack is _tar else "x.whl"
    path = pack(tmp_path / name, {"package/dist/a.js": CODE.encode(), "package/notes.txt": TEXT})
    found = hashes_of(path)
    assert {_hash(CODE.encode()), _hash(TEXT)} <= _numbers(found.files)
    assert _numbers(found.fingerprints) == fingerprints(CODE.encode()) != set()
    assert found.cut == ()


def test_a_text_is_known_with_the_line_ends_of_every_system(tmp_path: Path) -> None:
    windows = TEXT.replace(b"\n", b"\r\n")
    binary = b"\0\n" * 100
    for content in (TEXT, windows):
        found = _numbers(hashes_of(_tar(tmp_path / "x.tgz", {"a.txt": content})).files)
        assert found == {_hash(TEXT), _hash(windows)}
    found = _numbers(hashes_of(_tar(tmp_path / "x.tgz", {"a.bin": binary})).files)
    assert found == {_hash(binary)}


def test_small_files_and_maps_are_nobodys(tmp_path: Path) -> None:
    files = {"index.js": b"export * from './a';\n", "a.js.map": TEXT, "empty": b""}
    assert hashes_of(_tar(tmp_path / "x.tgz", files)) == Hashes(b"", b"")


def test_a_template_in_an_archive_of_the_package_is_read_too(tmp_path: Path) -> None:
    inner = _tar(tmp_path / "inner.tgz", {"android/Main.java": CODE.encode()}).read_bytes()
    broken = gzip.compress(os.urandom(2000))
    path = _tar(tmp_path / "x.tgz", {"assets/android.tar.gz": inner, "assets/b.tgz": broken})
    found = hashes_of(path)
    assert {_hash(inner), _hash(broken), _hash(CODE.encode())} <= _numbers(found.files)
    assert _numbers(found.fingerprints) == fingerprints(CODE.encode())
    assert found.cut == ("an archive inside that cannot be read",)


def test_an_archive_in_an_archive_in_an_archive_is_only_a_file(tmp_path: Path) -> None:
    content = _tar(tmp_path / "0.tgz", {"deep.txt": TEXT}).read_bytes()
    for level in range(2):
        content = _tar(tmp_path / f"{level}.tgz", {"more.tgz": content}).read_bytes()
    (tmp_path / "x.tgz").write_bytes(content)
    assert _hash(TEXT) not in _numbers(hashes_of(tmp_path / "x.tgz").files)


def test_links_devices_and_paths_outside_touch_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_bytes(TEXT)
    links = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo(f"package/{kind.decode()}.txt")
        member.type, member.linkname = kind, str(secret)
        links.append(member)
    other = TEXT + b"other"
    path = _tar(folder / "x.tgz", {"/etc/absolute": other, "../../up.txt": other}, *links)
    before = sorted(tmp_path.rglob("*"))
    assert _hash(TEXT) not in _numbers(hashes_of(path).files)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_a_zip_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as whole:
        member = zipfile.ZipInfo("link")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        whole.writestr(member, "/etc/passwd" * 20)
    assert hashes_of(tmp_path / "x.whl").files == b""


def test_a_large_file_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER", 1000)
    for pack, name in ((_tar, "x.tgz"), (_zip, "x.whl")):
        found = hashes_of(pack(tmp_path / name, {"big": bytes(1001), "small.txt": TEXT}))
        assert _hash(TEXT) in _numbers(found.files)
        assert _hash(bytes(1001)) not in _numbers(found.files)
        assert "files of more than" in found.cut[0]


@pytest.mark.parametrize("limit", ["MAX_MEMBERS", "MAX_COUNTED"])
def test_what_is_over_a_limit_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(archive, limit, 2 if limit == "MAX_MEMBERS" else 2 * len(TEXT) + 2)
    files = {f"{n}.txt": TEXT + bytes([n + 65]) for n in range(5)}
    found = hashes_of(_tar(tmp_path / "x.tgz", files))
    assert _hash(files["1.txt"]) in _numbers(found.files)
    assert _hash(files["2.txt"]) not in _numbers(found.files)
    assert found.cut == ("the rest, after the limit of files or bytes",)


def test_members_without_end_and_bytes_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tarfile.TarInfo(f"d{n}") for n in range(9)]
    for folder in folders:
        folder.type = tarfile.DIRTYPE
    path = _tar(tmp_path / "x.tgz", {}, *folders)
    assert hashes_of(path).files == b""
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    with pytest.raises(tarfile.ReadError, match="too many members"):
        hashes_of(path)
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MAX_UNPACKED", 100_000)
    for pack, name in ((_tar, "y.tgz"), (_zip, "y.whl")):
        bomb = pack(tmp_path / name, {f"{n}.bin": bytes(30_000) for n in range(4)})
        assert bomb.stat().st_size < 5_000
        with pytest.raises(tarfile.ReadError, match="more than may be unpacked"):
            hashes_of(bomb)


def test_a_sparse_member_is_not_expanded(tmp_path: Path) -> None:
    member = tarfile.TarInfo("sparse.txt")
    member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1",
                          "GNU.sparse.map": "0,0", "GNU.sparse.size": str(3 * 1024**2)}  # fmt: skip
    path = tmp_path / "x.tgz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(member)
    with tarfile.open(path) as tar:
        assert tar.getmembers()[0].issparse()
    assert hashes_of(path).files == b""


# -- building


def _archives(tmp_path: Path, contents: Mapping[Listed, Mapping[str, bytes]]) -> Hasher:
    def fetch(package: Listed, folder: Path) -> Path:
        if package not in contents:
            raise CrawlFailure("unavailable", "no such version")
        return _tar(folder / "x.tgz", contents[package])

    return Hasher(CrawlSettings(), fetch)


def _written(path: Path, built: Built) -> Background:
    write_background(path, built.packages, built.files, built.fingerprints)
    return Background.load(path)


def test_the_first_package_of_the_list_keeps_what_several_carry(tmp_path: Path) -> None:
    own = TEXT + b"own\n"
    hasher = _archives(
        tmp_path,
        {FIRST: {"a.js": CODE.encode()}, SECOND: {"copy.js": CODE.encode(), "own.txt": own}},
    )
    for order, owner in (((FIRST, SECOND), str(FIRST)), ((SECOND, FIRST), str(SECOND))):
        found = _written(tmp_path / "index.bin", build_background(order, hasher))
        assert found.packages == tuple(map(str, order))
        assert found.package_of_file(_hash(CODE.encode())) == owner
        assert found.package_of_file(_hash(own)) == str(SECOND)
        (mark, *_) = fingerprints(CODE.encode())
        assert found.package_of_fingerprint(mark) == owner


def test_a_package_that_fails_costs_only_itself(tmp_path: Path) -> None:
    def fetch(package: Listed, folder: Path) -> Path:
        if package.name == "broken":
            (folder / "x.tgz").write_bytes(b"this is no archive")
            return folder / "x.tgz"
        if package.name == "gone":
            raise CrawlFailure("unavailable", "no such version")
        return _tar(folder / "x.tgz", {"a.txt": TEXT})

    listed = [Listed("npm", name, "1.0.0") for name in ("gone", "broken", "good")]
    noted: list[tuple[str, str]] = []
    built = build_background(
        listed,
        Hasher(CrawlSettings(), fetch),
        note=lambda package, what: noted.append((str(package), what)),
    )
    assert built.packages == ("npm:good@1.0.0",)
    assert [name for name, _ in built.failures] == ["npm:gone@1.0.0", "npm:broken@1.0.0"]
    assert "no such version" in built.failures[0][1]
    assert "malformed" in built.failures[1][1]
    assert "not a gzip" in built.failures[1][1].lower()
    assert noted[-1] == ("npm:good@1.0.0", "added")
    found = _written(tmp_path / "index.bin", built)
    assert found.package_of_file(_hash(TEXT)) == "npm:good@1.0.0"


def test_an_update_fetches_what_is_new_and_equals_a_build_from_nothing(tmp_path: Path) -> None:
    between = Listed("npm", "between", "1.0.0")
    contents = {
        FIRST: {"a.txt": TEXT + b"1"},
        between: {"a.txt": TEXT + b"1", "b.txt": TEXT + b"2", "c.js": CODE.encode()},
        SECOND: {"b.txt": TEXT + b"2", "c.js": CODE.encode()},
    }
    hasher = _archives(tmp_path, contents)
    asked: list[Listed] = []

    def counted(package: Listed) -> Hashes:
        asked.append(package)
        return hasher(package)

    old = _written(tmp_path / "old.bin", build_background([FIRST, SECOND], hasher))
    whole = [FIRST, between, SECOND]
    _written(tmp_path / "updated.bin", build_background(whole, counted, known=old))
    assert asked == [between]
    _written(tmp_path / "anew.bin", build_background(whole, hasher))
    assert (tmp_path / "updated.bin").read_bytes() == (tmp_path / "anew.bin").read_bytes()


@pytest.mark.parametrize(
    ("listed", "message"), [([SECOND], "has no npm:first"), ([SECOND, FIRST], "another order")]
)
def test_an_update_that_could_not_be_exact_is_refused(
    tmp_path: Path, listed: list[Listed], message: str
) -> None:
    hasher = _archives(tmp_path, {FIRST: {"a.txt": TEXT}, SECOND: {"a.txt": TEXT}})
    old = _written(tmp_path / "old.bin", build_background([FIRST, SECOND], hasher))
    with pytest.raises(InvalidInput, match=message):
        build_background(listed, hasher, known=old)


# -- the clients


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for npm: serves one package, and writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    package = _tar(tmp_path / "first.tgz", {"package/a.js": CODE.encode()})
    script = folder / "npm"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n'
        'for word; do case "$word" in --pack-destination=*) to="${word#*=}";; esac; done\n'
        f'[ "$word" = first@1.0.0 ] && exec cp {package} "$to/first-1.0.0.tgz"\n'
        'echo "npm error code E404" >&2; echo "npm error 404 Not Found: $word" >&2; exit 1\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "asked"


def test_npm_is_asked_for_the_archive_and_for_no_script(npm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    assert download(FIRST, folder).name == "first-1.0.0.tgz"
    assert npm.read_text().startswith("pack --ignore-scripts")
    assert npm.read_text().endswith("-- first@1.0.0\n")
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(CrawlFailure, match=r"404 Not Found: @scope/second@2\.0\.0"):
        download(SECOND, empty)


def test_without_its_client_a_registry_cannot_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="npm is not installed"):
        download(FIRST, tmp_path)


def test_pip_takes_wheels_and_never_builds_a_source_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    _zip(
        shelf / "wheeled-1.0-py3-none-any.whl",
        {
            "wheeled/a.py": CODE.encode(),
            "wheeled-1.0.dist-info/METADATA": (
                b"Metadata-Version: 2.1\nName: wheeled\nVersion: 1.0\n"
            ),
            "wheeled-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
            "wheeled-1.0.dist-info/RECORD": b"",
        },
    )
    evil = f"open({str(tmp_path / 'built')!r}, 'w')\n".encode()
    _tar(shelf / "sourced-1.0.tar.gz", {"sourced-1.0/setup.py": evil, "sourced-1.0/PKG-INFO": b""})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    found = download(Listed("pypi", "wheeled", "1.0"), tmp_path / "first")
    assert _hash(CODE.encode()) in _numbers(hashes_of(found).files)
    with pytest.raises(CrawlFailure, match=r"sourced==1\.0"):
        download(Listed("pypi", "sourced", "1.0"), tmp_path / "second")
    assert not (tmp_path / "built").exists()


# -- the command


def _command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["registry", "lineage", "background", *words])
    try:
        program.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_command_builds_updates_and_shows(
    npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    listed, index = tmp_path / "list.txt", tmp_path / "home" / "background.bin"
    listed.write_text("first@1.0.0\n")
    assert _command(monkeypatch, "build", str(listed), "--out", str(index)) == 0
    assert _command(monkeypatch, "show", "--packages", "--format", "csv") == 0
    assert capsys.readouterr().out == "package\nnpm:first@1.0.0\n"

    npm.unlink()
    listed.write_text("first@1.0.0\n@scope/second@2.0.0\n")
    words = ("build", str(listed), "--out", str(index), "--update", str(index))
    assert _command(monkeypatch, *words) == 1
    assert "failed: npm:@scope/second@2.0.0" in capsys.readouterr().err
    assert "first" not in npm.read_text()
    assert Background.load(index).package_of_file(_hash(CODE.encode())) == str(FIRST)

    listed.write_text("git+ssh://x@1\n")
    assert _command(monkeypatch, "build", str(listed), "--out", str(index)) == 2
    index.write_bytes(b"other")
    assert _command(monkeypatch, "show") == 2
    assert "not a background index" in capsys.readouterr().err
