"""Shared commits: forks and hard forks.

Definition: commits that stand on branches or tags of both repositories; of a cluster, the links
of its maximum spanning tree. A repository whose main line has no commit of its own is a mirror.
Blind spots: a copy made without its history; a history that was rewritten (`git filter-repo`
gives every commit another id). The direction is that of the forge where it says so, then of a text
in one repository that names the other as its source, else of the people: who went on working in a
repository had written what the two share.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from registry.db.base import Model
from registry.db.tables import EdgeKind, EdgeTag
from registry.db.tables.facts import MASKED_AUTHOR
from registry.lineage.clusters import tree_links
from registry.lineage.detectors.attribution import statements
from registry.lineage.ends import EndPoint, repository_ends
from registry.lineage.findings import DIRECTION_KNOWN, DIRECTION_UNKNOWN, Finding

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


def find(session: Session, repository_id: int) -> list[Finding]:
    """Return the forks at one repository: its links in the tree of its cluster."""
    links = list(tree_links(session, repository_id))
    ends = repository_ends(session, {x for a, b, _ in links for x in (a, b)})
    return [
        _finding(session, (a, b), shared, (ends[a], ends[b]))
        for a, b, shared in links
        if a in ends and b in ends
    ]


def _finding(
    session: Session, pair: tuple[int, int], shared: int, ends: tuple[EndPoint, EndPoint]
) -> Finding:
    common = _common(session, *pair)
    sides = (_side(session, *pair, common), _side(session, pair[1], pair[0], common))
    stated = _stated(session, pair, ends)
    origin, basis = _origin(sides, ends, stated)
    order = (0, 1) if origin in {0, None} else (1, 0)
    reuser = sides[order[1]]
    parted = [side.first_own for side in (sides if origin is None else (reuser,))]
    return Finding(
        kind=EdgeKind.SHARED_COMMITS,
        tag=EdgeTag.MEASURED,
        origin_repository_id=pair[order[0]],
        reuser_repository_id=pair[order[1]],
        direction=DIRECTION_UNKNOWN if origin is None else DIRECTION_KNOWN,
        direction_basis=basis,
        first_seen=min((own for own in parted if own), default=_last(common)),
        strength={
            "commits": shared,
            "own_commits_origin": sides[order[0]].own,
            "own_commits_reuser": reuser.own,
            "first_shared": common[0].commit_time if common else None,
            "last_shared": _last(common),
            "is_mirror": reuser.own == 0,
        },
        confidence="verified",
    )


def _common(session: Session, a: int, b: int) -> Sequence[Row[Any]]:
    """Return the shared commits, oldest first."""
    mine, theirs = COMMITS.alias(), COMMITS.alias()
    return session.execute(
        select(mine.c.id, mine.c.author_key, mine.c.commit_time)
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(mine.c.repository_id == a, theirs.c.repository_id == b)
        .order_by(mine.c.commit_time, mine.c.id)
    ).all()


def _last(common: Sequence[Row[Any]]) -> int | None:
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


def _stated(session: Session, pair: tuple[int, int], ends: tuple[EndPoint, EndPoint]) -> int | None:
    """Return which side the other one names as its source in a text, if just one does."""
    named = [
        number
        for number in (0, 1)
        if any(
            (row.target_url or "").lower() == ends[number].identity.lower()
            for row in statements(session, pair[1 - number])
        )
    ]
    return named[0] if len(named) == 1 else None


def _origin(
    sides: tuple[Side, Side], ends: tuple[EndPoint, EndPoint], stated: int | None
) -> tuple[int | None, str]:
    """Return which side is the origin (0 or 1), and from what that is known."""
    for number in (0, 1):
        if ends[number].is_fork and ends[number].parent_url == ends[1 - number].identity:
            return 1 - number, "forge"
    if stated is not None:
        return stated, "text"
    if (sides[0].own == 0) != (sides[1].own == 0):
        return (1, "no_own_commits") if sides[0].own == 0 else (0, "no_own_commits")
    difference = sides[0].familiarity - sides[1].familiarity
    is_enough = min(side.own for side in sides) >= ENOUGH
    if sides[0].own and abs(difference) >= (FINE_MARGIN if is_enough else MARGIN):
        return (0, "authors") if difference > 0 else (1, "authors")
    if ends[0].is_fork != ends[1].is_fork:
        return (1, "forge") if ends[0].is_fork else (0, "forge")
    return None, "conflict" if sides[0].own else "identical"
