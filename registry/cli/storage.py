"""Where a registry keeps what it knows: the database, the queue and the search index."""

from sqlalchemy import make_url

from registry.cli.keys import secret_from_file
from registry.clock import Clock
from registry.db import migrate
from registry.db.session import Database
from registry.errors import Conflict
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import JobQueue
from registry.search.database_search import DatabaseSearch
from registry.search.embedded import EmbeddedSearchIndex
from registry.search.port import SearchIndex
from registry.settings import Settings


def open_database(settings: Settings) -> Database:
    """Open the store without looking at its schema."""
    database = settings.database
    url = make_url(settings.database_url)
    if database.password_file:
        password = secret_from_file(database.password_file, "password of the database")
        url = url.set(password=password)
    return Database(url, pool_size=database.pool_size)


def up_to_date(database: Database) -> Database:
    """Return the store at the schema of this version: a new one gets it, an old one is refused."""
    state = migrate.state(database)
    if state.pending and not state.current:
        migrate.upgrade(database)
    elif state.pending:
        raise Conflict("the database has an older schema: run `registry db upgrade`")
    return database


def open_queue(database: Database, clock: Clock) -> JobQueue:
    """Return the work queue: embedded on SQLite, procrastinate on PostgreSQL."""
    if database.is_sqlite:
        return EmbeddedQueue(database, clock=clock)
    from registry.jobs.procrastinate_queue import ProcrastinateQueue, apply_schema

    apply_schema(database)
    return ProcrastinateQueue(database)


def open_index(settings: Settings, database: Database) -> SearchIndex:
    """Return the search index that the settings name."""
    search = settings.search
    if search.engine == "none":
        return DatabaseSearch(database)
    if search.engine == "embedded":
        return EmbeddedSearchIndex(settings.home)
    from registry.search.meilisearch import MeilisearchIndex

    key = secret_from_file(search.key_file, "search key") if search.key_file else ""
    return MeilisearchIndex(search.url, key, search.index)
