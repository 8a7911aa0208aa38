"""Rows of a small catalogue, written by the same use cases as those of a crawl."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, select

from registry.catalogue.record import AuthorHasher, record_reading
from registry.catalogue.resolve import resolve_component
from registry.catalogue.sources import NewSource, add_source, register_repository
from registry.db.session import Database
from registry.db.tables import Component, Repository, RepositoryState
from registry.domain.facts import Claim, Commit, Document, PathFirstSeen, Reading

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HASHER = AuthorHasher(b"k" * 32)
HEAD = "a" * 40


def document(*claims: Claim, kind: str = "publiccode", path: str = "publiccode.yml") -> Document:
    """Return a document whose contents follow from its claims."""
    text = repr(claims)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        kind=kind, path=path, blob=digest[:40], size=len(text), sha256=digest, claims=claims
    )


def reading(*documents: Document, **facts: Any) -> Reading:
    """Return a reading of one commit with these documents."""
    default: dict[str, Any] = {
        "head": HEAD,
        "default_branch": "main",
        "root_commits": (HEAD,),
        "commit_count": 1,
        "last_commit_time": int(NOW.timestamp()) - 86_400,
        "commits": (Commit(HEAD, (), 1_600_000_000, 1_600_000_000, "ada@gov.example", True),),
        "paths": (PathFirstSeen("b" * 40, "README.md", HEAD, 1_600_000_000, True),),
        "documents": documents,
    }
    return Reading(**default | facts)


def register(session: Session, path: str, **source: Any) -> Repository:
    """Return the repository `https://code.example/<path>` of a source of its owner."""
    owner = path.partition("/")[0]
    new = NewSource(
        spec=f"git:https://code.example/{owner}", kind="organisation", forge="git",
        host="code.example", namespace=owner, **source,
    )  # fmt: skip
    row, _ = add_source(session, new, NOW)
    url = f"https://code.example/{path}"
    return register_repository(session, row, url=url, path=path, now=NOW)


def record(
    session: Session,
    repository: Repository,
    found: Reading,
    now: datetime = NOW,
    hasher: AuthorHasher = HASHER,
) -> Component:
    """Write a reading as the crawler does, and return the component."""
    record_reading(session, repository, found, hasher=hasher, reader_version=1, now=now)
    repository.state = RepositoryState.ACTIVE
    repository.last_crawled_at, repository.last_outcome = now, "crawled"
    return resolve_component(session, repository, now)


def crawled(database: Database, path: str, claims: Sequence[Claim] = (), **source: Any) -> int:
    """Add a crawled repository with a publiccode.yml of these claims; return its component's id."""
    with database.write() as session:
        component = record(session, register(session, path, **source), reading(document(*claims)))
        return component.id or 0


def rows_of(database: Database, table: Any) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings."""
    with database.read() as session:
        return [row.model_dump() for row in session.exec(select(table))]
