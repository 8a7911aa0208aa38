"""Bringing advisories in: what is new or changed is written, and led to its components."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from registry.adoption.advisories.matching import match_advisories, match_all_mentions
from registry.adoption.advisories.osv import OsvRecord, is_public, links_of, row_of
from registry.db.bulk import insert_rows
from registry.db.tables import Advisory, AdvisoryLink, MissedFix


class Imported(Struct, frozen=True):
    """What an import did; `refused` are not published, or no records, each with why."""

    new: int
    changed: int
    unchanged: int
    withdrawn: int
    matched: int
    refused: tuple[str, ...]


def import_records(session: Session, records: Iterable[OsvRecord | str], now: datetime) -> Imported:
    """Write records of advisories; alerts of those that were withdrawn end with it."""
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    refused: list[str] = []
    written: list[int] = []
    for record in records:
        if isinstance(record, str):
            refused.append(record)
        elif not is_public(record, now):
            refused.append(f"{record.id}: not published")
        else:
            outcome, advisory = _write(session, record, now)
            counts[outcome] += 1
            written += [advisory] if outcome != "unchanged" else []
    withdrawn = end_withdrawn(session, now)
    matched = 0
    if written:
        matched = match_advisories(session, written, now) + match_all_mentions(session, now)
    return Imported(**counts, withdrawn=withdrawn, matched=matched, refused=tuple(refused))


def _write(session: Session, record: OsvRecord, now: datetime) -> tuple[str, int]:
    digest = hashlib.sha256(msgspec.json.encode(record)).hexdigest()
    row = session.execute(select(Advisory).where(col(Advisory.key) == record.id)).scalar()
    if row is not None and row.digest == digest:
        return "unchanged", row.id or 0
    outcome = "new" if row is None else "changed"
    row = row or Advisory(key=record.id, published_at=now, modified_at=now, imported_at=now)
    row.sqlmodel_update(row_of(record, now) | {"digest": digest})
    session.add(row)
    session.flush()
    session.execute(delete(AdvisoryLink).where(col(AdvisoryLink.advisory_id) == row.id))
    insert_rows(
        session, AdvisoryLink,
        [{"advisory_id": row.id, "kind": kind, "value": value} for kind, value in links_of(record)],
    )  # fmt: skip
    return outcome, row.id or 0


def end_withdrawn(session: Session, now: datetime) -> int:
    """End the alerts of advisories that were withdrawn; return how many."""
    withdrawn = select(col(Advisory.id)).where(col(Advisory.withdrawn_at).is_not(None))
    ended = session.execute(
        update(MissedFix)
        .where(col(MissedFix.ended_at).is_(None), col(MissedFix.advisory_id).in_(withdrawn))
        .values(ended_at=now, changed_at=now, ended_because="withdrawn")
        .returning(col(MissedFix.id))
    )
    return len(ended.all())
