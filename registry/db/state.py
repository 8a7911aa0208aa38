"""Whether readers of the database may see something else: for what is kept in memory."""

import threading
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from registry.db.session import Database
from registry.errors import Unavailable

SQLITE: Final = "PRAGMA data_version"
"""Another number after every commit of another connection (sqlite.org/pragma.html)."""
POSTGRESQL: Final = "SELECT pg_current_snapshot()::text"
"""The transactions that this one sees; also on a standby (PostgreSQL manual, 9.27)."""


class DataState:
    """Asks on a connection of its own, which never writes; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._opened = 0
        self._lock = threading.Lock()

    def read(self) -> str:
        """Return a text that is another one after every commit, whichever process made it.

        It can change without one. Raises `Unavailable` where the database does not answer.
        """
        with self._lock:
            try:
                value = self._open().exec_driver_sql(self._statement).scalar_one()
            except SQLAlchemyError as error:
                self.close()
                raise Unavailable(f"the database does not answer: {error}") from error
            return f"{self._opened}:{value}"

    def close(self) -> None:
        """Give the connection up; the next question opens another one."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    @property
    def _statement(self) -> str:
        return SQLITE if self._database.is_sqlite else POSTGRESQL

    def _open(self) -> Connection:
        if self._connection is None:
            engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._connection = engine.connect()
            self._opened += 1  # numbers of two connections tell nothing about each other
        return self._connection
