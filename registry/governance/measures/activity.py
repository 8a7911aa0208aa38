"""How alive a project is, from its people's own commits, and what warns of its end.

A project that ended has health 0, whatever its past.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from registry.governance.measures.days import WINDOW_DAYS, date_of, day_at
from registry.governance.measures.formulae import absence_factor
from registry.governance.measures.works import NOBODY, Work

RECENT_DAYS: Final = 183  # half a year
ABANDONED: Final = "abandoned"
ARCHIVED: Final = "archived"
HANDED_OVER: Final = "handed_over"
MAINTAINER_GONE: Final = "maintainer_gone"
NO_DECISION: Final = "no_decision"
SIGNALS: Final = (ABANDONED, ARCHIVED, HANDED_OVER, MAINTAINER_GONE, NO_DECISION)
ALIVE: Final = "alive"
SEVERAL: Final = "several"
MERGING: Final = "merging"
STAYING: Final = "staying"
CRITERIA: Final = (ALIVE, SEVERAL, MERGING, STAYING)


class Activity(Struct, frozen=True, kw_only=True):
    """What was done lately, up to the day `until`: of people, in the project's own commits.

    `recent` counts the last half year. `absence` is the contributor absence factor of the window,
    `mergers` how many people put work in. `gone_since` is the last day of somebody who alone did
    half of the work in the window before the last half year, and nothing since.
    """

    until: date
    last_on: date | None
    recent: int
    absence: int
    mergers: int
    gone_since: date | None


class Signal(Struct, frozen=True, kw_only=True):
    """A warning, with the day and the address (of this registry or of a source) that show it."""

    kind: str
    on: date | None = None
    place: str = ""


class Health(Struct, frozen=True, kw_only=True):
    """From 0 to 100: 25 for each of the criteria that are met; 0 where the project ended.

    There is no value where nothing was counted.
    """

    value: int | None
    met: tuple[str, ...]
    missed: tuple[str, ...]


def activity_of(works: Sequence[Work], until: date) -> Activity:
    """Return how alive a project is on a day."""
    last = day_at(until)
    done = [work for work in works if work.tally.commits or work.tally.merges]
    window = [work for work in done if last - WINDOW_DAYS < work.tally.day <= last]
    recent = [work for work in window if work.tally.day > last - RECENT_DAYS]
    mergers = {
        work.tally.author
        for work in works
        if work.tally.put_in and last - WINDOW_DAYS < work.tally.day <= last
    }
    latest = max((work.tally.day for work in done), default=None)
    return Activity(
        until=until,
        last_on=None if latest is None else date_of(latest),
        recent=sum(work.tally.commits + work.tally.merges for work in recent),
        absence=absence_factor(_authors(window).values()),
        mergers=len(mergers - NOBODY),
        gone_since=_gone_since(done, last),
    )


def health_of(activity: Activity, *, is_archived: bool, is_counted: bool) -> Health:
    """Return the health of a project, with what it is made of."""
    if not is_archived and not is_counted:
        return Health(value=None, met=(), missed=())
    if is_archived or is_abandoned(activity):
        return Health(value=0, met=(), missed=CRITERIA)
    holds = {
        ALIVE: activity.recent > 0,
        SEVERAL: activity.absence > 2,
        MERGING: activity.mergers > 1,
        STAYING: activity.gone_since is None,
    }
    met = tuple(name for name in CRITERIA if holds[name])
    missed = tuple(name for name in CRITERIA if not holds[name])
    return Health(value=100 * len(met) // len(CRITERIA), met=met, missed=missed)


def is_abandoned(activity: Activity) -> bool:
    """Tell whether nobody did anything in the whole window."""
    first = activity.until - timedelta(days=WINDOW_DAYS - 1)
    return activity.last_on is None or activity.last_on < first


def _gone_since(done: Sequence[Work], last: int) -> date | None:
    """Return the last day of who carried the project alone and did nothing for half a year."""
    end = last - RECENT_DAYS
    before = [work for work in done if end - WINDOW_DAYS < work.tally.day <= end]
    authors = _authors(before)
    if absence_factor(authors.values()) != 1:
        return None
    ((person, _),) = authors.most_common(1)
    latest = max(work.tally.day for work in done if work.tally.author == person)
    return date_of(latest) if latest <= end else None


def _authors(works: Iterable[Work]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for work in works:
        if work.tally.author not in NOBODY:
            found[work.tally.author] += work.tally.commits + work.tally.merges
    return found
