"""Made artefacts of many repositories, in the database or as Parquet: the same on every machine.

As in real catalogues, nearly all contents stand in one repository; some were copied between a few
(each repository is near to a handful of others), and some stand nearly everywhere.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

import registry.db.tables  # noqa: F401 - registers every table
from registry.db.base import Model
from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import (
    ClusterMember,
    CommitRow,
    Component,
    FileArtefact,
    FingerprintRow,
    PathRow,
    Repository,
)
from registry.domain.fingerprints import file_hash
from registry.jobs.embedded import EmbeddedQueue
from registry.lineage.background import Background
from registry.lineage.parquet import FILES, FINGERPRINTS, MEMBERS, open_engine
from registry.lineage.pipeline import LineageUpdater
from registry.lineage.proofs import build_proof

NOW = 1_767_225_600
MOMENT = datetime.fromtimestamp(NOW, UTC)
FILES_EACH, PRINTS_EACH = 120, 80
_FAMILY = 5  # repositories that took code from each other


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Yield a new database with every table."""
    database = Database(f"sqlite:///{path}")
    Model.metadata.create_all(database.engine)
    yield database
    database.close()


def size_of(database: Database) -> float:
    """Return the size of a SQLite file, in bytes of its pages."""
    with database.read() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        return float(pages * session.execute(text("PRAGMA page_size")).scalar_one())


def fill(database: Database, count: int) -> int:
    """Write `count` measured repositories; return the number of artefacts."""
    with database.write() as session:
        insert_rows(session, Repository, (_repository(n) for n in range(1, count + 1)))
        insert_rows(session, Component, (_component(n) for n in range(1, count + 1)))
        insert_rows(session, ClusterMember, (_member(n) for n in range(1, count + 1)))
        rows = insert_rows(session, FileArtefact, sorted(_files(count), key=_key))
        return rows + insert_rows(session, FingerprintRow, sorted(_prints(count), key=_key))


def add_new(database: Database, count: int, at: int) -> int:
    """Add the facts of a repository that took code from one of those, and return its id."""
    number = count + 1 + at
    taken = [hash_of("file", 1 + at, n) for n in range(60)]
    with database.write() as session:
        insert_rows(session, Repository, [_repository(number)])
        insert_rows(session, Component, [_component(number)])
        blobs = [value.to_bytes(8, "big", signed=True) + bytes(12) for value in taken]
        blobs += [hashlib.sha1(f"{number}.{n}".encode()).digest() for n in range(2_000)]
        insert_rows(session, PathRow, (_path(number, n, blob) for n, blob in enumerate(blobs)))
        values = [hash_of("print", 1 + at, n) for n in range(40)]
        values += [hash_of("new", number, n) for n in range(1_200)]
        insert_rows(session, FingerprintRow, (_print(number, n, v) for n, v in enumerate(values)))
        insert_rows(session, CommitRow, (_commit(number, n) for n in range(300)))
    return number


def add_equal(database: Database, count: int, place: str) -> tuple[int, int]:
    """Add the facts of two repositories with `count` equal files at a place."""
    with database.write() as session:
        for number in (1, 2):
            insert_rows(session, Repository, [_repository(number)])
            insert_rows(session, Component, [_component(number)])
            blobs = (hashlib.sha1(f"equal.{n}".encode()).digest() for n in range(count))
            rows = (_path(number, n, blob, place) for n, blob in enumerate(blobs))
            insert_rows(session, PathRow, rows)
            insert_rows(session, CommitRow, (_commit(number, n) for n in range(10)))
    return 1, 2


def bring_up_to_date(database: Database, number: int) -> None:
    """Measure a repository against all others."""
    updater = LineageUpdater(
        database=database, background=Background.empty, queue=EmbeddedQueue(database),
        prove=build_proof, clock=lambda: MOMENT,
    )  # fmt: skip
    with database.write() as session:
        updater.bring_up_to_date(session, number)


def hash_of(kind: str, repository: int, number: int) -> int:
    """Return the hash of a content: the first ones of a family are the same in all of it."""
    if number < 4:
        name = f"{kind}.everywhere.{number}"
    elif number < 14:
        name = f"{kind}.family.{repository // _FAMILY}.{number}"
    else:
        name = f"{kind}.{repository}.{number}"
    return file_hash(hashlib.sha1(name.encode()).digest())


def _key(row: dict[str, Any]) -> tuple[int, int]:
    return row["hash"], row["repository_id"]


def _files(count: int) -> Iterator[dict[str, Any]]:
    for repository in range(1, count + 1):
        for number in range(FILES_EACH):
            yield {
                "hash": hash_of("file", repository, number), "repository_id": repository,
                "first_seen": NOW - (repository * 7919 + number) % 300_000_000,
                "is_import": number % 3 == 0, "versions": 1 + number % 4,
            }  # fmt: skip


