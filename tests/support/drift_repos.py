"""Pairs of git repositories for tests of drift: an upstream, and a fork that a test leads away."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from crawlers.drift.measure import measure
from registry.domain.drift import DriftMeasured, DriftRequest, SoughtFix
from tests.support.git_repos import Commit, build_repository, git

NOW = 1_800_000_000
LINES = "".join(f"line {number} of the file\n" for number in range(30))
BASE = (
    Commit({"a.py": LINES, "b.py": "b = 1\n" + LINES, "README.md": "About\n"}, "Begin"),
    Commit({"c.py": "c = 1\n" + LINES}, "Add c"),
)


def edited(number: int, text: str, before: str = LINES) -> str:
    """Return the file with one line changed."""
    return before.replace(f"line {number} of the file\n", f"{text}\n")


class Pair:
    """Two bare repositories with a common beginning, or with none."""

    def __init__(self, folder: Path, *, is_related: bool = True) -> None:
        self.upstream, self.fork = folder / "upstream.git", folder / "fork.git"
        build_repository(self.upstream, BASE)
        if is_related:
            shutil.copytree(self.upstream, self.fork)

    def up(self, *commits: Commit) -> list[str]:
        """Add commits to the upstream."""
        return build_repository(self.upstream, commits)

    def own(self, *commits: Commit) -> list[str]:
        """Add commits to the fork."""
        return build_repository(self.fork, commits)

    def fetch(self) -> None:
        """Bring the upstream's main line into the fork, as the branch `upstream`."""
        git(self.fork, "fetch", "--quiet", str(self.upstream), "+main:upstream")

    def drop(self, branch: str = "upstream") -> None:
        """Remove a branch of the fork."""
        git(self.fork, "update-ref", "-d", f"refs/heads/{branch}")

    def measure(
        self, sought: Sequence[SoughtFix] = (), shared: frozenset[str] = frozenset()
    ) -> DriftMeasured:
        """Measure how far the fork is."""
        return measure(
            DriftRequest(
                origin=str(self.upstream),
                origin_head=git(self.upstream, "rev-parse", "main"),
                reuser=str(self.fork),
                reuser_head=git(self.fork, "rev-parse", "main"),
                now=NOW,
                sought=tuple(sought),
                shared=shared,
            )
        )

    def blobs(self) -> frozenset[str]:
        """Return the ids of all files of the fork."""
        listed = git(self.fork, "ls-tree", "-r", "main").splitlines()
        return frozenset(line.split()[2] for line in listed)
