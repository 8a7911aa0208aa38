"""Commits that only one of two main lines has: sets of ids in the database, no objects needed."""

from typing import Final

from msgspec import Struct
from sqlalchemy import func, select
from sqlmodel import Session

from registry.db.base import Model

_COMMITS: Final = Model.metadata.tables["commit_fact"]


class Counted(Struct, frozen=True):
    """How many commits of their main lines two repositories share, and each has alone."""

    common: int
    behind: int
    ahead: int


def count_commits(session: Session, origin: int, reuser: int) -> Counted:
    """Count as `git rev-list --count A..B` does, from the head of each to that of the other."""
    mine, theirs = _COMMITS.alias(), _COMMITS.alias()
    common = session.execute(
        select(func.count())
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(
            mine.c.repository_id == origin, mine.c.on_main,
            theirs.c.repository_id == reuser, theirs.c.on_main,
        )
    ).scalar_one()  # fmt: skip
    return Counted(common, _main(session, origin) - common, _main(session, reuser) - common)


def _main(session: Session, repository: int) -> int:
    query = select(func.count()).select_from(_COMMITS)
    found = session.execute(query.where(_COMMITS.c.repository_id == repository, _COMMITS.c.on_main))
    return int(found.scalar_one())