def _prints(count: int) -> Iterator[dict[str, Any]]:
    for repository in range(1, count + 1):
        for number in range(PRINTS_EACH):
            yield _print(repository, number, hash_of("print", repository, number))


def _print(repository: int, number: int, value: int) -> dict[str, Any]:
    path = f"src/part{number % 7}/module{number // 8}.py"
    return {
        "hash": value, "repository_id": repository, "path": path,
        "blob": hashlib.sha1(f"{repository}.{path}".encode()).digest(),
        "first_seen": NOW - (repository * 7919 + number) % 300_000_000, "in_head": True,
        "is_third_party": False,
    }  # fmt: skip


def _path(repository: int, number: int, blob: bytes, place: str = "src/services") -> dict[str, Any]:
    return {
        "repository_id": repository, "blob": blob, "path": f"{place}/{number % 97}/f{number}.py",
        "commit": hashlib.sha1(f"{repository}.{number % 300}".encode()).digest(),
        "first_seen": NOW - 90 * 86_400 - number % 1_000 * 86_400 + repository, "in_head": True,
        "size": 4_000, "is_generated": False,
    }  # fmt: skip


def _commit(repository: int, number: int) -> dict[str, Any]:
    return {
        "repository_id": repository,
        "id": hashlib.sha1(f"{repository}.{number}".encode()).digest(), "parents": b"",
        "author_time": NOW - number * 86_400, "commit_time": NOW - number * 86_400,
        "author_key": bytes(16), "author_domain": "bench.example", "on_main": True, "flags": "",
    }  # fmt: skip


def _member(number: int) -> dict[str, Any]:
    return {
        "repository_id": number, "cluster_id": number, "shared_commits": 0, "own_commits": 300,
        "is_mirror": False,
    }  # fmt: skip


def _repository(number: int) -> dict[str, Any]:
    path = f"agency-{number % 400}/service-{number}"
    return {
        "id": number, "url": f"https://bench.example/{path}", "host": "bench.example",
        "forge": "git", "path": path, "state": "active", "state_since": MOMENT, "is_fork": False,
        "forge_data": {}, "default_branch": "main", "head_commit": f"{number:040x}",
        "object_format": "sha1", "root_commits": [], "reader_version": 1, "commit_count": 300,
        "head_files": 100, "community": {}, "flags": [], "bytes_received": 1_000,
        "is_stored": False, "is_demo": False, "added_at": MOMENT, "failures": 0,
    }  # fmt: skip


def _component(number: int) -> dict[str, Any]:
    return {
        "id": number, "uuid": f"uuid-{number}", "slug": f"service-{number}",
        "repository_id": number, "country": ("EE", "FI", "CA", "GB")[number % 4],
        "name": f"Service {number}", "names": {}, "descriptions": {}, "categories": [],
        "topics": [], "fork_count": 0, "conflicts": 0, "is_demo": False, "created_at": MOMENT,
        "updated_at": MOMENT, "revision": 1, "licence_class": "unknown", "activity": "active",
    }  # fmt: skip


# One content in 50 was copied between the five repositories of a family, one in 1,000 stands in
# far more than the rules allow, and all others stand in one.
_ROWS = """
with numbered as (
    select range as n, 1 + range % $repositories as repository, range // $repositories as nth
    from range($first, $last)
)
select (case when n % 1000 = 7 then hash(n % 300000)
        when nth % 50 = 0 then hash(repository // 5, nth) else hash(n, nth) end::hugeint
        - 9223372036854775808::hugeint)::bigint as hash,
    repository::integer as repository, (1400000000 + hash(n, 3) % 300000000)::bigint as first_seen,
    hash(n, 4) % 3 = 0 as is_import, (1 + hash(n, 5) % 4)::integer as versions,
    'src/part' || nth // 40 % 30 || '/module' || nth // 8 || '.py' as path
from numbered
"""


def write_parquet(folder: Path, repositories: int, rows: int) -> None:
    """Write files as an export does: two thirds file contents, one third fingerprints."""
    engine = open_engine(folder)
    for name, first, last, more in (
        (FILES, 0, rows * 2 // 3, "is_import, versions"),
        (FINGERPRINTS, rows, rows * 4 // 3, "path"),
    ):
        made = engine.sql(
            _ROWS, params={"repositories": repositories, "first": first, "last": last}
        )
        found = made.project(f"hash, repository, first_seen, {more}").order("hash")
        found.write_parquet(str(folder / name), compression="zstd")
    members = engine.sql(
        "select range::integer as repository, range::integer as cluster from range(1, $n + 1)",
        params={"n": repositories},
    )
    members.write_parquet(str(folder / MEMBERS))
    engine.close()
