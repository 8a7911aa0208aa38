"""Store what files about governance say: HEAD is replaced, where it differs."""

from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from registry.db.tables import GovernanceFileRow
from registry.domain.facts import Reading
from registry.domain.text import storable

_COLUMNS = frozenset({"kind", "path", "blob"})


def record_governance(
    session: Session, repository_id: int, reading: Reading, now: datetime
) -> None:
    """Write the files of a reading in the caller's transaction.

    A reading that did not look for them leaves none: what an older commit told would be shown as
    today's.
    """
    mine = col(GovernanceFileRow.repository_id) == repository_id
    stored = {row.path: row for row in session.exec(select(GovernanceFileRow).where(mine))}
    for found in reading.governance or ():
        told: dict[str, Any] = storable(msgspec.to_builtins(found))
        data = {key: value for key, value in told.items() if key not in _COLUMNS}
        row = stored.pop(told["path"], None)
        if row is not None and (row.blob, row.data) == (found.blob, data):
            continue
        row = row or GovernanceFileRow(
            repository_id=repository_id, path=told["path"], kind=found.kind, blob="", commit="",
            read_at=now,
        )  # fmt: skip
        row.sqlmodel_update({"kind": found.kind, "blob": found.blob, "commit": reading.head,
                             "data": data, "read_at": now})  # fmt: skip
        session.add(row)
    for row in stored.values():
        session.delete(row)
