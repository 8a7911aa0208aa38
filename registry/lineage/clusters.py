"""Clusters: repositories with commits in common, joined by a maximum spanning tree.

Two repositories are in one cluster when a chain of shared commits leads from one to the other.
The tree joins each repository to the neighbour with which it shares the most commits.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from sqlalchemy import case, delete, func, select
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import ClusterMember
from registry.db.tables.facts import MASKED_AUTHOR
from registry.lineage.ancestry import parents
from registry.lineage.familiarity import common_commits, sides_of, who_went_on
from registry.lineage.rules import RULES

COMMITS: Final = Model.metadata.tables["commit_fact"]
Links = Mapping[tuple[int, int], int]
_BELOW: Final = 1001  # more than any share of familiar commits, in thousandths


class Joined(Struct, frozen=True):
    """What joining a repository changed: its cluster, those that went up in it, all members."""

    cluster_id: int
    merged: frozenset[int]
    members: tuple[int, ...]
    is_changed: bool


def join_cluster(session: Session, repository_id: int) -> Joined:
    """Put a repository into its cluster, merging clusters where it joins them."""
    shared = shared_commit_counts(session, repository_id)
    own = session.get(ClusterMember, repository_id)
    touched = {own.cluster_id} if own else set()
    touched |= set(clusters_of(session, shared).values())
    before = _members(session, touched)
    # Facts are never taken away: a known link that is weaker now has commits that others planted
    # in more repositories than a cluster may have, and stays as it was.
    links = _stored_links(before.values())
    for other, count in shared.items():
        link = _pair(repository_id, other)
        links[link] = max(count, links.get(link, 0))
    members = sorted({repository_id, *before})
    tree = spanning_tree(members, links, tie_ranks(session, links))
    cluster_id = members[0]
    rows = [_row(member, cluster_id, tree) for member in members]
    is_changed = any(not _is_same(before.get(row.repository_id), row) for row in rows)
    if is_changed:
        for batch in batches(members, 500):
            session.execute(
                delete(ClusterMember).where(col(ClusterMember.repository_id).in_(batch))
            )
        session.expunge_all()
        session.add_all(rows)
        session.flush()
    return Joined(cluster_id, frozenset(touched - {cluster_id}), tuple(members), is_changed)


def shared_commit_counts(session: Session, repository_id: int) -> dict[int, int]:
    """Return how many commits each other repository shares, with a repository.

    Commits that stand in more repositories than a cluster may have are generated or planted, and
    tell nothing (lineage design §4.3).
    """
    mine, theirs, other = COMMITS.alias("mine"), COMMITS.alias("theirs"), COMMITS.alias("other")
    common = (
        select(theirs.c.id)
        .where(theirs.c.id.in_(select(mine.c.id).where(mine.c.repository_id == repository_id)))
        .group_by(theirs.c.id)
        .having(func.count() > 1, func.count() <= RULES.max_cluster_size)
        .subquery()
    )
    rows = session.execute(
        select(other.c.repository_id, func.count())
        .select_from(common.join(other, other.c.id == common.c.id))
        .where(other.c.repository_id != repository_id)
        .group_by(other.c.repository_id)
    )
    return {int(key): int(count) for key, count in rows}


def tied_links(links: Links) -> list[tuple[int, int]]:
    """Return the links of equal weight at one repository: a fork of a fork holds as much."""
    at: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for link, weight in links.items():
        for end in link:
            at[(end, weight)].append(link)
    return sorted({link for found in at.values() if len(found) > 1 for link in found})


def tie_ranks(session: Session, links: Links) -> dict[tuple[int, int], int]:
    """Return how high each tied link ranks: by its people, but a link to somebody's fork below.

    What a fork shares with a third repository it has from its origin, which shares as much.
    """
    ranks = {link: familiar_commits(session, *link) for link in tied_links(links)}
    nearest = _nearest(links)
    asked = {
        end: nearest[end][1] for link in ranks for end in link if nearest[end][0] > links[link]
    }
    forks = _forks(session, asked)
    for link in ranks:
        ranks[link] -= _BELOW * sum(x in forks and nearest[x][0] > links[link] for x in link)
    return ranks


def _nearest(links: Links) -> dict[int, tuple[int, int]]:
    """Return of each repository the weight of its heaviest link, and to whom it leads."""
    found: dict[int, tuple[int, int]] = {}
    for (a, b), weight in sorted(links.items()):
        for end, other in ((a, b), (b, a)):
            if end not in found or weight > found[end][0]:
                found[end] = (weight, other)
    return found


def _forks(session: Session, asked: Mapping[int, int]) -> set[int]:
    """Return which repositories are forks of the one that each is asked beside.

    By the edges between them, else by who went on; one without commits of its own is the fork.
    """
    known = parents(session, {*asked, *asked.values()})
    found = set()
    for repository, other in asked.items():
        if other in known.get(repository, ()):
            found.add(repository)
        elif repository not in known.get(other, ()):
            pair = (repository, other)
            sides = sides_of(session, pair, common_commits(session, *pair))
            if who_went_on(sides) == 1 or (sides[0].own == 0 and sides[1].own > 0):
                found.add(repository)
    return found


def familiar_commits(session: Session, a: int, b: int) -> int:
    """Return how many in a thousand commits on two main lines are by authors of what they share.

    The origin of a fork goes on with the same people, so that its link outweighs that of another
    fork that holds the same history.
    """
    mine, theirs, own = COMMITS.alias("mine"), COMMITS.alias("theirs"), COMMITS.alias("own")
    authors = (
        select(mine.c.author_key)
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(
            mine.c.repository_id == a, theirs.c.repository_id == b,
            mine.c.author_key != MASKED_AUTHOR,
        )
        .distinct()
    )  # fmt: skip
    is_familiar = case((own.c.author_key.in_(authors), 1), else_=0)
    total, familiar = session.execute(
        select(func.count(), func.sum(is_familiar))
        .select_from(own)
        .where(own.c.repository_id.in_((a, b)), own.c.on_main.is_(True))
    ).one()
    return round(1000 * int(familiar or 0) / int(total)) if total else 0


def spanning_tree(
    members: Iterable[int], links: Links, ranks: Links | None = None
) -> dict[int, tuple[int, int]]:
    """Return for each member but the lowest of a component (neighbour towards it, weight).

    Kruskal's algorithm, heaviest first, ties by `ranks`, then by ids, so that the tree never
    depends on the order in which repositories came.
    """
    higher = ranks or {}
    root = {member: member for member in members}
    neighbours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    order = sorted(links.items(), key=lambda item: (-item[1], -higher.get(item[0], 0), item[0]))
    for (a, b), weight in order:
        if a in root and b in root and _find(root, a) != _find(root, b):
            root[_find(root, a)] = _find(root, b)
            neighbours[a].append((b, weight))
            neighbours[b].append((a, weight))
    return _rooted(sorted(root), neighbours)


def _find(root: dict[int, int], member: int) -> int:
    while root[member] != member:
        root[member] = root[root[member]]
        member = root[member]
    return member


def _rooted(
    members: Iterable[int], neighbours: Mapping[int, list[tuple[int, int]]]
) -> dict[int, tuple[int, int]]:
    parents: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    for start in members:
        stack = [start]
        while stack:
            member = stack.pop()
            if member in seen:
                continue
            seen.add(member)
            for other, weight in neighbours.get(member, ()):
                if other not in seen:
                    parents[other] = (member, weight)
                    stack.append(other)
    return parents


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def clusters_of(session: Session, repositories: Iterable[int]) -> dict[int, int]:
    """Return the cluster of each repository that has one."""
    found: dict[int, int] = {}
    for batch in batches(sorted(set(repositories)), 500):
        rows = session.execute(
            select(col(ClusterMember.repository_id), col(ClusterMember.cluster_id)).where(
                col(ClusterMember.repository_id).in_(batch)
            )
        )
        found |= {int(key): int(cluster) for key, cluster in rows}
    return found


def _members(session: Session, clusters: Iterable[int]) -> dict[int, ClusterMember]:
    rows = session.execute(
        select(ClusterMember).where(col(ClusterMember.cluster_id).in_(sorted(clusters)))
    )
    return {row.repository_id: row for row in rows.scalars()}


def _stored_links(rows: Iterable[ClusterMember]) -> dict[tuple[int, int], int]:
    return {
        _pair(row.repository_id, row.parent_id): row.shared_commits
        for row in rows
        if row.parent_id is not None
    }


def _row(member: int, cluster_id: int, tree: Mapping[int, tuple[int, int]]) -> ClusterMember:
    parent, shared = tree.get(member, (None, 0))
    return ClusterMember(
        repository_id=member, cluster_id=cluster_id, parent_id=parent, shared_commits=shared
    )


def _is_same(before: ClusterMember | None, row: ClusterMember) -> bool:
    return before is not None and (
        before.cluster_id, before.parent_id, before.shared_commits,
    ) == (row.cluster_id, row.parent_id, row.shared_commits)  # fmt: skip


def tree_links(session: Session, repository_id: int) -> Iterator[tuple[int, int, int]]:
    """Yield (a, b, shared commits) of the tree's links at a repository, a < b."""
    rows = session.execute(
        select(
            col(ClusterMember.repository_id),
            col(ClusterMember.parent_id),
            col(ClusterMember.shared_commits),
        ).where(
            (col(ClusterMember.repository_id) == repository_id)
            | (col(ClusterMember.parent_id) == repository_id)
        )
    )
    for member, parent, shared in rows:
        if parent is not None:
            yield *_pair(member, parent), shared
