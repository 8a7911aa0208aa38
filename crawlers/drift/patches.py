"""Patches that are the same although their commits are not: cherry-picked, or rebased.

Two commits have the same patch when they change the same paths in the same way. Most are told by
ids alone: the same contents before and after. Else the changed lines with three lines around them
are compared without white space, as `git patch-id --stable` does. What has no content does not
count: merges, empty commits, changes of the mode alone; and binary files, or edits of nothing but
white space, are the same only where they are identical.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from crawlers.drift.log import Change, Logged

Signature = Callable[[str, str], bytes | None]
"""(content before, content after) → what the patch of one file is, None where one is missing."""

_SPACE: Final = b" \t\n\r\v\f"
_BINARY_LOOK: Final = 8_000
CONTEXT: Final = 3

_Key = tuple[tuple[str, ...], ...]


class Equivalents(NamedTuple):
    """Pairs of commits with the same patch (upstream's → fork's), and how far one could look.

    `comparable` commits needed contents, `compared` of them had all; `wanted` are the changes of
    the upstream's and of the fork's commits whose contents are needed, in order.
    """

    pairs: dict[str, str]
    comparable: int
    compared: int
    wanted_behind: list[Change]
    wanted_ahead: list[Change]


def equivalents(
    behind: Iterable[Logged], ahead: Iterable[Logged], signature: Signature
) -> Equivalents:
    """Find the commits of `behind` whose patch one of `ahead` has."""
    candidates = _by_key(ahead)
    pairs: dict[str, str] = {}
    wanted_behind: dict[Change, None] = {}
    wanted_ahead: dict[Change, None] = {}
    comparable = compared = 0
    for commit in behind:
        others = candidates.get(_key(commit), [])
        if not others:
            continue
        exact = next((x for x in others if sorted(x.changes) == sorted(commit.changes)), None)
        if exact is not None:
            pairs[commit.commit] = exact.commit
            continue
        if not any(change.is_text_edit for change in commit.changes):
            continue
        comparable += 1
        wanted_behind.update(dict.fromkeys(_edits(commit)))
        for other in others:
            wanted_ahead.update(dict.fromkeys(_edits(other)))
        mine = _patch(commit, signature)
        theirs = [(_patch(other, signature), other) for other in others]
        compared += mine is not None and all(patch is not None for patch, _ in theirs)
        same = next((x for patch, x in theirs if mine is not None and patch == mine), None)
        if same is not None:
            pairs[commit.commit] = same.commit
    return Equivalents(pairs, comparable, compared, list(wanted_behind), list(wanted_ahead))


def _by_key(commits: Iterable[Logged]) -> dict[_Key, list[Logged]]:
    found: defaultdict[_Key, list[Logged]] = defaultdict(list)
    for commit in commits:
        if key := _key(commit):
            found[key].append(commit)
    return found


def _key(commit: Logged) -> _Key:
    """Return what commits with the same patch have in common, as far as ids tell."""
    if commit.is_merge or all(change.old == change.new for change in commit.changes):
        return ()
    return tuple(sorted(_part(change) for change in commit.changes))


def _part(change: Change) -> tuple[str, ...]:
    modes = (change.path, change.old_mode, change.new_mode)
    return modes if change.is_text_edit else (*modes, change.old, change.new)


def _edits(commit: Logged) -> Sequence[Change]:
    return [x for x in commit.changes if x.is_text_edit and x.old != x.new]


def _patch(commit: Logged, signature: Signature) -> frozenset[tuple[str, bytes]] | None:
    parts = [(change.path, signature(change.old, change.new)) for change in _edits(commit)]
    known = frozenset((path, part) for path, part in parts if part is not None)
    return known if len(known) == len(parts) else None


def file_signature(old: bytes, new: bytes, hunks: Iterable[bytes]) -> bytes:
    """Return what the patch of one file is; `hunks` are its lines, each with its first sign."""
    is_binary = b"\0" in old[:_BINARY_LOOK] or b"\0" in new[:_BINARY_LOOK]
    if is_binary or old.translate(None, _SPACE) == new.translate(None, _SPACE):
        return b"\0" + hashlib.sha256(old).digest() + hashlib.sha256(new).digest()
    digest = hashlib.sha256()
    for line in hunks:
        digest.update(line.translate(None, _SPACE) + b"\n")
    return digest.digest()
