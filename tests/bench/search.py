"""Search at two sizes beside SQLite FTS5 on the same documents, each size in its own process."""

import re
import subprocess
import sys

from tests.bench.figures import Figure

SIZES = (60_000, 200_000)
QUICK_SIZES = (3_000,)
AIM_MS = 20.0
_ROW = re.compile(
    r"^\s*(?P<kind>[a-z][a-z +]*?)\s+(?P<p50>[\d.]+)\s+(?P<p95>[\d.]+)"
    r"(?:\s+(?P<fts50>[\d.]+|none)\s+(?P<fts95>[\d.]+|none))?"
)


def run(*, quick: bool) -> list[Figure]:
    """Measure; the whole table of every size is printed as well."""
    figures: list[Figure] = []
    for size in QUICK_SIZES if quick else SIZES:
        command = [sys.executable, "-m", "tests.bench.bench_search", "--documents", str(size)]
        done = subprocess.run(
            [*command, "--queries", "40" if quick else "200"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        print(done.stdout, flush=True)
        figures += figures_of(done.stdout, size)
    return figures


def figures_of(printed: str, size: int) -> list[Figure]:
    """Return a row for every kind of question in what `bench_search` printed."""
    return [
        _figure(match, size) for match in map(_ROW.match, printed.splitlines()) if match is not None
    ]


def _figure(match: re.Match[str], size: int) -> Figure:
    p95 = float(match["p95"])
    theirs = match["fts95"] or "none"
    return Figure(
        f"{size:,} documents: {match['kind']}",
        f"p50 {match['p50']} ms, p95 {match['p95']} ms",
        "none" if theirs == "none" else f"FTS5 p50 {match['fts50']} ms, p95 {theirs} ms",
        None if theirs == "none" else p95 / float(theirs),
        f"p95 ≤ {AIM_MS:g} ms",
        p95 <= AIM_MS,
    )
