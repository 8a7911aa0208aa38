"""Searches in vain: counted by words and day, shown once they came on enough days.

What is counted waits in memory and is written by a thread of its own, so that no page waits for
the database; a process that is killed loses half a minute of counts. A registry without this
object counts nothing.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from registry.adoption.demand.counting import counted_as, is_in_vain
from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import VainSearch
from registry.errors import Unavailable
from registry.logs import get_logger

ENOUGH_DAYS: Final = 5
SHOWN_FOR: Final = timedelta(days=365)
KEPT_FOR: Final = timedelta(days=400)
MAX_SHOWN: Final = 10_000
_WAIT_SECONDS: Final = 30.0
_MAX_WAITING: Final = 1_000
_log = get_logger(__name__)


class DemandItem(Struct, frozen=True, kw_only=True):
    """Words that found nothing, on how many days of the last year, how often, and last when."""

    words: str
    days: int
    searches: int
    last_on: date


class Demand:
    """Counts searches in vain; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._waiting: Counter[tuple[str, date]] = Counter()
        self._writer: Thread | None = None
        self._is_closing = Event()

    def note(self, query: ComponentQuery, page: SearchPage) -> None:
        """Count a search that found nothing; anything else is left aside."""
        found = counted_as(query.q) if is_in_vain(query, page) else None
        if found is None:
            return
        key = found, self._clock().date()
        with self._lock:
            if len(self._waiting) < _MAX_WAITING or key in self._waiting:
                self._waiting[key] += 1
            if self._writer is None and not self._is_closing.is_set():
                self._writer = Thread(target=self._write_soon, name="demand", daemon=True)
                self._writer.start()

    def _write_soon(self) -> None:
        self._is_closing.wait(_WAIT_SECONDS)
        with self._lock:
            self._writer = None
        self.flush()

    def flush(self) -> None:
        """Write what waits; while the database is busy it goes on waiting."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        try:
            with self._database.write() as session:
                _add(session, waiting)
        except Unavailable as error:
            _log.warning("demand_waits", error=str(error))
            with self._lock:
                self._waiting.update(waiting)

    def close(self) -> None:
        """Write what waits, and end the thread."""
        self._is_closing.set()
        self.flush()

    def list(self, *, after: int = 0, limit: int = 50) -> tuple[tuple[DemandItem, ...], int | None]:
        """Return what was searched for on most days first, and the place to go on at."""
        days = func.count()
        query = (
            select(
                col(VainSearch.words), days.label("days"),
                func.sum(col(VainSearch.searches)).label("searches"),
                func.max(col(VainSearch.day)).label("last_on"),
            )
            .where(col(VainSearch.day) > self._clock().date() - SHOWN_FOR)
            .group_by(col(VainSearch.words))
            .having(days >= ENOUGH_DAYS)
            .order_by(days.desc(), func.sum(col(VainSearch.searches)).desc(), col(VainSearch.words))
            .offset(after).limit(limit + 1)
        )  # fmt: skip
        with self._database.read() as session:
            rows = session.execute(query).all()
        items = tuple(DemandItem(**row._asdict()) for row in rows[:limit])
        return items, after + limit if len(rows) > limit else None


def _add(session: Session, counts: Counter[tuple[str, date]]) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    rows: list[dict[str, Any]] = [
        {"words": words, "day": day, "searches": count} for (words, day), count in counts.items()
    ]
    statement = (sqlite if is_sqlite else postgresql).insert(VainSearch).values(rows)
    total = col(VainSearch.searches) + statement.excluded.searches
    session.execute(
        statement.on_conflict_do_update(index_elements=["words", "day"], set_={"searches": total})
    )


def forget_old_searches(session: Session, now: datetime) -> None:
    """Remove counts that are no longer shown."""
    session.execute(delete(VainSearch).where(col(VainSearch.day) < now.date() - KEPT_FOR))
