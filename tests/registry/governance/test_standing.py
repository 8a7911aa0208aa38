"""Ladder, index, risks, signals and health: worked examples, and what is not known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.governance.measures.figures import figures_of
from registry.governance.measures.flags import Flag
from registry.governance.measures.money import money_of
from registry.governance.measures.parties import GOVERNMENT, SUPPLIER, Attributor, Party, Tie
from registry.governance.measures.readmodels import ContributionQuery, Figures
from registry.governance.measures.recorded import (
    BodyRecord,
    Citation,
    Fact,
    Payment,
    Rule,
    Voter,
)
from registry.governance.measures.standing import (
    Circumstances,
    Standing,
    standing_of,
    votes_of,
)
from registry.governance.measures.works import Tally, attribute

TODAY = date(2026, 8, 2)
EE, FI = Party("ee", "Estonia", GOVERNMENT, "EE"), Party("fi", "Finland", GOVERNMENT, "FI")
HOUSE = Party("house", "House", SUPPLIER)
TIES = tuple(
    Tie(kind="domain", subject=f"{party.key}.example", party=party) for party in (EE, FI, HOUSE)
)
SOURCE = Citation(basis="record", url="https://body.example/statute", on="2020-01-01")


def done(
    who: str, commits: int, *, author: int = 1, put_in: int = 0, ago: int = 30, **more: Any
) -> Tally:
    flags = {"is_bot": False, "is_own": True} | more
    day = TODAY.toordinal() - ago
    key = bytes([author]) * 16
    return Tally(day, key, f"{who}.example", **flags, commits=commits, merges=0, put_in=put_in)


def figures(*tallies: Tally) -> Figures:
    works = attribute(tallies, Attributor(TIES))
    return Figures(**figures_of(works, ContributionQuery(), TODAY))


def record(**values: Any) -> BodyRecord:
    given: dict[str, Any] = {
        "slug": "joint", "name": "Joint", "founded_on": date(2017, 6, 1), "rules": (), "facts": (),
        "payments": (), "suppliers": frozenset(), "members": frozenset(), "decided_on": None,
    }  # fmt: skip
    return BodyRecord(**given | values)


def rule(*weights: tuple[str, int], threshold: str = "majority") -> Rule:
    voters = tuple(Voter(name=n, country=None, weight=w, is_public=True) for n, w in weights)
    return Rule(name="Board", threshold=threshold, voters=voters, source=SOURCE)


def paid(payer: str, country: str, amount: int | None, **more: Any) -> Payment:
    given = {"currency": "EUR", "since": date(2025, 1, 1), "until": date(2026, 1, 1)} | more
    return Payment(payer=payer, country=country, amount=amount, source=SOURCE, **given)


def fact(kind: str, choice: str = "", text: str = "") -> Fact:
    return Fact(kind=kind, choice=choice, text=text, source=SOURCE)


def stand(tallies: Sequence[Tally], *records: BodyRecord, **other: Any) -> Standing:
    return standing_of(
        "x", figures(*tallies), records, Circumstances(head="c0ffee", **other), TODAY
    )


def flag(found: Standing, kind: str) -> Flag:
    return next(x for x in found.flags if x.kind == kind)


SHARED = (
    done("ee", 60, author=1, put_in=3), done("fi", 30, author=2, put_in=1),
    done("gmail", 10, author=3),
)  # fmt: skip
FULL = record(
    rules=(rule(("Estonia", 1), ("Finland", 1)),),
    facts=(fact("instrument", "legal_entity"), fact("exit_clause", "yes")),
    payments=(paid("Estonia", "EE", 600), paid("Finland", "FI", 400)),
    decided_on=date(2026, 5, 1),
)


def test_every_rung_has_what_shows_it() -> None:
    found = stand(SHARED, FULL)
    assert found.ladder.rung == 4
    assert [rung.state for rung in found.ladder.rungs] == ["met"] * 5
    for rung in found.ladder.rungs[1:]:
        assert rung.citations
    assert found.ladder.rungs[1].citations[0].commit == "c0ffee"
    assert found.ladder.rungs[4].names == ("EE", "FI")


def test_without_a_record_only_git_speaks() -> None:
    found = stand(SHARED)
    assert found.ladder.rung == 2
    assert [rung.state for rung in found.ladder.rungs[3:]] == ["not_known"] * 2


def test_a_single_owner() -> None:
    found = stand([done("ee", 99, put_in=9), done("gmail", 1, author=2)])
    assert found.ladder.rung == 0
    assert [rung.state for rung in found.ladder.rungs] == [
        "met", "not_met", "not_met", "not_known", "not_known",
    ]  # fmt: skip
    unsure = stand([done("ee", 90, put_in=9), done("gmail", 10, author=2, put_in=1)])
    assert [rung.state for rung in unsure.ladder.rungs[1:3]] == ["not_known"] * 2


def test_a_memorandum_binds_nobody_and_money_of_one_country_is_no_joint_money() -> None:
    loose = replace(FULL, facts=(fact("instrument", "memorandum"),))
    alone = replace(FULL, payments=(paid("Estonia", "EE", 600),))
    for one in (loose, alone):
        assert stand(SHARED, one).ladder.rungs[4].state == "not_met"
    assert stand(SHARED, replace(FULL, payments=())).ladder.rungs[4].state == "not_known"


def test_a_supplier_that_votes_is_no_public_body() -> None:
    voters = (
        Voter(name="Estonia", country="EE", weight=1, is_public=True),
        Voter(name="House", country="FI", weight=1, is_public=False),
    )
    board = replace(rule(), voters=voters)
    assert stand(SHARED, record(rules=(board,))).ladder.rungs[3].state == "not_met"


def test_the_index_with_its_sides() -> None:
    """Work 6:3 is D = 4/9, X' = 8/9; merges 3:1 D = 3/8, X' = 3/4; votes 1; money 6:4 X' = .96."""
    found = stand(SHARED, FULL)
    parts = {side.name: side.part for side in found.sides}
    assert parts == {
        "work": pytest.approx(8 / 9), "merges": pytest.approx(3 / 4),
        "votes": pytest.approx(1.0), "money": pytest.approx(0.96),
    }  # fmt: skip
    work = (8 / 9 + 3 / 4) / 2
    assert found.index == pytest.approx((work * 1.0 * 0.96) ** (1 / 3))
    assert found.missing == ()


