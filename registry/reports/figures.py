"""The headline figures of a report: pure functions of its rows; each knows which rows it counts.

Numbers of different tags stand side by side and are never added together. Where a sentence tells
of all organisations, each stands once, under the strongest evidence that there is of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Final

from msgspec import Struct

from registry.reports.rows import EdgeRow, ReportComponent, ReportData
from registry.reports.selecting import (
    STRENGTH,
    RowFilter,
    first_rows,
    pair_of,
    period_of,
    select,
    shared_rows,
    strongest_tags,
)

LEVELS: Final = ("repositories", "families", "organisations", "components")
LEAST_RANKED: Final = 5


class Figure(Struct, frozen=True, kw_only=True):
    """A number and the filter of the rows that it counts; `None` is not known."""

    value: int | None
    rows: RowFilter


class Share(Struct, frozen=True, kw_only=True):
    """So many of so many; with none to look at there is no share."""

    count: int
    of: int
    rows: RowFilter

    @property
    def value(self) -> float | None:
        """The share from 0 to 1."""
        return self.count / self.of if self.of else None


class TagFigures(Struct, frozen=True, kw_only=True):
    """How often the portfolio is reused by evidence of one tag, at four levels.

    `edges` counts the rows. `repositories` are distinct reusing repositories, `families` those of
    one history taken as one, `organisations` the known ones that reuse, `components` those of the
    portfolio that are reused, `countries` those of the reusers, and `foreign_countries` those that
    are another than the component's. `unknown` counts repositories of no known organisation.
    """

    tag: str
    edges: int
    repositories: int
    families: int
    organisations: int
    components: int
    countries: int
    foreign_countries: int
    unknown: int
    rows: RowFilter


class Headline(Struct, frozen=True, kw_only=True):
    """The numbers of the sentence; `by_strongest` splits the organisations by strongest tag."""

    components: int
    reused: Figure
    organisations: Figure
    countries: Figure
    by_strongest: tuple[tuple[str, Figure], ...]
    unknown: Figure


class Step(Struct, frozen=True, kw_only=True):
    """What began in a quarter (`new` pairs of a component and an organisation), and in all."""

    period: str
    new: int
    total: int
    rows: RowFilter


class FirstReuse(Struct, frozen=True, kw_only=True):
    """Days from the first commit of a component to its first measured reuse abroad."""

    slug: str
    days: int
    country: str
    edge: str


class ComponentFigures(Struct, frozen=True, kw_only=True):
    """One component: organisations by tag, countries, and the days to its first reuse abroad."""

    component: ReportComponent
    organisations: tuple[tuple[str, Figure], ...]
    countries: int
    first: FirstReuse | None
    contributed: int | None
    rows: RowFilter


class Figures(Struct, frozen=True, kw_only=True):
    """All figures of a report.

    `shared` are components that two or more known organisations reuse, by measured evidence.
    `active` are measured reusing repositories that still have the code and work on it, of those
    of which that is known. `contributed` are pairs of a component and a reusing organisation with
    commits of the organisation in the component, of the pairs that were counted; `commits` sums
    them. `first_days` is the median of `firsts`. `left_out` counts rows that no figure counts.
    """

    headline: Headline
    tags: tuple[TagFigures, ...]
    steps: tuple[tuple[str, tuple[Step, ...]], ...]
    undated: Figure
    firsts: tuple[FirstReuse, ...]
    first_days: float | None
    contributed: Share
    commits: int
    active: Share
    shared: Share
    disputed: Figure
    ended: Figure
    left_out: tuple[tuple[str, Figure], ...]
    components: tuple[ComponentFigures, ...]

    @property
    def may_rank(self) -> bool:
        """Whether there are enough components to put them in an order by their numbers."""
        return len(self.components) >= LEAST_RANKED


def figures_of(data: ReportData) -> Figures:
    """Return the figures of a report."""
    rows = select(data.rows, RowFilter())
    by_tag = {tag: [row for row in rows if row.tag == tag] for tag in STRENGTH}
    measured = by_tag["measured"]
    firsts = first_reuses(data.components, measured)
    left = Counter(row.left_out for row in data.rows if not row.is_counted)
    contributed, commits = contributed_back(rows)
    return Figures(
        headline=headline(data.components, rows),
        tags=tuple(tag_figures(tag, found) for tag, found in by_tag.items() if found),
        steps=tuple((tag, steps_of(tag, found)) for tag, found in by_tag.items() if found),
        undated=_figure(sum(row.first_seen is None for row in rows)),
        firsts=firsts,
        first_days=median(item.days for item in firsts) if firsts else None,
        contributed=contributed,
        commits=commits,
        active=still_active(measured),
        shared=shared_components(data.components, measured),
        disputed=_figure(sum(row.is_disputed for row in rows), disputed="true"),
        ended=_figure(sum(row.has_ended for row in rows), ended="true"),
        left_out=tuple((name, _figure(left[name], left_out=name)) for name in sorted(left)),
        components=tuple(component_figures(data.components, rows, firsts)),
    )


def _figure(value: int | None, **rows: str) -> Figure:
    return Figure(value=value, rows=RowFilter(**rows))


def headline(components: Sequence[ReportComponent], rows: Sequence[EdgeRow]) -> Headline:
    """Return the numbers of the sentence at the top."""
    best = Counter(strongest_tags(rows).values())
    return Headline(
        components=len(components),
        reused=_figure(len({row.origin for row in rows})),
        organisations=_figure(sum(best.values())),
        countries=_figure(len({row.country for row in rows} - {None})),
        by_strongest=tuple((tag, _figure(best[tag], strongest=tag)) for tag in STRENGTH),
        unknown=_figure(
            len({row.reuser for row in rows if row.organisation is None}), to_organisation="-"
        ),
    )


def tag_figures(tag: str, rows: Sequence[EdgeRow]) -> TagFigures:
    """Return the figures of one tag at every level."""
    return TagFigures(
        tag=tag,
        edges=len(rows),
        repositories=len({row.reuser for row in rows}),
        families=len({row.reuser_family for row in rows}),
        organisations=len({row.organisation for row in rows} - {None}),
        components=len({row.origin for row in rows}),
        countries=len({row.country for row in rows} - {None}),
        foreign_countries=len({row.country for row in rows if row.is_foreign}),
        unknown=len({row.reuser for row in rows if row.organisation is None}),
        rows=RowFilter(tag=tag),
    )


def steps_of(tag: str, rows: Sequence[EdgeRow]) -> tuple[Step, ...]:
    """Return what is new in each quarter from the first to the last, with the sum so far."""
    days = [row.first_seen for row in first_rows(rows) if row.first_seen]
    return steps_by(tag, Counter(period_of(day, "quarter") for day in days), _quarters)


def years_of(tag: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the same by year."""
    counts: Counter[str] = Counter()
    for step in steps:
        counts[step.period[:4]] += step.new
    return steps_by(tag, counts, _years)


