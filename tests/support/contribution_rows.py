"""Commits of a main line straight into the tables: who wrote them, when, from which domain."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from registry.db.tables import CommitRow


def commit_id(name: str) -> bytes:
    """Return the id of the commit of this name."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).digest()


def add_commit(
    session: Session,
    repository: int,
    name: str,
    *,
    at: datetime = datetime(2024, 6, 1, tzinfo=UTC),
    author: str = "a",
    domain: str = "town.example",
    parents: int = 1,
    after: Sequence[str] = (),
    flags: str = "",
    committer: str = "",
    on_main: bool = True,
) -> None:
    """Add a commit; the same name is the same commit, in any repository.

    It comes after those named, or else after as many that nobody has.
    """
    before = b"".join(commit_id(x) for x in after) if after else b"p" * 20 * parents
    session.add(
        CommitRow(
            repository_id=repository, id=commit_id(name), parents=before,
            author_time=int(at.timestamp()), commit_time=int(at.timestamp()),
            author_key=author.encode().ljust(16, b"."), author_domain=domain, on_main=on_main,
            flags=flags, committer_key=committer.encode().ljust(16, b".") if committer else None,
            committer_domain=domain if committer else None,
        )
    )  # fmt: skip
    session.flush()
