"""Bringing a database to the present schema, and saying where it stands.

Migrations are additive first (expand, then contract), so that the former version of the code runs
on the new schema.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import Connection, text

import registry.db.tables  # noqa: F401 - registers every table
from registry.db.base import Model
from registry.db.session import Database
from registry.errors import Conflict
from registry.faults import crash_point

FOLDER = Path(__file__).parent / "migrations"
# Tables of the queue engine, which brings its own schema, are not ours to migrate.
FOREIGN_PREFIX = "procrastinate_"


class SchemaState(Struct, frozen=True):
    """The revision that a database is at, and those that are still to be applied, in order."""

    current: str | None
    pending: tuple[str, ...]


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def state(database: Database) -> SchemaState:
    """Return where the schema stands; raises `Conflict` where the database is newer than this."""
    scripts = ScriptDirectory.from_config(_config())
    known = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise Conflict(
            f"the database is at revision {current}, which this version does not know: "
            "install the newer version of the registry"
        )
    pending = known[known.index(current) + 1 :] if current else known
    return SchemaState(current, tuple(pending))


def upgrade(database: Database) -> tuple[str, ...]:
    """Apply what is pending, each migration in its transaction; return what was applied."""
    pending = state(database).pending
    if pending:
        with database.engine.connect() as connection:
            _run(connection, "upgrade", "head", is_sqlite=database.is_sqlite)
    return pending


def _run(connection: Connection, name: str, revision: str, *, is_sqlite: bool) -> None:
    """Run an alembic command; on SQLite in one explicit transaction, since DDL is covered too."""
    if is_sqlite:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("BEGIN IMMEDIATE"))
    getattr(command, name)(_config(connection), revision)
    crash_point("in_migration")
    connection.commit()
    if is_sqlite:
        connection.execute(text("PRAGMA foreign_keys=ON"))


def downgrade(database: Database, revision: str) -> None:
    """Go back to a revision (`base` is the empty database)."""
    with database.engine.connect() as connection:
        _run(connection, "downgrade", revision, is_sqlite=database.is_sqlite)


def differences(database: Database) -> list[str]:
    """Return how the schema of the database differs from the tables in the code."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True}
        )
        return [repr(difference) for difference in compare_metadata(context, Model.metadata)]


def is_ours(name: str | None, kind: str, _parents: object = None) -> bool:
    """Tell whether a database object belongs to the registry's own schema."""
    return not (kind == "table" and (name or "").startswith(FOREIGN_PREFIX))
