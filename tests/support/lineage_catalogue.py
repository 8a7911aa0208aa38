"""Facts of invented repositories that share code in many ways, the same ones for a seed."""

import hashlib
import random
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

from registry.clock import Clock
from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import CommitRow, FingerprintRow, PathRow
from registry.domain.dates import EARLIEST
from registry.jobs.embedded import EmbeddedQueue
from registry.lineage.background import Background
from registry.lineage.edges import Prover
from registry.lineage.pipeline import LineageUpdater
from tests.support.lineage_rows import World

DAY = 86_400
BEGIN = 1_400_000_000
RICH = 8
_FOLDERS = ("src", "säule", 'quo"te', "comma,", "new\nline", "car\rriage", "back\\slash", "'")


def fill(session: Session, seed: int, small: int = 6) -> list[int]:
    """Write facts of 8 repositories and of `small` ones; return them all in a mixed order."""
    source = random.Random(seed)
    world = World(session)
    names = [f"body-{number % 45}/repository-{number}" for number in range(RICH + small)]
    for number, name in enumerate(names):
        world.component(name, ("EE", "FI", "CA", "GB")[number % 4])
    repositories = [world.repositories[name] for name in names]
    families = [_contents(source, f"{seed}.{number}") for number in range(5)]
    everywhere = [(*content[:3], []) for content in _contents(source, f"{seed}.everywhere")[:6]]
    popular = [(*content[:3], []) for content in _contents(source, f"{seed}.popular")[:2]]
    for place, repository in enumerate(repositories):
        own = _contents(source, f"{seed}.own.{place}")
        held = own if place < RICH else own[:1]
        taken = [family for family in families if place < RICH and source.random() < 0.5]
        files, prints = _facts(source, repository, everywhere, [held, popular, *taken])
        insert_rows(session, PathRow, files)
        insert_rows(session, FingerprintRow, prints)
    insert_rows(session, CommitRow, _commits(repositories))
    source.shuffle(repositories)
    return repositories


def update_all(database: Database, repositories: list[int], prove: Prover, clock: Clock) -> None:
    """Bring repositories up to date one by one, and those they affect, until nothing is left."""
    updater = LineageUpdater(
        database=database,
        background=Background.empty,
        queue=EmbeddedQueue(database),
        prove=prove,
        clock=clock,
    )
    waiting = dict.fromkeys(repositories)
    for _ in range(20 * len(repositories)):
        if not waiting:
            return
        repository = next(iter(waiting))
        del waiting[repository]
        with database.write() as session:
            waiting |= dict.fromkeys(updater.bring_up_to_date(session, repository))
    raise AssertionError("updates ask for each other without end")


Content = tuple[bytes, str, int, list[int]]


def _contents(source: random.Random, name: str) -> list[Content]:
    """Return contents of a piece of software: blob, path, time, and fingerprints."""
    found = []
    for number in range(source.randint(20, 40)):
        blob = hashlib.sha1(f"{name}.{number}".encode()).digest()
        path = f"{source.choice(_FOLDERS)}/part{number % 5}/module{number}.py"
        time = BEGIN + source.randint(0, 900) * DAY
        prints = [source.getrandbits(64) - (1 << 63) for _ in range(source.randint(0, 4))]
        found.append((blob, path, time, prints))
    return found


def _facts(
    source: random.Random, repository: int, everywhere: list[Content], parts: list[list[Content]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    files: dict[bytes, dict[str, Any]] = {}
    prints: dict[int, dict[str, Any]] = {}
    for number, part in enumerate([everywhere, *parts]):
        shift = source.choice((0, 40, 400, 700)) * DAY
        bulk = hashlib.sha1(f"{repository}.{number}".encode()).digest()
        for blob, path, time, hashes in part:
            if number and source.random() < 0.2:
                continue
            seen = source.choice((*[time + shift] * 8, time, EARLIEST))
            where = {"repository_id": repository, "blob": blob, "path": path, "first_seen": seen}
            commit = bulk if source.random() < 0.7 else blob[::-1]
            size = source.choice((None, 40, 4000, 4000, 4000))
            files[blob] = where | {
                "commit": commit, "size": size, "in_head": True, "is_generated": False,
            }  # fmt: skip
            for value in hashes:
                if source.random() < 0.8:
                    prints[value] = where | {
                        "hash": value, "in_head": True, "is_third_party": False,
                    }  # fmt: skip
    return list(files.values()), list(prints.values())


def _commits(repositories: list[int]) -> Iterator[dict[str, Any]]:
    """Yield commits: the first two repositories share some, and so do the last rich one and two."""
    shared = {repositories[0]: "a", repositories[1]: "a", repositories[RICH - 1]: "b",
              repositories[2]: "b"}  # fmt: skip
    for repository in repositories:
        for number in range(6):
            name = shared.get(repository, repository) if number < 4 else repository
            yield {
                "repository_id": repository,
                "id": hashlib.sha1(f"{name}.{number}".encode()).digest(),
                "parents": b"", "author_time": BEGIN + number * DAY,
                "commit_time": BEGIN + number * DAY, "author_key": bytes(16),
                "author_domain": "body.example", "on_main": True, "flags": "",
            }  # fmt: skip
