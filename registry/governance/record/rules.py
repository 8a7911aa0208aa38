"""How votes become a decision: pure arithmetic over a written rule."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from registry.db.tables import DecisionState, TieBreak, VoteChoice, VoteThreshold

MAX_OPEN_DAYS: Final = 365


class Ballot(Struct, frozen=True, kw_only=True):
    """What one who may vote did: `choice` is None until it voted; `weight` is one, or its dues."""

    weight: int
    choice: VoteChoice | None = None
    is_chair: bool = False


class Terms(Struct, frozen=True, kw_only=True):
    """What of a rule decides: `quorum` is percent of the weight of all who may vote."""

    threshold: VoteThreshold
    quorum: int = 0
    tie_break: TieBreak = TieBreak.REJECTED


class Outcome(Struct, frozen=True, kw_only=True):
    """How a voting ended, and by what."""

    state: DecisionState
    reason: str


OVERTAKEN: Final = "overtaken"  # another one amended the same decision meanwhile
REASONS: Final = (
    OVERTAKEN,
    "carried", "not_carried", "objection", "no_objection", "no_quorum", "no_votes", "tie", "chair",
)  # fmt: skip


def outcome_of(terms: Terms, ballots: Sequence[Ballot], *, is_over: bool) -> Outcome | None:
    """Return how the voting ended, or None while it is open.

    It is over when everybody who may vote did, or when its time is up. Abstentions count for the
    quorum alone. With lazy consensus silence agrees, so a quorum means nothing.
    """
    is_complete = bool(ballots) and all(x.choice is not None for x in ballots)
    if not (is_over or is_complete):
        return None
    yes, no = _weight(ballots, VoteChoice.FOR), _weight(ballots, VoteChoice.AGAINST)
    if terms.threshold is VoteThreshold.LAZY_CONSENSUS:
        has_objection = any(x.choice is VoteChoice.AGAINST for x in ballots)
        return _rejected("objection") if has_objection else _adopted("no_objection")
    cast = sum(x.weight for x in ballots if x.choice is not None)
    if cast * 100 < terms.quorum * sum(x.weight for x in ballots):
        return _rejected("no_quorum")
    if yes + no == 0:
        return _rejected("no_votes")
    return _by_weight(terms, ballots, yes, no)


def _by_weight(terms: Terms, ballots: Iterable[Ballot], yes: int, no: int) -> Outcome:
    if terms.threshold is VoteThreshold.UNANIMOUS:
        return _adopted("carried") if no == 0 else _rejected("objection")
    if terms.threshold is VoteThreshold.TWO_THIRDS:
        return _adopted("carried") if 3 * yes >= 2 * (yes + no) else _rejected("not_carried")
    if yes != no:
        return _adopted("carried") if yes > no else _rejected("not_carried")
    return _by_tie(terms.tie_break, ballots)


def _by_tie(tie_break: TieBreak, ballots: Iterable[Ballot]) -> Outcome:
    if tie_break is TieBreak.CHAIR:
        chair = next((x.choice for x in ballots if x.is_chair), None)
        return _adopted("chair") if chair is VoteChoice.FOR else _rejected("chair")
    return _adopted("tie") if tie_break is TieBreak.ADOPTED else _rejected("tie")


def _weight(ballots: Iterable[Ballot], choice: VoteChoice) -> int:
    return sum(x.weight for x in ballots if x.choice is choice)


def _adopted(reason: str) -> Outcome:
    return Outcome(state=DecisionState.ADOPTED, reason=reason)


def _rejected(reason: str) -> Outcome:
    return Outcome(state=DecisionState.REJECTED, reason=reason)
