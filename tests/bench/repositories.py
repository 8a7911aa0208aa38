"""The repositories that the crawl is measured on: real ones of a mirror, or made on the spot."""

import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawlers import mirrors
from registry.errors import CrawlFailure
from registry.settings import from_environ

LIST_VARIABLE = "REGISTRY_BENCH_REPOSITORIES"
COMMITS = 500
FILES = 160
_FIRST_DATE = 1_500_000_000
_HOURS = 3600
_PATTERN = "https://bench.example/{owner}/{name}"


@dataclass(frozen=True)
class Origins:
    """Where the repositories are: public URL and bare folder of each, and the mirrors' setting."""

    label: str
    places: Sequence[tuple[str, Path]]
    mirrors: dict[str, str]


def find_origins(count: int, folder: Path) -> Origins:
    """Return up to `count` repositories of the mirror that is configured, else made ones.

    `REGISTRY_BENCH_REPOSITORIES` names a text file with one URL a line, each of which
    `REGISTRY_CRAWL_MIRRORS` maps to a bare folder.
    """
    listed = os.environ.get(LIST_VARIABLE)
    if not listed:
        return made_origins(count, folder)
    configured = from_environ(os.environ).crawl.mirrors
    lines = Path(listed).read_text(encoding="utf-8").split()
    places = list(_usable(lines, configured, count, folder))
    return Origins(f"{len(places)} real repositories of a mirror", places, configured)


def _usable(
    urls: Sequence[str], configured: dict[str, str], count: int, folder: Path
) -> Iterator[tuple[str, Path]]:
    """Yield repositories that can be cloned whole: copies with gaps have no baseline."""
    found = 0
    for url in urls:
        try:
            place = mirrors.resolve(url, configured).directory
        except CrawlFailure:
            place = None
        if place is None or not _is_whole(place):
            print(f"left out (no whole copy in the mirror): {url}")
            continue
        yield url, place
        found += 1
        if found == count:
            return


def _is_whole(place: Path) -> bool:
    walk = [
        "git", "-c", "safe.directory=*", f"--git-dir={place}",
        "rev-list", "--objects", "--quiet", "--missing=error", "--branches", "--tags",
    ]  # fmt: skip
    tips = subprocess.run(
        [*walk[:4], "for-each-ref", "--count=1", "refs/heads"], capture_output=True, check=False
    )
    return bool(tips.stdout) and subprocess.run(walk, capture_output=True).returncode == 0


def made_origins(count: int, folder: Path) -> Origins:
    """Build `count` repositories of 500 commits, the same ones on every machine."""
    places = []
    for number in range(count):
        place = folder / f"agency+service-{number:02d}.git"
        fill(place, history(number))
        places.append((f"https://bench.example/agency/service-{number:02d}", place))
    pattern = {_PATTERN: str(folder / "{owner}+{name}.git")}
    return Origins(f"{count} made repositories of {COMMITS} commits", places, pattern)


def fill(place: Path, stream: bytes) -> None:
    """Build a bare repository of a stream for git-fast-import(1), or add to one."""
    quiet = {"check": True, "capture_output": True}
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", place], **quiet)  # type: ignore[call-overload]
    subprocess.run(  # type: ignore[call-overload]
        ["git", f"--git-dir={place}", "fast-import", "--quiet"], input=stream, **quiet
    )


def history(number: int) -> bytes:
    """Return a history for git-fast-import(1): a first commit of all files, then small changes."""
    source = random.Random(number)
    names = [f"src/part{at % 12}/module_{at}.py" for at in range(FILES)]
    texts = {name: lines_of(source, 90) for name in names}
    texts |= _documents(number, source)
    parts = [commit_of(0, "Begin", texts)]
    for step in range(1, COMMITS):
        changed = {}
        for name in source.sample(names, source.randint(1, 3)):
            lines = texts[name].splitlines()
            lines[source.randrange(len(lines))] = lines_of(source, 1).strip()
            changed[name] = texts[name] = "\n".join(lines) + "\n"
        parts.append(commit_of(step, f"Change {step}", changed))
        if step % 50 == 0:
            parts.append(f"reset refs/tags/v1.{step // 50}.0\nfrom refs/heads/main\n\n")
    return "".join(parts).encode()


def _documents(number: int, source: random.Random) -> dict[str, str]:
    dependencies = ", ".join(f'"package-{source.randrange(900)}": "^1.0.0"' for _ in range(20))
    return {
        "README.md": f"# Service {number}\n\nA service for all.\n\n{lines_of(source, 60)}",
        "LICENSE": "SPDX-License-Identifier: EUPL-1.2\n",
        "package.json": f'{{"name": "service-{number}", "dependencies": {{{dependencies}}}}}\n',
        "publiccode.yml": (
            f'publiccodeYmlVersion: "0.4"\nname: Service {number}\n'
            f"url: https://bench.example/agency/service-{number:02d}\n"
            "legal:\n  license: EUPL-1.2\n"
        ),
    }


def lines_of(source: random.Random, count: int) -> str:
    """Return lines that stand nowhere else."""
    return "".join(
        " ".join(f"{source.getrandbits(28):x}" for _ in range(7)) + "\n" for _ in range(count)
    )


def commit_of(step: int, message: str, files: dict[str, str]) -> str:
    """Return one commit of a stream, on top of the main line."""
    who = f"Ada Example <ada{step % 9}@agency.example> {_FIRST_DATE + step * _HOURS} +0000"
    head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n{_data(message)}"
    return head + "".join(f"M 100644 inline {name}\n{_data(text)}" for name, text in files.items())


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
