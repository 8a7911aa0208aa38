"""The tree at HEAD: honest ones whole, hostile ones in part and with the cap that was hit."""

from pathlib import Path

import pytest

from crawlers import tree
from crawlers.reader import open_repository
from crawlers.tree import HeadTree, blob_bytes, blob_size, read_head_tree
from tests.support import git_repos as repos
from tests.support import packs
from tests.support.git_repos import Commit, RawRepository, build_repository, git


def _read(place: Path, commit: str) -> HeadTree:
    return read_head_tree(open_repository(str(place)), commit)


def test_files_and_submodules_are_listed_and_links_are_not(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(
        place,
        [Commit({"a/b/c.py": "x\n"}, submodule={"lib": ("https://x.example/a", "1" * 40)})],
    )
    raw = git(place, "hash-object", "-w", "--stdin", stdin=b"/etc/passwd")
    listed = git(place, "ls-tree", "main") + f"\n120000 blob {raw}\tpubliccode.yml"
    linked = git(place, "mktree", stdin=f"{listed}\n".encode())
    commit = git(place, "commit-tree", linked, "-m", "x", **_WHO)
    found = _read(place, commit)
    assert set(found.files) == {"a/b/c.py", ".gitmodules"}
    assert (found.gitlinks, found.caps) == ({"lib": "1" * 40}, ())


_WHO = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "A"), ("EMAIL", "a@x.example"), ("DATE", "1600000000 +0000"))
}


def test_ten_billion_paths_are_cut_short(tmp_path: Path) -> None:
    found = _read(tmp_path / "bomb", repos.bomb(tmp_path / "bomb"))
    assert found.caps == (tree.REPEATED,)
    assert len(found.files) <= 10 * tree.MAX_REPEATS


def test_a_deep_tree_is_cut_at_the_depth(tmp_path: Path) -> None:
    found = _read(tmp_path / "deep", packs.deep(tmp_path / "deep", depth=400))
    assert (found.files, found.caps) == ({}, ("depth",))
    shallow = _read(tmp_path / "flat", packs.deep(tmp_path / "flat", depth=200))
    assert (list(shallow.files), shallow.caps) == (["d/" * 200 + "f"], ())


def test_a_huge_tree_is_cut_at_its_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_ENTRIES", 100)
    found = _read(tmp_path / "huge", repos.huge(tmp_path / "huge", entries=300, blob_bytes=10))
    assert (len(found.files), found.caps) == (100, ("entries",))


def test_a_missing_tree_and_a_name_of_unknown_encoding_are_no_error(tmp_path: Path) -> None:
    raw = RawRepository(tmp_path / "raw")
    blob = raw.add("blob", b"x\n")
    top = raw.tree([("100644", b"caf\xe9", blob), ("40000", b"gone", "9" * 40)])
    found = _read(raw.path, raw.commit(top))
    assert (list(found.files), found.caps) == (["caf\N{REPLACEMENT CHARACTER}"], ("missing_tree",))


def test_a_path_that_is_too_long_is_left_out(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    (commit,) = build_repository(place, [Commit({"/".join(["d" * 200] * 11): "x", "b": "y"})])
    found = _read(place, commit)
    assert (list(found.files), found.caps) == (["b"], ("path_length",))


def test_contents_are_read_only_within_the_limit(tmp_path: Path) -> None:
    raw = RawRepository(tmp_path / "raw")
    blob, top = raw.add("blob", b"12345"), raw.tree([])
    repository = open_repository(str(raw.path))
    assert blob_size(repository, blob) == 5
    assert blob_bytes(repository, blob, 5) == b"12345"
    assert blob_bytes(repository, blob, 4) is None
    assert blob_size(repository, top) is None
    assert blob_size(repository, "9" * 40) is None
    assert blob_bytes(repository, "9" * 40, 5) is None
