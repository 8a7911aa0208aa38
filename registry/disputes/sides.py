"""Who stands on which side of an edge, and what they may do for it."""

from typing import Final, NamedTuple

from sqlmodel import Session, col, or_, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, is_allowed
from registry.db.tables import Component, Edge, Organisation
from registry.errors import NotFound
from registry.lineage.reading.evidence import missing_evidence

ORIGIN: Final = "origin"
REUSER: Final = "reuser"
OTHER_SIDE: Final = {ORIGIN: REUSER, REUSER: ORIGIN}


class Side(NamedTuple):
    """A side of an edge, and an organisation that stands on it."""

    side: str
    organisation: int


def sides_of(session: Session, actor: Actor, action: Action, edge: Edge) -> list[Side]:
    """Return where the actor may do this: for the organisation at first sight, or the present one.

    Somebody who is no member any more stands nowhere.
    """
    return [
        Side(side, body)
        for side, bodies in _bodies(session, edge).items()
        for body in bodies
        if is_allowed(actor, action, body)
    ]


def locked_edge(session: Session, key: str) -> Edge:
    """Return an edge for a change of what people say of it: one after the other changes it."""
    key = key.replace("\0", "")
    edge = session.exec(select(Edge).where(col(Edge.key) == key).with_for_update()).first()
    if edge is None or is_hidden(session, edge):
        raise missing_evidence(session, key)
    return edge


def is_hidden(session: Session, edge: Edge) -> bool:
    """Say whether an end of an edge is taken down."""
    ends = or_(col(Component.id) == edge.origin_id, col(Component.id) == edge.reuser_id)
    query = select(Component.id).where(ends, col(Component.is_taken_down).is_(True))
    return session.exec(query).first() is not None


def name_of(session: Session, organisation: int) -> str:
    """Return the name of an organisation."""
    body = session.get(Organisation, organisation)
    if body is None:
        raise NotFound("there is no such organisation")
    return body.name


def _bodies(session: Session, edge: Edge) -> dict[str, list[int]]:
    origin = session.get(Component, edge.origin_id) if edge.origin_id else None
    reuser = session.get(Component, edge.reuser_id)
    return {
        ORIGIN: _distinct(edge.origin_organisation_id, origin),
        REUSER: _distinct(edge.reuser_organisation_id, reuser),
    }


def _distinct(at_first: int | None, component: Component | None) -> list[int]:
    now = component.organisation_id if component else None
    return [body for body in dict.fromkeys((at_first, now)) if body is not None]
