"""Bulk writing in bounded batches."""

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from registry.db import bulk
from registry.db.bulk import batches, insert_rows
from registry.db.session import Database
from registry.db.tables import RegistryState
from tests.support.registries import utc_now


@given(st.lists(st.integers()), st.integers(1, 9))
def test_batches_hold_every_item_in_order(items: list[int], size: int) -> None:
    found = list(batches(iter(items), size))
    assert [item for batch in found for item in batch] == items
    assert all(1 <= len(batch) <= size for batch in found)


def test_rows_of_more_than_one_batch_are_all_written(database: Database) -> None:
    count = bulk.BATCH + 1
    rows = ({"key": str(n), "value": None, "updated_at": utc_now()} for n in range(count))
    with database.write() as session:
        assert insert_rows(session, RegistryState, rows) == count
        assert insert_rows(session, RegistryState, []) == 0
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(RegistryState)).one() == count
