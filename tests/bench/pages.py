"""Pages and API at a steady rate, beside a handler that returns a constant at the same rate.

The catalogue is served by `registry serve` in its own process; the baseline is a Litestar handler
on the same server, measured before and after the pages. What a page costs is measured on a server
that keeps no pages in memory, the times on one as it is by default.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry.cli.build import Registry
from registry.settings import from_environ
from tests.bench.catalogue_rows import fill, organisation_slug, slug
from tests.bench.crawl import COMMAND, clean_environment
from tests.bench.figures import Figure
from tests.bench.load import Answers, load
from tests.bench.reuse_rows import ADOPTED, fill_reuse, upstreams

RATE = 50.0
SLOW_RATE = 20.0
"""At which pages are asked for from a server that keeps none."""
SECONDS = 20.0
COMPONENTS = 20_000
AIM_ERRORS = 0.001
# Milliseconds at p95, by page; the other pages have the aim of the search.
AIMS = {"component": 60.0}
AIM_OTHERS = 120.0
_PLAIN = [sys.executable, "-m", "tests.bench.plain_server"]
_ADDRESS = re.compile(r"at http://127\.0\.0\.1:(\d+)")


def run(*, quick: bool) -> list[Figure]:
    """Measure; `quick` takes 1,000 components and 4 seconds."""
    count, seconds = (1_000, 4.0) if quick else (COMPONENTS, SECONDS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = environment_of(Path(name))
        registry = Registry(from_environ(environment))
        fill(registry, count)
        fill_reuse(registry, count, count // 2)
        registry.close()
        serve = [*COMMAND, "serve", "--port", "0"]
        kinds = paths_of(count)
        with served(serve, made_anew(environment)) as (port, pid):
            _warm(port, kinds)
            costs = [_cost(kind, port, pid, paths) for kind, paths in kinds.items()]
            costs.append(_slowly(load(port, _in_turn(kinds), rate=SLOW_RATE, seconds=seconds)))
        with served(_PLAIN, environment) as (plain, _), served(serve, environment) as (port, pid):
            _warm(port, kinds)
            load(plain, ["/plain"], rate=RATE, seconds=1)
            baseline = load(plain, ["/plain"], rate=RATE, seconds=seconds / 2)["/plain"]
            answers = load(port, _in_turn(kinds), rate=RATE, seconds=seconds)
            baseline.add(load(plain, ["/plain"], rate=RATE, seconds=seconds / 2)["/plain"])
    return [*_figures(kinds, answers, baseline), *costs]


def paths_of(count: int) -> dict[str, list[str]]:
    """Return the paths of every kind of page, spread over the catalogue."""
    spread = [1 + at * count // 20 for at in range(20)]
    origins = upstreams(count)[:: max(1, len(upstreams(count)) // 10)]
    return {
        "home": ["/"],
        "search": ["/search?q=service", "/search?q=ver", "/search?q=ta+re"],
        "search with facets": [
            "/search?q=service&country=FR", "/search?licence=MIT", "/search?language=Python&q=ver"
        ],
        "component": [f"/components/{slug(number)}" for number in spread],
        "replicability": [f"/components/{slug(number)}/replicability" for number in spread],
        "reuse this": [f"/components/{slug(number)}/reuse-this" for number in spread],
        "adopters": [f"/components/{slug(number)}/adopters" for number in (ADOPTED, *spread)],
        "drift, of an upstream": [f"/components/{slug(number)}/drift" for number in origins],
        "drift, of a fork": [f"/components/{slug(number + 1)}/drift" for number in origins],
        "fixes missing": ["/fixes-missing", "/fixes-missing?severity=high"],
        "needs": ["/needs", "/needs?q=permits", "/needs/1", "/needs/2", "/demand"],
        "organisation": [f"/organisations/{organisation_slug(at)}" for at in (1, 2, 3, 50, 200)],
        "API list": ["/api/v1/components", "/api/v1/components?limit=100"],
        "API search": ["/api/v1/components?q=service", "/api/v1/components?q=ver"],
    }  # fmt: skip


def made_anew(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a server that keeps no pages: each is rendered for each request."""
    return environment | {"REGISTRY_WEB_PAGE_CACHE_BYTES": "0"}


def _warm(port: int, kinds: dict[str, list[str]]) -> None:
    paths = [path for paths in kinds.values() for path in paths]
    load(port, paths, rate=10, seconds=len(paths) / 10)


def _slowly(answers: dict[str, Answers]) -> Figure:
    everything = Answers()
    for found in answers.values():
        everything.add(found)
    return Figure("all pages, made anew", _percentiles(everything), f"at {SLOW_RATE:.0f} a second")


def _in_turn(kinds: dict[str, list[str]]) -> list[str]:
    """Return a sequence in which every kind of page is asked for equally often."""
    longest = max(map(len, kinds.values()))
    return [paths[at % len(paths)] for at in range(longest) for paths in kinds.values()]


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a server that is measured, with its state in `home`."""
    return clean_environment() | {
        "REGISTRY_HOME": str(home),
        "REGISTRY_LOG_LEVEL": "error",
        "REGISTRY_WEB_REQUESTS_PER_MINUTE": "0",
        "PYTHONUNBUFFERED": "1",
    }


def _cost(kind: str, port: int, pid: int, paths: Sequence[str]) -> Figure:
    """Return what one page costs the server in processor time: little moved by other load."""
    before = processor_seconds(pid)
    answers = load(port, paths, rate=20, seconds=2)
    asked = sum(len(found.milliseconds) + len(found.errors) for found in answers.values())
    each = (processor_seconds(pid) - before) / asked
    return Figure(f"made anew: {kind}", f"{each * 1000:.1f} ms of processor a page")


def processor_seconds(pid: int) -> float:
    """Return the user and system time of a process so far (Linux, proc(5)); else nothing."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: Sequence[str], environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Start a server that prints its address, give its port and process, end it afterwards."""
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            yield _port(process), process.pid
        finally:
            process.terminate()


def _port(process: "subprocess.Popen[str]") -> int:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if match := _ADDRESS.search(line):
            return int(match[1])
    raise SystemExit("the server did not start:\n" + "".join(said[-20:]))


def _figures(
    kinds: dict[str, list[str]], answers: dict[str, Answers], baseline: Answers
) -> list[Figure]:
    everything = Answers()
    figures = []
    for kind, paths in kinds.items():
        found = Answers()
        for path in paths:
            found.add(answers[path])
        everything.add(found)
        figures.append(_figure(kind, found, baseline, AIMS.get(kind, AIM_OTHERS)))
    asked = len(everything.milliseconds) + len(everything.errors)
    share = len(everything.errors) / asked
    return [
        *figures,
        _figure("all pages", everything, baseline, AIM_OTHERS),
        Figure(
            f"errors of {asked:,} requests",
            f"{100 * share:.2f} % {sorted(set(everything.errors))[:3] or ''}".strip(),
            aim=f"< {100 * AIM_ERRORS:g} %",
            met=share < AIM_ERRORS,
        ),
    ]


def _figure(kind: str, found: Answers, baseline: Answers, aim: float) -> Figure:
    p95 = found.percentile(95)
    return Figure(
        kind,
        _percentiles(found),
        f"constant: {_percentiles(baseline)}",
        p95 / baseline.percentile(95),
        f"p95 ≤ {aim:g} ms",
        p95 <= aim,
    )


def _percentiles(found: Answers) -> str:
    return "p50/p95/p99 " + "/".join(f"{found.percentile(p):.1f}" for p in (50, 95, 99)) + " ms"
