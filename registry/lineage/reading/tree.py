"""The family of a component as a dated tree: one parent for each node, depth first."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Component, Organisation, Repository
from registry.db.tables.lineage import ClusterMember, ClusterPair, Edge
from registry.db.tables.lineage_facts import NamedSource
from registry.db.tombstones import missing_component
from registry.lineage.reading.family import (
    Key,
    Link,
    family_of,
    is_descent,
    origins_outside,
    root_of,
)
from registry.lineage.reading.rows import edge_rows, edge_view
from registry.lineage.readmodels import EdgeView, LineageNode, LineageTree

MAX_UNPLACED: Final = 100
_BATCH: Final = 500
_LATEST: Final = float("inf")


class Member(Struct, frozen=True, kw_only=True):
    """What is shown of a node, whatever its place."""

    slug: str | None
    name: str
    organisation: str | None = None
    country: str | None = None
    region: str | None = None
    begun: datetime | None = None


def load_tree(session: Session, slug: str) -> LineageTree:
    """Return the family of a component, or raise `NotFound`."""
    row = session.execute(
        select_columns(col(Component.id), col(Component.repository_id)).where(
            col(Component.slug) == slug
        )
    ).first()
    if row is None:
        raise missing_component(session, slug)
    start, repository_id = row
    root = root_of(session, start)
    incoming, is_cut = family_of(session, root)
    parents = choose_parents(root, incoming)
    outside = origins_outside(session, incoming)
    strangers = {link.parent for links in outside.values() for link in links}
    members = _members(session, {*incoming, *strangers})
    also = {key: [*incoming[key], *outside.get(key, ())] for key in incoming}
    return LineageTree(
        nodes=tuple(_nodes(root, start, parents, members, also)),
        unplaced=_unplaced(session, incoming),
        common_upstream=_common_upstream(session, repository_id),
        is_cut=is_cut,
    )


def choose_parents(root: Key, incoming: Mapping[Key, Sequence[Link]]) -> dict[Key, Link]:
    """Return the link to the parent of each node but the root: the best one that makes a tree.

    Every node first takes its best parent. Nodes that then lead in a circle are hung on the tree
    by the best link that comes from it.
    """
    chosen = {
        key: min(links, key=lambda link: link.order)
        for key, links in incoming.items()
        if links and key != root
    }
    children: dict[Key, list[Key]] = {}
    for key, link in chosen.items():
        children.setdefault(link.parent, []).append(key)
    outgoing: dict[Key, list[Link]] = {}
    for links in incoming.values():
        for link in links:
            outgoing.setdefault(link.parent, []).append(link)
    placed: dict[Key, Link] = {}
    reached, waiting = {root}, [root]
    spare: list[tuple[tuple[int, float, str], Key, Link]] = []
    while waiting or spare:
        if not waiting:
            _, key, link = heapq.heappop(spare)
            if key in reached:
                continue
            placed[key] = link
            reached.add(key)
            waiting.append(key)
        here = waiting.pop()
        for link in outgoing.get(here, ()):
            heapq.heappush(spare, (link.order, link.child, link))
        for key in children.get(here, ()):
            if key not in reached:
                placed[key] = chosen[key]
                reached.add(key)
                waiting.append(key)
    return placed


def _nodes(
    root: Key,
    start: Key,
    parents: Mapping[Key, Link],
    members: Mapping[Key, Member],
    also: Mapping[Key, Sequence[Link]],
) -> Iterable[LineageNode]:
    """Yield the nodes depth first, children by their time; no child is older than its parent."""
    children: dict[Key, list[Link]] = {}
    for placed in parents.values():
        children.setdefault(placed.parent, []).append(placed)
    begun = members[root].begun
    waiting: list[tuple[Key, int, datetime | None]] = [(root, 0, begun)]
    while waiting:
        key, depth, bound = waiting.pop()
        link = parents.get(key)
        moment = link.moment if link else begun
        is_clamped = moment is not None and bound is not None and moment < bound
        shown = bound if is_clamped else moment
        yield _node(
            members, key, link, also.get(key, ()), depth=depth, moment=shown,
            is_clamped=is_clamped, is_current=key == start,
        )  # fmt: skip
        below = sorted(children.get(key, ()), key=lambda x: _place(x, members))
        waiting += [(x.child, depth + 1, shown or bound) for x in reversed(below)]


def _place(link: Link, members: Mapping[Key, Member]) -> tuple[float, str]:
    moment = link.moment
    return (moment.timestamp() if moment else _LATEST, members[link.child].name)


def _node(
    members: Mapping[Key, Member], key: Key, link: Link | None, links: Sequence[Link], **place: Any
) -> LineageNode:
    member = members[key]
    shown: dict[str, Any] = {}
    if link is not None:
        first = link.edges[0]
        shown = {
            "parent": members[link.parent].slug or members[link.parent].name,
            "edge": first.key,
            "kinds": tuple(dict.fromkeys(edge.kind.value for edge in link.edges)),
            "tag": first.tag,
            "state": first.state,
            "is_mirror": first.is_mirror,
        }
    others = sorted((x for x in links if x is not link), key=lambda x: x.order)
    return LineageNode(
        slug=member.slug, name=member.name, organisation=member.organisation,
        country=member.country, region=member.region,
        also_from=tuple((members[x.parent].name, x.edges[0].key) for x in others),
        **shown, **place,
    )  # fmt: skip


def _members(session: Session, keys: Iterable[Key]) -> dict[Key, Member]:
    found: dict[Key, Member] = {}
    known = list(keys)
    for batch in batches([key for key in known if key > 0], _BATCH):
        rows = session.execute(
            select_columns(
                col(Component.id), col(Component.slug), col(Component.name),
                col(Organisation.name), col(Component.country), col(Component.region),
                col(Repository.first_commit_at),
            )
            .join(Repository, col(Repository.id) == col(Component.repository_id))
            .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
            .where(col(Component.id).in_(batch))
        )  # fmt: skip
        for number, slug, name, organisation, country, region, begun in rows:
            found[number] = Member(
                slug=slug, name=name, organisation=organisation, country=country, region=region,
                begun=begun,
            )  # fmt: skip
    for batch in batches([-key for key in known if key < 0], _BATCH):
        rows = session.execute(
            select_columns(
                col(NamedSource.id), col(NamedSource.name), col(NamedSource.country),
                col(NamedSource.region),
            ).where(col(NamedSource.id).in_(batch))
        )  # fmt: skip
        for number, name, country, region in rows:
            found[-number] = Member(slug=None, name=name, country=country, region=region)
    return found


def _unplaced(session: Session, family: Iterable[Key]) -> tuple[EdgeView, ...]:
    """Return edges of the family of which nobody knows who was first."""
    found: dict[str, EdgeView] = {}
    for batch in batches([key for key in family if key > 0], _BATCH):
        ends = or_(col(Edge.origin_id).in_(batch), col(Edge.reuser_id).in_(batch))
        statement = (
            edge_rows()
            .where(ends, *is_descent(), col(Edge.direction) == "unknown")
            .order_by(col(Edge.key))
            .limit(MAX_UNPLACED)
        )
        found |= {edge.key: edge for edge in map(edge_view, session.execute(statement))}
    return tuple(found[key] for key in sorted(found))[:MAX_UNPLACED]


def _common_upstream(session: Session, repository_id: int) -> int:
    """Count the families that share code with this one because both took it from a third."""
    cluster = (
        select_columns(col(ClusterMember.cluster_id))
        .where(col(ClusterMember.repository_id) == repository_id)
        .scalar_subquery()
    )
    ends = or_(col(ClusterPair.cluster_a) == cluster, col(ClusterPair.cluster_b) == cluster)
    statement = (
        select_columns(func.count())
        .select_from(ClusterPair)
        .where(ends, col(ClusterPair.verdict) == "common_upstream")
    )
    return int(session.execute(statement).scalar_one())
