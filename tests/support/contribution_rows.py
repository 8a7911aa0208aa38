"""Commits of a main line straight into the tables: who wrote them, when, from which domain."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from registry.db.tables import CommitRow, TrailerRow


def commit_id(name: str) -> bytes:
    """Return the id of the commit of this name."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).digest()


def person(name: str) -> bytes:
    """Return the key of somebody of this name."""
    return name.encode().ljust(16, b".")


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
    merger: str = "",
    trailers: Sequence[tuple[str, str, str]] = (),
    on_main: bool = True,
) -> None:
    """Add a commit; the same name is the same commit, in any repository.

    It comes after those named, or else after as many that nobody has. `trailers` are a role, a
    person and a domain each.
    """
    before = b"".join(commit_id(x) for x in after) if after else b"p" * 20 * parents
    session.add(
        CommitRow(
            repository_id=repository, id=commit_id(name), parents=before,
            author_time=int(at.timestamp()), commit_time=int(at.timestamp()),
            author_key=person(author), author_domain=domain, on_main=on_main,
            flags=flags, committer_key=person(committer) if committer else None,
            committer_domain=domain if committer else None,
            merger_key=person(merger) if merger else None,
            merger_domain=domain if merger else None,
        )
    )  # fmt: skip
    for role, who, place in trailers:
        session.add(
            TrailerRow(
                repository_id=repository, commit=commit_id(name), role=role,
                person_key=person(who), person_domain=place,
            )
        )  # fmt: skip
    session.flush()
