"""Searches in vain of the tests: words of a few days, and ones that no page may show."""

import atexit
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.adoption.demand.service import Demand
from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.db.session import Database
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW

NOTHING = SearchPage(items=(), total=0)


class Days:
    """A registry that is searched in vain on one day after the other, the last one `NOW`."""

    def __init__(self, database: Database) -> None:
        self.now = NOW
        self.demand = Demand(database, self.clock)

    def clock(self) -> datetime:
        return self.now

    def search(self, text: str, *, days: int, times: int = 1) -> None:
        """Search in vain on each of some days up to today."""
        for back in range(days):
            self.now = NOW - timedelta(days=back)
            for _ in range(times):
                self.demand.note(ComponentQuery(q=text), NOTHING)
        self.now = NOW
        self.demand.close()


def sample_demand(*, is_empty: bool = False) -> Demand:
    """Return searches in a database that is made once, and only read."""
    return _demand(is_empty)


@cache
def _demand(is_empty: bool) -> Demand:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    days = Days(database)
    if not is_empty:
        days.search("Snow ploughs", days=9, times=2)
        days.search("Straßenreinigungsgebührenbescheid", days=6)
        days.search("زراعة المياه", days=5)
        days.search("too rare", days=4, times=50)
    return days.demand
