"""Checks that every proof needs: its form, digest and key, its places, and where they stand."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from registry.verifier.canonical import digest, evidence_key
from registry.verifier.objects import GITLINK, Entry
from registry.verifier.report import Checks
from registry.verifier.shape import places
from registry.verifier.source import NotHeld, Side
from registry.verifier.swhid import swhid

MAX_LISTED: Final = 400_000  # trees walked for one list of files
# What git cannot prove: that more is shared, and what a manager of packages calls it.
STATED_CLAIMS: Final = frozenset(
    {"at_least", "by", "commit_in_origin", "ecosystem", "git_url", "property", "spec"}
)
Proof = Mapping[str, Any]
Sides = Mapping[str, Side]


def check_document(checks: Checks, proof: Proof) -> None:
    """Check what the document says of itself."""
    checks.same("digest", proof["digest"], lambda: digest(proof))
    checks.same("key of the evidence", proof["evidence"], lambda: _key(proof))
    for role in ("origin", "reuser"):
        end = proof[role]
        if "swhid" in end:
            made = swhid("rev", end["head"], origin=end["url"])
            checks.same(f"{role}: SWHID of the head", end["swhid"], partial(str, made))
    for role, place in places(proof):
        if "swhid" in place:
            made = _swhid(proof[role]["url"], place)
            checks.same(f"{role}: SWHID of a place", place["swhid"], partial(str, made))
    basis = proof["direction"]
    checks.stated("direction", f"{basis['state']}, by {basis['basis'] or 'nothing'}")
    checks.stated("rules", f"version {proof['rule_version']}")
    for name in sorted(proof["claim"].keys() & STATED_CLAIMS):
        checks.stated(name, str(proof["claim"][name]))


def _key(proof: Proof) -> str:
    origin = proof["origin"]
    identity = origin.get("url") or f"source:{origin['source']}"
    return evidence_key(proof["kind"], identity, proof["reuser"]["url"], proof["locator"])


def _swhid(url: str, place: Mapping[str, Any]) -> str:
    if "blob" not in place:
        return swhid("rev", place["commit"], origin=url)
    return swhid(
        "cnt", place["blob"], origin=url, anchor=place["commit"], path=place["path"],
        line=place.get("line"),
    )  # fmt: skip


def check_places(checks: Checks, proof: Proof, sides: Sides) -> None:
    """Check that heads and places are in the repositories, and where and when they say."""
    for role, side in sides.items():
        head = proof[role]["head"]
        checks.same(f"{role}: a branch or tag holds the head", True, partial(reached, side, head))
    for role, place in places(proof):
        check_place(checks, role, place, sides[role])


def check_place(checks: Checks, role: str, place: Mapping[str, Any], side: Side) -> None:
    """Check one place: its commit is reached, at its time, and holds the content at the path."""
    commit = place["commit"]
    checks.same(
        f"{role}: a branch or tag holds {commit[:12]}", True, partial(reached, side, commit)
    )
    if "time" in place:
        checks.same(
            f"{role}: time of {commit[:12]}", place["time"], lambda: side.commit(commit).time
        )
    if "blob" in place:
        checks.same(
            f"{role}: {place['path']} in {commit[:12]}", place["blob"],
            lambda: _at(side, commit, place["path"]).oid,
        )  # fmt: skip


def reached(side: Side, commit: str) -> bool:
    """Tell whether a commit is there, and a branch or tag holds it."""
    side.commit(commit)
    return side.is_reached(commit)


def entry_at(side: Side, commit: str, path: str) -> Entry | None:
    """Return what stands at a path in a commit, nothing where there is nothing."""
    tree = side.commit(commit).tree
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    for folder in folders:
        entry = side.tree(tree).get(folder)
        if entry is None or not entry.is_tree:
            return None
        tree = entry.oid
    return side.tree(tree).get(name)


def _at(side: Side, commit: str, path: str) -> Entry:
    entry = entry_at(side, commit, path)
    if entry is None:
        raise NotHeld(f"{path} is not in {commit}")
    return entry


def is_gitlink(entry: Entry | None, commit: str) -> bool:
    """Tell whether an entry is a submodule at a commit."""
    return entry is not None and entry.mode == GITLINK and entry.oid == commit


def files_below(side: Side, commits: Iterable[str]) -> set[str]:
    """Return the ids of all file contents in the trees of commits, as far as they are here."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [side.commit(commit).tree for commit in commits]
    while waiting:
        oid = waiting.pop()
        if oid in seen:
            continue
        seen.add(oid)
        if len(seen) > MAX_LISTED:
            raise NotHeld(f"more than {MAX_LISTED} folders", withheld=True)
        try:
            entries = side.tree(oid).values()
        except NotHeld:
            if side.is_complete:
                raise
            continue
        waiting += [entry.oid for entry in entries if entry.is_tree]
        found |= {entry.oid for entry in entries if entry.is_file}
    return found
