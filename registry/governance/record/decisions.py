"""Decisions: proposed, put to the vote, or recorded as they were taken elsewhere.

Of what has ended nothing changes: another decision amends it. Only the address of the minutes,
which are written afterwards, may follow once.
"""

from typing import Final

from sqlalchemy import func
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
from registry.domain.reduced_dates import ReducedDate, first_day
from registry.entered import past as past_date
from registry.entered import timed, told, when
from registry.errors import Conflict, NotFound
from registry.governance.record.checks import one_of
from registry.governance.record.decision_models import NewDecision, PastDecision
from registry.governance.record.ending import ENDED, announce, digest_of
from registry.governance.record.members import acting_member, member_named
from registry.governance.record.readmodels import Evidence
from registry.governance.record.voting_rules import require_weights, rule_of, weight_of
from registry.governance.record.writing import Entry
from registry.texts import WrongField, language_tag, public_line, public_text, web_address

MAX_TITLE: Final = 200
MAX_TEXT: Final = 10_000
MAX_DECISIONS: Final = 5_000
MAX_OPEN: Final = 50


def decision_of(session: Session, body: JointBody, number: int) -> Decision:
    """Return a decision of a body by its number within it, or raise `NotFound`."""
    query = select(Decision).where(Decision.body_id == body.id, Decision.number == number)
    found = session.exec(query).first()
    if found is None:
        raise NotFound("there is no such decision")
    return found


def propose(session: Session, body: JointBody, new: NewDecision, entry: Entry) -> Decision:
    """Propose a decision in the name of a member of today."""
    _require_member(session, body, entry)
    if new.rule is None:
        raise WrongField("rule", "choice", "must name the voting rule by which it is decided")
    if _count(session, body, is_open=True) >= MAX_OPEN:
        raise Conflict(f"{MAX_OPEN} decisions of this body are open already")
    row = _row(session, body, new, entry, least=1)
    session.add(row)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "decision_proposed", decision=row.number)
    return row


def open_voting(session: Session, body: JointBody, number: int, entry: Entry) -> Decision:
    """Put a proposed decision to the vote, in the name of a member of today."""
    _require_member(session, body, entry)
    row = decision_of(session, body, number)
    if row.state is not DecisionState.PROPOSED:
        raise Conflict(f"this decision is {row.state.value} already")
    if row.amends_id is not None:
        _refuse_superseded(session, row.amends_id)
    require_weights(session, session.get_one(DecisionBody, row.decision_body_id), entry.at.date())
    row.state, row.voting_since = DecisionState.VOTING, entry.at
    body.updated_at = entry.at
    entry.note(session, body, "voting_opened", decision=row.number)
    return row


def record_past(
    session: Session, body: JointBody, past: PastDecision, entry: Entry, *,
    is_source_needed: bool = True,
) -> Decision:  # fmt: skip
    """Record a decision that was taken elsewhere, as its source says that it ended."""
    row = _row(session, body, past.what, entry, least=0)
    row.state = one_of(DecisionState, past.state, "state")
    if row.state not in ENDED:
        raise WrongField("state", "choice", "must be adopted or rejected")
    if row.source_url is None and is_source_needed:
        raise WrongField("url", "url", "must be where the decision can be read")
    _set_day(row, past.decided_on, entry)
    _refuse_before(session, row)
    session.add(row)
    session.flush()
    votes = _past_votes(session, body, row, past.votes, entry)
    session.add_all(votes)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, f"decision_{row.state.value}", decision=row.number,
               sha256=digest_of(row, votes), recorded=True)  # fmt: skip
    if (entry.at.date() - _decided(row).first).days <= NEWS_DAYS:
        announce(session, body, row, entry.at)
    return row


def _set_day(row: Decision, text: str, entry: Entry) -> None:
    decided = past_date(text, "decided_on", entry.at)
    dated = timed({"precision": row.precision}, decided_on=decided)
    row.decided_on, row.precision, row.is_recorded = decided.first, dated["precision"], True


NEWS_DAYS: Final = 31
"""How old a recorded decision may be to be told of as an event."""


