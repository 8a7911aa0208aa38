"""Store what a peer states: records by difference, append-only, each claim a lead.

Reading the same again changes no row. A record that the peer changed is ended and followed by a new
one; one that it dropped is ended, and only after a harvest that reached the end without a failure.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from registry.catalogue.record import add_claims
from registry.catalogue.resolve import resolve_component
from registry.catalogue.sources import find_repository, free_organisation_slug
from registry.db.tables import (
    ClaimRow,
    Organisation,
    PeerRecord,
    Repository,
    RepositoryState,
)
from registry.domain.peers import PEER, Record
from registry.domain.text import storable


class Stored(Struct, frozen=True, kw_only=True):
    """How a record was stored: new, changed or unchanged; and the repository it led to before."""

    row: PeerRecord
    outcome: str
    former_repository_id: int | None = None

    def repository_ids(self) -> tuple[int | None, int | None]:
        """Return the repositories of which the peer says something else than before."""
        return self.row.repository_id, self.former_repository_id


def store_record(
    session: Session, peer: str, record: Record, *, read_from: str, version: int, now: datetime
) -> Stored:
    """Store a record in the caller's transaction, unless it stands there as it is."""
    former = session.exec(
        select(PeerRecord).where(
            col(PeerRecord.peer) == peer,
            col(PeerRecord.kind) == record.kind,
            col(PeerRecord.key) == record.key,
            col(PeerRecord.ended_at).is_(None),
        )
    ).first()
    data = storable(record.data)
    if former and (former.sha256, former.reader_version) == (record.sha256, version):
        if former.data != data:  # values that change by the day, such as the peer's own dates
            former.data = data
            session.add(former)
        return Stored(row=former, outcome="unchanged")
    if former:
        _end(session, former, now)
        session.flush()
    row = PeerRecord(
        peer=peer, kind=record.kind, key=record.key, read_from=read_from[:2048],
        sha256=record.sha256, text_sha256=record.text_sha256, size=record.size,
        status=record.status, is_active=record.is_active, reader_version=version, data=data,
        diagnostics=[storable(_finding(found)) for found in record.diagnostics], read_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Stored(
        row=row,
        outcome="changed" if former else "new",
        former_repository_id=former.repository_id if former else None,
    )


def _finding(found: Any) -> dict[str, Any]:
    return {
        "severity": found.severity, "message": found.message, "key": found.key,
        "line": found.line, "column": found.column, "fix": found.fix,
    }  # fmt: skip


def known_repository(session: Session, url: str, aliases: Iterable[str]) -> Repository | None:
    """Return the repository at a canonical URL, else one that is alive at an alias of it."""
    found = find_repository(session, url)
    if found is not None:
        return found
    for alias in aliases:
        other = find_repository(session, alias)
        if other is not None and other.state != RepositoryState.GONE:
            return other
    return None


def state_claims(session: Session, row: PeerRecord, record: Record, now: datetime) -> None:
    """Append what a new record says of its repository; an inactive record says nothing."""
    if row.repository_id is not None and record.is_active:
        add_claims(
            session, row.repository_id, record.claims, basis=PEER, now=now, peer_record_id=row.id
        )


def resolve_again(session: Session, repository_ids: Collection[int], now: datetime) -> None:
    """Derive the components anew of which a peer said something else than before."""
    for key in sorted(repository_ids):
        repository = session.get(Repository, key)
        if repository is None or repository.last_crawled_at is None:
            continue
        if repository.state != RepositoryState.TAKEN_DOWN:  # whatever peers say, it stays hidden
            resolve_component(session, repository, now)


def live_count(session: Session, peer: str) -> int:
    """Return how many things a peer names, by what was read last."""
    return session.exec(
        select(func.count())
        .select_from(PeerRecord)
        .where(col(PeerRecord.peer) == peer, col(PeerRecord.ended_at).is_(None))
    ).one()


def end_missing(
    session: Session, peer: str, seen: Collection[tuple[str, str]], now: datetime
) -> list[PeerRecord]:
    """End the records of a peer that a complete harvest did not see; return them."""
    rows = session.exec(
        select(PeerRecord).where(col(PeerRecord.peer) == peer, col(PeerRecord.ended_at).is_(None))
    ).all()
    gone = [row for row in rows if (row.kind, row.key) not in seen]
    for row in gone:
        _end(session, row, now)
    return gone


def forget_peer(session: Session, peer: str, now: datetime) -> int:
    """End all that a peer stated, as when it is no longer listened to; return how many records."""
    gone = end_missing(session, peer, (), now)
    resolve_again(session, {row.repository_id for row in gone if row.repository_id}, now)
    return len(gone)


def _end(session: Session, row: PeerRecord, now: datetime) -> None:
    row.ended_at = now
    session.add(row)
    session.execute(
        update(ClaimRow)
        .where(col(ClaimRow.peer_record_id) == row.id, col(ClaimRow.ended_at).is_(None))
        .values(ended_at=now)
    )


def organisation_of_peer(
    session: Session, *, uri: str, name: str, country: str | None, now: datetime
) -> Organisation:
    """Return the organisation with this URI; a new one is marked as known from a peer alone.

    A peer changes nothing about an organisation that others named; of one that only peers named,
    the name follows them.
    """
    found = session.exec(select(Organisation).where(col(Organisation.uri) == uri)).first()
    if found is None:
        found = Organisation(
            slug=free_organisation_slug(session, name), uri=uri, name=name[:400],
            country=country, basis=PEER, created_at=now,
        )  # fmt: skip
    elif found.basis != PEER or found.name == name[:400]:
        return found
    else:
        found.name = name[:400]
    session.add(found)
    session.flush()
    return found
