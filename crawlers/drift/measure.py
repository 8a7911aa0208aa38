"""Measuring the drift between two bare repositories; runs inside the sandbox.

It is started as `python -m crawlers.drift.measure`, takes one `DriftRequest` as MessagePack on
standard input and writes one `DriftMeasured`. It opens no socket and writes no file. Run again
with more contents at hand it tells more.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from crawlers.drift.fixes import Search, find_fixes
from crawlers.drift.log import Change, History, Logged, read_log
from crawlers.drift.objects import Sides
from crawlers.drift.patches import Equivalents, equivalents
from crawlers.drift.versions import FileState, Held, Versions
from registry.domain.drift import (
    MAX_LISTED,
    MAX_PATHS_SHOWN,
    BehindCommit,
    ChangeState,
    DriftMeasured,
    DriftRequest,
    FixFound,
)

_MAX_MENTIONED: Final = 100


class _Read(NamedTuple):
    """What both repositories say, before anything is compared."""

    sides: Sides
    base: tuple[str, int] | None
    behind: History
    ahead: History
    head: dict[str, str]
    caps: tuple[str, ...]


def measure(request: DriftRequest) -> DriftMeasured:
    """Compare the two repositories as far as what is here allows."""
    read = _read(request)
    log, own = read.behind.commits, read.ahead.commits
    versions = Versions(log)
    held = Held(versions, read.head, own, None if read.base else request.shared)
    same = equivalents(log, own, read.sides.signature) if read.base else _NONE
    search = Search(read.sides, request.reuser_head, log, held, same.pairs, read.base is not None)
    fixes, of_fixes = find_fixes(request.sought, search)
    commits = list(_behind(log, held, same, is_related=read.base is not None))
    counts = Counter(str(commit.state) for commit in commits)
    files_held, files_older = held.held()
    wanted = _wanted(read, held, of_fixes, same, request.max_contents)
    missing = {commit.commit for commit in commits if commit.state == ChangeState.MISSING}
    result = DriftMeasured(
        is_related=read.base is not None,
        counts=dict(counts),
        compared=same.compared,
        comparable=same.comparable,
        files_held=files_held,
        files_older=files_older,
        commits=tuple(islice(_listed(commits), MAX_LISTED)),
        fixes=tuple(fixes),
        mentioned=tuple(islice(_mentioned(log, missing, fixes), _MAX_MENTIONED)),
        wanted_of_origin=wanted[0],
        wanted_of_reuser=wanted[1],
        caps=tuple(sorted({*read.behind.caps, *read.ahead.caps, *read.caps})),
    )
    return _with_history(result, request, read, same) if read.base else result


_NONE: Final = Equivalents({}, 0, 0, [], [])


def _read(request: DriftRequest) -> _Read:
    origin, reuser = Path(request.origin), Path(request.reuser)
    sides = Sides(origin, reuser)
    base = sides.common(request.origin_head, request.reuser_head)
    behind, ahead = request.origin_head, request.reuser_head
    ranges = (f"{ahead}..{behind}", f"{behind}..{ahead}") if base else (behind, ahead)
    head, caps = sides.files(request.reuser_head)
    return _Read(
        sides, base,
        read_log(origin, reuser, ranges[0], request.now),
        read_log(reuser, origin, ranges[1], request.now),
        head, caps,
    )  # fmt: skip


def _behind(
    log: Sequence[Logged], held: Held, same: Equivalents, *, is_related: bool
) -> Iterator[BehindCommit]:
    for index, commit in enumerate(log):
        if commit.is_merge:
            continue
        states = Counter(held.state(index, change) for change in commit.changes)
        del states["outside"]
        if not is_related and not states:
            continue
        is_equivalent = commit.commit in same.pairs
        yield BehindCommit(
            commit.commit, commit.time, commit.subject, _state(states, is_equivalent=is_equivalent),
            len(commit.changes), is_clean=set(states) == {"older"},
        )  # fmt: skip


def _state(states: Counter[FileState], *, is_equivalent: bool) -> ChangeState:
    """Return the state of a commit by those of its files.

    A patch that the fork took and undid later leaves its files at the older version: it is missing.
    """
    if not states:
        return ChangeState.EMPTY
    if set(states) == {"older"}:
        return ChangeState.MISSING
    if is_equivalent:
        return ChangeState.EQUIVALENT
    if set(states) <= {"taken", "gone"}:
        return ChangeState.ABSORBED if states["taken"] else ChangeState.GONE
    return ChangeState.MISSING if states["older"] else ChangeState.EDITED


def _listed(commits: Iterable[BehindCommit]) -> Iterator[BehindCommit]:
    wanted = {ChangeState.MISSING, ChangeState.EDITED}
    yield from (commit for commit in commits if commit.state in wanted)


def _mentioned(
    log: Iterable[Logged], missing: set[str], fixes: Iterable[FixFound]
) -> Iterator[tuple[str, str]]:
    """Yield (commit, name) where a missing commit names an advisory that nobody asked for."""
    known = {fix.commit for fix in fixes}
    for commit in log:
        if commit.commit in missing and commit.commit not in known:
            yield from ((commit.commit, name) for name in commit.names)


def _wanted(
    read: _Read, held: Held, of_fixes: Sequence[Change], same: Equivalents, limit: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which contents are not here, those of fixes first, at most `limit` of each side."""
    lacks = read.sides.lacks

    def cut(oids: Iterable[str]) -> tuple[str, ...]:
        missing = (oid for oid in dict.fromkeys(oids) if oid and lacks(oid))
        return tuple(islice(missing, limit))

    changed = [change for change in (*of_fixes, *same.wanted_behind) if change.is_text_edit]
    forked = [held.blob(change.path) for change in of_fixes]
    return (
        cut(oid for change in changed for oid in (change.old, change.new)),
        cut((*forked, *(oid for x in same.wanted_ahead for oid in (x.old, x.new)))),
    )


