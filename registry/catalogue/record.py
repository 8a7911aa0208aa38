"""Store what a reading gave: facts by difference, documents and claims append-only.

Reading the same objects again changes no row; a document that the source dropped is ended, never
deleted.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.db.base import Model
from registry.db.bulk import insert_rows
from registry.db.tables import (
    ClaimRow,
    CommitRow,
    DependencyRow,
    DocumentRow,
    LanguageRow,
    PackageRow,
    PathRow,
    ReleaseRow,
    Repository,
    SubmoduleRow,
)
from registry.domain.facts import Claim, Document, Reading
from registry.domain.text import storable

MAX_TEXT = 200_000
# Caps of a reading that did not see everything: what it lacks may still be there.
CAPS_OF_COMMITS = frozenset({"commits", "record_size", "git_error"})
CAPS_OF_PATHS = frozenset(
    {"paths", "record_size", "entries", "depth", "missing_tree", "repeated_folders"}
)


class AuthorHasher:
    """Replaces an author's e-mail by a keyed hash and the domain; the address is never stored."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, tuple[bytes, str]] = {}

    def __call__(self, email: str) -> tuple[bytes, str]:
        """Return (16 bytes of HMAC-SHA256, domain or an empty text)."""
        if email not in self._known:
            digest = hmac.new(self._key, email.encode("utf-8"), hashlib.sha256).digest()[:16]
            self._known[email] = (digest, _domain(email))
        return self._known[email]


def _domain(email: str) -> str:
    domain = email.rpartition("@")[2] if "@" in email else ""
    is_plain = bool(domain) and all(c.isalnum() or c in "-._" for c in domain)
    return domain[:255] if is_plain and "." in domain else ""


def record_reading(
    session: Session,
    repository: Repository,
    reading: Reading,
    *,
    hasher: Callable[[str], tuple[bytes, str]],
    reader_version: int,
    now: datetime,
) -> None:
    """Write a reading of a repository in the caller's transaction."""
    key = _id(repository)
    _record_commits(session, key, reading, hasher)
    _record_paths(session, key, reading)
    _record_small_facts(session, key, reading)
    _record_documents(session, key, reading, reader_version, now)
    repository.sqlmodel_update(
        {
            "default_branch": storable(reading.default_branch)[:255],
            "head_commit": reading.head,
            "object_format": reading.object_format,
            "root_commits": list(reading.root_commits),
            "reader_version": reader_version,
            "commit_count": reading.commit_count,
            "head_files": reading.head_files,
            "first_commit_at": _moment(reading.first_commit_time),
            "last_commit_at": _moment(reading.last_commit_time),
            "language_basis": reading.language_basis,
            "community": storable(reading.community),
        }
    )
    session.add(repository)


def _id(repository: Repository) -> int:
    if repository.id is None:
        raise ValueError("the repository is not stored yet")
    return repository.id


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _record_commits(
    session: Session, key: int, reading: Reading, hasher: Callable[[str], tuple[bytes, str]]
) -> None:
    known = dict(
        session.execute(
            select_columns(col(CommitRow.id), col(CommitRow.on_main)).where(
                col(CommitRow.repository_id) == key
            )
        ).all()
    )
    new, changed = [], []
    for commit in reading.commits:
        commit_id = bytes.fromhex(commit.id)
        if commit_id not in known:
            author_key, domain = hasher(commit.email)
            new.append(
                {
                    "repository_id": key,
                    "id": commit_id,
                    "parents": b"".join(bytes.fromhex(parent) for parent in commit.parents),
                    "author_time": commit.author_time,
                    "commit_time": commit.commit_time,
                    "author_key": author_key,
                    "author_domain": domain,
                    "on_main": commit.on_main,
                    "flags": ",".join(commit.flags),
                }
            )
        elif known.pop(commit_id) != commit.on_main:
            changed.append({"repository_id": key, "id": commit_id, "on_main": commit.on_main})
    if not CAPS_OF_COMMITS.intersection(reading.partial):
        # What no ref reaches any more is kept, but it is not on the main line.
        left = (commit_id for commit_id, on_main in known.items() if on_main)
        changed += [{"repository_id": key, "id": left_id, "on_main": False} for left_id in left]
    insert_rows(session, CommitRow, new)
    _update_rows(session, CommitRow, changed)


