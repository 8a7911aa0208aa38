"""Objections to the attribution of a component to an organisation.

A member of the organisation marks it as disputed at once. Once an operator agreed, the component
is of no known organisation, also after the next crawl, and so are its edges: what was seen at first
sight was wrong.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, is_allowed
from registry.catalogue.announce import announce_component
from registry.catalogue.resolve import resolve_component
from registry.db.changes import note_change
from registry.db.tables import ChangeKind, Component, Dispute, Edge, Repository
from registry.db.tombstones import missing_component
from registry.disputes.edges import note_audit, refuse_flood
from registry.disputes.reasons import (
    ATTRIBUTION_CATEGORIES,
    MAX_REASON,
    MIN_REASON,
    known_category,
)
from registry.errors import Conflict
from registry.lineage.totals import refresh_totals
from registry.texts import plain_text

ATTRIBUTED = "attributed"


def object_to_attribution(
    session: Session, actor: Actor, slug: str, category: str, reason: str, now: datetime
) -> Dispute:
    """Write down that a component is not of the organisation that it is attributed to.

    Raises `InvalidInput`, `NotFound` or `Gone`, and `Conflict` where no organisation is known, its
    members object already, or too many objections wait.
    """
    category = known_category(category, ATTRIBUTION_CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    component = locked_component(session, slug)
    body = component.organisation_id
    if body is None:
        raise Conflict("of this component no organisation is known: there is nothing to object to")
    is_member = is_allowed(actor, Action.DISPUTE_AT_ONCE, body)
    if is_member and component.is_attribution_disputed:
        raise Conflict("the organisation objects to this attribution already")
    if not is_member:
        refuse_flood(session, col(Dispute.component_id) == component.id)
    dispute = Dispute(
        component_id=component.id, attributed_id=body, category=category, reason=text,
        account_id=actor.account, organisation_id=body if is_member else None,
        side=ATTRIBUTED if is_member else None, created_at=now,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    if is_member:
        _mark(session, component, now, is_disputed=True)
        detail = {"component": component.slug, "organisation": body}
        note_audit(session, dispute, "opened", actor.account, now, detail)
    return dispute


def settle_attribution(session: Session, dispute: Dispute, now: datetime) -> None:
    """Do what follows from a decision."""
    component = component_of(session, dispute)
    if dispute.state == "accepted":
        _part(session, component, dispute, now)
    is_disputed = _is_disputed(session, component)
    if component.is_attribution_disputed != is_disputed:
        _mark(session, component, now, is_disputed=is_disputed)


def locked_component(session: Session, slug: str) -> Component:
    """Return a component by its slug, for a change; raises `NotFound` or `Gone`."""
    found = select(Component).where(
        col(Component.slug) == slug.replace("\0", ""), col(Component.is_taken_down).is_(False)
    )
    component = session.exec(found.with_for_update()).first()
    if component is None:
        raise missing_component(session, slug[:120].replace("\0", ""))
    return component


def component_of(session: Session, dispute: Dispute) -> Component:
    """Return the component of an objection, for a change; raises `Gone` once it is taken down."""
    found = select(Component).where(col(Component.id) == dispute.component_id)
    component = session.exec(found.with_for_update()).one()
    if component.is_taken_down:
        raise missing_component(session, component.slug)
    return component


def _is_disputed(session: Session, component: Component) -> bool:
    """Say whether members of the present organisation still object."""
    if component.organisation_id is None:
        return False
    query = select(Dispute.id).where(
        col(Dispute.component_id) == component.id,
        col(Dispute.attributed_id).is_not(None),
        col(Dispute.state) == "open",
        col(Dispute.organisation_id) == component.organisation_id,
    )
    return session.exec(query).first() is not None


def _mark(session: Session, component: Component, now: datetime, *, is_disputed: bool) -> None:
    component.is_attribution_disputed = is_disputed
    session.flush()
    note_change(session, component, ChangeKind.UPDATED, now)
    announce_component(
        session, component,
        changed=["is_attribution_disputed"], is_new=False, is_release=False, now=now,
    )  # fmt: skip


def _part(session: Session, component: Component, dispute: Dispute, now: datetime) -> None:
    """Part a component from an organisation, in the catalogue and in its edges."""
    resolve_component(session, session.get_one(Repository, component.repository_id), now)
    origins: set[int] = set()
    for end in ("origin", "reuser"):
        key, body = (col(getattr(Edge, f"{end}_{name}")) for name in ("id", "organisation_id"))
        here = select(Edge).where(key == component.id, body == dispute.attributed_id)
        for edge in session.exec(here):
            _forget_end(edge, end, now)
            origins |= {edge.origin_id} if edge.origin_id is not None else set()
    session.flush()
    refresh_totals(session, origins, now)


def _forget_end(edge: Edge, end: str, now: datetime) -> None:
    unknown: dict[str, Any] = {
        f"{end}_{name}": None for name in ("organisation_id", "country", "region")
    }
    edge.sqlmodel_update({**unknown, "is_internal": False, "changed_at": now})
