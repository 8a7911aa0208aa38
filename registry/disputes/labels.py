"""What the organisations on the sides of an edge say of it, kept for the next calibration."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.db.tables import Dispute, Edge, EdgeEvent, EdgeLabel
from registry.db.tables.lineage import COUNTED_STATES
from registry.disputes.sides import REUSER, locked_edge, name_of, sides_of
from registry.errors import Conflict, Forbidden
from registry.lineage.totals import refresh_totals

CONFIRMED = "confirmed"
DENIED = "denied"


def confirm_edge(session: Session, actor: Actor, key: str, now: datetime) -> None:
    """Let an owner of an organisation on one side say that an edge is right.

    The word of the reuser makes an edge count that was only possible; that of the origin, which
    gains by it, is shown beside. Raises `Forbidden`, or `Conflict` where the organisation objects.
    """
    edge = locked_edge(session, key)
    mine = sides_of(session, actor, Action.CONFIRM_EDGE, edge)
    if not mine:
        authorise(actor, Action.CONFIRM_EDGE)
        raise Forbidden("owners of an organisation on one side confirm evidence")
    if edge.state not in COUNTED_STATES:
        raise Conflict(f"this evidence is {edge.state.value}: there is nothing to confirm")
    for side, body in mine:
        if _objects(session, edge, body):
            raise Conflict("your organisation objects to this evidence: that is reviewed first")
        _label(session, edge, body, actor.account or 0, CONFIRMED, now)
        edge.is_confirmed = edge.is_confirmed or side == REUSER
        reason = f"{name_of(session, body)} confirms it"
        session.add(EdgeEvent(edge_id=edge.id or 0, at=now, state=edge.state.value, reason=reason))
    edge.changed_at = now
    session.flush()
    if edge.origin_id is not None:
        refresh_totals(session, [edge.origin_id], now)
    bodies = sorted({body for _, body in mine})
    audit.append(
        session, actor=actor.account, action="dispute.confirmed", subject=f"evidence:{edge.key}",
        detail={"organisations": bodies}, at=now,
    )  # fmt: skip


def take_back(session: Session, edge: Edge, organisation: int) -> None:
    """End what an organisation confirmed: it says something else now."""
    session.execute(
        delete(EdgeLabel).where(
            col(EdgeLabel.edge_id) == edge.id, col(EdgeLabel.organisation_id) == organisation
        )
    )
    confirming = select(EdgeLabel.organisation_id).where(
        col(EdgeLabel.edge_id) == edge.id,
        col(EdgeLabel.verdict) == CONFIRMED,
        col(EdgeLabel.organisation_id) == edge.reuser_organisation_id,
    )
    edge.is_confirmed = session.exec(confirming).first() is not None


def deny(session: Session, edge: Edge, dispute: Dispute, now: datetime) -> None:
    """Keep an objection of an organisation that was accepted as its judgement of the edge."""
    if dispute.organisation_id is not None and dispute.account_id is not None:
        body, account = dispute.organisation_id, dispute.account_id
        _label(session, edge, body, account, DENIED, now)
    edge.is_confirmed = False


def _label(
    session: Session, edge: Edge, organisation: int, account: int, verdict: str, now: datetime
) -> None:
    session.merge(
        EdgeLabel(
            edge_id=edge.id or 0, organisation_id=organisation, account_id=account,
            verdict=verdict, at=now,
        )
    )  # fmt: skip


def _objects(session: Session, edge: Edge, organisation: int) -> bool:
    query = select(Dispute.id).where(
        col(Dispute.edge_id) == edge.id,
        col(Dispute.organisation_id) == organisation,
        col(Dispute.state) == "open",
    )
    return session.exec(query).first() is not None