def _record_paths(session: Session, key: int, reading: Reading) -> None:
    known = {
        (row.blob, row.path): row for row in session.execute(_PATHS, {"repository": key}).all()
    }
    new, changed = [], []
    for seen in reading.paths:
        row = {
            "repository_id": key,
            "blob": bytes.fromhex(seen.blob),
            "path": seen.path,
            "commit": bytes.fromhex(seen.commit),
            "first_seen": seen.time,
            "in_head": seen.in_head,
        }
        before = known.pop((row["blob"], seen.path), None)
        if before is None:
            new.append(row)
        elif seen.time < before.first_seen or seen.in_head != before.in_head:
            if seen.time >= before.first_seen:  # what was seen first stays, also when rewritten
                row |= {"commit": before.commit, "first_seen": before.first_seen}
            changed.append(row)
    if not CAPS_OF_PATHS.intersection(reading.partial):
        changed += [
            {"repository_id": key, **row._asdict(), "in_head": False}
            for row in known.values()
            if row.in_head
        ]
    insert_rows(session, PathRow, new)
    _update_rows(session, PathRow, changed)


_PATHS = select_columns(
    col(PathRow.blob), col(PathRow.path), col(PathRow.commit), col(PathRow.first_seen),
    col(PathRow.in_head),
).where(col(PathRow.repository_id) == bindparam("repository"))  # fmt: skip


