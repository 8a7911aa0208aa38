"""Git repositories built on the spot: honest ones by git itself, hostile ones object by object.

Every date and identity is fixed, so the object ids are the same on every machine.
"""

import hashlib
import os
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DATE = 1_600_000_000
_DAY = 86_400
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
}


def git(folder: Path, *arguments: str, stdin: bytes = b"", **extra: str) -> str:
    """Run git in a repository and return what it wrote, stripped."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=stdin,
        capture_output=True,
        env=_ENVIRONMENT | extra,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="surrogateescape").strip()


@dataclass(frozen=True)
class Commit:
    """One commit: files written (None removes one), and where it belongs.

    `merge` names branches that are merged in (their files win); `rename` maps old to new paths;
    `submodule` maps a path to (url, commit id); `tag` makes an annotated tag on it.
    """

    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    message: str = "Change"
    branch: str = "main"
    start: str | None = None
    merge: Sequence[str] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    submodule: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tag: str | None = None
    author: tuple[str, str] = ("Ada Example", "ada@gov.example")
    date: int | None = None


def build_repository(path: Path, commits: Sequence[Commit], *, default: str = "main") -> list[str]:
    """Build a bare repository at `path` (or add to it) and return the commits' ids in order.

    A commit goes on top of its branch; a new branch starts at `start`, else it has no parent.
    """
    if not path.exists():
        path.mkdir(parents=True)
        git(path, "init", "--quiet", "--bare", f"--initial-branch={default}")
    return [_commit(path, commit, number) for number, commit in enumerate(commits)]


def _commit(path: Path, commit: Commit, number: int) -> str:
    index = {"GIT_INDEX_FILE": str(path / "building.index")}
    parent = _tip(path, commit.branch) or (_tip(path, commit.start) if commit.start else None)
    git(path, "read-tree", parent or "--empty", **index)
    for other in commit.merge:
        listed = git(path, "ls-tree", "-r", f"refs/heads/{other}")
        git(path, "update-index", "--index-info", stdin=f"{listed}\n".encode(), **index)
    for old, new in commit.rename.items():
        mode, oid = git(path, "ls-files", "--stage", "--", old, **index).split()[:2]
        _remove(path, old, index)
        git(path, "update-index", "--add", "--cacheinfo", f"{mode},{oid},{new}", **index)
    for name, content in commit.files.items():
        _write(path, name, content, index)
    _add_submodules(path, commit.submodule, index)
    parents = [parent, *(_tip(path, name) for name in commit.merge)]
    lines = [argument for oid in parents if oid for argument in ("-p", oid)]
    dates = f"{commit.date or FIRST_DATE + number * _DAY} +0000"
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in zip(("NAME", "EMAIL", "DATE"), (*commit.author, dates), strict=True)
    }
    tree = git(path, "write-tree", **index)
    oid = git(path, "commit-tree", tree, *lines, stdin=f"{commit.message}\n".encode(), **who)
    git(path, "update-ref", f"refs/heads/{commit.branch}", oid)
    if commit.tag:
        git(path, "tag", "--annotate", "--message", commit.tag, commit.tag, oid, **who)
    return oid


def _remove(path: Path, name: str, index: dict[str, str]) -> None:
    git(path, "update-index", "--index-info", stdin=f"0 {'0' * 40}\t{name}\n".encode(), **index)


def _write(path: Path, name: str, content: str | bytes | None, index: dict[str, str]) -> None:
    if content is None:
        _remove(path, name, index)
        return
    data = content.encode() if isinstance(content, str) else content
    oid = git(path, "hash-object", "-w", "--stdin", stdin=data)
    git(path, "update-index", "--add", "--cacheinfo", f"100644,{oid},{name}", **index)


def _add_submodules(
    path: Path, submodules: Mapping[str, tuple[str, str]], index: dict[str, str]
) -> None:
    lines = []
    for place, (url, oid) in submodules.items():
        git(path, "update-index", "--add", "--cacheinfo", f"160000,{oid},{place}", **index)
        lines.append(f'[submodule "{place}"]\n\tpath = {place}\n\turl = {url}\n')
    if lines:
        _write(path, ".gitmodules", "".join(lines), index)


def _tip(path: Path, branch: str | None) -> str | None:
    if not branch:
        return None
    return git(path, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}") or None


# Hostile repositories, written without git: git would refuse to make them.


class RawRepository:
    """A bare repository whose objects are written as bytes, whatever they say."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("objects/pack", "refs/heads", "refs/tags"):
            (path / name).mkdir(parents=True)
        (path / "HEAD").write_text("ref: refs/heads/main\n")
        (path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")

    def add(self, kind: str, data: bytes) -> str:
        """Write one loose object and return its id."""
        whole = f"{kind} {len(data)}\0".encode() + data
        oid = hashlib.sha1(whole).hexdigest()
        place = self.path / "objects" / oid[:2] / oid[2:]
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(zlib.compress(whole, 1))
        return oid

    def tree(self, entries: Sequence[tuple[str, bytes, str]]) -> str:
        """Write a tree of (mode, name, id), in the given order."""
        return self.add(
            "tree",
            b"".join(
                mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid)
                for mode, name, oid in entries
            ),
        )

    def commit(
        self,
        tree: str,
        parents: Sequence[str] = (),
        author: bytes = b"Ada Example <ada@gov.example> 1600000000 +0000",
        message: bytes = b"Change\n",
        extra: bytes = b"",
    ) -> str:
        """Write a commit; `author` is the raw line, `extra` raw header lines."""
        lines = [b"tree " + tree.encode(), *(b"parent " + p.encode() for p in parents)]
        lines += [b"author " + author, b"committer " + author]
        return self.add("commit", b"\n".join(lines) + b"\n" + extra + b"\n" + message)

    def branch(self, oid: str, name: str = "main") -> None:
        """Point a branch at a commit."""
        (self.path / "refs/heads" / name).write_text(f"{oid}\n")


