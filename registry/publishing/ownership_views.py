"""Ownership claims as pages, API and command line read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.tables import Account, Component, Organisation, OwnershipClaim, OwnershipState
from registry.errors import NotFound


class OwnershipClaimView(Struct, frozen=True, kw_only=True):
    """An ownership claim.

    `subject` is `organisation` or `component`, `slug` and `name` tell which; `organisation` is
    the number of the organisation that it concerns, of a component too. `claimant` is the name
    that the account shows. `token` is for the claimant alone.
    """

    id: int
    subject: str
    slug: str
    name: str
    organisation: int | None
    account: int
    claimant: str
    method: str
    domain: str
    token: str
    state: str
    level: int
    is_government: bool
    is_confirmed: bool
    problem: str
    failures: int
    created_at: datetime
    expires_at: datetime
    proven_at: datetime | None
    checked_at: datetime | None


class Ownership(Struct, frozen=True):
    """Who a component or organisation is claimed by: what everybody may see."""

    claimant: str
    level: int
    method: str
    domain: str
    state: str
    since: datetime | None
    checked_at: datetime | None


def claim_view(session: Session, number: int) -> OwnershipClaimView:
    """Return one claim, or raise `NotFound`."""
    row = session.execute(_claims().where(col(OwnershipClaim.id) == number)).first()
    if row is None:
        raise NotFound(f"there is no ownership claim {number}")
    return _view(row)


def claim_views(
    session: Session,
    *,
    account: int | None = None,
    states: Sequence[OwnershipState] = (),
    level: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[OwnershipClaimView]:
    """Return claims of an account or of all, in some states or all, the newest first.

    `before` is the number from which to go on back.
    """
    query = _claims().order_by(col(OwnershipClaim.id).desc()).limit(limit)
    if account is not None:
        query = query.where(col(OwnershipClaim.account_id) == account)
    if level is not None:
        query = query.where(col(OwnershipClaim.level) == level)
    if before is not None:
        query = query.where(col(OwnershipClaim.id) < before)
    if states:
        query = query.where(col(OwnershipClaim.state).in_(states))
    return [_view(row) for row in session.execute(query)]


def ownership_of(
    session: Session, *, organisation: str | None = None, component: str | None = None
) -> tuple[Ownership, ...]:
    """Return who claims an organisation or component, by slug: active and lapsed, best first."""
    query = (
        _claims()
        .where(col(OwnershipClaim.state).in_([OwnershipState.ACTIVE, OwnershipState.LAPSED]))
        .order_by(col(OwnershipClaim.level).desc(), col(OwnershipClaim.id))
    )
    if component is not None:
        query = query.where(col(Component.slug) == component)
    else:
        query = query.where(
            col(Organisation.slug) == organisation, col(OwnershipClaim.component_id).is_(None)
        )
    return tuple(
        Ownership(
            claimant=x.claimant, level=x.level, method=x.method, domain=x.domain, state=x.state,
            since=x.proven_at, checked_at=x.checked_at,
        )
        for x in map(_view, session.execute(query))
    )  # fmt: skip


def _claims() -> Any:
    return (
        select_columns(
            OwnershipClaim, col(Account.name), col(Component.slug), col(Component.name),
            col(Component.organisation_id), col(Organisation.slug), col(Organisation.name),
        )
        .join(Account, col(Account.id) == col(OwnershipClaim.account_id))
        .outerjoin(Component, col(Component.id) == col(OwnershipClaim.component_id))
        .outerjoin(Organisation, col(Organisation.id) == col(OwnershipClaim.organisation_id))
        # A component that was taken down takes its claims out of view.
        .where(col(OwnershipClaim.component_id).is_(None) | col(Component.id).is_not(None))
    )  # fmt: skip


def _view(row: Any) -> OwnershipClaimView:
    claim, claimant, slug, name, body_of, body_slug, body_name = row
    is_component = claim.component_id is not None
    return OwnershipClaimView(
        id=claim.id,
        subject="component" if is_component else "organisation",
        slug=(slug if is_component else body_slug) or "",
        name=(name if is_component else body_name) or "",
        organisation=body_of if is_component else claim.organisation_id,
        account=claim.account_id,
        claimant=claimant,
        method=claim.method.value,
        domain=claim.domain,
        token=claim.token,
        state=claim.state.value,
        level=claim.level,
        is_government=claim.government_suffix is not None,
        is_confirmed=claim.second_person is not None,
        problem=claim.problem,
        failures=claim.failures,
        created_at=claim.created_at,
        expires_at=claim.expires_at,
        proven_at=claim.proven_at,
        checked_at=claim.checked_at,
    )
