"""Reading decisions and voting rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.db.tables import (
    BodyMember,
    Decision,
    DecisionBody,
    DecisionState,
    JointBody,
    MemberState,
    Organisation,
    Vote,
)
from registry.entered import told
from registry.governance.record.decision_models import (
    DecisionItem,
    DecisionQuery,
    DecisionView,
    RuleView,
    VoteView,
)
from registry.governance.record.decisions import decision_of
from registry.governance.record.ending import ENDED, digest_of
from registry.governance.record.provenance import provenance
from registry.governance.record.voting import ends_at
from registry.governance.record.voting_rules import voters

STANDINGS = ("proposed", "voting", "adopted", "rejected", "superseded")


def list_decisions(
    session: Session, body: JointBody, query: DecisionQuery
) -> tuple[tuple[DecisionItem, ...], int | None]:
    """Return a page of decisions, the newest number first, and the number to go on below."""
    later = aliased(Decision)
    is_superseded = exists().where(
        col(later.amends_id) == col(Decision.id), col(later.state) == DecisionState.ADOPTED
    )
    wanted = (
        select(Decision, DecisionBody, is_superseded)
        .outerjoin(DecisionBody, col(DecisionBody.id) == col(Decision.decision_body_id))
        .where(col(Decision.body_id) == body.id)
    )
    if query.state == "superseded":
        wanted = wanted.where(is_superseded)
    elif query.state:
        wanted = wanted.where(col(Decision.state) == query.state, ~is_superseded)
    if query.after is not None:
        wanted = wanted.where(col(Decision.number) < query.after)
    rows = session.execute(
        wanted.order_by(col(Decision.number).desc()).limit(query.limit + 1)
    ).all()
    items = tuple(_item(row, rule, is_over) for row, rule, is_over in rows[: query.limit])
    return items, items[-1].number if len(rows) > query.limit else None


def load_decision(session: Session, body: JointBody, number: int, today: date) -> DecisionView:
    """Return a decision with its votes, or raise `NotFound`."""
    row = decision_of(session, body, number)
    rule = session.get(DecisionBody, row.decision_body_id) if row.decision_body_id else None
    former = session.get(Decision, row.amends_id) if row.amends_id else None
    later = _later(session, row)
    votes = _votes(session, row)
    entered = session.get(Organisation, row.entered_by_id) if row.entered_by_id else None
    return DecisionView(
        item=_item(row, rule, later is not None), text=row.text,
        rule=rule_view(session, rule) if rule else None, reason=row.outcome_reason,
        thread_url=row.thread_url, proposed_by=entered.name if entered else None,
        amends=former.number if former else None, superseded_by=later,
        votes=tuple(_vote_view(row, *vote) for vote in votes), source=provenance(row, entered),
        may_vote=_may_vote(session, row, rule, today),
        digest=digest_of(row, [vote for vote, _, _ in votes]) if row.state in ENDED else "",
    )  # fmt: skip


def rules_of(session: Session, body: JointBody) -> tuple[RuleView, ...]:
    """Return the voting rules of a body, the first that was recorded first."""
    query = select(DecisionBody).where(col(DecisionBody.body_id) == body.id)
    rows = session.execute(query.order_by(col(DecisionBody.id))).scalars().all()
    return tuple(rule_view(session, row) for row in rows)


def rule_view(session: Session, row: DecisionBody) -> RuleView:
    """Return a voting rule as it is told of."""
    chair = session.get(BodyMember, row.chair_id) if row.chair_id else None
    entered = session.get(Organisation, row.entered_by_id) if row.entered_by_id else None
    return RuleView(
        id=row.id or 0, name=row.name, weight=row.weight.value, threshold=row.threshold.value,
        quorum=row.quorum, tie_break=row.tie_break.value, open_days=row.open_days,
        seats=row.seats, roles=tuple(row.voting_roles), chair=chair.name if chair else None,
        source=provenance(row, entered),
    )  # fmt: skip


def _item(row: Decision, rule: DecisionBody | None, is_superseded: bool) -> DecisionItem:
    is_voting = row.state is DecisionState.VOTING and rule is not None
    return DecisionItem(
        number=row.number, title=row.title, lang=row.lang,
        state="superseded" if is_superseded else row.state.value,
        is_recorded=row.is_recorded, proposed_on=row.entered_at.date(),
        decided_on=told(row, "decided_on"),
        ends_on=ends_at(row, rule).date() if is_voting and rule else None,
        source_url=row.source_url,
    )  # fmt: skip


def _later(session: Session, row: Decision) -> int | None:
    query = select(col(Decision.number)).where(
        col(Decision.amends_id) == row.id, col(Decision.state) == DecisionState.ADOPTED
    )
    return session.execute(query.order_by(col(Decision.number)).limit(1)).scalar()


def _votes(session: Session, row: Decision) -> Sequence[Any]:
    return session.execute(
        select(Vote, BodyMember, col(Organisation.slug))
        .join(BodyMember, col(BodyMember.id) == col(Vote.member_id))
        .outerjoin(Organisation, col(Organisation.id) == col(BodyMember.organisation_id))
        .where(col(Vote.decision_id) == row.id)
        .order_by(col(BodyMember.name), col(BodyMember.id))
    ).all()


def _vote_view(row: Decision, vote: Vote, member: BodyMember, slug: str | None) -> VoteView:
    day = row.decided_on
    left = day is not None and member.until is not None and member.until <= day
    return VoteView(
        member=member.name, slug=slug, choice=vote.choice.value, weight=vote.weight,
        cast_at=vote.cast_at, counts=not left,
    )  # fmt: skip


def _may_vote(
    session: Session, row: Decision, rule: DecisionBody | None, today: date
) -> tuple[str, ...]:
    """Return the slugs of the members that may vote today."""
    if row.state is not DecisionState.VOTING or rule is None:
        return ()
    members = [x for x in voters(session, rule, today) if x.state is MemberState.CONFIRMED]
    ids = {x.organisation_id for x in members if x.organisation_id}
    query = select(col(Organisation.slug)).where(col(Organisation.id).in_(ids))
    return tuple(session.execute(query.order_by(col(Organisation.slug))).scalars())
