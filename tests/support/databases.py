"""Fresh databases with every table, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect

import registry.db.tables  # noqa: F401 - registers every table
from registry.db import migrate
from registry.db.base import Model
from registry.db.session import Database
from registry.jobs.procrastinate_queue import apply_schema
from tests.support.postgresql import drop_database, empty_database, postgresql_url

KINDS = ("sqlite", "postgresql")


def fresh_sqlite(folder: Path) -> Database:
    """Return a new SQLite database with every table in `folder`; the caller closes it."""
    path = folder / "registry.db"
    path.write_bytes(_sqlite_template())
    return Database(f"sqlite:///{path}", pool_size=8)


def migrated_sqlite(path: Path) -> None:
    """Make the file that a new registry would make at its first start, if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated_template())


def empty_sqlite(database: Database) -> None:
    """Make a SQLite database of `fresh_sqlite` as it was; nobody may be using it."""
    database.close()
    path = Path(str(database.url.database))
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        (path.parent / name).unlink(missing_ok=True)
    path.write_bytes(_sqlite_template())


@contextmanager
def fresh_postgresql() -> Iterator[Database]:
    """Yield an empty PostgreSQL database with every table.

    It is emptied for the next test: making and dropping one takes longer than most tests do.
    """
    template, tables = _template()
    url = _EMPTY.pop() if _EMPTY else postgresql_url(template)
    database = Database(url, pool_size=8)
    try:
        yield database
    finally:
        database.close()
        if empty_database(url, tables):
            _EMPTY.append(url)
        else:
            drop_database(url)


_EMPTY: list[str] = []


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[Database]:
    """Yield a new database of `kind` (`sqlite` or `postgresql`) with every table."""
    if kind == "postgresql":
        with fresh_postgresql() as database:
            yield database
        return
    database = fresh_sqlite(folder)
    try:
        yield database
    finally:
        database.close()


@cache
def _sqlite_template() -> bytes:
    """Make the tables once per test process; the file holds them all once it is closed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        database = Database(f"sqlite:///{path}")
        Model.metadata.create_all(database.engine)
        database.close()
        return path.read_bytes()


@cache
def _migrated_template() -> bytes:
    """Run all migrations once per test process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        database = Database(f"sqlite:///{path}")
        migrate.upgrade(database)
        database.close()
        return path.read_bytes()


@cache
def _template() -> tuple[str, list[str]]:
    """Make the tables once per test process; return the database, to be copied, and their names."""
    url = postgresql_url()
    database = Database(url)
    Model.metadata.create_all(database.engine)
    apply_schema(database)
    with database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
    database.close()
    return url.partition("@/")[2].partition("?")[0], sorted(tables)
