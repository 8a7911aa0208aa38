"""Whether readers may see something else: known after every commit, whoever made it."""

from collections.abc import Iterator

import pytest

from registry.db.session import Database
from registry.db.state import DataState
from registry.db.tables import RegistryState
from registry.errors import Unavailable
from tests.support.registries import utc_now


@pytest.fixture
def state(database: Database) -> Iterator[DataState]:
    found = DataState(database)
    yield found
    found.close()


def _write(database: Database, key: str) -> None:
    with database.write() as session:
        session.add(RegistryState(key=key, value={}, updated_at=utc_now()))


def test_it_is_another_one_after_every_commit(database: Database, state: DataState) -> None:
    seen = [state.read()]
    for key in "abc":
        _write(database, key)
        seen.append(state.read())
    assert len(set(seen)) == 4


def test_it_stays_while_nobody_writes(database: Database, state: DataState) -> None:
    _write(database, "a")
    before = state.read()
    with database.read() as session:
        assert session.get(RegistryState, "a") is not None
    assert state.read() == before


def test_a_commit_of_another_process_counts(database: Database, state: DataState) -> None:
    other = Database(database.url)
    before = state.read()
    _write(other, "a")
    other.close()
    assert state.read() != before


def test_a_write_under_way_counts_when_it_is_committed(
    database: Database, state: DataState
) -> None:
    with database.write() as session:
        session.add(RegistryState(key="a", value={}, updated_at=utc_now()))
        session.flush()
        during = state.read()
    assert state.read() != during


def test_another_connection_never_repeats_a_text(database: Database, state: DataState) -> None:
    before = state.read()
    state.close()
    _write(database, "a")
    assert state.read() != before


def test_a_database_that_is_gone_is_unavailable(sqlite_database: Database) -> None:
    lost = DataState(Database("sqlite:////proc/nowhere.db"))
    with pytest.raises((Unavailable, OSError)):
        lost.read()
