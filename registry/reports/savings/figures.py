"""Savings: what own code would cost again, and what reusers avoided; never added to each other.

Pure: inputs, pairs and assumptions give the figures. Everything uncertain in the method is a
factor that all edges share, so a total is one sum times the draws (`draws.py`). Euro throughout.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from registry.reports.rows import ReportComponent
from registry.reports.savings.assumptions import HISTORY, SIZE, Assumptions
from registry.reports.savings.draws import (
    P10,
    P50,
    P90,
    Range,
    avoided_range,
    calibration_range,
    triangular,
    unadapted_range,
)
from registry.reports.savings.effort import adaptation, history_effort, size_effort
from registry.reports.savings.inputs import ComponentInputs
from registry.reports.savings.pairs import Group, Pairs, grouped
from registry.reports.savings.rates import monthly_rate

METHOD: Final = "1"
"""The version of the method: raised when the same inputs would give other figures."""
NO_EFFORT: Final = "no_effort"
NO_COUNTRY: Final = "no_country"
NO_RATE: Final = "no_rate"
NO_SHARE: Final = "no_share"


class Bar(Struct, frozen=True, kw_only=True):
    """How far one input moves the avoided cost, from its 10th to its 90th percentile.

    `from_value` and `to_value` are of the input, `low` and `high` of the avoided cost, with all
    other inputs at their medians.
    """

    name: str
    from_value: float
    to_value: float
    low: float
    high: float


class ComponentSavings(Struct, frozen=True, kw_only=True):
    """One component: person-months of its own code, what it would cost again, what was avoided.

    `replacement` and `official` use the rate of the component's own country; `avoided` those of
    its reusers. `official` is cost × (agencies − 1), the rule of code.gov, without adaptation.
    """

    slug: str
    months: float | None
    replacement: Range | None
    avoided: Range
    reusers: int
    official: float | None


class Savings(Struct, frozen=True, kw_only=True):
    """The figures of a report. `left_out` counts pairs and rows that avoid nothing, by reason.

    `replacement` and `official` are of the `priced` components, whose effort and rate are known;
    `avoided` is of `pairs`. With none of them they are nothing, not zero. `countries` are those
    without a rate, with the number of pairs that they leave out.
    """

    method: str
    replacement: Range | None
    avoided: Range | None
    official: float | None
    priced: int
    components: tuple[ComponentSavings, ...]
    tornado: tuple[Bar, ...]
    pairs: int
    left_out: Mapping[str, int]
    countries: Mapping[str, int]


def person_months(inputs: ComponentInputs | None, asked: Assumptions) -> float | None:
    """Return the person-months of a component's own code; nothing where they are not known."""
    if inputs is None:
        return None
    if asked.effort == HISTORY:
        worked = history_effort(inputs.author_months, asked.full)
        return worked if inputs.author_months else None
    if inputs.lines is None or inputs.own is None:
        return None
    return size_effort(inputs.lines * inputs.own)


def savings_of(
    components: Sequence[ReportComponent],
    inputs: Mapping[str, ComponentInputs],
    pairs: Pairs,
    asked: Assumptions,
) -> Savings:
    """Return the savings of a portfolio under some assumptions."""
    months = {item.slug: person_months(inputs.get(item.slug), asked) for item in components}
    groups = grouped(pairs.pairs, asked.reference) if asked.reference else pairs.groups
    bases, left, countries = _bases(groups, months, asked)
    factor = avoided_factor(asked)
    found = tuple(_component(item, months[item.slug], bases, factor, asked) for item in components)
    costs = [
        cost for item in components if (cost := _cost(item, months[item.slug], asked)) is not None
    ]
    total = math.fsum(base.euro for base in bases.values())
    fixed = {
        "unsure": pairs.unsure, "not_evaluated": pairs.not_evaluated,
        "same_organisation": pairs.same_organisation,
    }  # fmt: skip
    return Savings(
        method=METHOD,
        replacement=calibration_range(asked.priors).times(math.fsum(costs)) if costs else None,
        avoided=factor.times(total) if bases else None,
        official=math.fsum(item.official or 0.0 for item in found) if costs else None,
        priced=len(costs),
        components=found,
        tornado=tornado(total, _other_total(components, inputs, groups, asked), asked),
        pairs=sum(base.pairs for base in bases.values()),
        left_out={name: count for name, count in (fixed | left).items() if count},
        countries=dict(sorted(countries.items())),
    )


