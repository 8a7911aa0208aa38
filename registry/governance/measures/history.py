"""Phases of a project: who led the work when, alone or with others, and when the lead changed.

Looked at every quarter of a year, over the year before. A phase that does not last two quarters is
taken for noise and counts to the one before.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise, zip_longest
from typing import Any, Final

from msgspec import Struct

from registry.governance.measures.days import YEAR_DAYS, date_of, day_at, year_of
from registry.governance.measures.formulae import MIN_SHARE
from registry.governance.measures.parties import GOVERNMENT, SUPPLIER, WROTE, Party
from registry.governance.measures.works import Work

SINGLE: Final = "single"
SHARED: Final = "shared"
UNKNOWN: Final = "unknown"
KINDS: Final = (SINGLE, SHARED, UNKNOWN)
IN_HOUSE: Final = "in_house"
OTHER: Final = "other"
SECTORS: Final = (IN_HOUSE, SUPPLIER, OTHER)
MIN_QUARTERS: Final = 2


class PhaseShare(Struct, frozen=True):
    """What an organisation did of the work in a phase."""

    key: str
    name: str
    share: float


class Phase(Struct, frozen=True, kw_only=True):
    """Who did the work from a day up to and without another.

    `kind` is `single` (one organisation had 5 % or more), `shared` (several had), or `unknown`
    (none had). `shares` are means over the phase, of the leader and of who had 5 % or more, the
    leader first; `unattributed` is that of nobody known.
    """

    lens: str
    since: date
    until: date | None
    kind: str
    shares: tuple[PhaseShare, ...]
    unattributed: float

    @property
    def is_certain(self) -> bool:
        """Whether one who had 5 % was the only one: less than that is attributed to nobody."""
        return self.kind != SINGLE or self.unattributed < MIN_SHARE

    @property
    def leader(self) -> PhaseShare | None:
        """Who did most; nobody in a phase of which too little is known."""
        return self.shares[0] if self.shares else None


class Handover(Struct, frozen=True, kw_only=True):
    """When another organisation began to lead the work.

    `is_certain` tells that it led by more than all that is attributed to nobody.
    """

    lens: str
    on: date
    before: str
    after: str
    share_before: float
    share_after: float
    is_certain: bool


class Sector(Struct, frozen=True, kw_only=True):
    """Work done by public bodies themselves (`in_house`), by suppliers, or by others and unknown.

    `share` is of the last year's commits, `merging` of the merges and commits put in then, `years`
    counts commits by year, `put_in_years` what was put in.
    """

    name: str
    share: float
    merging: float
    merged: int
    years: tuple[int, ...]
    put_in_years: tuple[int, ...]


class _Look(Struct, frozen=True):
    day: int
    counts: dict[Party, float]
    unattributed: float

    @property
    def bodies(self) -> list[Party]:
        found = [who for who, share in self.counts.items() if share >= MIN_SHARE]
        return sorted(found, key=lambda who: (-self.counts[who], who.key))

    @property
    def state(self) -> tuple[str, Party | None]:
        bodies = self.bodies
        if not bodies:
            return UNKNOWN, None
        return (SINGLE if len(bodies) == 1 else SHARED), bodies[0]


def phases_of(works: Sequence[Work], lens: str) -> tuple[Phase, ...]:
    """Return the phases of a project in a lens, the oldest first, the present one open."""
    runs = _runs(list(_looks(works, lens)), lambda look: look.state)
    return tuple(
        Phase(
            lens=lens,
            since=date_of(run[0].day),
            until=date_of(after[0].day) if after else None,
            kind=run[0].state[0],
            shares=_means(run),
            unattributed=_mean([look.unattributed for look in run]),
        )
        for run, after in zip_longest(runs, runs[1:])
    )


def handovers_of(works: Sequence[Work], lens: str) -> tuple[Handover, ...]:
    """Return when another organisation took the lead, where it kept it for two quarters or more."""
    led = [look for look in _looks(works, lens) if look.state[1] is not None]
    found = []
    for old, new in pairwise(_runs(led, lambda look: look.state[1])):
        before, after = _means(old)[0], _means(new)[0]
        found.append(
            Handover(
                lens=lens, on=date_of(new[0].day), before=before.name, after=after.name,
                share_before=before.share, share_after=after.share,
                is_certain=_leads_by_far(old) and _leads_by_far(new),
            )
        )  # fmt: skip
    return tuple(found)


def sectors_of(works: Sequence[Work], years: Sequence[int], today: date) -> tuple[Sector, ...]:
    """Return who did the work, public bodies or suppliers, and who put it in."""
    first = day_at(today) - YEAR_DAYS + 1
    done: Counter[str] = Counter()
    merged: Counter[str] = Counter()
    by_year: Counter[tuple[str, int]] = Counter()
    put_in: Counter[tuple[str, int]] = Counter()
    for work in works:
        name = _sector(work.of(WROTE))
        by_year[name, year_of(work.tally.day)] += work.tally.commits
        put_in[name, year_of(work.tally.day)] += work.tally.put_in
        if work.tally.day >= first:
            done[name] += work.tally.commits
            merged[name] += work.tally.put_in
    return tuple(
        Sector(
            name=name,
            share=done[name] / (done.total() or 1),
            merging=merged[name] / (merged.total() or 1),
            merged=merged[name],
            years=tuple(by_year[name, year] for year in years),
            put_in_years=tuple(put_in[name, year] for year in years),
        )
        for name in SECTORS
    )


def _sector(who: Party | str) -> str:
    category = who.category if isinstance(who, Party) else ""
    return {GOVERNMENT: IN_HOUSE, SUPPLIER: SUPPLIER}.get(category, OTHER)


def _looks(works: Sequence[Work], lens: str) -> Iterator[_Look]:
    """Yield what the year before the end of each quarter shows, where it had any work."""
    ordered = sorted(
        (work for work in works if work.tally.commits), key=lambda work: work.tally.day
    )
    if not ordered:
        return
    first, last = ordered[0].tally.day, ordered[-1].tally.day
    start = _quarter(first)
    low = high = 0
    counts: Counter[Party | str] = Counter()
    while start <= last:
        end = _next_quarter(start)
        while high < len(ordered) and ordered[high].tally.day < end:
            counts[ordered[high].of(lens)] += ordered[high].tally.commits
            high += 1
        while low < high and ordered[low].tally.day < end - YEAR_DAYS:
            counts[ordered[low].of(lens)] -= ordered[low].tally.commits
            low += 1
        total = counts.total()
        if total:
            known = {who: n / total for who, n in counts.items() if isinstance(who, Party) and n}
            yield _Look(start, known, max(0.0, 1 - sum(known.values())))
        start = end


def _runs(looks: Sequence[_Look], key: Callable[[_Look], Any]) -> list[list[_Look]]:
    """Return looks of the same kind side by side; what lasts too short joins what was before."""
    runs = [list(found) for _, found in groupby(looks, key)]
    steady: list[list[_Look]] = []
    for number, run in enumerate(runs, start=1):
        is_noise = len(run) < MIN_QUARTERS and number < len(runs)
        if steady and (is_noise or key(steady[-1][0]) == key(run[0])):
            steady[-1] += run
        else:
            steady.append(run)
    return steady


def _means(run: Sequence[_Look]) -> tuple[PhaseShare, ...]:
    leader = run[0].state[1]
    if leader is None:
        return ()
    names = {who for look in run for who in look.counts}
    means = {who: _mean([look.counts.get(who, 0.0) for look in run]) for who in names}
    kept = [who for who, share in means.items() if share >= MIN_SHARE or who == leader]
    kept.sort(key=lambda who: (who != leader, -means[who], who.key))
    return tuple(PhaseShare(who.key, who.name, means[who]) for who in kept)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _leads_by_far(run: Sequence[_Look]) -> bool:
    leader, *others = _means(run)
    second = max((other.share for other in others), default=0.0)
    return leader.share > second + _mean([look.unattributed for look in run])


def _quarter(day: int) -> int:
    moment = date_of(day)
    return day_at(date(moment.year, 3 * ((moment.month - 1) // 3) + 1, 1))


def _next_quarter(start: int) -> int:
    moment = date_of(start)
    month = moment.month + 3
    return day_at(date(moment.year + (month > 12), (month - 1) % 12 + 1, 1))
