"""A copy of the database of SQLite, made while it is written to, and whether one is whole.

`VACUUM INTO` reads one state of the data, so that writers go on meanwhile. The copy is on the disk
before it gets its name: what has the name is whole.
"""

import os
from pathlib import Path
from typing import Final

from registry.db.session import Database
from registry.errors import Conflict, InvalidInput

MAGIC: Final = b"SQLite format 3\0"
_MAX_NAMED: Final = 3


def copy_database(database: Database, target: Path) -> int:
    """Write the database to the new file `target`, for its user alone; return its size in bytes.

    Raises `InvalidInput` for PostgreSQL, which has tools of its own, and `Conflict` where the file
    is there already.
    """
    if not database.is_sqlite:
        raise InvalidInput(
            "this registry is on PostgreSQL: run `pg_dump --format=custom`, see docs/operations.md"
        )
    if target.exists():
        raise Conflict(f"{target} is there already: name another file")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        _write(database, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _sync(target.parent)
    return target.stat().st_size


def _write(database: Database, part: Path) -> None:
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(part),))
    _sync(part)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_database(path: Path) -> bool:
    """Tell whether a file begins as one of SQLite does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def damage(database: Database) -> list[str]:
    """Return what is wrong with pages, indexes and references, a few of each; nothing if whole."""
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql(f"PRAGMA integrity_check({_MAX_NAMED})").all()
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MAX_NAMED)
    found = [str(row[0]) for row in pages if row[0] != "ok"]
    return found + [f"a row of {row[0]} names one of {row[2]} that is not there" for row in lost]
