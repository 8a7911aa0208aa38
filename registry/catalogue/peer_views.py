"""What peers state, as operators and readers see it: counts, records, and where software is listed.

The same software stands in several catalogues, under several addresses: it is recognised by the
repository that a record led to, and by the first commits that two repositories share.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import Listing
from registry.db.tables import ClusterMember, Component, PeerRecord, Repository, RepositoryState

MAX_LISTINGS = 100


class PeerCount(Struct, frozen=True, kw_only=True):
    """Records of one peer and kind, in numbers.

    `also_elsewhere` counts those whose repository another peer names too, `same_history` those
    that stand elsewhere under another address with the same first commits.
    """

    peer: str
    kind: str
    live: int
    ended: int
    inactive: int
    with_repository: int
    crawled: int
    also_elsewhere: int
    same_history: int
    invalid: int


class PeerRecordView(Struct, frozen=True, kw_only=True):
    """A record as the peer states it, and the component that it is about."""

    kind: str
    key: str
    url: str | None
    status: str
    component: str | None
    read_from: str
    sha256: str
    read_at: datetime
    ended_at: datetime | None
    findings: tuple[str, ...]


def peer_records(session: Session, peer: str, *, ended: bool = False) -> list[PeerRecordView]:
    """Return the records of a peer in the order they were read."""
    at = col(PeerRecord.ended_at)
    rows = session.execute(
        select_columns(PeerRecord, col(Component.slug))
        .outerjoin(Component, col(Component.repository_id) == col(PeerRecord.repository_id))
        .where(col(PeerRecord.peer) == peer, at.is_not(None) if ended else at.is_(None))
        .order_by(col(PeerRecord.id))
    )
    return [
        PeerRecordView(
            kind=row.kind, key=row.key, url=row.url, status=row.status, component=slug,
            read_from=row.read_from, sha256=row.sha256, read_at=row.read_at,
            ended_at=row.ended_at,
            findings=tuple(str(found.get("message", "")) for found in row.diagnostics),
        )
        for row, slug in rows
    ]  # fmt: skip


def records_of(session: Session, ids: Iterable[int | None]) -> dict[int, PeerRecord]:
    """Return the records with these numbers."""
    wanted = [key for key in ids if key is not None]
    if not wanted:
        return {}
    rows = session.exec(select(PeerRecord).where(col(PeerRecord.id).in_(wanted)))
    return {row.id or 0: row for row in rows}


def peer_counts(session: Session) -> list[PeerCount]:
    """Return the numbers of every peer and kind of record, by name."""
    rows = session.execute(
        select_columns(
            col(PeerRecord.peer), col(PeerRecord.kind), col(PeerRecord.repository_id),
            col(PeerRecord.is_active), col(PeerRecord.status),
            col(PeerRecord.ended_at).is_not(None).label("has_ended"),
            col(Repository.last_crawled_at).is_not(None).label("is_crawled"),
        ).outerjoin(Repository, col(Repository.id) == col(PeerRecord.repository_id))
    ).all()  # fmt: skip
    live = [row for row in rows if not row.has_ended]
    peers_of: dict[int, set[str]] = defaultdict(set)
    for row in live:
        if row.repository_id is not None:
            peers_of[row.repository_id].add(row.peer)
    twins = _twins(session, peers_of)
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.peer, row.kind].append(row)
    return [
        _count(peer, kind, groups[peer, kind], peers_of, twins) for peer, kind in sorted(groups)
    ]


def _count(
    peer: str,
    kind: str,
    rows: Sequence[Any],
    peers_of: dict[int, set[str]],
    twins: dict[int, set[int]],
) -> PeerCount:
    live = [row for row in rows if not row.has_ended]
    held = [row.repository_id for row in live if row.repository_id is not None]
    return PeerCount(
        peer=peer,
        kind=kind,
        live=len(live),
        ended=len(rows) - len(live),
        inactive=sum(not row.is_active for row in live),
        with_repository=len(held),
        crawled=sum(bool(row.is_crawled) for row in live),
        also_elsewhere=sum(bool(peers_of[key] - {peer}) for key in held),
        same_history=sum(
            any(peers_of[other] - {peer} for other in twins.get(key, ())) for key in held
        ),
        invalid=sum(row.status != "valid" for row in live),
    )


def _twins(session: Session, wanted: Iterable[int]) -> dict[int, set[int]]:
    """Return for repositories those others among them that share all their first commits."""
    rows = session.execute(
        select_columns(col(Repository.id), col(Repository.root_commits)).where(
            col(Repository.id).in_(list(wanted))
        )
    )
    by_roots: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for key, roots in rows:
        if roots:
            by_roots[tuple(sorted(roots))].add(key)
    return {key: group - {key} for group in by_roots.values() for key in group if len(group) > 1}


def listings_of(session: Session, repository: Repository) -> tuple[Listing, ...]:
    """Return the catalogues that list a repository, or another one with the same first commits."""
    ids = {repository.id or 0, *_same_history(session, repository)}
    rows = session.execute(
        select_columns(PeerRecord, col(Repository.url))
        .join(Repository, col(Repository.id) == col(PeerRecord.repository_id))
        .where(
            col(PeerRecord.repository_id).in_(ids),
            col(PeerRecord.kind) == "software",
            col(PeerRecord.ended_at).is_(None),
        )
        .order_by(col(PeerRecord.peer), col(PeerRecord.key))
        .limit(MAX_LISTINGS)
    )
    return tuple(
        Listing(
            peer=row.peer, read_from=row.read_from, read_at=row.read_at, key=row.key,
            url=None if row.url == repository.url else row.url, is_active=row.is_active,
        )
        for row, _ in rows
    )  # fmt: skip


def _same_history(session: Session, repository: Repository) -> set[int]:
    """Return the repositories of the same cluster that begin with the same commits."""
    if not repository.root_commits:
        return set()
    member = session.get(ClusterMember, repository.id)
    if member is None:
        return set()
    rows = session.execute(
        select_columns(col(Repository.id), col(Repository.root_commits))
        .join(ClusterMember, col(ClusterMember.repository_id) == col(Repository.id))
        .where(
            col(ClusterMember.cluster_id) == member.cluster_id,
            col(Repository.state) != RepositoryState.TAKEN_DOWN,
        )
    )
    own = set(repository.root_commits)
    return {key for key, roots in rows if set(roots) == own}
