"""A proof with the objects that it needs, in one file that is checked without any connection.

A zip archive: `proof.json`; `commits.json`, what the commits of each side say (tree, parents,
time, without the persons in them) and which other tips of branches and tags reach them;
`objects/tree/ID` and `objects/blob/ID`; and `manifest.json` with the SHA-256 of each. Contents and
folders are hashed again as git does; that a commit says what is written of it is taken on trust,
and only a check against the repositories proves it.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.verifier.canonical import Malformed, read_json
from registry.verifier.objects import Commit, Entry, object_id, parse_tree
from registry.verifier.source import Mismatch, NotHeld, Side, Unreachable

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_ENTRIES: Final = 60_000
MAX_CONTENT: Final = 64 * 1024 * 1024
MAX_ALL: Final = 512 * 1024 * 1024
MANIFEST: Final = "manifest.json"
PROOF: Final = "proof.json"
COMMITS: Final = "commits.json"
_NAME: Final = re.compile(
    r"manifest\.json|proof\.json|commits\.json|objects/(?:tree|blob)/[0-9a-f]{40}"
)
_OID: Final = re.compile(r"[0-9a-f]{40}")


class BundleFault(ValueError):
    """A file is no bundle, or was changed; the text says why."""


class Bundle:
    """An opened bundle: the proof, and both repositories as far as it holds them."""

    mode = "bundle"

    def __init__(
        self, proof: bytes, commits: Mapping[str, Any], objects: Mapping[str, bytes]
    ) -> None:
        self.proof = proof
        self._commits = commits
        self._objects = objects
        self._heads = _heads(proof)

    def open(self, role: str, url: str) -> Side:
        """Return one of the two repositories, or raise `Unreachable`."""
        if role not in self._commits:
            raise Unreachable(f"the bundle holds nothing of {url}")
        said = self._commits[role]
        tips = [self._heads.get(role, ""), *said["tips"]]
        return BundleSide(tips, said["commits"], self._objects)


def _heads(proof: bytes) -> dict[str, str]:
    try:
        document = read_json(proof)
        return {role: str(document[role]["head"]) for role in ("origin", "reuser")
                if "head" in document[role]}  # fmt: skip
    except (Malformed, KeyError, TypeError):
        return {}


class BundleSide:
    """One of the two repositories, as far as a bundle holds it."""

    def __init__(
        self, tips: list[str], commits: Mapping[str, Any], objects: Mapping[str, bytes]
    ) -> None:
        self._tips = tips
        self._commits = commits
        self._objects = objects

    @property
    def is_complete(self) -> bool:
        """Whether all objects are here."""
        return False

    def commit(self, oid: str) -> Commit:
        """Return what the bundle says of a commit, or raise `NotHeld`."""
        said = self._commits.get(oid)
        if said is None:
            raise NotHeld(f"commit {oid} is not in the bundle", withheld=True)
        tree, parents, time = said
        return Commit(tree, tuple(parents), time)

    def tree(self, oid: str) -> Mapping[bytes, Entry]:
        """Return the entries of a tree by name, or raise `NotHeld`."""
        try:
            return parse_tree(self._object("tree", oid), "sha1")
        except ValueError as error:
            raise Mismatch(f"tree {oid}: {error}") from error

    def blob(self, oid: str) -> bytes:
        """Return the content of a file, or raise `NotHeld`."""
        return self._object("blob", oid)

    def is_reached(self, oid: str) -> bool:
        """Tell whether the head, or a tip that the bundle states, reaches a commit."""
        found, is_whole = self._walk(self._tips)
        if oid not in found and not is_whole:
            raise NotHeld(f"the way from the head to {oid} is not in the bundle", withheld=True)
        return oid in found

    def ancestors(self, starts: Iterable[str]) -> set[str]:
        """Return all commits that these reach, themselves included, or raise `NotHeld`."""
        found, is_whole = self._walk(starts)
        if not is_whole:
            raise NotHeld("the history is not in the bundle", withheld=True)
        return found

    def _walk(self, starts: Iterable[str]) -> tuple[set[str], bool]:
        found: set[str] = set()
        waiting, is_whole = list(starts), True
        while waiting:
            oid = waiting.pop()
            if oid in found:
                continue
            if oid not in self._commits:
                is_whole = False
                continue
            found.add(oid)
            waiting += self._commits[oid][1]
        return found, is_whole

    def _object(self, kind: str, oid: str) -> bytes:
        data = self._objects.get(f"objects/{kind}/{oid}")
        if data is None:
            raise NotHeld(f"{kind} {oid} is not in the bundle", withheld=True)
        if object_id(kind, data, "sha1") != oid:
            raise Mismatch(f"{kind} {oid} has another content")
        return data


def is_bundle(data: bytes) -> bool:
    """Tell a bundle, as every zip archive, from a proof by how it begins."""
    return data[:2] == b"PK"


def open_bundle(data: bytes) -> Bundle:
    """Read a bundle within bounds; raises `BundleFault` for what is none."""
    files = _files(data)
    try:
        manifest = read_json(files.pop(MANIFEST), MAX_CONTENT)
        commits = read_json(files[COMMITS], MAX_CONTENT)
    except (KeyError, Malformed) as error:
        raise BundleFault(f"no manifest or no commits: {error}") from error
    made = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if manifest != made:
        raise BundleFault("the contents are not those of the manifest")
    if PROOF not in files or not _are_commits(commits):
        raise BundleFault("no proof, or malformed commits")
    return Bundle(files[PROOF], commits, files)


def _files(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_BYTES:
        raise BundleFault(f"larger than {MAX_BYTES} bytes")
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_ALL:
                raise BundleFault("too much in it")
            for entry in entries:
                if not _NAME.fullmatch(entry.filename) or entry.filename in found:
                    raise BundleFault(f"a name that has no place here: {entry.filename[:80]!r}")
                if entry.file_size > MAX_CONTENT:
                    raise BundleFault(f"{entry.filename} is too large")
                with archive.open(entry) as file:
                    found[entry.filename] = file.read(MAX_CONTENT + 1)
    except BundleFault:
        raise
    except Exception as error:  # a hostile archive may raise anything that zipfile and zlib can
        raise BundleFault(f"no zip archive that can be read: {type(error).__name__}") from error
    return found


def _are_commits(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_side, value.values()))


def _is_side(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"tips", "commits"}:
        return False
    tips, commits = value["tips"], value["commits"]
    return (
        isinstance(tips, list) and all(map(_is_oid, tips))
        and isinstance(commits, dict) and all(map(_is_commit, commits, commits.values()))
    )  # fmt: skip


def _is_oid(value: Any) -> bool:
    return isinstance(value, str) and _OID.fullmatch(value) is not None


def _is_commit(oid: str, said: Any) -> bool:
    if not (_is_oid(oid) and isinstance(said, list) and len(said) == 3):
        return False
    tree, parents, time = said
    are_parents = isinstance(parents, list) and all(map(_is_oid, parents))
    return _is_oid(tree) and are_parents and (time is None or isinstance(time, int))
