"""Decisions of bodies as the web and the command line use them: each method is a transaction."""

from typing import Final

from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import BodyMember, JointBody
from registry.domain.reduced_dates import ReducedDate
from registry.governance.record import decision_views, decisions, voting
from registry.governance.record.decision_models import (
    DecisionItem,
    DecisionQuery,
    DecisionView,
    NewDecision,
    NewRule,
    PastDecision,
    RuleView,
)
from registry.governance.record.members import acting_member, member_named
from registry.governance.record.readmodels import Evidence
from registry.governance.record.stamps import require_governing, stamp_of
from registry.governance.record.voting_rules import add_rule
from registry.governance.record.writing import Entry, Operator, body_row

ALL: Final = DecisionQuery()


class BodyDecisions:
    """Voting rules, decisions and votes; safe to share between threads.

    `who` is somebody who acts for the member `by`, or the operator, who records what sources say.
    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add_rule(
        self, who: Actor | Operator, slug: str, new: NewRule, evidence: Evidence, by: str = ""
    ) -> int:
        """Record a voting rule in the name of a member that governs; return its number."""
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by)
            require_governing(session, body, entry)
            return add_rule(session, body, new, evidence, entry).id or 0

    def propose(
        self, who: Actor | Operator, slug: str, new: NewDecision, by: str = "", *,
        opens: bool = False,
    ) -> int:  # fmt: skip
        """Propose a decision, and put it to the vote at once where that is asked for."""
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by)
            number = decisions.propose(session, body, new, entry).number
            if opens:
                decisions.open_voting(session, body, number, entry)
            return number

    def open_voting(self, who: Actor | Operator, slug: str, number: int, by: str = "") -> None:
        """Put a proposed decision to the vote."""
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by)
            decisions.open_voting(session, body, number, entry)

    def record_past(
        self, who: Actor | Operator, slug: str, past: PastDecision, by: str = ""
    ) -> int:
        """Record a decision that was taken elsewhere, in the name of a member that governs."""
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by)
            require_governing(session, body, entry)
            return decisions.record_past(session, body, past, entry).number

    def vote(self, who: Actor | Operator, slug: str, number: int, choice: str, by: str) -> None:
        """Vote for a member; the last vote that the rule waits for ends the voting.

        The operator records what the member said.
        """
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by, Action.VOTE_IN_BODY)
            member = _member(session, body, by, entry)
            voting.cast(session, body, number, member, choice, entry)

    def add_minutes(
        self, who: Actor | Operator, slug: str, number: int, evidence: Evidence, by: str = ""
    ) -> None:
        """Add where the minutes of a decision can be read, once."""
        with self._database.write() as session:
            body, entry = self._begin(session, who, slug, by)
            require_governing(session, body, entry)
            decisions.add_minutes(session, body, number, evidence, entry)

    def list(
        self, slug: str, query: DecisionQuery = ALL
    ) -> tuple[tuple[DecisionItem, ...], int | None]:
        """Return a page of decisions, the newest number first, and the number to go on below."""
        with self._database.read() as session:
            return decision_views.list_decisions(session, body_row(session, slug), query)

    def decision(self, slug: str, number: int) -> DecisionView:
        """Return a decision with its votes."""
        with self._database.read() as session:
            body = body_row(session, slug)
            return decision_views.load_decision(session, body, number, self._clock().date())

    def rules(self, slug: str) -> tuple[RuleView, ...]:
        """Return the voting rules of a body."""
        with self._database.read() as session:
            return decision_views.rules_of(session, body_row(session, slug))

    def _begin(
        self, session: Session, who: Actor | Operator, slug: str, by: str,
        action: Action = Action.RECORD_IN_BODY,
    ) -> tuple[JointBody, Entry]:  # fmt: skip
        entry = stamp_of(session, who, action, by, self._clock())
        return body_row(session, slug, lock=True), entry


def _member(session: Session, body: JointBody, by: str, entry: Entry) -> BodyMember:
    if entry.organisation is None:
        return member_named(session, body, by, ReducedDate(entry.at.date()), "by")
    return acting_member(session, body, entry.organisation, entry.at)
