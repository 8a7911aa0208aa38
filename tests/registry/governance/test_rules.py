"""How votes become a decision: worked examples of every rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.db.tables import DecisionState, TieBreak, VoteChoice, VoteThreshold
from registry.governance.record.rules import REASONS, Ballot, Outcome, Terms, outcome_of

CHOICES = {"+": VoteChoice.FOR, "-": VoteChoice.AGAINST, "0": VoteChoice.ABSTAIN, ".": None}
MAJORITY, TWO_THIRDS, UNANIMOUS, LAZY = VoteThreshold


def ballots(votes: str, weights: tuple[int, ...] = ()) -> list[Ballot]:
    """Return a ballot for each sign; the first is the chair's."""
    given_weights = weights or (1,) * len(votes)
    return [
        Ballot(weight=weight, choice=CHOICES[sign], is_chair=number == 0)
        for number, (sign, weight) in enumerate(zip(votes, given_weights, strict=True))
    ]


@pytest.mark.parametrize(
    ("votes", "terms", "ended"),
    [
        ("++-", Terms(threshold=MAJORITY), "adopted: carried"),
        ("+--", Terms(threshold=MAJORITY), "rejected: not_carried"),
        ("+-0", Terms(threshold=MAJORITY), "rejected: tie"),
        ("+-", Terms(threshold=MAJORITY, tie_break=TieBreak.ADOPTED), "adopted: tie"),
        ("+-", Terms(threshold=MAJORITY, tie_break=TieBreak.CHAIR), "adopted: chair"),
        ("-+", Terms(threshold=MAJORITY, tie_break=TieBreak.CHAIR), "rejected: chair"),
        ("0+-", Terms(threshold=MAJORITY, tie_break=TieBreak.CHAIR), "rejected: chair"),
        ("++-", Terms(threshold=TWO_THIRDS), "adopted: carried"),
        ("+++--", Terms(threshold=TWO_THIRDS), "rejected: not_carried"),
        ("++0", Terms(threshold=UNANIMOUS), "adopted: carried"),
        ("++-", Terms(threshold=UNANIMOUS), "rejected: objection"),
        ("000", Terms(threshold=UNANIMOUS), "rejected: no_votes"),
        ("+...", Terms(threshold=MAJORITY), "adopted: carried"),
        ("+...", Terms(threshold=MAJORITY, quorum=25), "adopted: carried"),
        ("+...", Terms(threshold=MAJORITY, quorum=26), "rejected: no_quorum"),
        ("+0..", Terms(threshold=MAJORITY, quorum=50), "adopted: carried"),
        ("....", Terms(threshold=LAZY), "adopted: no_objection"),
        ("-+++", Terms(threshold=LAZY), "rejected: objection"),
        ("", Terms(threshold=MAJORITY), "rejected: no_votes"),
    ],
)
def test_a_voting_that_is_over_ends_by_its_rule(votes: str, terms: Terms, ended: str) -> None:
    found = outcome_of(terms, ballots(votes), is_over=True)
    assert found is not None
    assert f"{found.state.value}: {found.reason}" == ended


def test_dues_weigh_votes_and_quorum() -> None:
    terms = Terms(threshold=MAJORITY, quorum=60)
    heavy = ballots("+--", (50_000, 3_000, 3_000))
    assert outcome_of(terms, heavy, is_over=True) == Outcome(
        state=DecisionState.ADOPTED, reason="carried"
    )
    light = ballots(".++", (50_000, 3_000, 3_000))
    assert outcome_of(terms, light, is_over=True) == Outcome(
        state=DecisionState.REJECTED, reason="no_quorum"
    )


def test_it_stays_open_until_all_voted_or_its_time_is_up() -> None:
    terms = Terms(threshold=MAJORITY)
    assert outcome_of(terms, ballots("++."), is_over=False) is None
    assert outcome_of(terms, ballots("++-"), is_over=False) is not None
    assert outcome_of(terms, [], is_over=False) is None


@given(
    st.lists(st.tuples(st.sampled_from("+-0."), st.integers(0, 10**12)), max_size=12),
    st.sampled_from(VoteThreshold), st.integers(0, 100), st.sampled_from(TieBreak),
)  # fmt: skip
def test_what_is_over_always_ends_and_nobodys_yes_harms(
    given_votes: list[tuple[str, int]], threshold: VoteThreshold, quorum: int, tie: TieBreak
) -> None:
    terms = Terms(threshold=threshold, quorum=quorum, tie_break=tie)
    cast = ballots("".join(x for x, _ in given_votes), tuple(x for _, x in given_votes))
    found = outcome_of(terms, cast, is_over=True)
    assert found is not None
    assert found.state in {DecisionState.ADOPTED, DecisionState.REJECTED}
    assert found.reason in REASONS
    if found.state is DecisionState.ADOPTED:
        more = [Ballot(weight=x.weight, choice=VoteChoice.FOR, is_chair=x.is_chair)
                if x.choice is VoteChoice.AGAINST else x for x in cast]  # fmt: skip
        assert outcome_of(terms, more, is_over=True) is not None
        assert outcome_of(terms, more, is_over=True).state is DecisionState.ADOPTED  # type: ignore[union-attr]
