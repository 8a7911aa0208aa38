"""Making a bundle: the check of a proof is watched, and what it looked at is packed."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.verifier.bundle import COMMITS, MANIFEST, PROOF
from registry.verifier.canonical import canonical
from registry.verifier.objects import Commit, Entry
from registry.verifier.report import Report
from registry.verifier.repository import GitSide
from registry.verifier.shape import places
from registry.verifier.source import NotHeld, Side, Unreachable
from registry.verifier.verify import Opener, verify

MAX_HISTORY: Final = 20_000
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)  # the same proof gives the same bytes


class _Watched:
    """A repository that remembers which commits and contents were asked for."""

    def __init__(self, side: GitSide) -> None:
        self.side = side
        self.commits: set[str] = set()
        self.blobs: set[str] = set()

    @property
    def is_complete(self) -> bool:
        return True

    def commit(self, oid: str) -> Commit:
        self.commits.add(oid)
        return self.side.commit(oid)

    def tree(self, oid: str) -> Mapping[bytes, Entry]:
        return self.side.tree(oid)

    def blob(self, oid: str) -> bytes:
        self.blobs.add(oid)
        return self.side.blob(oid)

    def is_reached(self, oid: str) -> bool:
        return self.side.is_reached(oid)

    def ancestors(self, starts: Iterable[str]) -> set[str]:
        return self.side.ancestors(starts)


class _Watching:
    """Opens repositories, and remembers them."""

    mode = "online"

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.sides: dict[str, _Watched] = {}

    def open(self, role: str, url: str) -> Side:
        side = self._opener.open(role, url)
        if not isinstance(side, GitSide):
            raise Unreachable(f"{url} is not read from a repository")
        self.sides[role] = _Watched(side)
        return self.sides[role]


def make_bundle(proof: Mapping[str, Any], opener: Opener) -> tuple[Report, bytes]:
    """Check a proof against its repositories; return the report, and the bundle of the proof."""
    watching = _Watching(opener)
    report = verify(canonical(proof), watching)
    files: dict[str, bytes] = {PROOF: canonical(proof)}
    said: dict[str, dict[str, list[Any]]] = {}
    for role, watched in watching.sides.items():
        said[role] = _commits(proof, role, watched)
        for oid in watched.blobs:
            files[f"objects/blob/{oid}"] = watched.side.blob(oid)
        for oid in _trees(proof, role, watched):
            files[f"objects/tree/{oid}"] = watched.side.raw("tree", oid)
    files[COMMITS] = canonical(said)
    made = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files[MANIFEST] = canonical(made)
    return report, _zipped(files)


def _commits(proof: Mapping[str, Any], role: str, watched: _Watched) -> dict[str, list[Any]]:
    """Return what commits say: those looked at, and the history between them and the head."""
    wanted = set(watched.commits)
    for starts in ([proof[role]["head"]], proof["claim"].get("tips", [])):
        try:
            history = watched.side.ancestors(starts) if starts else set()
        except NotHeld:
            continue
        if len(history) <= MAX_HISTORY:
            wanted |= history
    found = {}
    for oid in sorted(wanted):
        try:
            commit = watched.side.commit(oid)
        except NotHeld:
            continue
        found[oid] = [commit.tree, list(commit.parents), commit.time]
    return found


def _trees(proof: Mapping[str, Any], role: str, watched: _Watched) -> set[str]:
    """Return the folders that lead to the places of a proof, and to the files that it lists."""
    found: set[str] = set()
    claim = proof["claim"]
    paths = [(p["commit"], p["path"]) for r, p in places(proof) if r == role and "path" in p]
    if role == "reuser":
        paths += [
            (sample["removed"]["commit"], sample["reuser"]["path"])
            for sample in proof["samples"]
            if "removed" in sample
        ]
        paths += [(proof[role]["head"], claim["path"])] if proof["kind"] == "submodule" else []
    for commit, path in paths:
        found |= _on_path(watched.side, commit, path)
    listed = frozenset(claim.get("files", ()))
    seen: dict[str, bool] = {}
    for commit in claim.get("anchors", {}).get(role, ()):
        _leads(watched.side, watched.side.commit(commit).tree, listed, seen)
    return found | {oid for oid, leads in seen.items() if leads}


def _on_path(side: GitSide, commit: str, path: str) -> set[str]:
    found: set[str] = set()
    try:
        tree = side.commit(commit).tree
        found.add(tree)
        for folder in path.encode("utf-8", "surrogateescape").split(b"/")[:-1]:
            entry = side.tree(tree).get(folder)
            if entry is None or not entry.is_tree:
                break
            tree = entry.oid
            found.add(tree)
    except NotHeld:
        pass
    return found


def _leads(side: GitSide, tree: str, listed: frozenset[str], seen: dict[str, bool]) -> bool:
    """Note of a folder and of those in it whether they lead to a listed file."""
    if tree not in seen:
        seen[tree] = False
        entries = side.tree(tree).values()
        below = [_leads(side, e.oid, listed, seen) for e in entries if e.is_tree]
        seen[tree] = any(below) or any(e.oid in listed for e in entries if e.is_file)
    return seen[tree]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            archive.writestr(
                zipfile.ZipInfo(name, _MOMENT), files[name], compress_type=zipfile.ZIP_DEFLATED
            )
    return target.getvalue()