def steps_by(
    tag: str, counts: Counter[str], between: Callable[[Iterable[str]], list[str]]
) -> tuple[Step, ...]:
    """Return a step for each period from the first to the last."""
    found, total = [], 0
    for period in between(counts):
        total += counts[period]
        wanted = RowFilter(tag=tag, period=period, new="true")
        found.append(Step(period=period, new=counts[period], total=total, rows=wanted))
    return tuple(found)


def _quarters(known: Iterable[str]) -> list[str]:
    numbers = [4 * int(period[:4]) + int(period[-1]) - 1 for period in known]
    every = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    return [f"{number // 4:04}-Q{number % 4 + 1}" for number in every]


def _years(known: Iterable[str]) -> list[str]:
    numbers = [int(period) for period in known]
    every = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    return [f"{number:04}" for number in every]


def first_reuses(
    components: Iterable[ReportComponent], measured: Sequence[EdgeRow]
) -> tuple[FirstReuse, ...]:
    """Return the days to the first reuse abroad, the shortest first.

    A reuse that seems older than the first commit is left out: one of the two times is wrong.
    """
    begun = {item.slug: item.first_commit_on for item in components}
    abroad = [row for row in measured if row.is_foreign and row.first_seen]
    found: dict[str, FirstReuse] = {}
    for row in sorted(abroad, key=lambda row: (str(row.first_seen), row.edge)):
        start = begun.get(row.origin)
        if row.origin in found or start is None or row.first_seen is None or row.country is None:
            continue
        days = (row.first_seen - start).days
        if days >= 0:
            found[row.origin] = FirstReuse(
                slug=row.origin, days=days, country=row.country, edge=row.edge
            )
    return tuple(sorted(found.values(), key=lambda item: (item.days, item.slug)))


def contributed_back(rows: Sequence[EdgeRow]) -> tuple[Share, int]:
    """Return how many pairs gave commits back, of those counted, and the commits in all."""
    counted = {pair_of(row): row.contributed for row in rows if row.contributed is not None}
    gave = [count for count in counted.values() if count]
    share = Share(count=len(gave), of=len(counted), rows=RowFilter(contributed="true"))
    return share, sum(gave)


def still_active(measured: Sequence[EdgeRow]) -> Share:
    """Return the reusing repositories that are active by at least one row, of those known."""
    known: dict[str, bool] = {}
    for row in measured:
        if row.is_active is not None:
            known[row.reuser] = known.get(row.reuser, False) or row.is_active
    wanted = RowFilter(tag="measured", active="true")
    return Share(count=sum(known.values()), of=len(known), rows=wanted)


def shared_components(components: Sequence[ReportComponent], measured: Sequence[EdgeRow]) -> Share:
    """Return the components that two or more known organisations reuse."""
    count = len({row.origin for row in shared_rows(measured)})
    return Share(count=count, of=len(components), rows=RowFilter(tag="measured", shared="true"))


def component_figures(
    components: Sequence[ReportComponent], rows: Sequence[EdgeRow], firsts: Sequence[FirstReuse]
) -> Iterable[ComponentFigures]:
    """Yield the figures of each component, by slug."""
    first = {item.slug: item for item in firsts}
    countries = _by_origin(rows, lambda row: row.country)
    users = {
        tag: _by_origin([row for row in rows if row.tag == tag], lambda row: row.organisation)
        for tag in STRENGTH
    }
    gave: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.contributed is not None:
            gave[row.origin][row.organisation or ""] = row.contributed
    for item in components:
        slug = item.slug
        yield ComponentFigures(
            component=item,
            organisations=tuple(
                (tag, _figure(len(users[tag].get(slug, ())), tag=tag, origin=slug))
                for tag in STRENGTH
            ),
            countries=len(countries.get(slug, ())),
            first=first.get(slug),
            contributed=sum(gave[slug].values()) if slug in gave else None,
            rows=RowFilter(origin=slug),
        )


def _by_origin(
    rows: Iterable[EdgeRow], value: Callable[[EdgeRow], str | None]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if (text := value(row)) is not None:
            found[row.origin].add(text)
    return found
