"""Drift: how far a fork or copy is from the repository that it comes from.

*Behind* are commits of the upstream's main line that the fork's does not have, *ahead* those of
the fork that the upstream does not have: the sets of `git rev-list FORK..UPSTREAM` and back. A
commit of another id with the same patch (`git patch-id --stable`) is *equivalent*; one whose files
the fork holds as they were after it, or later, is *absorbed* (taken as a whole, or squashed). What
remains is *missing* where the fork holds an older version of a file, *edited* where it has changed
the same file itself, so that ids cannot tell, and *gone* where it has none of the files.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

# Raised whenever drift is measured differently: it is then measured anew.
DRIFT_VERSION: Final = 3
MAX_LISTED: Final = 200
MAX_PATHS_SHOWN: Final = 50


class ChangeState(StrEnum):
    """What the fork has of a commit that it is behind by."""

    EQUIVALENT = "equivalent"
    ABSORBED = "absorbed"
    MISSING = "missing"
    EDITED = "edited"
    GONE = "gone"
    EMPTY = "empty"


class FixVerdict(StrEnum):
    """Whether a fork has the fix of an advisory."""

    MISSING = "missing"
    TAKEN = "taken"
    NOT_AFFECTED = "not_affected"
    NOT_KNOWN = "not_known"


class SoughtFix(Struct, frozen=True):
    """A published advisory on the upstream, by its number here.

    `names` are its id and its aliases, `commits` those that fix it, `introduced` those that
    brought the flaw, as far as the advisory says.
    """

    advisory: int
    names: tuple[str, ...]
    commits: tuple[str, ...] = ()
    introduced: tuple[str, ...] = ()


class DriftRequest(Struct, frozen=True, kw_only=True):
    """What to compare: two bare repositories, each at a commit.

    `shared` are ids of files that tell of reuse, of both: where histories share no commit, only
    these files of the fork are compared. `max_contents` bounds the contents that are asked for.
    """

    origin: str
    origin_head: str
    reuser: str
    reuser_head: str
    now: int
    sought: tuple[SoughtFix, ...] = ()
    shared: frozenset[str] = frozenset()
    max_contents: int = 2_000


class BehindCommit(Struct, frozen=True):
    """A commit of the upstream that the fork lacks; times are whole seconds since 1970 (UTC).

    `is_clean` says that the fork holds all its files at an older version, so that it applies.
    """

    commit: str
    time: int
    subject: str
    state: ChangeState
    files: int
    is_clean: bool = False


class FixFound(Struct, frozen=True):
    """What was found of the fix of an advisory.

    `basis` is `commit` (the advisory names it), `message` (the commit names the advisory), or
    `none`; `reason` says why it is not known. `is_merge` marks a fix that is a merge commit.
    """

    advisory: int
    verdict: FixVerdict
    basis: str
    commit: str | None = None
    time: int | None = None
    subject: str = ""
    is_merge: bool = False
    reason: str = ""


class DriftMeasured(Struct, frozen=True, kw_only=True):
    """How far two repositories are apart.

    Without a common commit `behind` and `ahead` are not known, and `files_held` counts the files
    of the fork that are, or were, a version of the upstream's, `files_older` those at an older
    one. `counts` is by state of commits that are no merges. `compared` of `comparable` commits
    could be compared by content, where that was needed. `parallel` counts the files that both
    sides changed since the common commit and that differ now. `mentioned` are names of advisories
    in messages of missing commits. `caps` say what was cut, `wanted_…` which contents are missing.
    """

    is_related: bool
    base: str | None = None
    base_time: int | None = None
    behind: int | None = None
    behind_merges: int = 0
    ahead: int | None = None
    ahead_merges: int = 0
    ahead_equivalent: int = 0
    counts: dict[str, int] = {}
    compared: int = 0
    comparable: int = 0
    files_held: int | None = None
    files_older: int | None = None
    parallel: int | None = None
    parallel_paths: tuple[str, ...] = ()
    synced_at: int | None = None
    sync_basis: str = ""
    commits: tuple[BehindCommit, ...] = ()
    fixes: tuple[FixFound, ...] = ()
    mentioned: tuple[tuple[str, str], ...] = ()
    wanted_of_origin: tuple[str, ...] = ()
    wanted_of_reuser: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """Commits that the fork surely lacks and that change files which it holds."""
        return self.counts.get(ChangeState.MISSING, 0)
