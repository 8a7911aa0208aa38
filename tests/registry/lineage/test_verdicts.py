"""Verdicts and directions: each case lies clearly on one side of the thresholds of `RULES`."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from registry.domain.lineage import DAY, Measure
from registry.lineage.rules import RULES
from registry.lineage.verdicts import (
    BELOW,
    COMMON_UPSTREAM,
    DIRECT,
    Direction,
    PairValues,
    Sight,
    Verdict,
    confirmed,
    direction,
    judge,
)
from tests.support.examples import share

A, B, THIRD = 10, 20, 30
NOTHING = Measure()
WRITTEN = max(RULES.written_days, RULES.author_days) + 5  # days of somebody who writes code
FILES = Measure(
    count=RULES.minimum_files * 4,
    weight=RULES.minimum_weight * 4,
    containment=min(1.0, RULES.minimum_containment * 4),
    days_a=WRITTEN, days_b=WRITTEN,
)  # fmt: skip
PRINTS = Measure(
    count=60,
    weight=RULES.similar_weight * 2,
    containment=min(1.0, RULES.similar_containment * 2),
    strong_pairs=RULES.strong_pairs * 2,
    days_a=WRITTEN, days_b=WRITTEN,
)  # fmt: skip
SCATTERED = {"containment": RULES.similar_containment / 10, "strong_pairs": RULES.taken_pairs}
TAKEN = {
    "arrived": RULES.minimum_files * 2, "had": RULES.minimum_files * 2, "start_gap_days": 500.0,
    "days_a": WRITTEN, "days_b": 1,
}  # fmt: skip
ALIKE = {"weight": RULES.alike_weight * 2, "strong_pairs": RULES.alike_pairs * 2}
HEAVY = {"weight": max(RULES.taken_weight, RULES.similar_weight) * 2}
MANY = {"holders": RULES.maximum_holders + 2}
BULK = {"import_a": 1.0, "import_b": 1.0}
BETWEEN = (RULES.maximum_tau + RULES.maximum_tau_in_bulk) / 2


def pair(files: Any = None, prints: Any = None) -> PairValues:
    """Return values of a pair: what is good enough, changed as given; None measures nothing."""
    return PairValues(
        NOTHING if files is None else replace(FILES, **files),
        NOTHING if prints is None else replace(PRINTS, **prints),
    )


@pytest.mark.parametrize(
    ("values", "by_files", "by_prints"),
    [
        pytest.param(pair(files={}), True, False, id="rare files"),
        pytest.param(pair(prints={}), False, True, id="a good share in several files"),
        pytest.param(pair({}, {}), True, True, id="both"),
        pytest.param(
            pair(prints=ALIKE | {"containment": RULES.similar_containment * 0.75}),
            False, True, id="half the share when many files are much alike",
        ),
        pytest.param(
            pair(prints=SCATTERED | ALIKE | TAKEN), False, True,
            id="hardly a share when many files are much alike and were taken at once",
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN), False, True,
            id="what grew on one side, came to the other at once and is nobody else's",
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN
                 | {"start_gap_days": -500.0, "days_a": 1, "days_b": WRITTEN}),
            False, True, id="the same the other way round",
        ),
    ],
)  # fmt: skip
def test_direct_reuse(values: PairValues, by_files: bool, by_prints: bool) -> None:
    assert judge(values, RULES) == Verdict(DIRECT, by_files, by_prints, is_near=True)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(pair(), id="nothing shared"),
        pytest.param(pair(files={"count": RULES.minimum_files - 1}), id="too few files"),
        pytest.param(pair(files={"weight": RULES.minimum_weight / 2}), id="files not rare"),
        pytest.param(
            pair(files={"containment": RULES.minimum_containment / 2}), id="too small a share"
        ),
        pytest.param(pair(prints={"weight": RULES.similar_weight / 2}), id="code not rare"),
        pytest.param(pair(prints={"strong_pairs": 0}), id="code that is scattered over files"),
        pytest.param(
            pair(prints={"containment": RULES.similar_containment / 3}), id="a small share of code"
        ),
        pytest.param(pair(prints=SCATTERED | ALIKE), id="alike, but neither a part nor taken"),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN | {"days_a": 1, "days_b": WRITTEN}),
            id="the earlier side had it on one day: it did not write it",
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN | {"had": 0}),
            id="the earlier side did not have what came",
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN | {"arrived": 1, "had": 1}), id="hardly any came"
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN | {"holders": 1}), id="taken, but others hold it"
        ),
        pytest.param(
            pair(prints=SCATTERED | HEAVY | TAKEN | {"tau": RULES.taken_tau * 2}),
            id="taken, but others had it before",
        ),
        pytest.param(
            pair(prints=SCATTERED | TAKEN | {"strong_pairs": RULES.taken_pairs - 1}),
            id="taken, but no file is alike",
        ),
    ],
)
def test_too_little(values: PairValues) -> None:
    verdict = judge(values, RULES)
    assert (verdict.name, verdict.by_files, verdict.by_fingerprints) == (BELOW, False, False)


def test_what_is_near_a_threshold_is_worth_storing_and_what_is_far_is_not() -> None:
    assert judge(pair(files={"count": RULES.minimum_files - 1}), RULES).is_near
    assert not judge(pair(), RULES).is_near
    assert not judge(pair(files={"weight": 1.0}, prints={"weight": 1.0}), RULES).is_near


@pytest.mark.parametrize(
    ("values", "by_files", "by_prints", "upstream"),
    [
        pytest.param(
            pair(files={"tau": 1.0, "upstream": THIRD, "cover": 1.0}), True, False, THIRD,
            id="one that is known holds all of it",
        ),
        pytest.param(
            pair(files={"tau": 1.0, "upstream": THIRD, "cover": RULES.upstream_cover / 2}),
            True, False, None, id="several hold it: none of them is the upstream",
        ),
        pytest.param(
            pair(files={"tau": BETWEEN, "upstream": THIRD, "cover": BETWEEN} | BULK),
            True, False, None, id="a part of it where both got it in bulk",
        ),
        pytest.param(pair(files=MANY | BULK), True, False, None, id="many hold it, none earlier"),
        pytest.param(
            pair(files=MANY | BULK, prints={}), True, True, None,
            id="many hold the files: then pieces of code are no sign either",
        ),
        pytest.param(
            pair(files=MANY | {"start_gap_days": 9.0, "days_a": 1}), True, False, None,
            id="many hold it and the earlier side did not write it",
        ),
        pytest.param(
            pair(files=MANY | {"start_gap_days": -9.0, "days_b": 1}), True, False, None,
            id="the same the other way round",
        ),
        pytest.param(
            pair(files=MANY | {"start_gap_days": 9.0, "import_a": 1.0}), True, False, None,
            id="many hold it and the earlier side got it in bulk",
        ),
        pytest.param(
            pair({"tau": 1.0, "upstream": 31, "cover": 1.0},
                 {"tau": 1.0, "upstream": 32, "cover": 1.0, "weight": FILES.weight * 2}),
            True, True, 32, id="the kind that weighs more names the upstream",
        ),
    ],
)  # fmt: skip
def test_a_common_upstream(
    values: PairValues, by_files: bool, by_prints: bool, upstream: int | None
) -> None:
    assert judge(values, RULES) == Verdict(
        COMMON_UPSTREAM, by_files, by_prints, upstream, is_near=True
    )


@pytest.mark.parametrize(
    ("values", "by_files", "by_prints"),
    [
        pytest.param(pair(files={"tau": BETWEEN, "upstream": THIRD}), True, False,
                     id="others hold a part, and it came bit by bit"),
        pytest.param(pair(files={"tau": BETWEEN, "upstream": THIRD, "import_a": 1.0}), True, False,
                     id="one side alone got it in bulk"),
        pytest.param(pair(files=BULK), True, False, id="in bulk, but nobody else has it"),
        pytest.param(pair(files=MANY | {"start_gap_days": 9.0, "import_b": 1.0}), True, False,
                     id="many hold it, and the earlier side wrote it: they all took it"),
        pytest.param(pair(files=MANY | {"start_gap_days": -9.0, "import_a": 1.0}), True, False,
                     id="the same the other way round"),
        pytest.param(pair({"tau": 1.0, "upstream": THIRD}, {}), False, True,
                     id="files of others beside own code"),
        pytest.param(pair({}, {"tau": 1.0, "upstream": THIRD}), True, False,
                     id="own files beside code of others"),
    ],
)  # fmt: skip
def test_direct_reuse_although_others_hold_some(
    values: PairValues, by_files: bool, by_prints: bool
) -> None:
    assert judge(values, RULES) == Verdict(DIRECT, by_files, by_prints, is_near=True)


# Measures as they come: thresholds and their neighbours, so that each rule decides now and then.
def _near(*thresholds: float) -> st.SearchStrategy[float]:
    return st.sampled_from([x * factor for x in thresholds for factor in (0.0, 0.5, 1.0, 2.0)])


SHARES = st.sampled_from([0.0, 0.05, 0.2, BETWEEN, 0.5, 1.0])
MEASURES = st.builds(
    Measure,
    count=st.integers(0, RULES.minimum_files * 2),
    weight=_near(RULES.minimum_weight, RULES.alike_weight, RULES.taken_weight),
    containment=_near(RULES.minimum_containment, RULES.similar_containment),
    tau=SHARES,
    cover=SHARES,
    upstream=st.sampled_from([None, THIRD]),
    holders=st.integers(0, RULES.maximum_holders + 1),
    first_a=st.integers(0, 9),
    first_b=st.integers(0, 9),
    start_gap_days=st.sampled_from([-40.0, -2.0, -0.1, 0.1, 2.0, 40.0]),
    arrived=st.integers(0, 12),
    had=st.integers(0, 12),
    days_a=st.integers(1, WRITTEN),
    days_b=st.integers(1, WRITTEN),
    import_a=SHARES,
    import_b=SHARES,
    strong_pairs=st.integers(0, RULES.alike_pairs + 1),
)
PAIRS = st.builds(PairValues, MEASURES, MEASURES)


def mirrored(values: PairValues) -> PairValues:
    """Return the values of the same two clusters, named the other way round."""
    return PairValues(*(
        replace(
            m, first_a=m.first_b, first_b=m.first_a, start_gap_days=-m.start_gap_days,
            days_a=m.days_b, days_b=m.days_a, import_a=m.import_b, import_b=m.import_a,
        )
        for m in (values.files, values.fingerprints)
    ))  # fmt: skip


@given(PAIRS)
@settings(max_examples=share(80), deadline=None)
def test_verdict_and_direction_do_not_depend_on_which_is_named_first(values: PairValues) -> None:
    assert judge(mirrored(values), RULES) == judge(values, RULES)
    assert direction(B, A, mirrored(values), RULES) == direction(A, B, values, RULES)


@given(PAIRS)
@settings(max_examples=share(60), deadline=None)
def test_what_others_held_before_never_makes_reuse_direct(values: PairValues) -> None:
    if judge(values, RULES).name != DIRECT:
        explained = PairValues(
            replace(values.files, tau=1.0), replace(values.fingerprints, tau=1.0)
        )
        assert judge(explained, RULES).name != DIRECT


@given(PAIRS)
@settings(max_examples=share(60), deadline=None)
def test_an_upstream_is_named_only_where_there_is_no_direct_reuse(values: PairValues) -> None:
    verdict = judge(values, RULES)
    assert (verdict.name == BELOW) == (not (verdict.by_files or verdict.by_fingerprints))
    if verdict.name != COMMON_UPSTREAM:
        assert verdict.upstream is None


# Direction.

MOST_A = {"first_a": 20, "first_b": 1}
MOST_B = {"first_a": 1, "first_b": 20}
EVEN = {"first_a": 10, "first_b": 10}
CAME = {"arrived": 10, "had": 10}
GAP = RULES.minimum_gap_days * 50


@pytest.mark.parametrize(
    ("values", "origin", "basis"),
    [
        pytest.param(pair(MOST_A), A, "first_seen", id="most of it was first in a"),
        pytest.param(pair(MOST_B), B, "first_seen", id="most of it was first in b"),
        pytest.param(pair(EVEN, {"first_b": 60}), B, "first_seen", id="both kinds count together"),
        pytest.param(pair(EVEN | CAME | {"start_gap_days": GAP}), A, "first_transfer",
                     id="code went both ways: a had what b got first"),
        pytest.param(pair(EVEN | CAME | {"start_gap_days": -GAP}), B, "first_transfer",
                     id="code went both ways: b had what a got first"),
        pytest.param(pair(CAME | {"start_gap_days": GAP, "first_a": 1}), A, "first_transfer",
                     id="too little is known for a majority"),
        pytest.param(pair(EVEN | {"start_gap_days": GAP, "arrived": 10, "had": 1}), None,
                     "conflict", id="the earlier side had little of what came"),
        pytest.param(pair(EVEN | {"start_gap_days": GAP, "arrived": 2, "had": 0},
                          EVEN | {"start_gap_days": GAP, "arrived": 30, "had": 30}), A,
                     "first_transfer", id="kinds that agree are added up"),
        pytest.param(pair(EVEN | CAME | {"start_gap_days": GAP},
                          {"start_gap_days": -GAP, "arrived": 30}), A,
                     "first_transfer", id="the lighter kind does not overrule the heavier one"),
        pytest.param(pair(EVEN | CAME), None, "same_time", id="both began at once"),
        pytest.param(pair(EVEN | CAME | {"start_gap_days": RULES.minimum_gap_days / 2}), None,
                     "same_time", id="within a day"),
        pytest.param(pair({}), None, "same_time", id="no time is known"),
        pytest.param(pair(MOST_A | {"days_a": 1, "arrived": 2, "had": 2, "start_gap_days": GAP}),
                     None, "dates_contradict_work",
                     id="a has as finished what b is seen writing"),
        pytest.param(pair(MOST_B | {"days_b": 1, "arrived": 2, "had": 2, "start_gap_days": -GAP}),
                     None, "dates_contradict_work",
                     id="b has as finished what a is seen writing"),
        pytest.param(pair(MOST_A | {"days_a": 1, "days_b": 2}), A, "first_seen",
                     id="both had it finished"),
        pytest.param(pair(MOST_A | {"days_a": 1, "start_gap_days": GAP,
                                    "arrived": FILES.count, "had": FILES.count}),
                     A, "first_seen", id="published once, and taken whole"),
    ],
)  # fmt: skip
def test_direction(values: PairValues, origin: int | None, basis: str) -> None:
    found = direction(A, B, values, RULES)
    assert (found.origin, found.basis) == (origin, basis)


def test_a_direction_tells_how_much_speaks_for_it() -> None:
    assert direction(A, B, pair({"first_a": 30, "first_b": 10}), RULES).share == 0.75
    values = pair(EVEN | {"start_gap_days": GAP, "arrived": 10, "had": 9})
    assert direction(A, B, values, RULES).share == 0.9


# What cannot be forged with commit dates.

DATED = Direction(A, "first_seen", 0.9)
REVERSED = Direction(B, "first_seen", 0.9)
OPEN = Direction(None, "same_time")
TODAY = 1_790_000_000
LONG = int(RULES.sight_margin_days * DAY * 20)
SHORT = int(RULES.sight_margin_days * DAY / 2)


@pytest.mark.parametrize(
    ("found", "a", "b", "origin", "basis"),
    [
        pytest.param(DATED, Sight(None, TODAY), Sight(None, TODAY), A, "first_seen",
                     id="both were told of on one day"),
        pytest.param(DATED, Sight(None, TODAY), Sight(None, TODAY + LONG), A, "first_seen",
                     id="the origin was known first"),
        pytest.param(DATED, Sight(None, TODAY + SHORT), Sight(None, TODAY), A, "first_seen",
                     id="a little later says nothing"),
        pytest.param(DATED, Sight(None, TODAY + LONG), Sight(None, TODAY), None,
                     "dates_contradict_first_sight", id="the reuser was known long before"),
        pytest.param(REVERSED, Sight(None, TODAY), Sight(None, TODAY + LONG), None,
                     "dates_contradict_first_sight", id="the same the other way round"),
        pytest.param(DATED, Sight(TODAY - LONG, TODAY + LONG), Sight(TODAY, TODAY), A,
                     "first_seen", id="where forges speak, the registry's sight does not"),
        pytest.param(DATED, Sight(TODAY, TODAY), Sight(TODAY - LONG, TODAY + LONG), None,
                     "dates_contradict_forge", id="forges say the contrary of the dates"),
        pytest.param(DATED, Sight(TODAY, TODAY), Sight(TODAY - SHORT, TODAY), A, "first_seen",
                     id="forges say so by a little"),
        pytest.param(DATED, Sight(TODAY, TODAY + LONG), Sight(None, TODAY), None,
                     "dates_contradict_first_sight", id="one forge alone says nothing"),
        pytest.param(OPEN, Sight(TODAY - LONG, TODAY), Sight(TODAY, TODAY), A, "forge_creation",
                     id="the forge decides what dates do not"),
        pytest.param(OPEN, Sight(TODAY, TODAY), Sight(TODAY - LONG, TODAY), B, "forge_creation",
                     id="the same the other way round "),
        pytest.param(OPEN, Sight(TODAY - SHORT, TODAY), Sight(TODAY, TODAY), None, "same_time",
                     id="created at about the same time"),
        pytest.param(OPEN, Sight(None, TODAY - LONG), Sight(None, TODAY), None, "same_time",
                     id="the registry's sight decides nothing"),
        pytest.param(Direction(None, "dates_contradict_work", 0.9), Sight(TODAY - LONG, TODAY),
                     Sight(TODAY, TODAY), None, "dates_contradict_work",
                     id="dates that lied once are not helped"),
    ],
)  # fmt: skip
def test_a_direction_is_held_against_forge_and_registry(
    found: Direction, a: Sight, b: Sight, origin: int | None, basis: str
) -> None:
    sure = confirmed(found, A, B, {A: a, B: b}, RULES)
    assert (sure.origin, sure.basis) == (origin, basis)


def test_without_a_sight_of_both_a_direction_stays_as_it_is() -> None:
    assert confirmed(DATED, A, B, {A: Sight(None, TODAY + LONG)}, RULES) == DATED
    assert confirmed(DATED, A, B, {}, RULES) == DATED


@given(PAIRS, st.tuples(*[st.sampled_from([None, TODAY, TODAY + SHORT, TODAY + LONG])] * 2),
       st.tuples(*[st.sampled_from([TODAY, TODAY + SHORT, TODAY + LONG])] * 2))  # fmt: skip
@settings(max_examples=share(60), deadline=None)
def test_no_forge_and_no_first_sight_ever_reverses_dates(
    values: PairValues, created: tuple[int | None, int | None], added: tuple[int, int]
) -> None:
    sights = {A: Sight(created[0], added[0]), B: Sight(created[1], added[1])}
    by_dates = direction(A, B, values, RULES)
    sure = confirmed(by_dates, A, B, sights, RULES)
    if by_dates.origin is not None:
        assert sure.origin in {by_dates.origin, None}
