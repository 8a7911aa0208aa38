"""Approvals: worked examples by fractions, every way of counting, and what must not count."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlmodel import Session, select

from registry.db.session import Database
from registry.db.tables import ApprovalCount, Contribution, GovernmentDomain, Repository
from registry.governance.measures.approval_rows import approval_rows
from registry.governance.measures.approvals import Approvals, Group, approvals_of, attribute_groups
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.formulae import evenness
from registry.governance.measures.parties import (
    FREE_MAIL,
    GOVERNMENT,
    SUPPLIER,
    Attributor,
    Party,
    Tie,
)
from registry.governance.measures.readmodels import ContributionQuery, Contributions
from registry.governance.measures.shares import INTEGRATED, lens_view
from registry.governance.measures.views import component_of, measure_component
from registry.governance.measures.works import Tally, attribute
from registry.publishing.erasure import erase
from tests.support.contribution_rows import add_commit, commit_id
from tests.support.databases import fresh_sqlite
from tests.support.governance_fakes import InMemoryMeasures
from tests.support.lineage_rows import NOW, World

CITY = Party("city", "City", GOVERNMENT)
HOUSE = Party("house", "House", SUPPLIER)
DAY = date(2026, 6, 1).toordinal()
ATTRIBUTOR = Attributor([
    Tie(kind="domain", subject="city.example", party=CITY),
    Tie(kind="domain", subject="house.example", party=HOUSE),
])  # fmt: skip
NOTHING = Tally(DAY, b"", "", is_bot=False, is_own=True, commits=0, merges=0, put_in=0)


def group(author: str, approvers: str | None, commits: int) -> Group:
    return Group(DAY, author, True, approvers, commits, 0, commits if approvers else 0, 0, 0, 0)


def approving(domain: str, count: int, person: int = 1) -> Tally:
    return replace(NOTHING, author=bytes([person]) * 16, domain=domain, approvals=count)


def measure(groups: list[Group], tallies: list[Tally]) -> Approvals:
    works = attribute(tallies, ATTRIBUTOR)
    return approvals_of(attribute_groups(groups, ATTRIBUTOR), works, [2026])


def test_worked_example_of_coverage_shares_and_cross_review() -> None:
    """Ten commits of a supplier: four merged by the city, two by a colleague, one by a stranger."""
    found = measure(
        [
            group("house.example", "city.example", 4), group("house.example", "house.example", 2),
            group("house.example", "gmail.com", 1), group("house.example", None, 3),
        ],
        [approving("city.example", 4), approving("house.example", 2, 2),
         approving("gmail.com", 1, 3)],
    )  # fmt: skip
    assert (found.commits, found.approved) == (10, 7)
    assert found.coverage == pytest.approx(float(Fraction(7, 10)))
    wrote, _ = found.lenses
    assert {x.key: x.share for x in wrote.parties} == {
        "city": pytest.approx(float(Fraction(4, 7))), "house": pytest.approx(float(Fraction(2, 7))),
    }  # fmt: skip
    assert wrote.unattributed.reasons == {FREE_MAIL: 1}
    cross, behalf = found.cross
    assert (cross.other, cross.same, cross.unknown) == (4, 2, 1)
    assert cross.share.low == pytest.approx(float(Fraction(4, 7)))
    assert cross.share.value == pytest.approx(float(Fraction(4, 6)))
    assert cross.share.high == pytest.approx(float(Fraction(5, 7)))
    assert (behalf.other, behalf.same, behalf.unknown) == (0, 0, 7), "for whom is on no record"
    assert (behalf.share.low, behalf.share.value, behalf.share.high) == (0.0, None, 1.0)


def test_worked_example_of_merges_and_approvals_in_the_index() -> None:
    """The city put in 3 and reviewed 2 more by trailers, the house put in 1: 5 and 1 of 6."""
    city = replace(NOTHING, author=b"c" * 16, domain="city.example", put_in=3, reviewed=2)
    state = Tie(kind="organisation", subject="house", party=Party("state", "State", GOVERNMENT))
    house = replace(NOTHING, author=b"h" * 16, domain="house.example", put_in=1)
    ties = [
        Tie(kind="domain", subject="city.example", party=CITY),
        Tie(kind="domain", subject="house.example", party=HOUSE), state,
    ]  # fmt: skip
    lens = lens_view("behalf", attribute([city, house], Attributor(ties)), INTEGRATED, [2026])
    assert {x.key: x.share for x in lens.parties} == {"city": 5 / 6, "state": 1 / 6}
    diversity = 1 - Fraction(5, 6) ** 2 - Fraction(1, 6) ** 2
    assert evenness(x.share for x in lens.parties) == pytest.approx(float(diversity * 2))


def test_of_several_approvers_one_of_another_organisation_is_enough() -> None:
    found = measure([group("house.example", "city.example house.example", 1)], [])
    assert (found.cross[0].other, found.cross[0].same) == (1, 0)
    mixed = measure([group("house.example", "gmail.com house.example", 1)], [])
    assert mixed.cross[0].unknown == 1


def test_a_domain_on_no_record_is_no_other_organisation() -> None:
    found = measure([group("house.example", "new.example", 1), group("a.b", "c.d", 1)], [])
    assert found.cross[0].unknown == 2


def test_nothing_counted_is_not_looked_at() -> None:
    found = measure([], [])
    assert (found.commits, found.coverage) == (0, 0.0)
    assert found.cross[0].share.high is None


DOMAINS = ("city.example", "house.example", "gmail.com", "unknown.example", "")
groups = st.builds(
    group,
    st.sampled_from(DOMAINS),
    st.none() | st.sets(st.sampled_from(DOMAINS), min_size=1).map(lambda x: " ".join(sorted(x))),
    st.integers(1, 50),
)


@given(
    st.lists(groups, max_size=20),
    st.lists(st.tuples(st.sampled_from(DOMAINS), st.integers(0, 50)), max_size=20),
)
def test_bounds_hold_and_shares_add_up(found: list[Group], people: list[tuple[str, int]]) -> None:
    tallies = [approving(domain, count, n + 1) for n, (domain, count) in enumerate(people)]
    measured = measure(found, tallies)
    assert 0 <= measured.approved <= measured.commits == sum(x.commits for x in found)
    assert 0 <= measured.coverage <= 1
    for cross in measured.cross:
        assert cross.other + cross.same + cross.unknown == measured.approved
        if measured.approved:
            low, value, high = cross.share.low, cross.share.value, cross.share.high
            assert low is not None
            assert high is not None
            assert 0 <= low <= (low if value is None else value) <= high <= 1
    for lens in measured.lenses:
        total = sum(x.share for x in lens.parties) + lens.unattributed.share
        assert total == pytest.approx(1.0 if lens.total else 0.0)


def test_lines_of_a_file_add_up() -> None:
    """Coverage to all own commits, approvers of each lens and period to 1, cross-review to all."""
    whole = InMemoryMeasures().contributions("forms", ContributionQuery())
    rows = list(approval_rows(whole))
    assert {row.part for row in rows} == {"coverage", "how", "approver", "cross_review"}
    for period in whole.periods:
        mine = [row for row in rows if row.period == period.name]
        counts = [row.count for row in mine if row.part == "coverage"]
        assert sum(counts) == period.approvals.commits
        for lens in ("wrote", "behalf"):
            shares = [x.share or 0 for x in mine if (x.part, x.lens) == ("approver", lens)]
            assert sum(shares) == pytest.approx(1)
            cross = [x.count for x in mine if (x.part, x.lens) == ("cross_review", lens)]
            assert sum(cross) == period.approvals.approved
    assert (
        list(approval_rows(InMemoryMeasures(is_empty=True).contributions("x", whole.query))) == []
    )


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database: Database = fresh_sqlite(tmp_path_factory.mktemp("approvals"))
    with Session(database.engine) as session:
        world = World(session)
        world.component("forms")
        world.session.get_one(Repository, world.repositories["forms"]).reader_version = 7
        yield world
    database.close()


def found(world: World) -> Contributions:
    count_contributions(world.session, world.repositories["forms"], NOW)
    component = component_of(world.session, "forms")
    return measure_component(world.session, component, ContributionQuery(), NOW)


def whole(world: World) -> Approvals:
    return found(world).periods[1].approvals


def add(world: World, name: str, **more: object) -> None:
    add_commit(world.session, world.repositories["forms"], name, **more)  # type: ignore[arg-type]


def test_each_way_of_approving_counts_and_a_person_once(world: World) -> None:
    everywhere = [(role, "rev", "city.example") for role in ("reviewed", "acked", "approved")]
    add(world, "none")
    add(world, "merged", merger="m")
    add(world, "committed", committer="c")
    add(world, "reviewed", trailers=everywhere)
    add(world, "all", merger="rev", committer="rev", trailers=everywhere)
    add(world, "signed", trailers=[("signed_off", "s", "x.example")])
    add(world, "pair", trailers=[("co_authored", "p", "x.example")])
    measured = whole(world)
    assert (measured.commits, measured.approved) == (7, 4)
    assert (measured.merged, measured.committed, measured.reviewed) == (2, 2, 2)
    assert (measured.signed_off, measured.co_authored) == (1, 1)
    assert measured.lenses[0].total == 4, "commits and people: one person once on each commit"


def test_nobody_approves_their_own_work(world: World) -> None:
    add(world, "mine", author="a", committer="a", merger="a", trailers=[("reviewed", "a", "x.ee")])
    pair = [("co_authored", "b", "x.example"), ("reviewed", "b", "x.example")]
    add(world, "pair", author="a", merger="b", committer="b", trailers=pair)
    assert whole(world).approved == 0


def test_a_reviewer_who_also_put_it_in_acted_once(world: World) -> None:
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = commit_id("line").hex()
    both = [("reviewed", "c", "town.example"), ("acked", "d", "town.example")]
    add(world, "line", committer="c", trailers=both)
    window = found(world).periods[1]
    assert window.put_in == 1
    acts = {x.author_key[:1]: x.reviewed for x in world.session.exec(select(Contribution))}
    assert acts[b"d"] == 1
    assert acts[b"c"] == 0
    assert window.integrated.total == 2


def test_work_of_bots_merges_and_other_branches_is_approved_by_nobody(world: World) -> None:
    add(world, "bot", flags="bot", merger="m")
    add(world, "merge", parents=2, merger="m")
    add(world, "side", on_main=False, merger="m")
    assert whole(world).commits == 0


def test_inherited_commits_are_not_own_approvals(world: World) -> None:
    world.component("origin")
    world.edge("origin", "forms", direction="known")
    add(world, "old", merger="m")
    add_commit(world.session, world.repositories["origin"], "old", merger="m")
    add(world, "new")
    measured = found(world)
    assert (measured.periods[1].approvals.commits, measured.periods[1].approvals.approved) == (1, 0)
    asked = ContributionQuery(with_inherited=True)
    component = component_of(world.session, "forms")
    more = measure_component(world.session, component, asked, NOW).periods[1].approvals
    assert (more.commits, more.approved) == (2, 1)


def test_a_repository_that_was_not_read_for_it_has_no_coverage(world: World) -> None:
    world.session.get_one(Repository, world.repositories["forms"]).reader_version = 6
    add(world, "one", committer="c")
    measured = found(world)
    assert measured.periods[1].commits == 1
    assert measured.periods[1].approvals.commits == 0


def test_a_squashed_history_has_nothing_recorded(world: World) -> None:
    add(world, "all")
    measured = whole(world)
    assert (measured.commits, measured.approved, measured.coverage) == (1, 0, 0.0)


def test_a_forged_address_of_a_government_in_a_trailer_proves_nothing(world: World) -> None:
    world.session.add(GovernmentDomain(suffix="gov.example", country="EE", added_at=NOW))
    add(world, "one", trailers=[("reviewed", "spoof", "tax.gov.example")])
    forged = found(world)
    (party,) = forged.periods[1].approvals.lenses[0].parties
    assert (party.category, party.people) == (GOVERNMENT, None)
    assert forged.verified == 0.0
    assert forged.periods[1].put_in == 0, "a trailer shows no right to merge"


def test_no_person_and_no_small_domain_is_told(world: World) -> None:
    """The author and three who merged: fewer than five people write from this domain."""
    for number in range(3):
        add(world, f"c{number}", merger=f"jane{number}", domain="janes-family.example")
    told = msgspec.json.encode(found(world)).decode()
    assert "jane" not in told
    assert '"approved":3' in told


def test_more_domains_than_there_is_room_for_are_cut(world: World) -> None:
    many = [("reviewed", f"p{n}", f"{'d' * 60}{n:03}.example") for n in range(100)]
    add(world, "crowd", trailers=many)
    assert whole(world).lenses[0].total == 100
    (row,) = world.session.exec(select(ApprovalCount))
    assert len(row.approvers or "") <= 1000


def test_who_is_masked_approved_for_nobody(world: World) -> None:
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = "a" * 40
    add(world, "one", merger="jane", trailers=[("reviewed", "jane", "town.example")])
    found(world)

    def hasher(email: str) -> tuple[bytes, str]:
        return email.partition("@")[0].encode().ljust(16, b"."), "town.example"

    erase(world.session, ["jane@town.example"], hasher=hasher, now=NOW)
    assert world.session.exec(select(ApprovalCount)).all() == []
    measured = whole(world)
    assert (measured.approved, measured.reviewed) == (1, 0)
    assert measured.lenses[0].parties == ()
