"""Store what an inspection found: HEAD is replaced, where it differs."""

from datetime import datetime

import msgspec
from sqlmodel import Session

from registry.catalogue.record_facts import replace_rows
from registry.db.tables import InspectionRow, SignRow
from registry.domain.facts import Reading
from registry.domain.text import storable


def record_inspection(
    session: Session, repository_id: int, reading: Reading, now: datetime
) -> None:
    """Write the inspection of a reading in the caller's transaction.

    A reading without one leaves none: what an older commit told would be shown as today's.
    """
    stored = session.get(InspectionRow, repository_id)
    if reading.inspection is None:
        if stored is not None:
            session.delete(stored)
        replace_rows(session, SignRow, repository_id, [])
        return
    data = storable(msgspec.to_builtins(reading.inspection))
    if stored is None or (stored.commit, stored.data) != (reading.head, data):
        row = stored or InspectionRow(repository_id=repository_id, commit="", inspected_at=now)
        row.sqlmodel_update({"commit": reading.head, "data": data, "inspected_at": now})
        session.add(row)
    rows = [
        {
            "repository_id": repository_id, "rule": sign.rule, "subject": sign.subject[:200],
            "kind": sign.kind, "country": sign.country, "path": sign.path, "blob": sign.blob,
            "line": sign.line,
        }
        for sign in reading.signs
    ]  # fmt: skip
    replace_rows(session, SignRow, repository_id, rows)
