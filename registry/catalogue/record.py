"""Store what a reading gave: facts by difference, documents and claims append-only.

Reading the same objects again changes no row; a document that the source dropped is ended, never
deleted.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.catalogue.masking import Masking
from registry.catalogue.record_facts import moment, record_facts
from registry.catalogue.record_governance import record_governance
from registry.catalogue.record_inspection import record_inspection
from registry.catalogue.record_lineage import record_lineage_facts
from registry.db.bulk import insert_rows
from registry.db.tables import (
    ClaimRow,
    DocumentRow,
    Repository,
)
from registry.domain.facts import Claim, Document, Reading
from registry.domain.text import storable

MAX_TEXT = 200_000


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
    masking = Masking(session, hasher)
    reading = masking.reading(reading)
    record_facts(session, key, reading, masking)
    masking.mask_commits(key, reading)
    record_lineage_facts(session, key, reading)
    record_inspection(session, key, reading, now)
    record_governance(session, key, reading, now)
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
            "first_commit_at": moment(reading.first_commit_time),
            "last_commit_at": moment(reading.last_commit_time),
            "language_basis": reading.language_basis,
            "community": storable(reading.community),
        }
    )
    session.add(repository)


def _id(repository: Repository) -> int:
    if repository.id is None:
        raise ValueError("the repository is not stored yet")
    return repository.id


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
    peer_record_id: int | None = None,
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
                "peer_record_id": peer_record_id,
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
