"""Shared commits: forks and hard forks.

Definition: commits that stand on branches or tags of both repositories; of a cluster, the links
of its maximum spanning tree. A repository whose main line has no commit of its own is a mirror.
Blind spots: a copy made without its history; a history that was rewritten (`git filter-repo`
gives every commit another id). The direction is that of the forge where it says so, then of a text
in one repository that names the other as its source, else of the people: who went on working in a
repository had written what the two share.
"""

from sqlmodel import Session

from registry.db.tables import EdgeKind, EdgeTag
from registry.lineage.clusters import tree_links
from registry.lineage.detectors.attribution import statements
from registry.lineage.ends import EndPoint, repository_ends
from registry.lineage.familiarity import Side, common_commits, last_of, sides_of, who_went_on
from registry.lineage.findings import DIRECTION_KNOWN, DIRECTION_UNKNOWN, Finding


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
    common = common_commits(session, *pair)
    sides = sides_of(session, pair, common)
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
        first_seen=min((own for own in parted if own), default=last_of(common)),
        strength={
            "commits": shared,
            "own_commits_origin": sides[order[0]].own,
            "own_commits_reuser": reuser.own,
            "first_shared": common[0].commit_time if common else None,
            "last_shared": last_of(common),
            "is_mirror": reuser.own == 0,
        },
        confidence="verified",
    )


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
    by_authors = who_went_on(sides)
    if by_authors is not None:
        return by_authors, "authors"
    if ends[0].is_fork != ends[1].is_fork:
        return (1, "forge") if ends[0].is_fork else (0, "forge")
    return None, "conflict" if sides[0].own else "identical"