def avoided_factor(asked: Assumptions) -> Range:
    """Return the range of κ·q·(1 − RCR), or of κ·q·(1 − AAM) where the adapted share is given."""
    if asked.adapted is None:
        return avoided_range(asked.priors)
    return unadapted_range(asked.priors).times(1 - adaptation(asked.adapted))


class _Base(NamedTuple):
    """Σ P·f·PM·rate of a component, and of how many pairs."""

    euro: float
    pairs: int


def _bases(
    groups: Sequence[Group], months: Mapping[str, float | None], asked: Assumptions
) -> tuple[dict[str, _Base], Counter[str], Counter[str]]:
    """Return the base of each component, and why other pairs have none."""
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    left: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    rates = {code: monthly_rate(code, asked.rates) for code in {x.country for x in groups}}
    for group in groups:
        left[NO_SHARE] += group.without_share
        effort = months.get(group.origin)
        rate = rates[group.country]
        if effort is None:
            left[NO_EFFORT] += group.with_share
        elif group.country is None:
            left[NO_COUNTRY] += group.with_share
        elif rate is None:
            left[NO_RATE] += group.with_share
            countries[group.country] += group.with_share
        elif group.with_share:
            found[group.origin].append((group.measured * effort * rate, group.with_share))
    bases = {
        origin: _Base(math.fsum(euro for euro, _ in parts), sum(count for _, count in parts))
        for origin, parts in found.items()
    }
    return bases, left, +countries


def _component(
    item: ReportComponent, months: float | None, bases: Mapping[str, _Base],
    factor: Range, asked: Assumptions,
) -> ComponentSavings:  # fmt: skip
    cost = _cost(item, months, asked)
    mine = bases.get(item.slug, _Base(0.0, 0))
    return ComponentSavings(
        slug=item.slug, months=months,
        replacement=None if cost is None else calibration_range(asked.priors).times(cost),
        avoided=factor.times(mine.euro), reusers=mine.pairs,
        official=None if cost is None else cost * mine.pairs,
    )  # fmt: skip


def _cost(item: ReportComponent, months: float | None, asked: Assumptions) -> float | None:
    rate = monthly_rate(item.country, asked.rates)
    return None if months is None or rate is None else months * rate


def _other_total(
    components: Sequence[ReportComponent], inputs: Mapping[str, ComponentInputs],
    groups: Sequence[Group], asked: Assumptions,
) -> float:  # fmt: skip
    """Return the sum of bases with the other model of effort."""
    other = replace(asked, effort=SIZE if asked.effort == HISTORY else HISTORY)
    months = {item.slug: person_months(inputs.get(item.slug), other) for item in components}
    bases, _, _ = _bases(groups, months, other)
    return math.fsum(base.euro for base in bases.values())


def tornado(total: float, other: float, asked: Assumptions) -> tuple[Bar, ...]:
    """Return how far each input moves the avoided cost, the farthest first."""
    priors = asked.priors
    spread = NormalDist(0, priors.sigma).inv_cdf if priors.sigma else (lambda _share: 0.0)
    kappa = [priors.kappa * math.exp(spread(share)) for share in (P10, P50, P90)]
    low, high = priors.built
    built = [low + (high - low) * share for share in (P10, P50, P90)]
    if asked.adapted is None:
        kept = [1 - triangular(share, *priors.reuse_cost) for share in (P10, P50, P90)]
    else:
        kept = [1 - adaptation(asked.adapted)] * 3
    rest = {
        "kappa": built[1] * kept[1], "built": kappa[1] * kept[1], "reuse_cost": kappa[1] * built[1]
    }  # fmt: skip
    bars = [
        _bar(name, values, [total * rest[name] * value for value in moved])
        for name, values, moved in (
            ("kappa", (kappa[0], kappa[2]), (kappa[0], kappa[2])),
            ("built", (built[0], built[2]), (built[0], built[2])),
            ("reuse_cost", (1 - kept[0], 1 - kept[2]), (kept[0], kept[2])),
        )
    ]
    medians = kappa[1] * built[1] * kept[1]
    bars.append(_bar("effort", (0.0, 1.0), [total * medians, other * medians]))
    return tuple(sorted(bars, key=lambda bar: (bar.low - bar.high, bar.name)))


def _bar(name: str, values: tuple[float, float], costs: Sequence[float]) -> Bar:
    low, high = sorted(costs)
    return Bar(name=name, from_value=values[0], to_value=values[1], low=low, high=high)
