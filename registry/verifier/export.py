"""Making a bundle: the check of a proof is watched, and what it looked at is packed."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from registry.verifier.bundle import COMMITS, MANIFEST, PROOF
from registry.verifier.canonical import canonical
from registry.verifier.checks import MAX_LISTED
from registry.verifier.objects import Commit, Entry
from registry.verifier.report import Report
from registry.verifier.repository import GitSide
from registry.verifier.shape import places
from registry.verifier.source import Mismatch, NotHeld, Side, Unreachable
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
    said: dict[str, dict[str, Any]] = {}
    for role, watched in watching.sides.items():
        said[role] = _commits(proof, role, watched)
        for oid in watched.blobs:
            _keep(files, watched.side, "blob", oid)
        for oid in _trees(proof, role, watched):
            _keep(files, watched.side, "tree", oid)
    files[COMMITS] = canonical(said)
    made = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files[MANIFEST] = canonical(made)
    return report, _zipped(files)


def _keep(files: dict[str, bytes], side: GitSide, kind: str, oid: str) -> None:
    with suppress(NotHeld, Mismatch):  # what a wrong proof names need not be there
        files[f"objects/{kind}/{oid}"] = side.raw(kind, oid)


def _commits(proof: Mapping[str, Any], role: str, watched: _Watched) -> dict[str, Any]:
    """Return what commits say: those looked at, and the history between them and the head.

    Those that only other branches and tags reach are stated as tips of their own.
    """
    side = watched.side
    below_head = _history(side, [proof[role]["head"]])
    wanted = watched.commits | below_head | _history(side, proof["claim"].get("tips", []))
    found: dict[str, list[Any]] = {}
    for oid in sorted(wanted):
        try:
            commit = side.commit(oid)
        except (NotHeld, Mismatch):
            continue
        found[oid] = [commit.tree, list(commit.parents), commit.time]
    others = watched.commits - below_head
    tips = sorted(oid for oid in others if oid in found and side.is_reached(oid))
    return {"tips": tips, "commits": found}


def _history(side: GitSide, starts: list[str]) -> set[str]:
    try:
        history = side.ancestors(starts) if starts else set()
    except NotHeld:
        return set()
    return history if len(history) <= MAX_HISTORY else set()


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
    for commit in claim.get("anchors", {}).get(role, ()):
        found |= _leading(watched.side, commit, listed)
    return found


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
    except (NotHeld, Mismatch):
        pass
    return found


def _leading(side: GitSide, commit: str, listed: frozenset[str]) -> set[str]:
    """Return the folders of a commit that lead to listed files, however deep they are."""
    above: dict[str, set[str]] = {}
    held: list[str] = []
    try:
        waiting = [side.commit(commit).tree]
        above[waiting[0]] = set()
        while waiting and len(above) <= MAX_LISTED:
            tree = waiting.pop()
            for entry in side.tree(tree).values():
                if entry.is_tree:
                    waiting += [] if entry.oid in above else [entry.oid]
                    above.setdefault(entry.oid, set()).add(tree)
                elif entry.is_file and entry.oid in listed:
                    held.append(tree)
    except (NotHeld, Mismatch):
        pass  # the check online has said so; a bundle holds what there is
    found: set[str] = set()
    while held:
        tree = held.pop()
        if tree not in found:
            found.add(tree)
            held += above[tree]
    return found


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            archive.writestr(
                zipfile.ZipInfo(name, _MOMENT), files[name], compress_type=zipfile.ZIP_DEFLATED
            )
    return target.getvalue()
