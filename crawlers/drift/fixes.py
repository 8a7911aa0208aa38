"""Whether a fork has the fixes of published advisories: by ids, then by the lines of the fix.

A file that the fork holds as it was right before the fix lacks it. At any other version, older or
edited, the lines decide: an older one may be from before the flaw.
A fix is judged by what it changes in code; its tests, notes and lock files only where it changes
nothing else. A flaw that was brought by a commit that the fork lacks does not touch the fork.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from crawlers.drift.hunks import Answer, holds_fix
from crawlers.drift.log import Change, Logged
from crawlers.drift.objects import Sides
from crawlers.drift.versions import Held
from registry.domain.drift import FixFound, FixVerdict, SoughtFix

_ASIDE: Final = re.compile(
    r"(^|/)(tests?|specs?|__tests__|docs?|testdata|fixtures|\.github)/|(^|/)test_[^/]*$"
    r"|[._-](test|spec)\.[a-z]+$|Tests?\.[a-z]+$|(^|/)(CHANGE|HISTORY|NEWS|RELEASE)[^/]*$"
    r"|\.(md|rst|txt\.lock|lock|snap|po)$|(^|/)(package-lock\.json|npm-shrinkwrap\.json)$",
    re.IGNORECASE,
)
_UNKNOWN: Final = "edited"


class _Judged(NamedTuple):
    verdict: FixVerdict
    reason: str = ""


class Search(NamedTuple):
    """What fixes are looked for in: the upstream's newer commits, and what the fork holds."""

    sides: Sides
    reuser_head: str
    log: Sequence[Logged]
    held: Held
    equivalent: Mapping[str, str]
    is_related: bool


def find_fixes(sought: Sequence[SoughtFix], search: Search) -> tuple[list[FixFound], list[Change]]:
    """Return what was found of each, and the changes whose contents would tell more."""
    places = {commit.commit: index for index, commit in enumerate(search.log)}
    by_name: dict[str, list[int]] = {}
    for index, commit in enumerate(search.log):
        for name in commit.names:
            by_name.setdefault(name, []).append(index)
    wanted: list[Change] = []
    found = [_find(fix, search, places, by_name, wanted) for fix in sought]
    return found, wanted


def _find(
    fix: SoughtFix,
    search: Search,
    places: Mapping[str, int],
    by_name: Mapping[str, Sequence[int]],
    wanted: list[Change],
) -> FixFound:
    if _came_later(fix, search):
        return FixFound(fix.advisory, FixVerdict.NOT_AFFECTED, "commit", reason="flaw_not_there")
    named = dict.fromkeys(i for name in fix.names for i in by_name.get(name.upper(), ()))
    stated = [places[oid] for oid in fix.commits if oid in places]
    has_one = any(
        oid not in places and search.sides.has_commit(oid)
        and search.sides.reaches(search.reuser_head, oid)
        for oid in fix.commits
    )  # fmt: skip
    if has_one and not stated:
        return FixFound(fix.advisory, FixVerdict.TAKEN, "commit", reason="has_commit")
    basis, indexes = ("commit", stated) if stated else ("message", list(named))
    if not indexes:
        return FixFound(fix.advisory, FixVerdict.NOT_KNOWN, "none", reason="fix_not_found")
    judged = [(_judge(search, index, wanted), search.log[index]) for index in indexes]
    (verdict, reason), commit = min(judged, key=lambda x: _RANKS[x[0].verdict])
    return FixFound(
        fix.advisory, verdict, basis, commit.commit, commit.time, commit.subject,
        commit.is_merge, reason,
    )  # fmt: skip


# Of several commits of one fix, the one that is missing decides.
_RANKS: Final = {
    FixVerdict.MISSING: 0, FixVerdict.NOT_KNOWN: 1, FixVerdict.TAKEN: 2, FixVerdict.NOT_AFFECTED: 3,
}  # fmt: skip


def _came_later(fix: SoughtFix, search: Search) -> bool:
    brought = [oid for oid in fix.introduced if search.sides.has_commit(oid)]
    return (
        search.is_related
        and bool(brought)
        and not any(search.sides.reaches(search.reuser_head, oid) for oid in brought)
    )


def _judge(search: Search, index: int, wanted: list[Change]) -> _Judged:
    commit = search.log[index]
    told = [change for change in commit.changes if change.old != change.new]
    code = [change for change in told if not _ASIDE.search(change.path)] or told
    edits = [change for change in code if change.old] or code
    answers = set(_answers(search, index, edits, wanted))
    if "missing" in answers or answers == {"absent"}:
        return _Judged(FixVerdict.MISSING)
    if commit.commit in search.equivalent:
        return _Judged(FixVerdict.TAKEN, "same_patch")
    if answers & {_UNKNOWN, "absent"}:
        return _Judged(FixVerdict.NOT_KNOWN, "edited")
    if "taken" in answers:
        return _Judged(FixVerdict.TAKEN, "same_files")
    return _Judged(FixVerdict.NOT_AFFECTED, "no_such_files")


def _answers(
    search: Search, index: int, changes: Sequence[Change], wanted: list[Change]
) -> Iterator[str]:
    for change in changes:
        if change.old and not search.held.blob(change.path):
            continue  # what the fork never had, or removed, has no flaw in it
        state = search.held.state(index, change)
        if state == "older" and not change.old:
            yield _UNKNOWN  # nothing that the fork holds tells whether it needs a new file
        elif state == "older" and search.held.blob(change.path) == change.old:
            yield "missing"
        elif state in {"older", "edited"}:
            wanted.append(change)
            answer = _by_lines(search, change)
            yield _UNKNOWN if answer == "unknown" else answer
        elif state == "taken":
            yield "taken"


def _by_lines(search: Search, change: Change) -> Answer:
    if not change.is_text_edit:
        return "unknown"
    blobs = (change.old, change.new, search.held.blob(change.path))
    old, new, fork = (search.sides.content(oid) for oid in blobs)
    if old is None or new is None or fork is None:
        return "unknown"
    return holds_fix(old, new, fork)
