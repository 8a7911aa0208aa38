"""The promises of the registry, verified on a live copy: what `registry check` says.

Each rule is one query that finds the rows which break an invariant of the security design: the
index is a projection of the database (I3), no fact without evidence (I5), nothing that was known
is lost (I6), no lease outlives its owner (I9). What the tables alone can break is in I1.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.db.session import Database
from registry.db.tables import (
    ClaimRow,
    CommitRow,
    Component,
    ComponentField,
    DocumentRow,
    IndexOutbox,
    Job,
    JobState,
    KeptFile,
    KeptState,
    PathRow,
    PeerRecord,
    Repository,
    RepositoryState,
)
from registry.domain.peers import PEER
from registry.domain.properties import KEPT
from registry.jobs.port import LEASE_SECONDS
from registry.search.indexing import check as check_index
from registry.search.port import SearchIndex

EXAMPLES: Final = 5
Rule: TypeAlias = tuple[str, str, Any]  # invariant, what is wrong, the query that finds it
# Sources of claims that are no documents: they need no file to show.
WITHOUT_DOCUMENT: Final = ("crawler", "forge", "forge_archived", "tags", "publisher", "curation")


class Difference(Struct, frozen=True):
    """A promise that does not hold: its number, what is wrong, how often, and a few places."""

    invariant: str
    what: str
    count: int
    examples: tuple[str, ...] = ()


def check_catalogue(database: Database, index: SearchIndex, now: datetime) -> list[Difference]:
    """Return every promise that database and index break; none when all is well."""
    with database.read() as session:
        found = [*_damages(session, database), *_broken_rules(session, now)]
        waiting = set(session.scalars(select(col(IndexOutbox.component_id))))
    return [*found, *_index_differences(database, index, waiting)]


def _damages(session: Session, database: Database) -> Iterator[Difference]:
    """Ask SQLite whether its file is sound; a server watches over its own files."""
    if not database.is_sqlite:
        return
    for pragma in ("quick_check", "foreign_key_check"):
        rows = [str(tuple(row)) for row in session.execute(text(f"PRAGMA {pragma}"))]
        rows = [row for row in rows if row != "('ok',)"]
        if rows:
            yield Difference("I1", f"SQLite reports {pragma}", len(rows), tuple(rows[:EXAMPLES]))


def _broken_rules(session: Session, now: datetime) -> Iterator[Difference]:
    for invariant, what, query in _rules(now):
        count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        if count:
            rows = session.execute(query.limit(EXAMPLES))
            examples = tuple(" ".join(map(str, row)) for row in rows)
            yield Difference(invariant, what, count, examples)


def _rules(now: datetime) -> Iterator[Rule]:
    yield from _evidence_rules()
    yield from _field_rules()
    yield from _keeping_rules()
    overdue = now - timedelta(seconds=LEASE_SECONDS)
    yield (
        "I9",
        "a job is leased to a worker that is gone",
        select(col(Job.task), col(Job.key)).where(
            col(Job.state) == JobState.RUNNING, col(Job.lease_until) < overdue
        ),
    )


def _evidence_rules() -> Iterator[Rule]:
    claim = select(col(ClaimRow.id), col(ClaimRow.property))
    yield (
        "I5",
        "a claim of a document names no document, file or commit",
        claim.where(
            col(ClaimRow.basis).not_in({*WITHOUT_DOCUMENT, PEER, KEPT}),
            or_(
                col(ClaimRow.document_id).is_(None),
                col(ClaimRow.path).is_(None),
                col(ClaimRow.commit).is_(None),
            ),
        ),
    )
    yield (
        "I5",
        "a claim stands though its document ended, or is that of another repository",
        claim.join(DocumentRow, col(DocumentRow.id) == col(ClaimRow.document_id)).where(
            or_(
                and_(col(ClaimRow.ended_at).is_(None), col(DocumentRow.ended_at).is_not(None)),
                col(ClaimRow.repository_id) != col(DocumentRow.repository_id),
            )
        ),
    )
    yield (
        "I5",
        "a document without the id of its contents or its commit",
        select(col(DocumentRow.id), col(DocumentRow.path)).where(
            or_(func.length(DocumentRow.blob) < 40, func.length(DocumentRow.commit) < 40)
        ),
    )
    yield (
        "I5",
        "a claim of a peer names no record of it, or stands though the record ended",
        claim.outerjoin(PeerRecord, col(PeerRecord.id) == col(ClaimRow.peer_record_id)).where(
            col(ClaimRow.basis) == PEER,
            or_(
                col(PeerRecord.id).is_(None),
                and_(col(ClaimRow.ended_at).is_(None), col(PeerRecord.ended_at).is_not(None)),
                col(ClaimRow.repository_id) != col(PeerRecord.repository_id),
            ),
        ),
    )
    kept = (
        exists()
        .where(
            col(KeptFile.component_id) == col(Component.id),
            col(Component.repository_id) == col(ClaimRow.repository_id),
            col(KeptFile.state) == KeptState.CURRENT,
        )
        .correlate(ClaimRow)
    )
    yield (
        "I5",
        "a claim of a kept file stands though none is kept",
        claim.where(col(ClaimRow.basis) == KEPT, col(ClaimRow.ended_at).is_(None), ~kept),
    )
    known = exists().where(
        col(CommitRow.repository_id) == col(PathRow.repository_id),
        col(CommitRow.id) == col(PathRow.commit),
    )
    yield (
        "I5",
        "a file was first seen in a commit that is not known",
        select(col(PathRow.repository_id), col(PathRow.path))
        .join(Repository, col(Repository.id) == col(PathRow.repository_id))
        .where(~known, _is_complete()),
    )


def _is_complete() -> ColumnElement[bool]:
    """Pass over repositories of which a cap left something out."""
    return cast(col(Repository.flags), String).not_like("%partial%")


def _field_rules() -> Iterator[Rule]:
    field = select(col(Component.slug), col(ComponentField.property)).join(
        Component, col(Component.id) == col(ComponentField.component_id)
    )
    source = aliased(ClaimRow)
    yield (
        "I5",
        "a field has no claim that stands",
        field.outerjoin(source, col(source.id) == col(ComponentField.claim_id)).where(
            or_(
                col(source.id).is_(None),
                col(source.ended_at).is_not(None),
                col(source.repository_id) != col(Component.repository_id),
                col(source.property) != col(ComponentField.property),
            )
        ),
    )


def _keeping_rules() -> Iterator[Rule]:
    crawled = select(col(Repository.url)).where(
        col(Repository.last_crawled_at).is_not(None),
        col(Repository.state) != RepositoryState.TAKEN_DOWN,
    )
    yield (
        "I6",
        "a repository that was crawled has no component",
        crawled.where(~exists().where(col(Component.repository_id) == col(Repository.id))),
    )
    yield (
        "I6",
        "a repository that was crawled has no history",
        crawled.where(~exists().where(col(CommitRow.repository_id) == col(Repository.id))),
    )
    yield (
        "I6",
        "a component has no field",
        select(col(Component.slug)).where(
            ~exists().where(col(ComponentField.component_id) == col(Component.id))
        ),
    )


def _index_differences(
    database: Database, index: SearchIndex, waiting: set[int]
) -> Iterator[Difference]:
    """Compare the index with the database, but for components whose change is on its way."""
    parity = check_index(database, index)
    for what in ("missing", "stale", "extra"):
        named = [key for key in getattr(parity, what) if key not in waiting]
        if named:
            examples = tuple(f"component {key}" for key in named[:EXAMPLES])
            yield Difference("I3", f"{what} in the search index", len(named), examples)
