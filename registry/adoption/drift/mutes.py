"""Muting a missed fix: who speaks for the fork says why it needs no fix, for everybody to read."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.db.tables import Component, MissedFix
from registry.errors import Conflict, NotFound
from registry.texts import public_line

MIN_REASON: Final = 5
MAX_REASON: Final = 500


def mute_fix(session: Session, actor: Actor, key: str, reason: str, now: datetime) -> None:
    """Stop an alert for a public reason; raises `Conflict` where there is none any more."""
    fix, fork = _found(session, key)
    authorise(actor, Action.MUTE_FIX, fork.organisation_id)
    text = public_line(reason, "reason", MAX_REASON, least=MIN_REASON)
    if fix.ended_at is not None:
        raise Conflict("this fix is not missing any more")
    fix.muted_at, fix.muted_by, fix.mute_reason, fix.changed_at = now, actor.account, text, now
    session.add(fix)
    _note(session, actor, "fix.muted", fix, now)


def unmute_fix(session: Session, actor: Actor, key: str, now: datetime) -> None:
    """Let an alert count again; one that is not muted stays as it is."""
    fix, fork = _found(session, key)
    authorise(actor, Action.MUTE_FIX, fork.organisation_id)
    if fix.muted_at is None:
        return
    fix.muted_at, fix.muted_by, fix.mute_reason, fix.changed_at = None, None, "", now
    session.add(fix)
    _note(session, actor, "fix.unmuted", fix, now)


def _found(session: Session, key: str) -> tuple[MissedFix, Component]:
    row = session.execute(
        select(MissedFix, Component)
        .join(Component, col(Component.id) == col(MissedFix.reuser_id))
        .where(col(MissedFix.key) == key)
    ).first()
    if row is None:
        raise NotFound(f"there is no missed fix {key[:60]!r}")
    return row[0], row[1]


def _note(session: Session, actor: Actor, action: str, fix: MissedFix, now: datetime) -> None:
    session.flush()
    audit.append(session, actor=actor.account, action=action, subject=f"fix:{fix.key}", at=now)
