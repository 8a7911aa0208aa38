"""How long a crawl takes beside bare blobless clones of the same repositories in the same run.

Both read the same bare folders over git's `file://` transport: there is no network in the figures,
so the ratio is the worst case. Each round runs the clones one after the other, the clones with as
many at once as the crawl has workers, and the crawl; the ratio is the median of the rounds'.
"""

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, at_most, load_average
from tests.bench.repositories import Origins, find_origins
from tests.bench.steps import step_figures

WORKERS = 2
BLOBLESS = ("--filter=blob:none",)
COMMAND = [sys.executable, "-m", "registry.cli.main"]
_ROOT = Path(__file__).resolve().parents[2]
_REAPER = Path(__file__).with_name("reaper.py")


@dataclass(frozen=True)
class Used:
    """Seconds: by the clock, and of all processors together."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (cpu {self.cpu:.2f} s)"


def run(*, quick: bool) -> list[Figure]:
    """Measure; `quick` takes 4 repositories and one round instead of 20 and 3."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        origins = find_origins(4 if quick else 20, folder)
        print(f"crawl: {origins.label}, {WORKERS} workers, {load_average()}", flush=True)
        rounds = [_round(origins, folder) for _ in range(1 if quick else 3)]
        whole = sum(_pack_bytes(place) for place in _cloned(origins, folder, (), 1)[1])
        steps = step_figures(origins, folder / "steps")
    return [*_times(rounds, len(origins.places)), *_bytes(rounds[-1], whole), *steps]


@dataclass(frozen=True)
class Round:
    """What one round used, and the bytes of the packs that it received."""

    start: Used
    one_by_one: Used
    at_once: Used
    first: Used
    second: Used
    received: int
    blobless: int


def _round(origins: Origins, folder: Path) -> Round:
    one_by_one, places = _cloned(origins, folder, BLOBLESS, 1)
    blobless = sum(map(_pack_bytes, places))
    at_once, _ = _cloned(origins, folder, BLOBLESS, WORKERS)
    with tempfile.TemporaryDirectory(dir=folder) as home:
        environment = environment_of(origins, Path(home))
        listed = Path(home) / "repositories.csv"
        listed.write_text("url\n" + "".join(f"{url}\n" for url, _ in origins.places))
        start = measured([[*COMMAND, "crawl", "run"]], 1, environment)
        measured([[*COMMAND, "source", "import", str(listed)]], 1, environment)
        first = measured([[*COMMAND, "crawl", "run"]], 1, environment)
        received = _received(Path(home))
        second = measured([[*COMMAND, "crawl", "run", "--force"]], 1, environment)
    return Round(start, one_by_one, at_once, first, second, received, blobless)


def environment_of(origins: Origins, home: Path) -> dict[str, str]:
    """Return the environment of a registry with these mirrors and nothing else configured."""
    return clean_environment() | {
        "REGISTRY_HOME": str(home),
        "REGISTRY_CRAWL_MIRRORS": json.dumps(origins.mirrors),
        "REGISTRY_CRAWL_WORKERS": str(WORKERS),
        "REGISTRY_LOG_LEVEL": "error",
    }


def clean_environment() -> dict[str, str]:
    """Return this environment without the settings of a registry; byte code is kept on disk."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("REGISTRY_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTHONPATH": str(_ROOT)}


def _cloned(
    origins: Origins, folder: Path, options: Sequence[str], at_once: int
) -> tuple[Used, list[Path]]:
    target = Path(tempfile.mkdtemp(dir=folder))
    places = [target / str(number) for number in range(len(origins.places))]
    commands = [
        ["git", "clone", "--quiet", "--bare", *options, *_served(source), str(place)]
        for (_, source), place in zip(origins.places, places, strict=True)
    ]
    return measured(commands, at_once, os.environ), places


def _served(source: Path) -> Iterator[str]:
    """Serve the folder with filters, whoever owns it."""
    owner = shlex.quote(f"safe.directory={source}")
    yield from ("--upload-pack", f"git -c {owner} -c uploadpack.allowFilter=true upload-pack")
    yield f"file://{source}"


def measured(
    commands: Sequence[Sequence[str]], at_once: int, environment: Mapping[str, str]
) -> Used:
    """Run commands to their end and return what they used; each of them must succeed."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        subprocess.run(
            [sys.executable, "-I", str(_REAPER), result.name, str(at_once)],
            input=json.dumps(commands),
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            check=True,
        )
        found = json.loads(Path(result.name).read_text(encoding="utf-8"))
    if any(found["codes"]):
        raise SystemExit(f"a command failed: {commands[found['codes'].index(max(found['codes']))]}")
    return Used(found["wall"], found["cpu"])


def _pack_bytes(place: Path) -> int:
    return sum(pack.stat().st_size for pack in (place / "objects/pack").glob("*.pack"))


def _received(home: Path) -> int:
    """Return the bytes that the crawl says it received; every repository must be crawled."""
    from sqlalchemy import func
    from sqlmodel import col, select

    from registry.db.session import Database
    from registry.db.tables import CrawlEvent

    database = Database(f"sqlite:///{home / 'registry.db'}")
    with database.read() as session:
        other = session.exec(
            select(CrawlEvent.detail).where(col(CrawlEvent.outcome) != "crawled")
        ).all()
        size = session.exec(select(func.sum(CrawlEvent.size_bytes))).one()
    database.close()
    if other:
        raise SystemExit(f"not every repository could be crawled: {other[:3]}")
    return int(size or 0)


def _median(numbers: Iterator[float]) -> float:
    return statistics.median(numbers)


def _middle(used: Sequence[Used]) -> Used:
    return Used(_median(u.wall for u in used), _median(u.cpu for u in used))


def _times(rounds: Sequence[Round], count: int) -> list[Figure]:
    first = str(_middle([r.first for r in rounds]))
    at_once = _median(r.first.wall / r.at_once.wall for r in rounds)
    second = _middle([r.second for r in rounds])
    hourly = count / second.wall * 3600
    return [
        Figure(
            f"crawl beside {WORKERS} clones at once",
            first,
            str(_middle([r.at_once for r in rounds])),
            **at_most(at_once, 1.25),  # type: ignore[arg-type]
        ),
        Figure(
            "crawl beside clones one by one",
            first,
            str(_middle([r.one_by_one for r in rounds])),
            _median(r.first.wall / r.one_by_one.wall for r in rounds),
        ),
        Figure(
            "processor time beside clones at once",
            f"{_median(r.first.cpu for r in rounds):.2f} s",
            f"{_median(r.at_once.cpu for r in rounds):.2f} s",
            _median(r.first.cpu / r.at_once.cpu for r in rounds),
        ),
        Figure("start of the command, included above", str(_middle([r.start for r in rounds]))),
        Figure("second crawl, unchanged", str(second)),
        Figure(
            "unchanged repositories an hour",
            f"{hourly:,.0f}",
            aim="≥ 1,000",
            met=hourly >= 1000,
        ),
    ]


def _bytes(last: Round, whole: int) -> list[Figure]:
    return [
        Figure(
            "bytes received, beside whole clones",
            f"{last.received / 1e6:.1f} MB",
            f"{whole / 1e6:.1f} MB",
            **at_most(last.received / whole, 0.15),  # type: ignore[arg-type]
        ),
        Figure(
            "bytes received, beside blobless clones",
            f"{last.received / 1e6:.1f} MB",
            f"{last.blobless / 1e6:.1f} MB",
            last.received / last.blobless,
        ),
    ]
