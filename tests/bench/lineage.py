"""Lineage: reading facts, measuring one repository against many, and all pairs in one pass.

`--large` measures the pass over 10,000 repositories and 10⁸ rows, beside a tenth of it. Ratios are
of processor time: what else the machine does weighs less on it than on the clock.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from crawlers.reader import Request, Survey, answer
from registry.db.session import Database
from registry.lineage.near_pairs import Measured, each_near_pair
from registry.lineage.parquet import FILES, FINGERPRINTS, open_engine
from tests.bench import lineage_rows
from tests.bench.crawl import Used
from tests.bench.figures import Figure
from tests.bench.repositories import find_origins

NEW_SECONDS = 2.0
PASS_SECONDS = 60.0
PASS_GIB = 8.0
BOUNDED_SECONDS = 120.0
_ROOT = Path(__file__).resolve().parents[2]


def run(*, quick: bool, large: bool = False) -> list[Figure]:
    """Measure; `quick` takes small sizes, `large` the sizes that the aim of a pass is set for."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        return [
            *_extraction(folder, 2 if quick else 12),
            *_one_against_many(folder, (100, 300) if quick else (1_000, 10_000)),
            *_bounded(folder, 5_000 if quick else 500_000),
            *_passes(folder, _sizes(quick=quick, large=large)),
        ]


def _sizes(*, quick: bool, large: bool) -> list[tuple[int, int]]:
    """Return numbers of repositories and of rows."""
    if quick:
        return [(100, 100_000)]
    return [(1_000, 10_000_000), *([(10_000, 100_000_000)] if large else [])]


def _extraction(folder: Path, count: int) -> list[Figure]:
    origins = find_origins(count, folder)
    places = [place for _, place in origins.places]
    log = used(lambda: [_log(place) for place in places])
    ours = used(lambda: [_facts(place) for place in places])
    return [
        Figure(
            f"facts of a repository ({origins.label})", str(_each(ours, len(places))),
            f"git log --raw alone: {_each(log, len(places))}", ours.cpu / log.cpu,
        )
    ]  # fmt: skip


def _each(whole: Used, count: int) -> Used:
    return Used(whole.wall / count, whole.cpu / count)


def _facts(place: Path) -> None:
    """Read all that a crawl reads of a repository, lineage and catalogue, without the sandbox."""
    survey = answer(Request("survey", str(place), lineage_rows.NOW, fingerprint_files=5_000))
    assert isinstance(survey, Survey)
    answer(Request("read", str(place), lineage_rows.NOW, main_line=survey.main_line))


def _log(place: Path) -> None:
    command = [
        "git", "-c", "safe.directory=*", f"--git-dir={place}", "log", "--raw", "--first-parent",
        "-m", "--no-renames", "--root", "--no-abbrev", "HEAD",
    ]  # fmt: skip
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def used(call: Callable[[], object]) -> Used:
    """Return what a call used, with the processes that it started and waited for."""
    begin, before = time.perf_counter(), os.times()
    call()
    wall, after = time.perf_counter() - begin, os.times()
    return Used(wall, sum(after[:4]) - sum(before[:4]))


def _one_against_many(folder: Path, sizes: tuple[int, int]) -> list[Figure]:
    medians: list[Used] = []
    figures: list[Figure] = []
    for count in sizes:
        with lineage_rows.opened(folder / f"{count}.db") as database:
            empty = lineage_rows.size_of(database)
            rows = lineage_rows.fill(database, count)
            full = lineage_rows.size_of(database)
            numbers = [lineage_rows.add_new(database, count, at) for at in range(5)]
            times = [used(partial(lineage_rows.bring_up_to_date, database, key)) for key in numbers]
        medians.append(sorted(times, key=lambda spent: spent.cpu)[2])
        figures = [Figure(f"SQLite for a million rows ({rows:,} of facts)",
                          f"{(full - empty) / rows:.0f} MB")]  # fmt: skip
    few, many = medians
    return [
        Figure(
            f"a new repository against {sizes[1]:,}", str(many), f"against {sizes[0]:,}: {few}",
            many.cpu / few.cpu, aim=f"≤ {NEW_SECONDS:g} s", met=many.wall <= NEW_SECONDS,
        ),
        *figures,
    ]  # fmt: skip


def _bounded(folder: Path, vendored: int) -> list[Figure]:
    figures = []
    for label, place, count in (
        ("vendored", "vendor/library", vendored), ("own", "src/library", vendored // 10),
    ):  # fmt: skip
        with lineage_rows.opened(folder / f"{label}.db") as database:
            numbers = lineage_rows.add_equal(database, count, place)
            spent = used(partial(_update_each, database, numbers))
        figures.append(
            Figure(
                f"two repositories with {count:,} equal {label} files", str(spent),
                aim=f"≤ {BOUNDED_SECONDS:g} s", met=spent.wall <= BOUNDED_SECONDS,
            )
        )  # fmt: skip
    return figures


def _update_each(database: Database, numbers: Iterable[int]) -> None:
    for number in numbers:
        lineage_rows.bring_up_to_date(database, number)


def _passes(folder: Path, sizes: list[tuple[int, int]]) -> list[Figure]:
    figures = []
    for repositories, rows in sizes:
        place = folder / f"{rows}"
        place.mkdir()
        lineage_rows.write_parquet(place, repositories, rows)
        scan = _alone("scan", place)
        whole = _alone("pass", place)
        name = f"all pairs of {repositories:,} repositories, {rows:,} rows"
        figures += [
            Figure(
                name, f"{Used(whole['wall'], whole['cpu'])}, {whole['pairs']:,} near pairs",
                f"scan of the files: {Used(scan['wall'], scan['cpu'])}",
                whole["cpu"] / scan["cpu"],
                aim=f"≤ {PASS_SECONDS:g} s", met=whole["wall"] <= PASS_SECONDS,
            ),
            Figure(
                "  memory at the peak", f"{whole['gib']:.1f} GiB", f"scan: {scan['gib']:.1f} GiB",
                aim=f"≤ {PASS_GIB:g} GiB", met=whole["gib"] <= PASS_GIB,
            ),
        ]  # fmt: skip
    return figures


def _alone(what: str, folder: Path) -> dict[str, float]:
    """Measure in a process of its own, so that its memory is its own too."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.lineage", what, str(folder)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=_ROOT, env=os.environ,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def _scan(folder: Path) -> int:
    """Read every value of the files, as any engine must at least."""
    engine = open_engine(folder)
    for name, columns in (
        (FILES, "sum(hash::hugeint), sum(repository), max(first_seen), max(versions)"),
        (FINGERPRINTS, "sum(hash::hugeint), sum(repository), max(first_seen), max(path)"),
    ):
        engine.read_parquet(str(folder / name)).aggregate(columns).fetchall()
    engine.close()
    return 0


def _pass(folder: Path) -> int:
    return sum(each_near_pair(folder, {}, _counted))


def _counted(measured: Measured) -> int:
    return 1


def _measure_alone(what: str, folder: Path) -> None:
    found: list[int] = []
    spent = used(lambda: found.append((_scan if what == "scan" else _pass)(folder)))
    own, child = (
        resource.getrusage(who).ru_maxrss / 1024**2
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    peak = max(own, child * len(os.sched_getaffinity(0)))
    print(json.dumps({"wall": spent.wall, "cpu": spent.cpu, "gib": peak, "pairs": found[0]}))


if __name__ == "__main__":
    _measure_alone(sys.argv[1], Path(sys.argv[2]))