def test_no_index_without_coverage_and_what_is_missing_is_named() -> None:
    found = stand([done("ee", 59), done("gmail", 41, author=2)], replace(FULL, payments=()))
    assert found.index is None
    assert found.missing == ("work", "merges", "money")
    assert {side.name: side.part for side in found.sides}["votes"] == pytest.approx(1.0)


def test_votes_by_dues_of_which_one_is_not_recorded() -> None:
    shares, coverage = votes_of([record(rules=(rule(("A", 3), ("B", 1), ("C", 0)),))])
    assert shares == {"A": 0.75, "B": 0.25}
    assert coverage == pytest.approx(2 / 3)


def test_money_of_three_years_in_one_currency() -> None:
    """Of four years' 400, three lie in the last three years; an older payment does not."""
    long = paid("A", "EE", 400, since=date(2023, 8, 3), until=date(2027, 8, 3))
    found = money_of(
        [
            long, paid("B", "FI", 100), paid("C", "SE", 9, currency="SEK"), paid("D", "DK", None),
            paid("E", "NO", 900, since=date(2020, 1, 1), until=date(2021, 1, 1)),
        ],
        TODAY,
    )  # fmt: skip
    assert found is not None
    assert found.currency == "EUR"
    assert found.shares["A"] == pytest.approx(0.75, abs=0.01)
    assert found.coverage == pytest.approx(0.5)
    assert money_of([], TODAY) is None
    assert money_of([paid("D", "DK", None)], TODAY).coverage == 0  # type: ignore[union-attr]


