"""Who went on: of two that share commits, the origin is where the authors of those work on."""

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


def common_commits(session: Session, a: int, b: int) -> Sequence[Row[Any]]:
    """Return the commits that two repositories share, oldest first."""
    mine, theirs = COMMITS.alias(), COMMITS.alias()
    return session.execute(
        select(mine.c.id, mine.c.author_key, mine.c.commit_time)
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(mine.c.repository_id == a, theirs.c.repository_id == b)
        .order_by(mine.c.commit_time, mine.c.id)
    ).all()


def side_of(session: Session, repository: int, other: int, common: Sequence[Row[Any]]) -> Side:
    """Return what a repository has of its own, against another with which it shares `common`."""
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


def who_went_on(sides: tuple[Side, Side]) -> int | None:
    """Return which of two sides (0 or 1) goes on with the authors of what both share, if clear."""
    if not (sides[0].own and sides[1].own):
        return None
    difference = sides[0].familiarity - sides[1].familiarity
    is_enough = min(side.own for side in sides) >= ENOUGH
    if abs(difference) < (FINE_MARGIN if is_enough else MARGIN):
        return None
    return 0 if difference > 0 else 1


def elder(session: Session, a: int, b: int) -> int | None:
    """Return which of two repositories the other is a fork of, as far as their authors tell."""
    common = common_commits(session, a, b)
    found = who_went_on((side_of(session, a, b, common), side_of(session, b, a, common)))
    return None if found is None else (a, b)[found]
