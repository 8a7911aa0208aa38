"""Objections to one field of a component: the value that is shown, as one source states it.

A member of the organisation of the component marks it as disputed at once. Once an operator agreed,
that source is not believed about it any more, until it states something else: the next source is
shown, also after the next crawl. What the repository's files say is theirs, and stays as it is.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, is_allowed
from registry.catalogue.announce import announce_component
from registry.catalogue.resolve import resolve_component
from registry.db.changes import note_change
from registry.db.tables import (
    ChangeKind,
    ClaimRow,
    Component,
    ComponentField,
    Dispute,
    Repository,
)
from registry.disputes.attributions import ATTRIBUTED, component_of, locked_component
from registry.disputes.edges import note_audit, refuse_flood
from registry.disputes.reasons import FIELD_CATEGORIES, MAX_REASON, MIN_REASON, known_category
from registry.errors import Conflict, NotFound
from registry.texts import plain_text


def object_to_field(
    session: Session,
    actor: Actor,
    slug: str,
    field: tuple[str, str | None],
    category: str,
    reason: str,
    now: datetime,
) -> Dispute:
    """Write down that what is shown for a property, in a language where it has one, is wrong.

    Raises `InvalidInput`, `NotFound` or `Gone`, and `Conflict` where the organisation's members
    object already, or too many objections wait.
    """
    category = known_category(category, FIELD_CATEGORIES)
    text = plain_text(reason, "reason", MAX_REASON, least=MIN_REASON)
    component = locked_component(session, slug)
    claim = _shown(session, component, *field)
    body = component.organisation_id
    is_member = body is not None and is_allowed(actor, Action.DISPUTE_AT_ONCE, body)
    if not is_member:
        refuse_flood(session, col(Dispute.component_id) == component.id)
    elif _objects_already(session, component, claim):
        raise Conflict("the organisation objects to this value already")
    dispute = Dispute(
        component_id=component.id, property=claim.property, lang=claim.lang, value=claim.value,
        basis=claim.basis, category=category, reason=text, account_id=actor.account,
        organisation_id=body if is_member else None, side=ATTRIBUTED if is_member else None,
        created_at=now,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    if is_member:
        _tell(session, component, claim.property, now)
        detail = {"component": component.slug, "property": claim.property, "organisation": body}
        note_audit(session, dispute, "opened", actor.account, now, detail)
    return dispute


def settle_field(session: Session, dispute: Dispute, now: datetime) -> None:
    """Do what follows from a decision, or from withdrawing."""
    component = component_of(session, dispute)
    if dispute.state == "accepted":
        resolve_component(session, session.get_one(Repository, component.repository_id), now)
    if dispute.side is not None:
        _tell(session, component, dispute.property or "", now)


def _shown(session: Session, component: Component, name: str, lang: str | None) -> ClaimRow:
    """Return the claim whose value is shown."""
    query = (
        select(ClaimRow)
        .join(ComponentField, col(ComponentField.claim_id) == col(ClaimRow.id))
        .where(
            col(ComponentField.component_id) == component.id,
            col(ComponentField.property) == name,
            col(ComponentField.lang) == lang,
        )
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound("nothing is shown of this component for that property and language")
    return found


def _objects_already(session: Session, component: Component, claim: ClaimRow) -> bool:
    query = select(Dispute.id).where(
        col(Dispute.component_id) == component.id,
        col(Dispute.property) == claim.property,
        col(Dispute.lang) == claim.lang,
        col(Dispute.basis) == claim.basis,
        col(Dispute.state) == "open",
        col(Dispute.organisation_id) == component.organisation_id,
    )
    return session.exec(query).first() is not None


def _tell(session: Session, component: Component, name: str, now: datetime) -> None:
    """Tell the change log, and who listens, that a field is disputed, or is not any more."""
    note_change(session, component, ChangeKind.UPDATED, now)
    announce_component(session, component, changed=[name], is_new=False, is_release=False, now=now)
