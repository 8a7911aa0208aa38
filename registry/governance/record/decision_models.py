"""What is told of decisions and voting rules, and what is asked to be recorded of them."""

from datetime import date, datetime

from msgspec import Struct

from registry.governance.record.readmodels import (
    DecisionStanding,
    Evidence,
    NewRule,
    Provenance,
)

__all__ = [
    "DecisionItem", "DecisionQuery", "DecisionView", "NewDecision", "NewRule", "PastDecision",
    "RuleView", "VoteView",
]  # fmt: skip


class NewDecision(Struct, frozen=True, kw_only=True):
    """A decision to be proposed; `rule` is the number of the part of the body that decides.

    `amends` is the number, within the body, of the decision that it takes the place of.
    """

    title: str
    text: str
    lang: str
    rule: int | None = None
    amends: int | None = None
    thread_url: str = ""
    evidence: Evidence = Evidence()


class PastDecision(Struct, frozen=True, kw_only=True):
    """A decision that was taken elsewhere: how it ended, when, and who is known to have voted how.

    `votes` are by slug or name of a member of that day.
    """

    what: NewDecision
    state: str
    decided_on: str
    votes: dict[str, str] = {}


class RuleView(Struct, frozen=True, kw_only=True):
    """A part of a body that decides, with its voting rule."""

    id: int
    name: str
    weight: str
    threshold: str
    quorum: int
    tie_break: str
    open_days: int
    seats: int | None
    roles: tuple[str, ...]
    chair: str | None
    source: Provenance


class VoteView(Struct, frozen=True, kw_only=True):
    """A vote: of whom, how, with what weight, when it was recorded.

    `counts` says that the member still was one on the day of the decision.
    """

    member: str
    slug: str | None
    choice: str
    weight: int
    cast_at: datetime
    counts: bool


class DecisionItem(Struct, frozen=True, kw_only=True):
    """A decision in a list.

    `decided_on` is the day on which it ended, `source_url` where it, or its minutes, can be read.
    """

    number: int
    title: str
    lang: str
    state: DecisionStanding
    is_recorded: bool
    proposed_on: date
    decided_on: str | None
    ends_on: date | None
    source_url: str | None = None


class DecisionView(Struct, frozen=True, kw_only=True):
    """A decision with its votes; `amends` and `superseded_by` are numbers within the body.

    `may_vote` are the slugs of members that may vote today. `digest` is the SHA-256 that
    the audit log holds of a decision that ended: whoever doubts it computes it again.
    """

    item: DecisionItem
    text: str
    rule: RuleView | None
    reason: str
    thread_url: str | None
    proposed_by: str | None
    amends: int | None
    superseded_by: int | None
    votes: tuple[VoteView, ...]
    may_vote: tuple[str, ...]
    source: Provenance
    digest: str


class DecisionQuery(Struct, frozen=True, kw_only=True):
    """Which decisions of a body are asked for: the newest first, below the number `after`."""

    state: str | None = None
    after: int | None = None
    limit: int = 50
