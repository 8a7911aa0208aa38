"""Ownership claims: started, proven, confirmed, withdrawn, revoked; each in the caller's
transaction, and each in the audit log.

An active claim on an organisation makes the claimant an owner of it from level 2 on, and a member
at level 1. Two people who claim the same are not weighed by the registry: an operator decides.
"""

import secrets
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.db.organisations import organisation_id
from registry.db.tables import (
    Component,
    Membership,
    OwnershipClaim,
    OwnershipState,
    ProofMethod,
)
from registry.db.tombstones import missing_component
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound
from registry.publishing.domain_names import parse_domain
from registry.publishing.ownership_checks import OF_DOMAIN, activate, lock_subject, note_claim
from registry.publishing.ownership_rules import OPEN, STANDING, VALID

MAX_OPEN: Final = 20


class NewClaim(Struct, frozen=True, kw_only=True):
    """What somebody claims, by the slug of one of the two, and how they will prove it."""

    account: int
    organisation: str | None = None
    component: str | None = None
    method: ProofMethod
    domain: str = ""


def start_claim(session: Session, new: NewClaim, now: datetime) -> OwnershipClaim:
    """Write a claim down with its token; the same claim again is the one that is open already.

    Raises `InvalidInput`, `NotFound`, `Gone`, or `Conflict` when too many are open.
    """
    organisation, component = _subject(session, new)
    domain = _domain(new)
    claim = _open_claim(session, new, organisation, component, domain)
    if claim is not None:
        return claim
    if _count_open(session, new.account) >= MAX_OPEN:
        raise Conflict("many ownership claims of this account are open: finish or withdraw some")
    claim = OwnershipClaim(
        account_id=new.account,
        organisation_id=None if component else organisation,
        component_id=component,
        method=new.method,
        domain=domain,
        token=secrets.token_urlsafe(24),
        created_at=now,
        expires_at=now + VALID,
    )
    session.add(claim)
    session.flush()
    note_claim(session, claim, "started", new.account, now)
    return claim


def confirm_claim(
    session: Session, number: int, *, by: int | None, now: datetime
) -> OwnershipClaim:
    """Let a second person vouch for a proven claim: an operator, or an owner of the organisation.

    `by` is their account, `None` for the operator at the command line. That they may is checked
    before. Raises `Conflict` for a claim that is not proven, and `Forbidden` for one's own.
    """
    claim = _claim(session, number)
    lock_subject(session, claim)
    if by is not None and by == claim.account_id:
        raise Forbidden("a second person has to confirm it: nobody confirms their own claim")
    if claim.state not in STANDING - {OwnershipState.LAPSED}:
        raise Conflict(f"ownership claim {number} is {claim.state.value}: nothing to confirm")
    claim.second_person = f"account:{by}" if by is not None else "operator"
    claim.confirmed_at = now
    activate(session, claim, now, by=by)
    note_claim(session, claim, "confirmed", by, now)
    session.add(claim)
    session.flush()
    return claim


def withdraw_claim(session: Session, number: int, *, account: int, now: datetime) -> OwnershipClaim:
    """End one's own claim; the role that it gave stays, and can be left as any other."""
    claim = _claim(session, number)
    if claim.account_id != account:
        raise NotFound(f"there is no ownership claim {number}")
    _end(session, claim, OwnershipState.WITHDRAWN, by=account, now=now)
    return claim


def revoke_claim(session: Session, number: int, *, by: int | None, now: datetime) -> OwnershipClaim:
    """End a claim that is wrong, with the role that it gave: also that of a last owner.

    An organisation keeps an owner, but one who never was one is none.
    """
    claim = _claim(session, number)
    had_role = claim.organisation_id is not None and claim.proven_at is not None
    _end(session, claim, OwnershipState.REVOKED, by=by, now=now)
    held = session.get(Membership, (claim.account_id, claim.organisation_id)) if had_role else None
    if held is not None:
        session.delete(held)
        session.flush()
        audit.append(
            session, actor=by, action="membership.removed",
            subject=f"organisation:{claim.organisation_id}",
            detail={"account": claim.account_id, "because": "ownership claim revoked"}, at=now,
        )  # fmt: skip
    return claim


def expire_claims(session: Session, now: datetime) -> int:
    """End the claims that nobody proved in time; return how many."""
    rows = session.exec(
        select(OwnershipClaim).where(
            col(OwnershipClaim.state) == OwnershipState.PENDING,
            col(OwnershipClaim.expires_at) <= now,
        )
    ).all()
    for claim in rows:
        claim.state, claim.ended_at = OwnershipState.EXPIRED, now
        session.add(claim)
    return len(rows)


def holders(session: Session, component_id: int) -> set[int]:
    """Return the accounts with an active claim on a component."""
    return set(
        session.exec(
            select(OwnershipClaim.account_id).where(
                col(OwnershipClaim.component_id) == component_id,
                col(OwnershipClaim.state) == OwnershipState.ACTIVE,
            )
        )
    )


def _subject(session: Session, new: NewClaim) -> tuple[int | None, int | None]:
    if (new.organisation is None) == (new.component is None):
        raise InvalidInput("claim either an organisation or a component")
    if new.organisation is not None:
        body = organisation_id(session, new.organisation)
        if new.method is ProofMethod.REPOSITORY:
            raise InvalidInput("a file in a repository proves a component, not an organisation")
        return body, None
    slug = str(new.component)
    row = session.exec(
        select(Component).where(
            col(Component.slug) == slug, col(Component.is_taken_down).is_(False)
        )
    ).first()
    if row is None:
        raise missing_component(session, slug)
    if new.method in OF_DOMAIN and row.organisation_id is None:
        raise InvalidInput("of this component no organisation is known: prove it another way")
    return row.organisation_id, row.id


def _domain(new: NewClaim) -> str:
    if new.method not in OF_DOMAIN:
        return ""
    return parse_domain(new.domain).name


def _open_claim(
    session: Session,
    new: NewClaim,
    organisation: int | None,
    component: int | None,
    domain: str,
) -> OwnershipClaim | None:
    same = (
        col(OwnershipClaim.component_id) == component
        if component
        else col(OwnershipClaim.organisation_id) == organisation
    )
    return session.exec(
        select(OwnershipClaim).where(
            col(OwnershipClaim.account_id) == new.account,
            col(OwnershipClaim.method) == new.method,
            col(OwnershipClaim.domain) == domain,
            col(OwnershipClaim.state).in_(OPEN),
            same,
        )
    ).first()


def _count_open(session: Session, account: int) -> int:
    return session.exec(
        select(func.count())
        .select_from(OwnershipClaim)
        .where(
            col(OwnershipClaim.account_id) == account,
            col(OwnershipClaim.state) == OwnershipState.PENDING,
        )
    ).one()


def _claim(session: Session, number: int) -> OwnershipClaim:
    claim = session.get(OwnershipClaim, number, with_for_update=True)
    if claim is None:
        raise NotFound(f"there is no ownership claim {number}")
    return claim


def _end(
    session: Session, claim: OwnershipClaim, state: OwnershipState, *, by: int | None, now: datetime
) -> None:
    if claim.state not in OPEN:
        raise Conflict(f"ownership claim {claim.id} is {claim.state.value} already")
    claim.state, claim.level, claim.ended_at = state, 0, now
    session.add(claim)
    session.flush()
    note_claim(session, claim, state.value, by, now)
