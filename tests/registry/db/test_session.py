"""Transactions: all or nothing, one state of the data, and a busy database as a typed error."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from registry.db import session as sessions
from registry.db.session import Database
from registry.db.tables import RegistryState
from registry.errors import InvalidInput, Unavailable
from tests.support.registries import utc_now


def _state(key: str) -> RegistryState:
    return RegistryState(key=key, value={"a": [1]}, updated_at=utc_now())


def _keys(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(RegistryState.key).order_by(col(RegistryState.key))))


def test_a_write_is_kept_whole_or_not_at_all(database: Database) -> None:
    with database.write() as session:
        session.add(_state("a"))
    with pytest.raises(ZeroDivisionError):
        _fail_half_way(database)
    assert _keys(database) == ["a"]


def _fail_half_way(database: Database) -> None:
    with database.write() as session:
        session.add(_state("b"))
        session.flush()
        raise ZeroDivisionError


def test_what_a_read_changes_is_not_kept(database: Database) -> None:
    with database.read() as session:
        session.add(_state("a"))
        session.flush()
    assert _keys(database) == []


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    row = _state("a")
    with database.write() as session:
        session.add(row)
    with database.read() as session:
        found = session.get(RegistryState, "a")
        assert found is not None
        assert found.updated_at == row.updated_at
        assert found.updated_at.utcoffset() is not None


def test_a_read_sees_one_state_while_others_write(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert session.exec(select(RegistryState.key)).all() == []
        with sqlite_database.write() as other:
            other.add(_state("a"))
        assert session.exec(select(RegistryState.key)).all() == []
    assert _keys(sqlite_database) == ["a"]


def test_a_database_that_another_writer_holds_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "BUSY_SECONDS", 0)
    database = Database(f"sqlite:///{tmp_path / 'r.db'}", pool_size=2)
    with database.write(), pytest.raises(Unavailable) as busy, database.write():
        pass
    assert busy.value.retry_after
    database.close()


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "mmap_size")


def test_sqlite_is_set_up_to_lose_nothing(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        values = [session.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS]
    assert values == ["wal", 2, 1, 0, 0]


def test_an_sqlite_that_can_corrupt_its_data_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MINIMUM_SQLITE", (99, 0, 0))
    with pytest.raises(InvalidInput, match=r"99\.0\.0"):
        Database(f"sqlite:///{tmp_path / 'r.db'}")


def test_a_reference_to_nothing_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), sqlite_database.write() as session:
        session.execute(
            text("INSERT INTO repository_alias (url, repository_id, since) VALUES ('u', 99, 'now')")
        )