def _with_history(
    result: DriftMeasured, request: DriftRequest, read: _Read, same: Equivalents
) -> DriftMeasured:
    """Add what only histories with a common commit tell."""
    base, base_time = read.base or ("", 0)
    paths = _parallel(read, base, request)
    synced = _last_merge(read.ahead.commits)
    return msgspec.structs.replace(
        result,
        base=base,
        base_time=base_time,
        behind=len(read.behind.commits),
        behind_merges=sum(commit.is_merge for commit in read.behind.commits),
        ahead=len(read.ahead.commits),
        ahead_merges=sum(commit.is_merge for commit in read.ahead.commits),
        ahead_equivalent=len(set(same.pairs.values())),
        parallel=len(paths),
        parallel_paths=tuple(paths[:MAX_PATHS_SHOWN]),
        synced_at=base_time if synced is None else max(synced, base_time),
        sync_basis="common_commit" if synced is None else "merge",
    )


def _parallel(read: _Read, base: str, request: DriftRequest) -> list[str]:
    """Return the files that both sides changed since the common commit, and that differ now."""
    before, upstream = read.sides.files(base)[0], read.sides.files(request.origin_head)[0]
    fork = read.head
    return sorted(
        path
        for path in {*upstream, *fork, *before}
        if upstream.get(path) != before.get(path)
        and fork.get(path) != before.get(path)
        and fork.get(path) != upstream.get(path)
    )


def _last_merge(own: Sequence[Logged]) -> int | None:
    """Return when the fork last merged a commit of the upstream: a later parent is not its own."""
    ours = {commit.commit for commit in own}
    times = (
        commit.time for commit in own if any(parent not in ours for parent in commit.parents[1:])
    )
    return max(times, default=None)


def main() -> None:
    """Answer the one request on standard input."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=DriftRequest)
    sys.stdout.buffer.write(msgspec.msgpack.encode(measure(request)))


if __name__ == "__main__":
    main()
