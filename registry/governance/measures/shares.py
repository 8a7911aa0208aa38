"""From attributed work to shares by organisation: two lenses, and who is not known."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from registry.governance.measures.days import year_of
from registry.governance.measures.parties import WROTE, Party
from registry.governance.measures.works import FEW, NOBODY, Tally, Work

Weight = Callable[[Tally], int]
COMMITS: Final[Weight] = lambda tally: tally.commits  # noqa: E731
PUT_IN: Final[Weight] = lambda tally: tally.put_in  # noqa: E731
INTEGRATED: Final[Weight] = lambda tally: tally.put_in + tally.reviewed  # noqa: E731


class PartyShare(Struct, frozen=True, kw_only=True):
    """What an organisation did.

    `people` is `None` where they are fewer than five, or where the number would tell of fewer.
    """

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


def lens_view(name: str, works: Iterable[Work], weight: Weight, years: Sequence[int]) -> LensView:
    """Return the shares of one lens, the largest first, with what `weight` counts by year."""
    place = {year: number for number, year in enumerate(years)}
    counts: Counter[Party | str] = Counter()
    authors: dict[Party | str, dict[Party | str, set[bytes]]]
    authors = defaultdict(lambda: defaultdict(set))
    by_year: dict[Party | str, list[int]] = defaultdict(lambda: [0] * len(years))
    for work in works:
        count = weight(work.tally)
        if not count:
            continue
        who = work.of(name)
        counts[who] += count
        authors[who][work.of(WROTE)].add(work.tally.author)
        year = year_of(work.tally.day)
        if year in place:
            by_year[who][place[year]] += count
    total = sum(counts.values())
    numbers = _numbers(authors)
    return LensView(
        name=name,
        parties=tuple(
            PartyShare(
                key=who.key, name=who.name, category=who.category, country=who.country,
                count=count, share=count / total, people=numbers.get(who),
                years=tuple(by_year[who]),
            )
            for who, count in sorted(counts.items(), key=_order)
            if isinstance(who, Party)
        ),
        unattributed=_band(counts, by_year, len(years)),
        total=total,
    )  # fmt: skip


def people(works: Iterable[Work], weight: Weight) -> Counter[bytes]:
    """Return how much each person did; those who asked to be masked are nobody."""
    found: Counter[bytes] = Counter()
    for work in works:
        if work.tally.author not in NOBODY and weight(work.tally):
            found[work.tally.author] += weight(work.tally)
    return found


def _numbers(
    authors: Mapping[Party | str, Mapping[Party | str, set[bytes]]],
) -> dict[Party | str, int]:
    """Return how many people did what organisations did, of those of which that may be told.

    On behalf of an organisation others write too: what a supplier's number leaves of the sum is no
    secret, so the sum is told only where each of them are five people. What the told numbers leave
    of all people is told by the number of all: where those are fewer than five the smallest
    number is kept back as well.
    """
    found: dict[Party | str, int] = {}
    for who, by in authors.items():
        number = few(set().union(*by.values()))
        if isinstance(who, Party) and number and all(few(some) for some in by.values()):
            found[who] = number
    every = set().union(*(people for by in authors.values() for people in by.values())) - NOBODY
    told = set().union(*(people for who in found for people in authors[who].values())) - NOBODY
    if found and 0 < len(every - told) < FEW:
        del found[min(found, key=lambda who: (found[who], str(who)))]
    return found


def few(found: Iterable[bytes]) -> int | None:
    """Return how many people these are, or `None` where they are fewer than five."""
    number = len(set(found) - NOBODY)
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
