"""Bulk writing: plain dictionaries, about ten times faster than objects, in bounded batches."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlmodel import Session

from registry.db.base import Model

BATCH = 5_000
T = TypeVar("T")


def insert_rows(session: Session, table: type[Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows given as mappings from column to value; return how many."""
    count = 0
    # Plain rows need no mapper, so the table itself is written to.
    statement = insert(table.metadata.tables[str(table.__tablename__)])
    for batch in batches(rows, BATCH):
        session.connection().execute(statement, batch)
        count += len(batch)
    return count


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size` items."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
