"""Reading contributions: the counts of a component, attributed and measured."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import Component, Contribution, ContributionCount, Repository
from registry.errors import NotFound
from registry.governance.measures.affiliations import attributor_of, is_within, list_affiliations
from registry.governance.measures.formulae import (
    absence_factor,
    effective_number,
    elephant_factor,
    simpson,
)
from registry.governance.measures.months import first_day, month_at, year_of
from registry.governance.measures.parties import BEHALF, LENSES, WROTE, Attributor
from registry.governance.measures.readmodels import (
    AffiliationView,
    ContributionQuery,
    Contributions,
    Period,
)
from registry.governance.measures.shares import FEW, LensView, Tally, lens_view, people

WINDOW_MONTHS: Final = 18  # 547 days
MAX_YEARS: Final = 20
# Anybody can write any address into a commit, and signatures are not checked: nothing is proven.
VERIFIED_SHARE: Final = 0.0
_COLUMNS: Final = (
    col(Contribution.month), col(Contribution.author_key), col(Contribution.author_domain),
    col(Contribution.is_bot), col(Contribution.is_own), col(Contribution.commits),
    col(Contribution.merges), col(Contribution.put_in),
)  # fmt: skip


def load_contributions(
    session: Session, slug: str, query: ContributionQuery, now: datetime
) -> Contributions:
    """Return who works on a component, or raise `NotFound`."""
    component = _component(session, slug)
    every = load_tallies(session, component.repository_id)
    tallies = [tally for tally in every if _is_asked(tally, query)]
    url = session.get_one(Repository, component.repository_id).url
    attributor = attributor_of(session, url, {tally.domain for tally in tallies})
    count = session.get(ContributionCount, component.repository_id)
    years = _years(tallies)
    weight = weigher(query)
    first = month_at(now) - WINDOW_MONTHS + 1
    return Contributions(
        slug=slug,
        query=query,
        counted_at=count.counted_at if count else None,
        head=count.head if count else None,
        years=years,
        bots=sum(weight(tally) for tally in every if tally.is_bot and tally.is_own),
        inherited=sum(weight(tally) for tally in every if not tally.is_own),
        verified=VERIFIED_SHARE,
        periods=(
            period("window", tallies, attributor, weight, years, first=first),
            period("all", tallies, attributor, weight, years),
        ),
        affiliations=_affiliations(session, url, tallies),
    )


def load_tallies(session: Session, repository_id: int) -> list[Tally]:
    """Return the counts of a repository."""
    rows = session.execute(
        select(*_COLUMNS).where(col(Contribution.repository_id) == repository_id)
    )
    return [Tally(*row) for row in rows]


def weigher(query: ContributionQuery) -> Callable[[Tally], int]:
    """Return what is counted of a tally."""
    if query.with_merges:
        return lambda tally: tally.commits + tally.merges
    return lambda tally: tally.commits


def integrated(tally: Tally) -> int:
    """Return how much somebody put in: merges, and commits of others."""
    return tally.merges + tally.put_in


def period(
    name: str,
    tallies: Iterable[Tally],
    attributor: Attributor,
    weight: Callable[[Tally], int],
    years: Sequence[int],
    *,
    first: int | None = None,
) -> Period:
    """Return what was done from a month on, or in all the time."""
    chosen = [tally for tally in tallies if first is None or tally.month >= first]
    lenses = {lens: lens_view(lens, chosen, attributor, weight, years) for lens in LENSES}
    shares, unknown = _parts(lenses[BEHALF])
    by_person = people(chosen, weight)
    return Period(
        name=name,
        since=first_day(first) if first is not None else None,
        commits=sum(tally.commits for tally in chosen),
        merges=sum(tally.merges for tally in chosen),
        put_in=sum(tally.put_in for tally in chosen),
        people=len(by_person) if len(by_person) >= FEW else None,
        people_for_80=_people_for(by_person, 0.8) if len(by_person) >= FEW else None,
        absence=absence_factor(by_person.values()),
        lenses=tuple(lenses[lens] for lens in LENSES),
        integration=lens_view(WROTE, chosen, attributor, integrated, years),
        elephant=elephant_factor(shares, unknown),
        diversity=simpson(shares, unknown),
        effective=effective_number(shares, unknown),
    )


def _parts(lens: LensView) -> tuple[list[float], float]:
    return [party.share for party in lens.parties], lens.unattributed.share


def _people_for(counts: Counter[bytes], part: float) -> int:
    wanted, held = part * sum(counts.values()), 0
    for number, (_, count) in enumerate(counts.most_common(), start=1):
        held += count
        if held >= wanted:
            return number
    return 0


def _component(session: Session, slug: str) -> Component:
    query = select(Component).where(col(Component.slug) == slug.replace("\0", ""))
    component: Component | None = session.execute(query).scalar()
    if component is None:
        raise NotFound(f"there is no component {slug!r}")
    return component


def _is_asked(tally: Tally, query: ContributionQuery) -> bool:
    return (query.with_bots or not tally.is_bot) and (query.with_inherited or tally.is_own)


def _years(tallies: Iterable[Tally]) -> tuple[int, ...]:
    """Return the latest years in which anything was done."""
    return tuple(sorted({year_of(tally.month) for tally in tallies})[-MAX_YEARS:])


def _affiliations(
    session: Session, url: str, tallies: Iterable[Tally]
) -> tuple[AffiliationView, ...]:
    """Return the affiliations on which the attribution of a repository rests."""
    domains = {tally.domain for tally in tallies}
    found = [x for x in list_affiliations(session) if is_within(url, x.scope)]
    used = [x for x in found if x.kind == "domain" and _is_above(x.subject, domains)]
    keys = {x.organisation for x in used}
    while more := {x.organisation for x in found if _is_of(x, keys)} - keys:
        keys |= more
    return tuple(x for x in found if x in used or _is_of(x, keys))


def _is_of(view: AffiliationView, keys: set[str]) -> bool:
    return view.kind == "organisation" and view.subject in keys


def _is_above(name: str, domains: Iterable[str]) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for domain in domains)
