"""Votes, and the end of a voting: by its rule and the votes of those who are members that day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from registry.db.tables import (
    BodyMember,
    Decision,
    DecisionBody,
    DecisionState,
    JointBody,
    Vote,
    VoteChoice,
)
from registry.errors import Conflict
from registry.governance.record.checks import one_of
from registry.governance.record.decisions import decision_of
from registry.governance.record.ending import announce, digest_of
from registry.governance.record.rules import OVERTAKEN, Ballot, Outcome, Terms, outcome_of
from registry.governance.record.voting_rules import voters, weight_of
from registry.governance.record.writing import Entry


def cast(
    session: Session, body: JointBody, number: int, member: BodyMember, choice: str, entry: Entry
) -> None:
    """Record the vote of a member of today; while the voting is open it may be another one.

    Raises `Conflict` for who has no vote by the rule, and once it has ended.
    """
    row = decision_of(session, body, number)
    if row.state is not DecisionState.VOTING:
        raise Conflict(f"this decision is {row.state.value}: nobody votes on it")
    rule = session.get_one(DecisionBody, row.decision_body_id)
    if entry.at >= ends_at(row, rule):
        raise Conflict("the time for voting is up")
    wanted = one_of(VoteChoice, choice, "choice")
    if member.role.value not in rule.voting_roles:
        raise Conflict(f"a member that is {member.role.value} has no vote by this rule")
    vote = session.get(Vote, (row.id, member.id)) or Vote(
        decision_id=row.id or 0, member_id=member.id or 0, choice=wanted, weight=0,
        cast_at=entry.at,
    )  # fmt: skip
    vote.choice, vote.weight = wanted, weight_of(rule, member)
    vote.account_id, vote.cast_at = entry.account, entry.at
    session.add(vote)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "voted", decision=row.number, member=member.id, choice=wanted.value)
    settle(session, body, row, entry.at)


def settle_due(session: Session, now: datetime) -> int:
    """End what is to be ended of all votings, and return how many ended."""
    rows = session.execute(
        select(Decision, JointBody)
        .join(JointBody, col(JointBody.id) == col(Decision.body_id))
        .where(Decision.state == DecisionState.VOTING)
        .order_by(col(Decision.id))
        .with_for_update(of=JointBody, skip_locked=True)
    ).all()
    return sum(settle(session, body, row, now) for row, body in rows)


def settle(session: Session, body: JointBody, row: Decision, now: datetime) -> bool:
    """End a voting that is to be ended, and say whether it was."""
    rule = session.get_one(DecisionBody, row.decision_body_id)
    end = ends_at(row, rule)
    at = min(now, end)
    votes = session.exec(select(Vote).where(Vote.decision_id == row.id)).all()
    found = _outcome(session, rule, votes, at, is_over=now >= end)
    if found is None:
        return False
    if found.state is DecisionState.ADOPTED and _is_overtaken(session, row):
        found = Outcome(state=DecisionState.REJECTED, reason=OVERTAKEN)
    row.state, row.outcome_reason, row.decided_on = found.state, found.reason, at.date()
    body.updated_at = now
    session.flush()
    counted = Entry(None, None, now)  # nobody decided: the rule did
    counted.note(session, body, f"decision_{row.state.value}", decision=row.number,
                 reason=found.reason, sha256=digest_of(row, votes))  # fmt: skip
    announce(session, body, row, now)
    return True


def _is_overtaken(session: Session, row: Decision) -> bool:
    """Say whether another decision amended, meanwhile, the one that this one is to amend."""
    if row.amends_id is None:
        return False
    other = select(Decision.id).where(
        Decision.amends_id == row.amends_id, Decision.state == DecisionState.ADOPTED,
        Decision.id != row.id,
    )  # fmt: skip
    return session.exec(other).first() is not None


def ends_at(row: Decision, rule: DecisionBody) -> datetime:
    """Return when the voting on a decision ends at the latest."""
    return (row.voting_since or row.entered_at) + timedelta(days=rule.open_days)


def _outcome(
    session: Session, rule: DecisionBody, votes: Sequence[Vote], at: datetime, *, is_over: bool
) -> Outcome | None:
    terms = Terms(threshold=rule.threshold, quorum=rule.quorum, tie_break=rule.tie_break)
    by_member = {vote.member_id: vote for vote in votes}
    ballots = [
        _ballot(rule, member, by_member.get(member.id or 0))
        for member in voters(session, rule, at.date())
    ]
    return outcome_of(terms, ballots, is_over=is_over)


def _ballot(rule: DecisionBody, member: BodyMember, vote: Vote | None) -> Ballot:
    return Ballot(
        weight=vote.weight if vote else weight_of(rule, member),
        choice=vote.choice if vote else None, is_chair=member.id == rule.chair_id,
    )  # fmt: skip