def add_minutes(
    session: Session, body: JointBody, number: int, evidence: Evidence, entry: Entry
) -> None:
    """Add where the minutes of a decision can be read, once."""
    row = decision_of(session, body, number)
    if row.source_url is not None:
        raise Conflict("the minutes of this decision are recorded already, and nothing is changed")
    columns = entry.columns(evidence)
    row.source_url, row.source_on = columns["source_url"], columns["source_on"]
    row.source_sha256 = columns["source_sha256"]
    row.precision = {**(row.precision or {}), **(columns["precision"] or {})} or None
    body.updated_at = entry.at
    entry.note(session, body, "minutes_added", decision=row.number, url=row.source_url)


def _row(
    session: Session, body: JointBody, new: NewDecision, entry: Entry, *, least: int
) -> Decision:
    title = public_line(new.title, "title", MAX_TITLE)
    amended = None if new.amends is None else _amended(session, body, new.amends)
    if _count(session, body) >= MAX_DECISIONS:
        raise Conflict(f"a body has at most {MAX_DECISIONS} decisions here")
    rule = None if new.rule is None else rule_of(session, body, new.rule).id
    query = select(func.coalesce(func.max(Decision.number), 0)).where(Decision.body_id == body.id)
    return Decision(
        body_id=body.id or 0, number=session.exec(query).one() + 1, decision_body_id=rule,
        amends_id=amended, title=title, text=public_text(new.text, "text", MAX_TEXT, least=least),
        lang=language_tag(new.lang),
        thread_url=web_address(new.thread_url, "thread_url") if new.thread_url.strip() else None,
        **entry.columns(new.evidence, is_needed=False),
    )  # fmt: skip


def _amended(session: Session, body: JointBody, number: int) -> int | None:
    try:
        former = decision_of(session, body, number)
    except NotFound:
        raise WrongField("amends", "choice", "is no decision of this body") from None
    if former.state is not DecisionState.ADOPTED:
        raise WrongField("amends", "choice", "must be a decision that was adopted")
    _refuse_superseded(session, former.id or 0)
    return former.id


def _refuse_superseded(session: Session, former: int) -> None:
    later = session.exec(
        select(Decision.number).where(
            Decision.amends_id == former, Decision.state == DecisionState.ADOPTED
        )
    ).first()
    if later is not None:
        raise WrongField("amends", "choice", f"was superseded by decision {later}: amend that one")


def _refuse_before(session: Session, row: Decision) -> None:
    if row.amends_id is None or row.decided_on is None:
        return
    former = told(session.get_one(Decision, row.amends_id), "decided_on")
    if former is not None and _decided(row).after <= first_day(former):
        raise WrongField("decided_on", "day", f"must not be before {former}, which it amends")


def _decided(row: Decision) -> ReducedDate:
    """Return when a decision ended; what did not end, when it was entered."""
    return when(told(row, "decided_on") or row.entered_at.date().isoformat(), "decided_on")


def _past_votes(
    session: Session, body: JointBody, row: Decision, votes: dict[str, str], entry: Entry
) -> list[Vote]:
    assert row.decided_on is not None  # noqa: S101 - set by the only caller
    rule = None if row.decision_body_id is None else rule_of(session, body, row.decision_body_id)
    found: dict[int, Vote] = {}
    for name, choice in votes.items():
        member = _voter_of_day(session, body, name, row)
        if member.id in found:
            raise WrongField("votes", "overlap", f"name {name[:120]!r} twice")
        found[member.id or 0] = Vote(
            decision_id=row.id or 0, member_id=member.id or 0, weight=weight_of(rule, member),
            choice=one_of(VoteChoice, choice, "votes"), account_id=entry.account,
            cast_at=entry.at,
        )  # fmt: skip
    return list(found.values())


def _voter_of_day(session: Session, body: JointBody, name: str, row: Decision) -> BodyMember:
    return member_named(session, body, name, _decided(row), "votes")


def _count(session: Session, body: JointBody, *, is_open: bool = False) -> int:
    query = select(func.count()).select_from(Decision).where(Decision.body_id == body.id)
    return session.exec(query.where(col(Decision.state).not_in(ENDED)) if is_open else query).one()


def _require_member(session: Session, body: JointBody, entry: Entry) -> None:
    """Raise `Conflict` for who is no member of today; the operator is none and may."""
    if entry.organisation is not None:
        acting_member(session, body, entry.organisation, entry.at)
