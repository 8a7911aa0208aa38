"""The way from nothing to the present schema and back, on both databases."""

import multiprocessing
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from registry import faults
from registry.db import migrate
from registry.db.session import Database
from registry.errors import Conflict
from tests.conftest import on_every_database
from tests.support.postgresql import drop_database, postgresql_url


@pytest.fixture(params=on_every_database())
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database without any table."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'r.db'}" if is_sqlite else postgresql_url()
    database = Database(url, pool_size=2)
    yield database
    database.close()
    if not is_sqlite:
        drop_database(url)


def _tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_migrations_lead_to_the_tables_in_the_code_and_back(empty: Database) -> None:
    assert migrate.state(empty).current is None
    applied = migrate.upgrade(empty)
    assert applied
    assert migrate.state(empty) == migrate.SchemaState(applied[-1], ())
    assert migrate.differences(empty) == []
    assert migrate.upgrade(empty) == (), "a second time changes nothing"
    migrate.downgrade(empty, "base")
    assert _tables(empty) == set()
    migrate.upgrade(empty)
    assert migrate.differences(empty) == []


def test_a_column_that_the_code_does_not_know_is_a_difference(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.write() as session:
        session.execute(text("ALTER TABLE component ADD COLUMN surprise INTEGER"))
    (found,) = migrate.differences(empty)
    assert "surprise" in found


def test_a_database_of_a_newer_version_is_left_alone(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="newer version"):
        migrate.upgrade(empty)


def test_a_migration_that_is_killed_leaves_the_former_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    process = multiprocessing.get_context("forkserver").Process(target=_crash, args=(url,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    database = Database(url, pool_size=1)
    assert migrate.state(database).current is None
    migrate.upgrade(database)
    assert migrate.differences(database) == []
    database.close()


def _crash(url: str) -> None:
    faults.arm("in_migration")
    migrate.upgrade(Database(url, pool_size=1))
