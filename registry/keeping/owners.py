"""Who may let the registry keep a file: verified owners of the component, as long as they are."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor, Role
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.catalogue.kept import end_file
from registry.catalogue.resolve import resolve_with
from registry.db.tables import (
    Account,
    AccountState,
    Component,
    KeptFile,
    KeptState,
    Membership,
    OwnershipClaim,
    OwnershipState,
)
from registry.domain.properties import KEPT
from registry.errors import Forbidden
from registry.jobs.indexing import index_job
from registry.jobs.port import NewJob

LEAST_LEVEL: Final = 2
"""Of an ownership claim on the component: proven by a domain or a file, not by the forge alone."""
_EDITORS: Final = (Role.MAINTAINER, Role.OWNER)


def demand_owner(session: Session, actor: Actor, component: Component) -> None:
    """Return where the actor owns a component, or raise `Unauthenticated` or `Forbidden`."""
    if is_owner(session, actor, component):
        return
    authorise(actor, Action.KEEP_FILE)
    raise Forbidden(
        "only a verified owner may: claim the component and prove it, or be a maintainer of its "
        "organisation"
    )


def is_owner(session: Session, actor: Actor, component: Component) -> bool:
    """Say whether the actor may edit a component for its organisation, or has proven it theirs."""
    if is_allowed(actor, Action.EDIT_COMPONENT, component.organisation_id):
        return True
    if not is_allowed(actor, Action.KEEP_FILE):
        return False
    return _has_proven(session, actor.account, component.id)


def end_unowned(session: Session, now: datetime) -> list[NewJob]:
    """Withdraw what was kept for people who own their component no more; return what is to do."""
    rows = session.exec(select(KeptFile).where(col(KeptFile.state) == KeptState.CURRENT)).all()
    lost = [kept for kept in rows if not _is_vouched_for(session, kept)]
    for kept in lost:
        end_file(session, kept, KeptState.LAPSED, by=None, now=now)
        component = session.get_one(Component, kept.component_id)
        if not component.is_taken_down:
            resolve_with(session, component, KEPT, [], now)
    return [index_job()] if lost else []


def _is_vouched_for(session: Session, kept: KeptFile) -> bool:
    if kept.by_operator:
        return True
    account = session.get(Account, kept.account_id) if kept.account_id else None
    if account is None or account.state is not AccountState.ACTIVE:
        return False
    component = session.get_one(Component, kept.component_id)
    held = session.get(Membership, (account.id, component.organisation_id))
    is_editor = held is not None and held.role in _EDITORS
    return account.is_operator or is_editor or _has_proven(session, account.id, component.id)


def _has_proven(session: Session, account: int | None, component: int | None) -> bool:
    claim = select(OwnershipClaim.id).where(
        col(OwnershipClaim.component_id) == component,
        col(OwnershipClaim.account_id) == account,
        col(OwnershipClaim.state) == OwnershipState.ACTIVE,
        col(OwnershipClaim.level) >= LEAST_LEVEL,
    )
    return session.exec(claim).first() is not None
