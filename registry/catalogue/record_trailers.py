"""Store whom the trailers of commits name: a keyed hash and a domain, by difference."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from registry.db.bulk import insert_rows
from registry.db.tables import TrailerRow
from registry.db.tables.facts import MASKED_AUTHOR
from registry.domain.facts import Reading

Hasher = Callable[[str], tuple[bytes, str]]
_Row = tuple[bytes, str, bytes, str]


def record_trailers(session: Session, repository_id: int, reading: Reading, hasher: Hasher) -> None:
    """Write the trailers of a reading in the caller's transaction; of other commits they stay."""
    here = col(TrailerRow.repository_id) == repository_id
    query = select(
        col(TrailerRow.commit), col(TrailerRow.role), col(TrailerRow.person_key),
        col(TrailerRow.person_domain),
    ).where(here)  # fmt: skip
    stored = {(bytes(a), b, bytes(c), d) for a, b, c, d in session.execute(query)}
    read = set(_rows(reading, hasher))
    looked_at = {bytes.fromhex(commit.id) for commit in reading.commits}
    gone = [row for row in stored - read if row[0] in looked_at]
    for commit, role, key, _ in gone:
        session.execute(
            delete(TrailerRow).where(
                here, col(TrailerRow.commit) == commit, col(TrailerRow.role) == role,
                col(TrailerRow.person_key) == key,
            )
        )  # fmt: skip
    insert_rows(session, TrailerRow, [_values(repository_id, row) for row in sorted(read - stored)])


def _rows(reading: Reading, hasher: Hasher) -> Iterator[_Row]:
    """Yield who is named; who asked to be masked is not."""
    for commit in reading.commits:
        for role, email in commit.trailers:
            key, domain = hasher(email)
            if key != MASKED_AUTHOR:
                yield bytes.fromhex(commit.id), role, key, domain


def _values(repository_id: int, row: _Row) -> dict[str, Any]:
    commit, role, key, domain = row
    return {
        "repository_id": repository_id, "commit": commit, "role": role, "person_key": key,
        "person_domain": domain,
    }  # fmt: skip
