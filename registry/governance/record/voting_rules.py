"""Voting rules: which members vote in which part of a body, and what adopts a decision.

A rule is never changed, so that a decision stays what its rule made of it: another one is recorded.
"""

from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.db.tables import (
    BodyMember,
    DecisionBody,
    JointBody,
    TieBreak,
    VoteThreshold,
    VoteWeight,
)
from registry.domain.reduced_dates import ReducedDate
from registry.errors import Conflict
from registry.governance.record.checks import one_of
from registry.governance.record.decision_models import NewRule
from registry.governance.record.members import GOVERNING, is_current, member_named
from registry.governance.record.readmodels import Evidence
from registry.governance.record.rules import MAX_OPEN_DAYS
from registry.governance.record.writing import Entry, role_of
from registry.texts import WrongField, public_line

MAX_RULES: Final = 50
MAX_SEATS: Final = 10_000


def add_rule(
    session: Session, body: JointBody, new: NewRule, evidence: Evidence, entry: Entry
) -> DecisionBody:
    """Record a part of a body that decides, and its voting rule; its source is where it stands."""
    row = DecisionBody(
        body_id=body.id or 0, name=public_line(new.name, "name", 200),
        seats=new.seats if new.seats is None else _within(new.seats, "seats", 1, MAX_SEATS),
        voting_roles=sorted({role_of(x, "roles").value for x in new.roles or GOVERNING}),
        weight=one_of(VoteWeight, new.weight, "weight"),
        threshold=one_of(VoteThreshold, new.threshold, "threshold"),
        quorum=_within(new.quorum, "quorum", 0, 100),
        tie_break=one_of(TieBreak, new.tie_break, "tie_break"),
        open_days=_within(new.open_days, "open_days", 1, MAX_OPEN_DAYS), **entry.columns(evidence),
    )  # fmt: skip
    if row.threshold is VoteThreshold.LAZY_CONSENSUS and row.quorum:
        raise WrongField("quorum", "choice", "must be 0 where silence agrees")
    if new.chair.strip():
        row.chair_id = member_named(
            session, body, new.chair, ReducedDate(entry.at.date()), "chair"
        ).id
    if (row.tie_break is TieBreak.CHAIR) != (row.chair_id is not None):
        raise WrongField("chair", "choice", "must be named where a tie goes as the chair voted")
    _refuse_too_many(session, body)
    session.add(row)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "rule_recorded", rule=row.id, threshold=row.threshold.value)
    return row


def add_founding_rule(
    session: Session, body: JointBody, new: NewRule, evidence: Evidence, entry: Entry
) -> DecisionBody:
    """Record the voting rule of the founding; of what is wrong the field begins with `rule_`."""
    try:
        return add_rule(session, body, new, evidence, entry)
    except WrongField as error:
        told = str(error).partition(" ")[2]
        raise WrongField(f"rule_{error.field}", error.problem, told) from None


def rule_of(session: Session, body: JointBody, number: int) -> DecisionBody:
    """Return a rule of a body by its number, or raise `WrongField`."""
    row = session.get(DecisionBody, number)
    if row is None or row.body_id != body.id:
        raise WrongField("rule", "choice", "is no voting rule of this body")
    return row


def voters(session: Session, rule: DecisionBody, on: date) -> list[BodyMember]:
    """Return the members that vote by a rule on a day."""
    return list(
        session.exec(
            select(BodyMember).where(
                BodyMember.body_id == rule.body_id, is_current(on),
                col(BodyMember.role).in_(rule.voting_roles),
            )
        )
    )  # fmt: skip


def weight_of(rule: DecisionBody | None, member: BodyMember) -> int:
    """Return what the vote of a member weighs: one, or its dues."""
    return member.dues if rule is not None and rule.weight is VoteWeight.BY_DUES else 1


def require_weights(session: Session, rule: DecisionBody, on: date) -> None:
    """Raise `WrongField` where a member that votes by dues on a day has none on record."""
    names = [x.name for x in voters(session, rule, on) if not weight_of(rule, x)]
    if names:
        told = ", ".join(repr(name) for name in names[:5])
        raise WrongField("rule", "dues", f"counts votes by dues, and none are on record of {told}")


def _within(number: int, field: str, least: int, most: int) -> int:
    if not least <= number <= most:
        raise WrongField(field, "choice", f"must be from {least} to {most}")
    return number


def _refuse_too_many(session: Session, body: JointBody) -> None:
    query = select(func.count()).select_from(DecisionBody).where(DecisionBody.body_id == body.id)
    if session.exec(query).one() >= MAX_RULES:
        raise Conflict(f"a body has at most {MAX_RULES} voting rules here")
