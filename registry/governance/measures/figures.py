"""All figures of some attributed work: shares in both lenses, measures, history, activity."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from registry.governance.measures.activity import activity_of
from registry.governance.measures.approvals import Approved, approvals_of
from registry.governance.measures.days import WINDOW_DAYS, date_of, day_at, year_of
from registry.governance.measures.formulae import (
    absence_factor,
    effective_number,
    elephant_factor,
    simpson,
)
from registry.governance.measures.history import handovers_of, phases_of, sectors_of
from registry.governance.measures.parties import BEHALF, LENSES
from registry.governance.measures.readmodels import Concentration, ContributionQuery, Period
from registry.governance.measures.shares import (
    COMMITS,
    INTEGRATED,
    PUT_IN,
    LensView,
    Weight,
    few,
    lens_view,
    people,
)
from registry.governance.measures.works import Tally, Work, hide_small_domains

MAX_YEARS: Final = 20
# Anybody can write any address into a commit, and signatures are not checked: nothing is proven.
VERIFIED_SHARE: Final = 0.0


def figures_of(
    every: Sequence[Work],
    query: ContributionQuery,
    today: date,
    approved: Sequence[Approved] = (),
) -> dict[str, Any]:
    """Return the fields of `Figures` of some work: what is not asked for is counted apart.

    `approved` are the commits of the same work by who is recorded on them.
    """
    asked = [work for work in every if _is_asked(work.tally, query)]
    whole = hide_small_domains(asked)
    years = _years(whole)
    weight = weigher(query)
    first = day_at(today) - WINDOW_DAYS + 1
    window = hide_small_domains([work for work in asked if work.tally.day >= first])
    groups = [item for item in approved if item.group.is_own or query.with_inherited]
    recent = [item for item in groups if item.group.day >= first]
    return {
        "until": today,
        "years": years,
        "bots": sum(weight(w.tally) for w in every if w.tally.is_bot and w.tally.is_own),
        "inherited": sum(weight(w.tally) for w in every if not w.tally.is_own),
        "verified": VERIFIED_SHARE,
        "periods": (
            period("window", window, recent, weight, years, since=date_of(first)),
            period("all", whole, groups, weight, years),
        ),
        "phases": tuple(x for lens in LENSES for x in phases_of(whole, lens)),
        "handovers": tuple(x for lens in LENSES for x in handovers_of(whole, lens)),
        "sectors": sectors_of(whole, years, today),
        "activity": activity_of(
            [work for work in every if work.tally.is_own and not work.tally.is_bot], today
        ),
    }


def weigher(query: ContributionQuery) -> Weight:
    """Return what is counted of a tally."""
    return (lambda tally: tally.commits + tally.merges) if query.with_merges else COMMITS


def period(
    name: str,
    works: Sequence[Work],
    approved: Sequence[Approved],
    weight: Weight,
    years: Sequence[int],
    *,
    since: date | None = None,
) -> Period:
    """Return what was done in a stretch of time that begins on a day, or with the first work."""
    lenses = [lens_view(lens, works, weight, years) for lens in LENSES]
    merging = [lens_view(lens, works, PUT_IN, years) for lens in LENSES]
    integrated = lens_view(BEHALF, works, INTEGRATED, years)
    by_person = people(works, weight)
    number = few(by_person)
    return Period(
        name=name,
        since=since,
        commits=sum(work.tally.commits for work in works),
        merges=sum(work.tally.merges for work in works),
        put_in=sum(work.tally.put_in for work in works),
        people=number,
        people_for_80=None if number is None else _people_for(by_person, 0.8),
        absence=absence_factor(by_person.values()),
        lenses=tuple(lenses),
        merging=tuple(merging),
        integrated=integrated,
        approvals=approvals_of(approved, works, years),
        work=_concentration(lenses[1]),
        integration=_concentration(integrated),
    )


def _concentration(lens: LensView) -> Concentration:
    shares, unknown = [party.share for party in lens.parties], lens.unattributed.share
    return Concentration(
        elephant=elephant_factor(shares, unknown),
        diversity=simpson(shares, unknown),
        effective=effective_number(shares, unknown),
        coverage=1 - unknown if lens.total else 0.0,
    )


def _people_for(counts: Counter[bytes], part: float) -> int:
    wanted, held = part * sum(counts.values()), 0
    for number, (_, count) in enumerate(counts.most_common(), start=1):
        held += count
        if held >= wanted:
            return number
    return 0


def _is_asked(tally: Tally, query: ContributionQuery) -> bool:
    return (query.with_bots or not tally.is_bot) and (query.with_inherited or tally.is_own)


def _years(works: Iterable[Work]) -> tuple[int, ...]:
    """Return the latest years in which anything was done."""
    return tuple(sorted({year_of(work.tally.day) for work in works})[-MAX_YEARS:])
