"""Contributions in memory, made by the real formulae from hard cases."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from msgspec.structs import replace

from registry.catalogue.readmodels import Link
from registry.domain.governance_files import Coverage
from registry.errors import NotFound
from registry.governance.declared.readmodels import (
    Contractor,
    Declared,
    FileView,
    Funder,
    Maintenance,
    NamedOrganisation,
    Place,
    StatementView,
)
from registry.governance.measures.approvals import Group, attribute_groups
from registry.governance.measures.commitments import BodyMeasures, Commitment, Effort, Role
from registry.governance.measures.days import day_at
from registry.governance.measures.figures import figures_of
from registry.governance.measures.parties import Attributor, Party, Tie
from registry.governance.measures.readmodels import (
    AffiliationView,
    BodyWork,
    ContributionQuery,
    Contributions,
)
from registry.governance.measures.recorded import (
    BodyRecord,
    Citation,
    Fact,
    Payment,
    Rule,
    Voter,
)
from registry.governance.measures.rights import Owner
from registry.governance.measures.signalling import Happened
from registry.governance.measures.standing import Circumstances, Standing, standing_of
from registry.governance.measures.works import Tally, attribute
from tests.support.hard_cases import EVIL, LONG_WORD, NOW

YEARS: Final = (2022, 2023, 2024, 2025)
CITY: Final = Party("city", "Example City", "government", "EE")
HOUSE: Final = Party("house", LONG_WORD, "supplier", "FI")
EVIL_BODY: Final = Party("evil", EVIL, "government")
AFFILIATION: Final = AffiliationView(
    key="aff_city", kind="domain", subject="city.example", organisation="city",
    name="Example City", category="government", country="EE", scope="", since=None, until=None,
    source_url="https://city.example/about", state="current", changed_at=NOW,
)  # fmt: skip


def tally(domain: str, year: int, commits: int, author: int = 1, **more: bool) -> Tally:
    """Return what an author did in June of a year."""
    flags = {"is_bot": False, "is_own": True} | more
    day = day_at(date(year, 6, 1))
    return Tally(
        day,
        bytes([author]) * 16,
        domain,
        **flags,
        commits=commits,
        merges=1,
        put_in=1,
        reviewed=1,
        approvals=2,
    )


TALLIES: Final = (
    *(tally("city.example", year, 5 * number, number) for number, year in enumerate(YEARS, 1)),
    *(tally("house.example", year, 20, number) for number, year in enumerate(YEARS, 20)),
    *(tally("evil.example", 2024, 2, number) for number in range(40, 46)),
    *(tally(f"many{n}.example", 2023, 3, a) for n in range(6) for a in range(50, 56)),
    tally("gmail.com", 2025, 9, 70),
    tally("", 2025, 1, 71),
    tally("tiny.example", 2025, 2, 72),
    tally("argued.example", 2025, 4, 73),
)
GROUPS: Final = tuple(
    Group(day_at(date(year, 6, 1)), "house.example", True, approvers, 9, 1, 2, 3, 1, 1)
    for year in YEARS
    for approvers in (None, "city.example", "house.example", "evil.example gmail.com", "")
)
SOURCE: Final = Citation(basis="record", url="https://city.example/statute", on="2024-01-09")
RECORD: Final = BodyRecord(
    slug="forms-together",
    name=EVIL,
    founded_on=date(2023, 1, 1),
    rules=(
        Rule(
            name=LONG_WORD, threshold="unanimous", source=SOURCE,
            voters=tuple(
                Voter(name=name, country=country, weight=1, is_public=True)
                for name, country in (("Example City", "EE"), (EVIL, "FI"))
            ),
        ),
    ),
    facts=(
        Fact(kind="instrument", choice="contract", text="", source=SOURCE),
        Fact(kind="contribution_rule", choice="cla", text="", source=SOURCE),
        Fact(kind="ip_holder", choice="", text=LONG_WORD, source=SOURCE),
        Fact(kind="merge_rule", choice="", text=EVIL, source=SOURCE),
    ),
    payments=tuple(
        Payment(payer=payer, country=country, amount=amount, currency="EUR",
                since=date(2025, 1, 1), until=date(2027, 1, 1), source=SOURCE)
        for payer, country, amount in ((EVIL, "EE", 900), ("Example City", "FI", 100))
    ),
    suppliers=frozenset({LONG_WORD}),
    members=frozenset(),
    decided_on=date(2024, 2, 1),
)  # fmt: skip
OWNERS: Final = tuple(
    Owner(
        name=name, known=known, is_attributed=known is not None, rules=3,
        source=Citation(basis="file", url="https://code.example/CODEOWNERS#L1", commit="8c7e5a66"),
    )
    for name, known in (("city", CITY), (LONG_WORD, None))
)  # fmt: skip
COMMITMENTS: Final = (
    Commitment(
        kind="recorded", name=EVIL, roles=(Role(role="body", since="2023"),),
    ),
    Commitment(
        kind="recorded", name="Example City", organisation=Link("town-1", LONG_WORD), votes=0.5,
        money=0.1, affiliation="city", roles=(Role(role="strategic", until="2023-12"),),
        efforts=tuple(
            Effort(lens=lens, period=period, commits=5, share=0.25, put_in=1, put_in_share=0.5)
            for period in ("window", "all") for lens in ("wrote", "behalf")
        ),
    ),
    Commitment(
        kind="recorded", name=LONG_WORD,
        roles=(Role(role="supplier", on_behalf_of=EVIL), Role(role="payer")),
    ),
    Commitment(kind="others", name=""),
    Commitment(kind="unattributed", name=""),
)  # fmt: skip
EMPTY: Final = ("bare", "hidden")
TIES: Final = (
    Tie(kind="domain", subject="city.example", party=CITY),
    Tie(kind="domain", subject="house.example", party=HOUSE),
    Tie(kind="domain", subject="evil.example", party=EVIL_BODY),
    Tie(kind="domain", subject="argued.example", party=CITY, is_disputed=True),
    Tie(
        kind="organisation",
        subject="house",
        party=CITY,
        since=day_at(date(2023, 1, 1)),
        until=day_at(date(2025, 12, 31)),
    ),
)


HEAD: Final = "8c7e5a667f1b8c7e5a667f1b8c7e5a667f1b8c7e"
NOTHING: Final = Declared(
    looked_at=NOW, commit=HEAD, files=(), maintenance=None, contractors=(), funders=()
)


def place(path: str, line: int | None = None) -> Place:
    """Return where something stands in a file of a repository."""
    url = f"https://code.example/city/forms/blob/{HEAD}/{path}"
    return Place(path=path, line=line, commit=HEAD, url=f"{url}#L{line}" if line else url)


def file_view(kind: str, path: str, **more: Any) -> FileView:
    """Return a file about governance that tells nothing but what is given."""
    return FileView(kind=kind, blob="3b18e512dba79e4c", place=place(path), **more)


DECLARED: Final = Declared(
    looked_at=NOW,
    commit=HEAD,
    files=(
        file_view(
            "governance", "GOVERNANCE.md", first_on=date(2022, 3, 1), last_on=date(2025, 9, 2),
            changes=4, statements=(
                StatementView(model="lazy_consensus", quote=EVIL, place=place("GOVERNANCE.md", 7)),
                StatementView(model="majority", quote=LONG_WORD, place=place("GOVERNANCE.md", 9)),
            ),
        ),
        file_view("governance", "governance/charter.md"),
        file_view(
            "code_owners", ".github/CODEOWNERS", rules=3, unread=1, owners=4, teams=2,
            coverage=Coverage(owned=410, looked_at=520, files=5200),
            organisations=(
                NamedOrganisation(
                    name="city", rules=2, known=Link("example-city", EVIL),
                    place=place(".github/CODEOWNERS", 1),
                ),
                NamedOrganisation(
                    name=LONG_WORD, rules=1, known=None, place=place(".github/CODEOWNERS", 2)
                ),
            ),
        ),
        file_view("maintainers", "MAINTAINERS", entries=5),
        file_view("owners", "OWNERS", approvers=3, reviewers=0, places=12),
        file_view("owners", "docs/OWNERS", problem="not_text"),
    ),
    maintenance=Maintenance(kind="contract", contacts=2, place=place("publiccode.yml", 40)),
    contractors=(
        Contractor(name=EVIL, until=date(2025, 12, 31), has_ended=True, website="javascript:x",
                   known=None, place=place("publiccode.yml", 42)),
        Contractor(name="Example House", until=None, has_ended=False, website="", known=None,
                   place=place("publiccode.yml", 45)),
    ),
    funders=(
        Funder(name=EVIL, uri="https://city.example", known=Link("example-city", "Example City"),
               place=place("publiccode.yml", 12)),
        Funder(name="", uri="https://fund.example/a", known=None,
               place=place("publiccode.yml", 14)),
    ),
)  # fmt: skip


def figures(tallies: Sequence[Tally], query: ContributionQuery) -> dict[str, Any]:
    """Return the figures of tallies; commits by their approvers are there where any are."""
    attributor = Attributor(TIES)
    approved = attribute_groups(GROUPS if tallies else (), attributor)
    return figures_of(attribute(tallies, attributor), query, NOW.date(), approved)


class InMemoryMeasures:
    """Answers for all but `bare`, which was not counted, and `hidden`, which has no commit."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self._is_empty = is_empty

    def contributions(self, slug: str, query: ContributionQuery) -> Contributions:
        tallies = () if self._is_empty or slug in EMPTY else TALLIES
        return Contributions(
            slug=slug, query=query, counted_at=None if slug == "bare" else NOW, head="8c7e5a667f1b",
            affiliations=(AFFILIATION,) if tallies else (),
            **figures(tallies, query),
        )  # fmt: skip

    def standing(self, slug: str) -> Standing:
        found = self.contributions(slug, ContributionQuery())
        other = Circumstances(
            head=found.head, is_archived=slug == "hidden", drift={EVIL: 80.0},
            owners=() if slug in EMPTY or self._is_empty else OWNERS,
        )  # fmt: skip
        records = () if slug in EMPTY or self._is_empty else (RECORD,)
        return standing_of(slug, found, records, other, NOW.date())

    def declared(self, slug: str) -> Declared:
        if slug == "bare":
            return replace(NOTHING, looked_at=None)
        return NOTHING if self._is_empty or slug in EMPTY else DECLARED

    def body_measures(self, slug: str) -> BodyMeasures:
        is_bare = self._is_empty or slug != RECORD.slug
        counted = figures(() if is_bare else TALLIES, ContributionQuery())
        work = BodyWork(slug=slug, components=1, counted=0 if is_bare else 1, **counted)
        records = () if is_bare else (RECORD,)
        standing = standing_of(slug, work, records, Circumstances(), NOW.date())
        return BodyMeasures(work, standing, () if is_bare else COMMITMENTS)

    def body_signals(self, slug: str) -> Sequence[Happened]:
        if self._is_empty or slug != RECORD.slug:
            return ()
        began = Happened(id=1, kind="no_decision", state="began", on=date(2024, 2, 1), at=NOW)
        return (replace(began, state="ended", on=None), began)

    def affiliations(self) -> Sequence[AffiliationView]:
        return (AFFILIATION,)

    def affiliation(self, key: str) -> AffiliationView:
        if key != AFFILIATION.key:
            raise NotFound("there is no affiliation of this key")
        return AFFILIATION