def _update_rows(session: Session, table: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(update(table), rows)


def _record_small_facts(session: Session, key: int, reading: Reading) -> None:
    """Replace the facts that describe HEAD and the tags, where they differ from what is stored."""
    _replace(
        session, ReleaseRow, key,
        [
            {
                "repository_id": key, "name": r.name[:512], "commit": r.commit,
                "tag_object": r.tag_object, "version": r.version[:512],
                "released_at": _moment(r.time),
            }
            for r in _unique(reading.releases, lambda r: r.name[:512])
        ],
    )  # fmt: skip
    _replace(
        session, LanguageRow, key,
        [
            {"repository_id": key, "name": x.name, "size": x.size, "files": x.files}
            for x in reading.languages
        ],
    )  # fmt: skip
    _replace(
        session, SubmoduleRow, key,
        [
            {"repository_id": key, "path": x.path, "commit": x.commit, "url": x.url}
            for x in reading.submodules
        ],
    )  # fmt: skip
    _replace(
        session, PackageRow, key,
        [
            {
                "repository_id": key, "ecosystem": p.ecosystem, "name": p.name[:512],
                "version": p.version and p.version[:200], "path": p.path, "private": p.private,
            }
            for p in reading.packages
        ],
    )  # fmt: skip
    _replace(
        session, DependencyRow, key,
        [
            {
                "repository_id": key, "ecosystem": d.ecosystem, "name": d.name[:512],
                "spec": d.spec, "scope": d.scope, "git_url": d.git_url and d.git_url[:2048],
                "path": d.path, "line": d.line, "local": d.local, "locked": d.locked,
            }
            for d in reading.dependencies
        ],
    )  # fmt: skip


def _unique(items: Iterable[Any], key: Callable[[Any], Any]) -> list[Any]:
    return list({key(item): item for item in items}.values())


def _replace(
    session: Session, table: type[Model], key: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    rows = [storable(row) for row in rows]
    names = [name for name in table.model_fields if name != "id"]
    columns = [table.__table__.c[name] for name in names]  # type: ignore[attr-defined]
    owner = table.__table__.c["repository_id"]  # type: ignore[attr-defined]
    stored = session.execute(select(*columns).where(owner == key)).all()
    if _as_set(stored) == {tuple(_plain(row[name]) for name in names) for row in rows}:
        return
    session.execute(delete(table).where(owner == key))
    insert_rows(session, table, rows)


def _as_set(rows: Iterable[Any]) -> set[tuple[Any, ...]]:
    return {tuple(_plain(value) for value in row) for row in rows}


def _plain(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value


def _record_documents(
    session: Session, key: int, reading: Reading, reader_version: int, now: datetime
) -> None:
    stored = {
        (row.kind, row.path): row
        for row in session.exec(
            select(DocumentRow).where(
                col(DocumentRow.repository_id) == key, col(DocumentRow.ended_at).is_(None)
            )
        )
    }
    for document in reading.documents:
        row = stored.pop((document.kind, document.path), None)
        if row and _is_same(row, document, reader_version):
            continue
        if row:
            _end_document(session, row, now)
        _add_document(session, key, document, reading.head, reader_version, now)
    for row in stored.values():
        _end_document(session, row, now)


def _is_same(row: DocumentRow, document: Document, reader_version: int) -> bool:
    """Tell whether a document was read so already; one that killed its reader has no digest."""
    return (row.blob, row.sha256, row.reader_version) == (
        document.blob, document.sha256, reader_version,
    )  # fmt: skip


def _end_document(session: Session, row: DocumentRow, now: datetime) -> None:
    row.sqlmodel_update({"ended_at": now, "html": None})
    session.add(row)
    session.execute(
        update(ClaimRow)
        .where(col(ClaimRow.document_id) == row.id, col(ClaimRow.ended_at).is_(None))
        .values(ended_at=now)
    )


def _add_document(
    session: Session, key: int, document: Document, head: str, reader_version: int, now: datetime
) -> None:
    row = DocumentRow(
        repository_id=key,
        kind=document.kind,
        path=document.path,
        blob=document.blob,
        commit=head,
        sha256=document.sha256,
        size=document.size,
        status=document.status,
        version=storable(document.version and document.version[:40]),
        reader_version=reader_version,
        text=storable(document.text and document.text[:MAX_TEXT]),
        html=storable(document.html),
        data=storable(document.data),
        diagnostics=[storable(_diagnostic(d)) for d in document.diagnostics],
        read_at=now,
    )
    session.add(row)
    session.flush()
    add_claims(
        session, key, document.claims, basis=document.kind, now=now,
        document_id=row.id, path=document.path, commit=head,
    )  # fmt: skip


def _diagnostic(found: Any) -> dict[str, Any]:
    return {
        "severity": found.severity, "message": found.message, "key": found.key,
        "line": found.line, "column": found.column, "fix": found.fix,
    }  # fmt: skip


def add_claims(
    session: Session,
    repository_id: int,
    claims: Iterable[Claim],
    *,
    basis: str,
    now: datetime,
    document_id: int | None = None,
    path: str | None = None,
    commit: str | None = None,
) -> None:
    """Append claims of one source."""
    insert_rows(
        session,
        ClaimRow,
        [
            {
                "repository_id": repository_id, "document_id": document_id,
                "property": claim.property, "lang": claim.lang and claim.lang[:40],
                "value": storable(claim.value), "basis": basis, "path": path, "line": claim.line,
                "commit": commit, "confidence": claim.confidence, "observed_at": now,
            }
            for claim in claims
        ],
    )  # fmt: skip


def replace_claims(
    session: Session, repository_id: int, basis: str, claims: Sequence[Claim], now: datetime
) -> None:
    """End the claims of a source that is no document where they changed, and append the new."""
    stored = session.exec(
        select(ClaimRow).where(
            col(ClaimRow.repository_id) == repository_id,
            col(ClaimRow.basis) == basis,
            col(ClaimRow.document_id).is_(None),
            col(ClaimRow.ended_at).is_(None),
        )
    ).all()
    wanted = {(c.property, c.lang, repr(storable(c.value))): c for c in claims}
    for row in stored:
        if wanted.pop((row.property, row.lang, repr(row.value)), None) is None:
            row.ended_at = now
            session.add(row)
    add_claims(session, repository_id, wanted.values(), basis=basis, now=now)