def bomb(path: Path, *, depth: int = 10, width: int = 10) -> str:
    """Build `width ** depth` paths out of `depth + 2` objects; return the commit's id."""
    raw = RawRepository(path)
    oid, mode = raw.add("blob", b"boom\n"), "100644"
    for _ in range(depth):
        oid = raw.tree([(mode, f"d{number}".encode(), oid) for number in range(width)])
        mode = "40000"
    return _tipped(raw, oid)


def deep(path: Path, *, depth: int = 20_000) -> str:
    """Build one file below `depth` folders."""
    raw = RawRepository(path)
    oid = raw.tree([("100644", b"f", raw.add("blob", b"deep\n"))])
    for _ in range(depth):
        oid = raw.tree([("40000", b"d", oid)])
    return _tipped(raw, oid)


def huge(path: Path, *, entries: int = 20_000, blob_bytes: int = 8 * 1024**2) -> str:
    """Build one tree of many entries, with large files under the names that crawlers read."""
    raw = RawRepository(path)
    large = raw.add("blob", b"a" * blob_bytes)
    small = raw.add("blob", b"x\n")
    names = [
        ("100644", b"README.md", large),
        *(("100644", f"f{number:07d}".encode(), small) for number in range(entries)),
        ("100644", b"publiccode.yml", large),
    ]
    return _tipped(raw, raw.tree(names))


def odd(path: Path) -> list[str]:
    """Build five commits with malformed metadata, each on top of the one before."""
    raw = RawRepository(path)
    tree = raw.tree([("100644", b"f", raw.add("blob", b"x\n"))])
    variants: list[tuple[bytes, bytes, bytes]] = [
        (b"Ada <ada@gov.example> 99999999999999999999 +0000", b"overflow\n", b""),
        (b"Ada <ada@gov.example> 1600000000 -2500", b"zone\n", b""),
        (b"Ada 1600000000 +0000", b"no e-mail\n", b""),
        (b"Ada <ada@gov.example> 1600000000 +0000", b"nul \0 inside\n", b""),
        (b"A\xff <ada@gov.example> 1600000000 +0000", b"\xff\xfe\n", b"encoding no-such\n"),
    ]
    found: list[str] = []
    for author, message, extra in variants:
        found.append(raw.commit(tree, found[-1:], author, message, extra))
    raw.branch(found[-1])
    return found


def names(path: Path, entry: bytes = b"..") -> str:
    """Build a commit whose tree has a hostile entry (such as `..`, `.git`, `a/b`)."""
    raw = RawRepository(path)
    blob = raw.add("blob", b"x\n")
    inner = raw.tree([("100644", b"f", blob)])
    return _tipped(raw, raw.tree([("40000", entry, inner)]))


def without_email(path: Path) -> str:
    """Build a commit as old tools made them: an author without an e-mail address."""
    raw = RawRepository(path)
    tree = raw.tree([("100644", b"f", raw.add("blob", b"x\n"))])
    oid = raw.commit(tree, author=b"Ada 1600000000 +0000")
    raw.branch(oid)
    return oid


def _tipped(raw: RawRepository, tree: str) -> str:
    oid = raw.commit(tree)
    raw.branch(oid)
    return oid
