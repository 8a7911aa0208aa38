"""The end of a decision: its digest in the audit log, and the event that tells of it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlmodel import Session, col, select

from registry.db.tables import BodyComponent, BodyMember, Decision, DecisionState, JointBody, Vote
from registry.entered import told
from registry.governance.record.members import is_current
from registry.webhooks.events import emit

ENDED: Final = (DecisionState.ADOPTED, DecisionState.REJECTED)


def digest_of(row: Decision, votes: Iterable[Vote]) -> str:
    """Return the SHA-256 of all of a decision that never changes, votes included.

    It is of a JSON array without spaces: number, title, text, language, state, day, reason, rule,
    decision that is amended, and the votes by number of the member, each with choice and weight.
    """
    cast = sorted((vote.member_id, vote.choice.value, vote.weight) for vote in votes)
    parts: Sequence[Any] = (
        row.number, row.title, row.text, row.lang, row.state.value, told(row, "decided_on"),
        row.outcome_reason, row.decision_body_id, row.amends_id, cast,
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def announce(session: Session, body: JointBody, row: Decision, now: datetime) -> None:
    """Tell endpoints of an adopted decision; of another nobody is told."""
    if row.state is not DecisionState.ADOPTED:
        return

    def data() -> dict[str, Any]:
        return {
            "body": body.slug, "decision": row.number, "title": row.title,
            "decided_on": told(row, "decided_on"), "is_recorded": row.is_recorded,
        }  # fmt: skip

    members = select(col(BodyMember.organisation_id)).where(
        BodyMember.body_id == body.id, is_current(now.date())
    )
    components = select(BodyComponent.component_id).where(
        col(BodyComponent.body_id) == body.id, col(BodyComponent.until).is_(None)
    )
    emit(
        session, "decision.adopted", subject=f"decision:{body.slug}/{row.number}", data=data,
        components=session.execute(components).scalars(),
        organisations=session.execute(members).scalars(),
        at=now,
    )  # fmt: skip
