"""Opening the database: short read and write transactions on SQLite or PostgreSQL.

On SQLite every write transaction begins with `BEGIN IMMEDIATE`, so that it never fails half-way
for want of the lock, and commits are durable (`synchronous=FULL`: a power cut loses none).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session

from registry.db.tables.component import Component
from registry.errors import InvalidInput, Unavailable

# SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode (WAL-reset bug).
MINIMUM_SQLITE = (3, 51, 3)
BUSY_SECONDS = 15


class Database:
    """The canonical store; safe to share between threads."""

    def __init__(self, url: str | URL, *, pool_size: int = 16) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite_engine(self.url, pool_size)
            if self.is_sqlite
            else _server_engine(self.url, pool_size)
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one state of the data from begin to end; nothing is kept.

        Components that were taken down are not there, whoever asks: only what writes sees them.
        """
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            event.listen(session, "do_orm_execute", _without_taken_down)
            if self.is_sqlite:
                session.execute(text("BEGIN"))
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session in one write transaction: committed at the end, undone on any error."""
        with _translated(), Session(self.engine, expire_on_commit=False) as session:
            try:
                if self.is_sqlite:
                    session.execute(text("BEGIN IMMEDIATE"))
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def forget_deleted(self) -> None:
        """Write the file of SQLite anew, so that nothing of what was deleted or changed is in it.

        On PostgreSQL this is the operator's to do (`VACUUM FULL`): it locks every table.
        """
        if self.is_sqlite:
            with _translated(), self.engine.connect() as connection:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


_VISIBLE = with_loader_criteria(
    Component, lambda component: component.is_taken_down.is_(False), include_aliases=True
)


def _without_taken_down(state: ORMExecuteState) -> None:
    """Narrow every question that names components, so that no query can forget to."""
    if state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(_VISIBLE)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn a busy, full or absent database into the registry's own error, for callers to retry."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"the database does not answer: {error.orig}", retry_after=5) from error


def _sqlite_engine(url: URL, pool_size: int) -> Engine:
    module = _sqlite_module()
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=module,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "mmap_size=0",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _sqlite_module() -> Any:
    """Return the SQLite module that is new enough, or refuse to start."""
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:
        import sqlite3 as module
    if tuple(module.sqlite_version_info) < MINIMUM_SQLITE:
        wanted = ".".join(map(str, MINIMUM_SQLITE))
        raise InvalidInput(
            f"SQLite {module.sqlite_version} can corrupt its data: install one from {wanted} on"
        )
    return module


def _server_engine(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=utc -c lock_timeout=10000"},
    )
