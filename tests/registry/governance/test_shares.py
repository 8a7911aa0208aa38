"""Attributing counts: two lenses, the band, and nothing that tells of a person."""

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
from registry.governance.measures.shares import Tally, lens_view, people

NIIS = Party("niis", "NIIS", GOVERNMENT)
HOUSE = Party("house", "Software House", SUPPLIER)
MONTH = 12 * 2024


def tie(subject: str, party: Party, kind: str = "domain", **more: object) -> Tie:
    return Tie(kind=kind, subject=subject, party=party, **more)  # type: ignore[arg-type]


def tally(domain: str, commits: int, author: int = 1, month: int = MONTH) -> Tally:
    key = bytes([author]) * 16
    return Tally(month, key, domain, is_bot=False, is_own=True, commits=commits, merges=0, put_in=0)


def commits(one: Tally) -> int:
    return one.commits


def test_a_supplier_works_on_behalf_of_whom_the_record_says_and_only_then() -> None:
    contract = tie("house", NIIS, "organisation", since=MONTH, until=MONTH + 11)
    attributor = Attributor([tie("house.example", HOUSE), contract])
    during, after = (
        attributor.of("house.example", MONTH),
        attributor.of("house.example", MONTH + 12),
    )
    assert (during.wrote, during.behalf) == (HOUSE, NIIS)
    assert (after.wrote, after.behalf) == (HOUSE, NOT_RECORDED)


def test_a_public_body_works_for_itself_unless_the_record_says_for_whom() -> None:
    attributor = Attributor([tie("niis.example", NIIS)])
    assert attributor.of("niis.example", MONTH).behalf == NIIS
    assert attributor.of("mail.niis.example", MONTH).wrote == NIIS


def test_addresses_that_tell_nothing() -> None:
    attributor = Attributor([])
    reasons = {"gmail.com": FREE_MAIL, "users.noreply.github.com": NO_REPLY, "": NO_DOMAIN}
    for domain, reason in reasons.items():
        assert attributor.of(domain, MONTH).wrote == reason
        assert attributor.of(domain, MONTH).behalf == reason


def test_a_domain_below_a_suffix_of_a_government_is_a_public_body() -> None:
    found = Attributor([], {"gov.example"}).of("tax.gov.example", MONTH)
    assert found.wrote == Party("tax.gov.example", "tax.gov.example", GOVERNMENT)
    assert found.behalf == found.wrote


def test_what_is_disputed_is_attributed_to_nobody() -> None:
    disputed = Attributor([tie("house.example", HOUSE, is_disputed=True)])
    assert disputed.of("house.example", MONTH).wrote == DISPUTED
    chain = [tie("house.example", HOUSE), tie("house", NIIS, "organisation", is_disputed=True)]
    found = Attributor(chain).of("house.example", MONTH)
    assert (found.wrote, found.behalf) == (HOUSE, DISPUTED)


def test_a_circle_ends() -> None:
    circle = [
        tie("house.example", HOUSE),
        tie("house", NIIS, "organisation"),
        tie("niis", HOUSE, "organisation"),
    ]
    assert Attributor(circle).of("house.example", MONTH).behalf == NOT_RECORDED


def test_of_two_affiliations_the_later_begun_holds() -> None:
    other = Party("other", "Other", SUPPLIER)
    ties = [tie("x.example", HOUSE), tie("x.example", other, since=MONTH)]
    assert Attributor(ties).of("x.example", MONTH).wrote == other
    assert Attributor(ties).of("x.example", MONTH - 1).wrote == HOUSE


def test_a_domain_of_fewer_than_five_people_is_not_named() -> None:
    few = [tally("jane-doe.example", 9, author) for author in range(1, 5)]
    view = lens_view("wrote", few, Attributor([]), commits, [2024])
    assert view.parties == ()
    assert view.unattributed.reasons == {NOT_RECORDED: 36}
    many = [*few, tally("jane-doe.example", 1, 5)]
    named = lens_view("wrote", many, Attributor([]), commits, [2024])
    assert [(party.name, party.people) for party in named.parties] == [("jane-doe.example", 5)]


def test_of_a_small_organisation_the_number_of_people_is_not_told() -> None:
    view = lens_view(
        "wrote", [tally("niis.example", 3)], Attributor([tie("niis.example", NIIS)]), commits, []
    )
    assert [(party.share, party.people) for party in view.parties] == [(1.0, None)]


def test_the_masked_are_nobody() -> None:
    masked = Tally(MONTH, MASKED_AUTHOR, "", False, True, 4, 0, 0)
    assert people([masked, tally("a.example", 2)], commits).total() == 2
    view = lens_view("wrote", [masked], Attributor([]), commits, [2024])
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
        view = lens_view(lens, tallies, Attributor(ties), commits, [2024])
        shares = sum(party.share for party in view.parties) + view.unattributed.share
        assert view.total == sum(count for _, count, _ in rows)
        assert abs(shares - (1.0 if view.total else 0.0)) < 1e-9
        years = [*(party.years for party in view.parties), view.unattributed.years]
        assert sum(row[0] for row in years) == view.total
