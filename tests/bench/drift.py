"""Drift: measuring a fork with thousands of own commits, beside what git needs for a part of it.

The fork took over some of what the upstream did, each on top of its own edits of the same files,
so that only their changed lines tell it.
"""

import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

from crawlers.drift.measure import measure
from registry.domain.drift import ChangeState, DriftMeasured, DriftRequest
from tests.bench.figures import Figure
from tests.bench.lineage import used
from tests.bench.repositories import commit_of, fill, lines_of

NOW = 1_800_000_000
FILES = 400
LINES = 90
# Of the upstream's commits one in so many is in the fork as well.
TAKEN = 10
_GO_ON = "reset refs/heads/main\nfrom refs/heads/main^0\n\n"


def run(*, quick: bool) -> list[Figure]:
    """Measure; `quick` takes a twentieth of the commits."""
    own, others = (500, 100) if quick else (10_000, 2_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        upstream, fork = _pair(Path(name), own, others)
        heads = [_git(place, "rev-parse", "main").strip() for place in (upstream, fork)]
        request = DriftRequest(
            origin=str(upstream), origin_head=heads[0], reuser=str(fork), reuser_head=heads[1],
            now=NOW,
        )  # fmt: skip
        found: list[DriftMeasured] = []
        ours = used(lambda: found.append(measure(request)))
        said: list[str] = []
        sides = f"{heads[0]}...{heads[1]}"
        count = used(lambda: said.append(_both(upstream, fork, "rev-list", "--count", sides)))
        cherry = used(lambda: said.append(_both(upstream, fork, "cherry", heads[1], heads[0])))
    _check(found[0], int(said[0]), said[1].splitlines())
    title = f"drift of a fork: {own:,} own commits, {others:,} behind"
    return [
        Figure(title, str(ours), f"git cherry alone: {cherry}", ours.cpu / cherry.cpu),
        Figure(
            "  the same", str(ours), f"git rev-list --count alone: {count}", ours.cpu / count.cpu
        ),
    ]


def _pair(folder: Path, own: int, others: int) -> tuple[Path, Path]:
    """Build an upstream and its fork, which goes its own way and takes some commits over."""
    upstream, fork = folder / "upstream.git", folder / "fork.git"
    source = random.Random(7)
    begun = {f"src/part{at % 12}/module_{at}.py": lines_of(source, LINES) for at in range(FILES)}
    fill(upstream, commit_of(0, "Begin", begun).encode())
    shutil.copytree(upstream, fork)
    names = list(begun)
    # The upstream edits the first third of a file, the fork the last: patches apply to both.
    edits = [(source.choice(names), source.randrange(LINES // 3), _line(source))
             for _ in range(others)]  # fmt: skip
    fill(upstream, _stream(begun, edits))
    mine = [(source.choice(names), source.randrange(LINES * 2 // 3, LINES), _line(source))
            for _ in range(own - len(edits[::TAKEN]))]  # fmt: skip
    fill(fork, _stream(begun, [*mine, *edits[::TAKEN]]))
    return upstream, fork


def _line(source: random.Random) -> str:
    return lines_of(source, 1).strip()


def _stream(begun: dict[str, str], edits: list[tuple[str, int, str]]) -> bytes:
    """Return one commit for each edit: a line of a file."""
    texts = {name: text.splitlines() for name, text in begun.items()}
    parts = [_GO_ON]
    for step, (name, place, line) in enumerate(edits, start=1):
        texts[name][place] = line
        parts.append(commit_of(step, f"Change {step}", {name: "\n".join(texts[name]) + "\n"}))
    return "".join(parts).encode()


def _both(upstream: Path, fork: Path, *words: str) -> str:
    """Run git where the objects of both are found."""
    return _git(fork, *words, GIT_ALTERNATE_OBJECT_DIRECTORIES=str(upstream / "objects"))


def _git(place: Path, *words: str, **more: str) -> str:
    command = ["git", "-c", "safe.directory=*", f"--git-dir={place}", *words]
    done = subprocess.run(
        command, env=os.environ | more, check=True, capture_output=True, text=True
    )
    return done.stdout


def _check(found: DriftMeasured, apart: int, cherries: list[str]) -> None:
    """A figure of another answer than git's would say nothing."""
    assert (found.behind or 0) + (found.ahead or 0) == apart
    taken = sum(line.startswith("-") for line in cherries)
    assert found.counts.get(ChangeState.EQUIVALENT, 0) == taken > 0
