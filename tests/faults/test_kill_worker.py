"""A worker that is killed at any moment of a crawl: after restarts all is as if it never was."""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawl_worker import kill, let_leases_end, start_crawler
from tests.support.git_repos import Commit
from tests.support.registries import World, comparable, honest_commits, open_world

LONGEST_PAUSE = 1.8  # seconds that a worker lives at most before it is killed
FEW = 6  # repositories in the default suite
SMALL = "project-02"  # without any metadata
PATIENCE = 90  # seconds that the last worker may take


def _build(world: World, count: int) -> list[str]:
    """Build projects that differ, one of them many times larger, one without any metadata."""
    names = [f"project-{number:02d}" for number in range(count)]
    for number, name in enumerate(names):
        commits = honest_commits(name)
        if number % 4 == 1:
            commits += [Commit({f"src/f{k}.py": f"x = {k}\n" for k in range(30)}, tag="v2.0.0")]
        if number % 4 == 2:
            commits = [Commit({"a.txt": f"{number}\n"})]
        world.build(name, commits)
    return names


def _undisturbed(
    folder: Path, count: int, *, in_process: bool = False
) -> tuple[Path, dict[str, list[str]]]:
    with open_world(folder) as world:
        world.add(*_build(world, count))
        world.queue_due()
        worker = start_crawler(world.settings, in_process=in_process)
        worker.join(PATIENCE)
        assert worker.exitcode == 0
        assert world.problems() == []
        return world.repositories, comparable(world)


def _finish(world: World, *, in_process: bool = False) -> None:
    let_leases_end(world.registry.database)
    worker = start_crawler(world.settings, in_process=in_process)
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    states = world.registry.queue.counts()["crawl.repository"]
    assert (states["waiting"], states["running"], states["dead"]) == (0, 0, 0)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    return _undisturbed(tmp_path_factory.mktemp("undisturbed"), FEW, in_process=True)


@pytest.fixture
def world(undisturbed: tuple[Path, dict[str, list[str]]], tmp_path: Path) -> Iterator[World]:
    shutil.copytree(undisturbed[0], tmp_path / "repositories")
    with open_world(tmp_path) as made:
        yield made


def _kill_at_random(world: World, kills: int, seed: int) -> int:
    """Start and kill workers; return how many were alive when they were killed."""
    chance = random.Random(seed)
    alive = 0
    for _ in range(kills):
        let_leases_end(world.registry.database)
        worker = start_crawler(world.settings)
        worker.join(chance.uniform(0.05, LONGEST_PAUSE))
        alive += kill(worker)
    return alive


@pytest.mark.slow
def test_a_crawl_killed_at_random_moments_gives_the_catalogue_of_one_that_was_not(
    undisturbed: tuple[Path, dict[str, list[str]]], world: World
) -> None:
    world.add(*(f"project-{number:02d}" for number in range(FEW)))
    world.queue_due()
    assert _kill_at_random(world, kills=4, seed=20_260_711) >= 3
    _finish(world)
    assert comparable(world) == undisturbed[1]
    assert world.problems() == []
    assert _orphans(world) == []


@pytest.mark.parametrize(
    "point",
    [
        *(
            pytest.param(point, marks=pytest.mark.slow)
            for point in (
                "after_lease", "after_fetch", "after_fsck", "before_rename", "after_commit",
                "before_ack", "after_ack",
            )
        ),
        # Between the two stores, and in the middle of writing the second: the likeliest to break.
        "after_rename", "in_transaction",
    ],
)  # fmt: skip
def test_a_crash_at_a_named_point_loses_and_doubles_nothing(
    undisturbed: tuple[Path, dict[str, list[str]]], world: World, point: str
) -> None:
    world.add(SMALL)
    world.queue_due()
    worker = start_crawler(world.settings, crash_at=point, in_process=True)
    worker.join(PATIENCE)
    assert worker.exitcode == -signal.SIGKILL, "the point was reached"
    _finish(world, in_process=True)
    expected = {
        name: [row for row in rows if f"town/{SMALL}" in row]
        for name, rows in undisturbed[1].items()
    }
    found = comparable(world)
    for table in (
        "repository",
        "component",
        "component_field",
        "commit_fact",
        "path_fact",
        "claim",
    ):
        assert found[table] == expected[table]
        assert found[table]
    assert world.problems() == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_during_a_crawl_of_thirty_repositories(tmp_path: Path) -> None:
    began = time.monotonic()
    place, expected = _undisturbed(tmp_path / "undisturbed", 30)
    without = time.monotonic() - began
    (tmp_path / "killed").mkdir()
    shutil.copytree(place, tmp_path / "killed/repositories")
    with open_world(tmp_path / "killed") as world:
        world.add(*(f"project-{number:02d}" for number in range(30)))
        world.queue_due()
        began = time.monotonic()
        alive = _kill_at_random(world, kills=20, seed=1)
        _finish(world)
        disturbed = time.monotonic() - began
        assert comparable(world) == expected
        assert world.problems() == []
        assert _orphans(world) == []
        rows = sum(map(len, expected.values()))
    print(
        f"\n30 repositories, {rows} rows compared: undisturbed {without:.1f} s, "
        f"with 20 kills ({alive} of a live worker) {disturbed:.1f} s, 0 differences"
    )
    assert alive >= 10


def _orphans(world: World) -> list[str]:
    """Return the command lines of processes that still work in this world's folders."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(world.folder) in line:
                found.append(line)
    return found
