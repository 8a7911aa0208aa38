"""Attributing counts: two lenses, the band, and nothing that tells of a person."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.db.tables.facts import MASKED_AUTHOR
from registry.governance.measures.parties import (
    DISPUTED,
    FREE_MAIL,
    GOVERNMENT,
    NO_DOMAIN,
    NO_REPLY,
    NOT_RECORDED,
    SUPPLIER,
    Attributor,
    Party,
    Tie,
)
from registry.governance.measures.shares import COMMITS, LensView, lens_view, people
from registry.governance.measures.works import Tally, attribute, hide_small_domains

NIIS = Party("niis", "NIIS", GOVERNMENT)
HOUSE = Party("house", "Software House", SUPPLIER)
DAY = date(2024, 1, 1).toordinal()


def tie(subject: str, party: Party, kind: str = "domain", **more: object) -> Tie:
    return Tie(kind=kind, subject=subject, party=party, **more)  # type: ignore[arg-type]


def tally(domain: str, commits: int, author: int = 1, day: int = DAY) -> Tally:
    key = bytes([author]) * 16
    return Tally(day, key, domain, is_bot=False, is_own=True, commits=commits, merges=0, put_in=0)


def view_of(tallies: Sequence[Tally], ties: Sequence[Tie] = (), lens: str = "wrote") -> LensView:
    works = hide_small_domains(attribute(tallies, Attributor(ties)))
    return lens_view(lens, works, COMMITS, [2024])


def test_a_supplier_works_on_behalf_of_whom_the_record_says_and_only_then() -> None:
    contract = tie("house", NIIS, "organisation", since=DAY, until=DAY + 365)
    attributor = Attributor([tie("house.example", HOUSE), contract])
    during, after = (
        attributor.of("house.example", DAY),
        attributor.of("house.example", DAY + 366),
    )
    assert (during.wrote, during.behalf) == (HOUSE, NIIS)
    assert (after.wrote, after.behalf) == (HOUSE, NOT_RECORDED)


def test_a_public_body_works_for_itself_unless_the_record_says_for_whom() -> None:
    attributor = Attributor([tie("niis.example", NIIS)])
    assert attributor.of("niis.example", DAY).behalf == NIIS
    assert attributor.of("mail.niis.example", DAY).wrote == NIIS


def test_addresses_that_tell_nothing() -> None:
    attributor = Attributor([])
    reasons = {"gmail.com": FREE_MAIL, "users.noreply.github.com": NO_REPLY, "": NO_DOMAIN}
    for domain, reason in reasons.items():
        assert attributor.of(domain, DAY).wrote == reason
        assert attributor.of(domain, DAY).behalf == reason


def test_a_domain_below_a_suffix_of_a_government_is_a_public_body() -> None:
    found = Attributor([], {"gov.example"}).of("tax.gov.example", DAY)
    assert found.wrote == Party("tax.gov.example", "tax.gov.example", GOVERNMENT)
    assert found.behalf == found.wrote


def test_what_is_disputed_is_attributed_to_nobody() -> None:
    disputed = Attributor([tie("house.example", HOUSE, is_disputed=True)])
    assert disputed.of("house.example", DAY).wrote == DISPUTED
    chain = [tie("house.example", HOUSE), tie("house", NIIS, "organisation", is_disputed=True)]
    found = Attributor(chain).of("house.example", DAY)
    assert (found.wrote, found.behalf) == (HOUSE, DISPUTED)


def test_a_circle_ends() -> None:
    circle = [
        tie("house.example", HOUSE),
        tie("house", NIIS, "organisation"),
        tie("niis", HOUSE, "organisation"),
    ]
    assert Attributor(circle).of("house.example", DAY).behalf == NOT_RECORDED


def test_of_two_affiliations_the_later_begun_holds() -> None:
    other = Party("other", "Other", SUPPLIER)
    ties = [tie("x.example", HOUSE), tie("x.example", other, since=DAY)]
    assert Attributor(ties).of("x.example", DAY).wrote == other
    assert Attributor(ties).of("x.example", DAY - 1).wrote == HOUSE


def test_a_domain_of_fewer_than_five_people_is_not_named() -> None:
    few = [tally("jane-doe.example", 9, author) for author in range(1, 5)]
    view = view_of(few)
    assert view.parties == ()
    assert view.unattributed.reasons == {NOT_RECORDED: 36}
    many = [*few, tally("jane-doe.example", 1, 5)]
    named = view_of(many)
    assert [(party.name, party.people) for party in named.parties] == [("jane-doe.example", 5)]


def test_of_a_small_organisation_the_number_of_people_is_not_told() -> None:
    view = view_of([tally("niis.example", 3)], [tie("niis.example", NIIS)])
    assert [(party.share, party.people) for party in view.parties] == [(1.0, None)]


def test_the_masked_are_nobody() -> None:
    masked = Tally(DAY, MASKED_AUTHOR, "", False, True, 4, 0, 0)
    assert people(attribute([masked, tally("a.example", 2)], Attributor([])), COMMITS).total() == 2
    view = view_of([masked])
    assert view.unattributed.count == 4


DOMAINS = ("niis.example", "house.example", "gmail.com", "", "unknown.example")


@given(
    st.lists(
        st.tuples(st.sampled_from(DOMAINS), st.integers(0, 50), st.integers(1, 9)), max_size=40
    )
)
def test_shares_and_band_add_up_to_one(rows: list[tuple[str, int, int]]) -> None:
    tallies = [tally(domain, count, author) for domain, count, author in rows]
    ties = [tie("niis.example", NIIS), tie("house.example", HOUSE)]
    for lens in ("wrote", "behalf"):
        view = view_of(tallies, ties, lens)
        shares = sum(party.share for party in view.parties) + view.unattributed.share
        assert view.total == sum(count for _, count, _ in rows)
        assert abs(shares - (1.0 if view.total else 0.0)) < 1e-9
        years = [*(party.years for party in view.parties), view.unattributed.years]
        assert sum(row[0] for row in years) == view.total


def people_of(view: LensView) -> dict[str, int | None]:
    return {party.key: party.people for party in view.parties}


def test_the_lenses_beside_each_other_do_not_tell_of_a_small_organisation() -> None:
    # Six of the house and three of NIIS write for NIIS: nine less six would be three.
    contract = tie("house", NIIS, "organisation")
    ties = [tie("house.example", HOUSE), tie("niis.example", NIIS), contract]
    house = [tally("house.example", 1, author) for author in range(1, 7)]
    small = [tally("niis.example", 1, author) for author in range(11, 14)]
    several = [tally("niis.example", 1, author) for author in range(11, 16)]
    free = [tally("gmail.com", 1, author) for author in range(21, 27)]
    assert people_of(view_of([*house, *small, *free], ties)) == {"house": 6, "niis": None}
    assert people_of(view_of([*house, *small, *free], ties, "behalf")) == {"niis": None}
    assert people_of(view_of([*house, *several, *free], ties, "behalf")) == {"niis": 11}


def test_what_the_told_numbers_leave_of_all_people_is_not_few() -> None:
    other = Party("other", "Other House", SUPPLIER)
    ties = [tie("house.example", HOUSE), tie("niis.example", NIIS), tie("other.example", other)]
    rows = [tally("house.example", 1, author) for author in range(1, 7)]
    rows += [tally("other.example", 1, author) for author in range(31, 39)]
    assert people_of(view_of(rows, ties)) == {"house": 6, "other": 8}
    # Of seventeen six and eight leave the three of NIIS: the six are kept back too.
    rows += [tally("niis.example", 1, author) for author in range(11, 14)]
    assert people_of(view_of(rows, ties)) == {"house": None, "other": 8, "niis": None}
    # Among others who are not attributed, nobody can tell.
    rows += [tally("gmail.com", 1, author) for author in range(21, 24)]
    assert people_of(view_of(rows, ties)) == {"house": 6, "other": 8, "niis": None}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["house.example", "niis.example", "gmail.com", "five.example"]),
            st.integers(1, 30),
        ),
        max_size=60,
    )
)
def test_no_number_of_people_below_five_can_be_reckoned(rows: list[tuple[str, int]]) -> None:
    tallies = [tally(domain, 1, author) for domain, author in rows]
    ties = [tie("house.example", HOUSE), tie("niis.example", NIIS),
            tie("house", NIIS, "organisation")]  # fmt: skip
    wrote, behalf = view_of(tallies, ties), view_of(tallies, ties, "behalf")
    for view in (wrote, behalf):
        told = [x for x in people_of(view).values() if x is not None]
        assert all(x >= 5 for x in told)
    own, other = people_of(wrote), people_of(behalf)
    if other.get("niis") is not None:  # all that is in it may be told by itself
        small = {domain for domain, _ in rows} & {"house.example", "niis.example"}
        for domain in small:
            assert len({author for x, author in rows if x == domain}) >= 5
    assert all(x is None or x >= 5 for x in own.values())
