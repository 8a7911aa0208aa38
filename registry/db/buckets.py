"""Token buckets that all server processes share: what a client may still ask for.

A bucket is taken from by one statement, so that no two processes give the same tokens away. Rows
are no canonical data: one that is lost is a full bucket, so commits need not wait for the disk.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Float, bindparam, delete, event, text
from sqlalchemy.engine import URL
from sqlmodel import Session, col, select

from registry.db.session import Database
from registry.db.tables import RateBucket

FILE: Final = "limits.db"
KEPT_SECONDS: Final = 3600.0
_PRUNE_EVERY: Final = 1000
# A clock that lags behind another host's refills nothing.
_LATER: Final = "CASE WHEN rate_bucket.seen < :now THEN :now ELSE rate_bucket.seen END"
_FILLED: Final = f"rate_bucket.tokens + ({_LATER} - rate_bucket.seen) * :rate"
_THERE: Final = f"CASE WHEN {_FILLED} < :capacity THEN {_FILLED} ELSE :capacity END"
# Takes tokens, and answers a row only where there were enough. As text it costs a tenth of what
# building it anew for each request would.
_TAKE: Final = text(
    "INSERT INTO rate_bucket (key, tokens, seen) VALUES (:key, :capacity - :wanted, :now) "
    "ON CONFLICT (key) DO UPDATE SET tokens = <there> - :wanted, seen = <later> "
    "WHERE <there> >= :wanted RETURNING tokens".replace("<there>", _THERE).replace(
        "<later>", _LATER
    )
).bindparams(
    bindparam("capacity", type_=Float), bindparam("wanted", type_=Float),
    bindparam("rate", type_=Float), bindparam("now", type_=Float),
)  # fmt: skip


def bucket_database(database: Database, home: Path) -> Database:
    """Return where buckets are kept: PostgreSQL itself, beside SQLite a file of their own.

    There the crawler's long transactions keep no request waiting.
    """
    if not database.is_sqlite:
        return database
    own = Database(URL.create("sqlite", database=str(home / FILE)), pool_size=4)

    @event.listens_for(own.engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    with own.engine.begin() as connection:
        RateBucket.__table__.create(connection, checkfirst=True)  # type: ignore[attr-defined]
    return own


class SharedBuckets:
    """The buckets of all clients; who they are is kept as a keyed hash alone."""

    def __init__(
        self, database: Database, key: bytes, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._takes = 0

    def take(self, client: str, capacity: float, rate: float, wanted: float) -> float | None:
        """Take `wanted` tokens out of a bucket that fills with `rate` a second.

        Return how many are left, or None where there were too few: then none was taken.
        """
        key, now = self._name(client), self._clock()
        with self._database.write() as session:
            _hurry(session)
            self._prune(session, now)
            asked = {"key": key, "capacity": capacity, "rate": rate, "wanted": wanted, "now": now}
            return cast("float | None", session.execute(_TAKE, asked).scalar())

    def available(self, client: str, capacity: float, rate: float) -> float:
        """Return how many tokens are in a bucket now."""
        with self._database.read() as session:
            row = session.exec(
                select(RateBucket).where(col(RateBucket.key) == self._name(client))
            ).first()
        if row is None:
            return capacity
        return min(capacity, row.tokens + max(0.0, self._clock() - row.seen) * rate)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _name(self, client: str) -> str:
        return hashlib.blake2b(client.encode(), key=self._key[:64], digest_size=16).hexdigest()

    def _prune(self, session: Session, now: float) -> None:
        self._takes += 1
        if self._takes % _PRUNE_EVERY == 0:
            session.execute(delete(RateBucket).where(col(RateBucket.seen) < now - KEPT_SECONDS))


def _hurry(session: Session) -> None:
    """Let the commit not wait for the disk."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit = off"))