def test_every_risk_raised() -> None:
    bad = record(
        rules=(rule(("Estonia", 1), ("Finland", 1), threshold="unanimous"),),
        facts=(fact("contribution_rule", "cla"), fact("ip_holder", text="HOUSE")),
        payments=(paid("Estonia", "EE", 67), paid("Finland", "FI", 33)),
        decided_on=date(2025, 8, 1),
    )
    found = stand([done("house", 9, put_in=2), done("ee", 1, author=2)], bad, drift={"Fork": 53.0})
    assert {x.kind for x in found.flags if x.state == "raised"} == {x.kind for x in found.flags}
    assert flag(found, "funder").value == pytest.approx(0.67)
    assert flag(found, "vendor_agreement").names == ("HOUSE",)
    assert [signal.kind for signal in found.signals] == ["no_decision"]


def test_every_risk_clear() -> None:
    good = replace(
        FULL,
        payments=(paid("Estonia", "EE", 66), paid("Finland", "FI", 34)),
        facts=(*FULL.facts, fact("contribution_rule", "cla"), fact("ip_holder", text="Joint")),
    )
    many = [done("ee", 5, author=n, put_in=1) for n in range(8)]
    found = stand([*many, done("house", 200, author=9)], good, drift={"Fork": 52.0})
    states = {x.kind: x.state for x in found.flags}
    assert states.pop("absence") == "raised"
    assert set(states.values()) == {"clear"}


def test_without_a_record_risks_of_the_record_are_not_known() -> None:
    found = stand([])
    assert {x.state for x in found.flags} == {"not_known"}


def test_health_reaches_zero() -> None:
    people = [done("ee", 5, author=n, put_in=1) for n in range(6)]
    assert stand(people).health.value == 100
    assert stand(people, is_archived=True).health.value == 0
    over = stand([done("ee", 5, author=n, ago=547) for n in range(6)], successor="fork")
    assert over.health.value == 0
    assert {(x.kind, x.place) for x in over.signals} == {
        ("abandoned", "/components/x/activity"), ("handed_over", "/components/fork"),
    }  # fmt: skip
    last = stand([done("ee", 5, author=n, ago=546) for n in range(6)])
    assert last.health.met == ("several", "staying")


def test_what_was_never_worked_on_is_neither_healthy_nor_abandoned() -> None:
    found = stand([])
    assert (found.health.value, found.health.met, found.health.missed) == (None, (), ())
    assert found.signals == ()
    assert stand([], is_archived=True).health.value == 0


def test_the_sole_maintainer_has_gone() -> None:
    alone = [done("ee", 50, author=1, ago=300), done("fi", 5, author=2, ago=10)]
    found = stand(alone)
    assert [(x.kind, x.on) for x in found.signals] == [
        ("maintainer_gone", TODAY - timedelta(days=300))
    ]
    assert "staying" in found.health.missed
    assert not stand([*alone, done("ee", 1, author=1, ago=5)]).signals


def test_bots_and_inherited_history_keep_nothing_alive() -> None:
    found = stand([done("ee", 9, is_bot=True), done("ee", 9, is_own=False, ago=3)])
    assert found.health.value == 0


@given(
    st.lists(st.tuples(st.sampled_from(("ee", "fi", "house", "gmail")), st.integers(0, 30)),
             max_size=12),
    st.lists(st.integers(0, 5), max_size=4),
    st.lists(st.integers(0, 100), max_size=4),
)  # fmt: skip
def test_what_always_holds(
    work: list[tuple[str, int]], weights: list[int], amounts: list[int]
) -> None:
    body = record(
        rules=(rule(*((f"M{n}", weight) for n, weight in enumerate(weights))),),
        payments=tuple(paid(f"M{n}", "EE", amount) for n, amount in enumerate(amounts)),
    )
    found = stand([done(who, n, author=a) for a, (who, n) in enumerate(work)], body)
    assert found.ladder.rungs[found.ladder.rung].state == "met"
    has_work = any(count for _, count in work)
    assert (found.health.value is not None) == has_work
    assert 0 <= (found.health.value or 0) <= 100
    for side in found.sides:
        assert sum(side.shares.values()) <= 1 + 1e-9
        assert 0 <= side.concentration.coverage <= 1 + 1e-9
        assert (side.part is None) or 0 <= side.part <= 1
        low, high = side.concentration.diversity.low, side.concentration.diversity.high
        assert low is None or high is None or low <= high + 1e-9
    assert (found.index is None) == bool(found.missing)
