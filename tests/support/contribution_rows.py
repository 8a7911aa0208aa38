"""Commits of a main line straight into the tables: who wrote them, when, from which domain."""

import hashlib
from datetime import UTC, datetime

from sqlmodel import Session

from registry.db.tables import CommitRow


def add_commit(
    session: Session,
    repository: int,
    name: str,
    *,
    at: datetime = datetime(2024, 6, 1, tzinfo=UTC),
    author: str = "a",
    domain: str = "town.example",
    parents: int = 1,
    flags: str = "",
    committer: str = "",
    on_main: bool = True,
) -> None:
    """Add a commit; the same name is the same commit, in any repository."""
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).digest()
    session.add(
        CommitRow(
            repository_id=repository, id=digest, parents=b"p" * 20 * parents,
            author_time=int(at.timestamp()), commit_time=int(at.timestamp()),
            author_key=author.encode().ljust(16, b"."), author_domain=domain, on_main=on_main,
            flags=flags, committer_key=committer.encode().ljust(16, b".") if committer else None,
            committer_domain=domain if committer else None,
        )
    )  # fmt: skip
    session.flush()
