"""Phases, hand-overs, and who does the work: public bodies or suppliers."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.governance.measures.history import handovers_of, phases_of, sectors_of
from registry.governance.measures.parties import GOVERNMENT, SUPPLIER, Attributor, Party, Tie
from registry.governance.measures.works import Tally, Work, attribute

TIES = (
    Tie(kind="domain", subject="city.example", party=Party("city", "City", GOVERNMENT)),
    Tie(kind="domain", subject="house.example", party=Party("house", "House", SUPPLIER)),
    Tie(kind="organisation", subject="house", party=Party("city", "City", GOVERNMENT)),
)


def work(domain: str, on: date, commits: int, put_in: int = 0) -> Tally:
    return Tally(on.toordinal(), b"a" * 16, domain, False, True, commits, 0, put_in)


def works(*tallies: Tally) -> list[Work]:
    return attribute(tallies, Attributor(TIES))


def quarters(domain: str, years: range, commits: int) -> list[Tally]:
    return [work(domain, date(y, m, 5), commits) for y in years for m in (2, 5, 8, 11)]


def test_a_hand_over_is_dated_by_the_quarter_in_which_another_led_the_year() -> None:
    """Each did half of the year before July 2021; of that before October House did 3/4."""
    story = works(
        *quarters("city.example", range(2018, 2021), 10),
        *quarters("house.example", range(2021, 2024), 10),
    )
    phases = phases_of(story, "wrote")
    assert [(x.kind, x.leader and x.leader.name) for x in phases] == [
        ("single", "City"), ("shared", "City"), ("single", "House"),
    ]  # fmt: skip
    assert [str(x.since) for x in phases] == ["2018-01-01", "2021-01-01", "2021-10-01"]
    assert phases[-1].until is None
    (change,) = handovers_of(story, "wrote")
    assert (change.before, change.after, change.is_certain) == ("City", "House", True)
    assert str(change.on) == "2021-07-01"
    assert handovers_of(story, "behalf") == ()


def test_what_is_not_attributed_makes_a_hand_over_uncertain() -> None:
    story = works(
        *quarters("city.example", range(2018, 2021), 10),
        *quarters("gmail.com", range(2018, 2024), 12),
        *quarters("house.example", range(2021, 2024), 10),
    )
    assert [x.is_certain for x in handovers_of(story, "wrote")] == [False]


def test_one_organisation_is_alone_only_where_no_other_can_have_done_as_much() -> None:
    for free, is_certain in ((0, True), (1, False)):
        rows = [*quarters("city.example", range(2018, 2020), 10),
                *quarters("gmail.com", range(2018, 2020), free)]  # fmt: skip
        (phase,) = phases_of(works(*rows), "wrote")
        assert (phase.kind, phase.is_certain) == ("single", is_certain)


def test_one_busy_month_of_another_is_no_phase() -> None:
    story = works(
        *quarters("city.example", range(2018, 2024), 10),
        work("house.example", date(2020, 12, 31), 1),
    )
    assert [(x.kind, x.since.year) for x in phases_of(story, "wrote")] == [("single", 2018)]


def test_nothing_has_no_phase() -> None:
    assert phases_of([], "wrote") == ()
    assert [x.kind for x in phases_of(works(work("gmail.com", date(2020, 1, 1), 1)), "wrote")] == [
        "unknown"
    ]


def test_public_bodies_and_suppliers() -> None:
    story = works(
        work("city.example", date(2025, 9, 1), 1, put_in=4),
        work("house.example", date(2026, 1, 5), 3),
        work("house.example", date(2024, 1, 5), 7),
        work("gmail.com", date(2026, 1, 5), 0, put_in=1),
    )
    house, supplier, other = sectors_of(story, [2024, 2025, 2026], date(2026, 8, 2))
    assert (house.share, house.merging, house.years) == (0.25, 0.8, (0, 1, 0))
    assert (supplier.share, supplier.merging, supplier.years) == (0.75, 0.0, (7, 0, 3))
    assert (other.share, other.merged) == (0.0, 1)
    assert [x.put_in_years for x in (house, supplier, other)] == [(0, 4, 0), (0, 0, 0), (0, 0, 1)]


DAYS = st.dates(date(2000, 1, 1), date(2026, 1, 1))
DOMAINS = st.sampled_from(("city.example", "house.example", "gmail.com"))


@given(st.lists(st.tuples(DOMAINS, DAYS, st.integers(0, 9)), max_size=25))
def test_phases_follow_each_other_and_their_shares_are_shares(
    rows: list[tuple[str, date, int]],
) -> None:
    phases = phases_of(works(*(work(*row) for row in rows)), "wrote")
    for before, after in pairwise(phases):
        assert before.until == after.since
    for phase in phases:
        assert phase.until is None or phase.since < phase.until
        total = sum(x.share for x in phase.shares) + phase.unattributed
        assert 0 <= total <= 1 + 1e-9
