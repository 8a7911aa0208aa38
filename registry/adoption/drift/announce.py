"""Telling webhooks and the change log of missed fixes, in the transaction that finds them."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.db.changes import note_change
from registry.db.tables import Advisory, ChangeKind, Component, MissedFix
from registry.webhooks.events import emit


def announce_missed_fix(session: Session, fix: MissedFix, now: datetime) -> None:
    """Tell that a fork lacks the fix of an advisory; what is not known, or muted, is no news."""
    fork, upstream = session.get(Component, fix.reuser_id), session.get(Component, fix.origin_id)
    advisory = session.get(Advisory, fix.advisory_id)
    if fork is None or upstream is None or advisory is None or fix.muted_at is not None:
        return

    def data() -> dict[str, Any]:
        return {
            "fix": fix.key, "advisory": advisory.key, "severity": advisory.severity or None,
            "summary": advisory.summary, "component": fork.slug, "upstream": upstream.slug,
            "commit": fix.commit, "href": f"/api/v1/fixes-missing/{fix.key}",
        }  # fmt: skip

    told = {"fix": fix.key, "advisory": advisory.key, "severity": advisory.severity or None}
    note_change(session, fork, ChangeKind.FIX, now, told)
    emit(
        session, "fix.missing", subject=f"fix:{fix.key}", data=data,
        components=[fork.id], organisations=[fork.organisation_id], at=now,
    )  # fmt: skip
