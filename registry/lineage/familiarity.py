"""Who went on working in a repository had written what it shares with a fork.

Of two repositories with commits in common the origin is the one whose own commits are by the
authors of those that they share (lineage design §4.3).
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from registry.db.base import Model
from registry.db.tables.facts import MASKED_AUTHOR

COMMITS: Final = Model.metadata.tables["commit_fact"]
FIRST_OWN: Final = 200  # commits after the fork that tell who went on
MARGIN: Final = 0.25
FINE_MARGIN: Final = 0.10  # where both sides have enough commits of their own
ENOUGH: Final = 20


class Side(NamedTuple):
    """One side of a fork: its own commits on the main line, and how familiar their authors are."""

    own: int
    familiarity: float
    first_own: int | None


def sides_of(
    session: Session, pair: tuple[int, int], common: Sequence[Row[Any]]
) -> tuple[Side, Side]:
    """Return both sides of two repositories that share some commits."""
    return _side(session, *pair, common), _side(session, pair[1], pair[0], common)


def who_went_on(sides: tuple[Side, Side]) -> int | None:
    """Return whose people wrote what both share, 0 or 1, where both have commits of their own."""
    own = min(side.own for side in sides)
    difference = sides[0].familiarity - sides[1].familiarity
    if not own or abs(difference) < (FINE_MARGIN if own >= ENOUGH else MARGIN):
        return None
    return 0 if difference > 0 else 1


def common_commits(session: Session, a: int, b: int) -> Sequence[Row[Any]]:
    """Return the shared commits, oldest first."""
    mine, theirs = COMMITS.alias(), COMMITS.alias()
    return session.execute(
        select(mine.c.id, mine.c.author_key, mine.c.commit_time)
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(mine.c.repository_id == a, theirs.c.repository_id == b)
        .order_by(mine.c.commit_time, mine.c.id)
    ).all()


def last_of(common: Sequence[Row[Any]]) -> int | None:
    """Return when the last shared commit was committed."""
    return int(common[-1].commit_time) if common else None


def _side(session: Session, repository: int, other: int, common: Sequence[Row[Any]]) -> Side:
    mine, theirs = COMMITS.alias(), COMMITS.alias()
    known = select(theirs.c.id).where(theirs.c.repository_id == other)
    own = session.execute(
        select(mine.c.author_key, mine.c.commit_time)
        .where(
            mine.c.repository_id == repository, mine.c.on_main.is_(True), mine.c.id.not_in(known)
        )
        .order_by(mine.c.commit_time, mine.c.id)
    ).all()
    authors = {row.author_key for row in common} - {MASKED_AUTHOR}
    first = own[:FIRST_OWN]
    familiar = sum(row.author_key in authors for row in first)
    return Side(len(own), familiar / len(first) if first else 0.0,
                int(own[0].commit_time) if own else None)  # fmt: skip
