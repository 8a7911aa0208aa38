"""Following in the tests: over a database that is made once, in which nobody follows anything."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.accounts.sealing import Sealer
from registry.adoption.follows.service import Follows
from registry.catalogue.service import Catalogue
from registry.clock import Clock, utc_now
from registry.db.session import Database
from registry.search.database_search import DatabaseSearch
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.job_queues import open_queue


def plain_catalogue(database: Database, clock: Clock = utc_now) -> Catalogue:
    """Return the catalogue of a database, searched by the database itself."""
    queue = open_queue("embedded", database)
    return Catalogue(database, DatabaseSearch(database), queue, clock)


@cache
def sample_follows() -> Follows:
    """Return what visitors without an account can ask."""
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    queue = open_queue("embedded", database)
    return Follows(
        database, plain_catalogue(database), queue, Sealer([b"k" * 32]), lambda: NOW, has_mail=True
    )
