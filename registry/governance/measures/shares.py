"""From counts by month and address to shares by organisation: two lenses, and who is not known."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from registry.db.tables.facts import MASKED_AUTHOR
from registry.governance.measures.months import year_of
from registry.governance.measures.parties import NOT_RECORDED, Attributor, Party

FEW: Final = 5  # of fewer people nothing is told but what the whole organisation did


class Tally(Struct, frozen=True):
    """What one author did in one month from one domain, as counted."""

    month: int
    author: bytes
    domain: str
    is_bot: bool
    is_own: bool
    commits: int
    merges: int
    put_in: int


class PartyShare(Struct, frozen=True, kw_only=True):
    """What an organisation did; `people` is `None` where they are fewer than five."""

    key: str
    name: str
    category: str
    country: str | None
    count: int
    share: float
    people: int | None
    years: tuple[int, ...]


class Unattributed(Struct, frozen=True, kw_only=True):
    """The band of what is attributed to nobody, by why."""

    count: int
    share: float
    reasons: dict[str, int]
    years: tuple[int, ...]


class LensView(Struct, frozen=True, kw_only=True):
    """Who wrote (`wrote`), or on whose behalf (`behalf`): shares and the band add up to 1."""

    name: str
    parties: tuple[PartyShare, ...]
    unattributed: Unattributed
    total: int


def lens_view(
    name: str,
    tallies: Sequence[Tally],
    attributor: Attributor,
    weight: Callable[[Tally], int],
    years: Sequence[int],
) -> LensView:
    """Return the shares of one lens, the largest first, with what `weight` counts by year."""
    place = {year: number for number, year in enumerate(years)}
    counts: Counter[Party | str] = Counter()
    people: dict[Party | str, set[bytes]] = defaultdict(set)
    by_year: dict[Party | str, list[int]] = defaultdict(lambda: [0] * len(years))
    names = _nameable(tallies, attributor)
    for tally in tallies:
        count = weight(tally)
        if not count:
            continue
        who = getattr(attributor.of(tally.domain, tally.month), name)
        if isinstance(who, Party) and who.category == NOT_RECORDED and who.key not in names:
            who = NOT_RECORDED
        counts[who] += count
        people[who].add(tally.author)
        if year_of(tally.month) in place:
            by_year[who][place[year_of(tally.month)]] += count
    total = sum(counts.values())
    return LensView(
        name=name,
        parties=tuple(
            PartyShare(
                key=who.key, name=who.name, category=who.category, country=who.country,
                count=count, share=count / total, people=_few(people[who]),
                years=tuple(by_year[who]),
            )
            for who, count in sorted(counts.items(), key=_order)
            if isinstance(who, Party)
        ),
        unattributed=_band(counts, by_year, len(years)),
        total=total,
    )  # fmt: skip


def people(tallies: Iterable[Tally], weight: Callable[[Tally], int]) -> Counter[bytes]:
    """Return how much each person did; those who asked to be masked are nobody."""
    found: Counter[bytes] = Counter()
    for tally in tallies:
        if tally.author != MASKED_AUTHOR and weight(tally):
            found[tally.author] += weight(tally)
    return found


def _nameable(tallies: Iterable[Tally], attributor: Attributor) -> frozenset[str]:
    """Return the domains without an organisation that are shown: a few people may own a domain."""
    authors: dict[str, set[bytes]] = defaultdict(set)
    for tally in tallies:
        who = attributor.of(tally.domain, tally.month).wrote
        if isinstance(who, Party) and who.category == NOT_RECORDED:
            authors[who.key].add(tally.author)
    return frozenset(key for key, found in authors.items() if len(found - _NOBODY) >= FEW)


_NOBODY: Final = frozenset({MASKED_AUTHOR})


def _few(found: set[bytes]) -> int | None:
    number = len(found - _NOBODY)
    return number if number >= FEW else None


def _order(item: tuple[Party | str, int]) -> tuple[int, str]:
    who, count = item
    return -count, who.key if isinstance(who, Party) else who


def _band(
    counts: Counter[Party | str], by_year: dict[Party | str, list[int]], years: int
) -> Unattributed:
    reasons = {who: count for who, count in counts.items() if isinstance(who, str)}
    total = sum(counts.values())
    rows = [by_year[reason] for reason in reasons]
    return Unattributed(
        count=sum(reasons.values()),
        share=sum(reasons.values()) / total if total else 0.0,
        reasons=dict(sorted(reasons.items())),
        years=tuple(sum(row[n] for row in rows) for n in range(years)),
    )
