"""Finding the family of a component: its root, and everything that descends from the root."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables.lineage import COUNTED_STATES, Edge, EdgeKind

MAX_NODES: Final = 10_000
_BATCH: Final = 500
# What a copy leaves behind, the strongest first.
RANK: Final = {
    EdgeKind.SHARED_COMMITS: 0,
    EdgeKind.SHARED_FILES: 1,
    EdgeKind.SIMILAR_FILES: 2,
    EdgeKind.ATTRIBUTION_TEXT: 3,
}

# A component by its id, a source without a repository by its id below zero.
Key = int


class Link(Struct, frozen=True):
    """All that says that one node descends from another: the edges, the strongest first."""

    parent: Key
    child: Key
    edges: tuple["LinkEdge", ...]

    @property
    def order(self) -> tuple[int, float, str]:
        """What comes first is the better parent: the stronger kind, then the earlier time."""
        moment = self.moment
        return (
            RANK[self.edges[0].kind],
            moment.timestamp() if moment else float("inf"),
            self.edges[0].key,
        )

    @property
    def moment(self) -> datetime | None:
        """The first evidence of the reuse."""
        return min((edge.first_seen for edge in self.edges if edge.first_seen), default=None)


class LinkEdge(Struct, frozen=True):
    """What the tree needs of an edge."""

    key: str
    kind: EdgeKind
    tag: str
    state: str
    first_seen: datetime | None
    is_mirror: bool


def is_descent() -> list[ColumnElement[bool]]:
    """Tell which edges say that one repository came from another; mirrors are in the family."""
    return [
        col(Edge.kind).in_(list(RANK)),
        col(Edge.state).in_(COUNTED_STATES),
        col(Edge.confidence) != "possible",
    ]


def root_of(session: Session, start: Key) -> Key:
    """Follow the best parent upwards; of nodes that lead in a circle, the lowest is the root."""
    path = [start]
    while len(path) < MAX_NODES:
        links = _links(session, [path[-1]], Edge.reuser_id)
        if not links:
            return path[-1]
        parent = min(links, key=lambda link: link.order).parent
        if parent in path:
            return min(path[path.index(parent) :])
        path.append(parent)
    return path[-1]


def family_of(session: Session, root: Key) -> tuple[dict[Key, list[Link]], bool]:
    """Return the links into each node below a root, and whether there are more nodes than kept."""
    incoming: dict[Key, list[Link]] = {root: []}
    frontier = [root]
    is_cut = False
    while frontier:
        found: list[Key] = []
        for link in _down(session, frontier):
            if link.child not in incoming and len(incoming) >= MAX_NODES:
                is_cut = True
                continue
            if link.child not in incoming:
                incoming[link.child] = []
                found.append(link.child)
            incoming[link.child].append(link)
        frontier = found
    return incoming, is_cut


def origins_outside(session: Session, family: Iterable[Key]) -> dict[Key, list[Link]]:
    """Return the links into the nodes of a family from origins that are not in it."""
    members = set(family)
    found: dict[Key, list[Link]] = {}
    for link in _links(session, [key for key in members if key > 0], Edge.reuser_id):
        if link.parent not in members:
            found.setdefault(link.child, []).append(link)
    return found


def _down(session: Session, parents: Sequence[Key]) -> list[Link]:
    components = [key for key in parents if key > 0]
    sources = [-key for key in parents if key < 0]
    found = _links(session, components, Edge.origin_id)
    return found + _links(session, sources, Edge.origin_source_id)


def _links(session: Session, keys: Sequence[int], column: Any) -> list[Link]:
    """Return the links whose edges have one of these ids in a column."""
    found: dict[tuple[Key, Key], list[LinkEdge]] = {}
    for batch in batches(keys, _BATCH):
        rows = session.execute(
            select_columns(
                col(Edge.origin_id), col(Edge.origin_source_id), col(Edge.reuser_id),
                col(Edge.key), col(Edge.kind), col(Edge.tag), col(Edge.state),
                col(Edge.first_seen), col(Edge.is_mirror),
            ).where(
                col(column).in_(batch),
                *is_descent(),
                col(Edge.direction) == "known",
                or_(col(Edge.origin_id).is_(None), col(Edge.origin_id) != col(Edge.reuser_id)),
            )
        )  # fmt: skip
        for origin, source, reuser, key, kind, tag, state, first, is_mirror in rows:
            parent = -source if origin is None else origin
            edge = LinkEdge(key, kind, tag.value, state.value, first, is_mirror)
            found.setdefault((parent, reuser), []).append(edge)
    return [
        Link(parent, child, tuple(sorted(edges, key=lambda e: (RANK[e.kind], e.key))))
        for (parent, child), edges in sorted(found.items())
    ]
