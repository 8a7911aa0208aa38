"""The savings of a report: ranges, what moves them, and the form in which inputs are changed."""

from typing import Final

from msgspec import Struct

from registry.adoption.savings.models import SavingView
from registry.errors import InvalidInput
from registry.reports.savings.assumptions import (
    PARAMETERS,
    USUAL,
    Assumptions,
    assumption_pairs,
    assumptions_of,
)
from registry.reports.savings.draws import Range
from registry.reports.savings.figures import Bar, ComponentSavings, Savings
from registry.reports.savings.rates import Rate, known_rates
from registry.reports.service import Report
from web.pages.charts.ranges import Ranges, ranges
from web.pages.report_query import Linker
from web.pages.view import View

MOST_COMPONENTS: Final = 20
MOST_REPORTED: Final = 50
NONE: Final = Range(0, 0, 0)
CSV: Final = "/api/v1/reports/reported-savings.csv"


class SavingsLine(Struct, frozen=True):
    """A component with its savings."""

    slug: str
    name: str
    found: ComponentSavings


class SavingsPart(Struct, frozen=True, kw_only=True):
    """What the section shows; `values` stand in the form, `problem` says what is wrong with them.

    `rates` are those on record of the countries that the report names, `missing` the countries
    without one, with the pairs left out.
    """

    found: Savings
    totals: Ranges
    bars: Ranges
    tornado: tuple[Bar, ...]
    tornado_bars: Ranges
    lines: tuple[SavingsLine, ...]
    hidden: int
    values: dict[str, str]
    defaults: dict[str, str]
    rates: tuple[Rate, ...]
    missing: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, str], ...]
    is_changed: bool
    usual_href: str
    problem: str


class ReportedPart(Struct, frozen=True, kw_only=True):
    """What organisations report of the components; `href` leads to all of it, where that is."""

    savings: tuple[SavingView, ...]
    hidden: int
    href: str


def reported_part(view: View, links: Linker, report: Report) -> ReportedPart | None:
    """Return what is reported, apart from every estimate; nothing where none is recorded here."""
    if view.services.reported_savings is None:
        return None
    found = report.data.reported
    return ReportedPart(
        savings=found[:MOST_REPORTED],
        hidden=max(0, len(found) - MOST_REPORTED),
        href=links.api(CSV) if view.site.offers(CSV) else "",
    )


def savings_part(view: View, links: Linker, report: Report) -> SavingsPart | None:
    """Return the section, or nothing where this instance reckons none or nothing is known."""
    service = view.services.savings
    if service is None or not report.data.components:
        return None
    asked, problem = _asked(view)
    found = service.of(report, asked)
    lines = _lines(report, found)
    kept = [pair for pair in links.address.pairs if pair[0] not in PARAMETERS]
    return SavingsPart(
        found=found,
        totals=ranges([found.replacement or NONE, found.avoided or NONE]),
        bars=ranges([line.found.avoided for line in lines[:MOST_COMPONENTS]]),
        tornado=found.tornado,
        tornado_bars=ranges([_as_range(bar) for bar in found.tornado]),
        lines=lines[:MOST_COMPONENTS],
        hidden=max(0, len(lines) - MOST_COMPONENTS),
        values=_values(view),
        defaults=dict(USUAL),
        rates=tuple(
            rate for code, rate in sorted(known_rates().items()) if code in report.data.countries
        ),
        missing=tuple(found.countries.items()),
        kept=tuple(kept),
        is_changed=bool(assumption_pairs(asked)),
        usual_href=links.without(PARAMETERS),
        problem=problem,
    )


def _asked(view: View) -> tuple[Assumptions, str]:
    """Return what is assumed; where it is wrong, the usual, and what is wrong."""
    try:
        return assumptions_of(view.pairs), ""
    except InvalidInput as error:
        return Assumptions(), str(error)


def _values(view: View) -> dict[str, str]:
    """Return what stands in the fields: as it was sent, so that it can be mended."""
    sent: dict[str, list[str]] = {}
    for name, value in view.pairs:
        if name in PARAMETERS and value.strip():
            sent.setdefault(name, []).append(value.strip())
    values = {name: parts[-1] for name, parts in sent.items()}
    return {**USUAL, **values, "rate": " ".join(sent.get("rate", []))}


def _lines(report: Report, found: Savings) -> tuple[SavingsLine, ...]:
    names = {item.slug: item.name for item in report.data.components}
    every = [SavingsLine(item.slug, names[item.slug], item) for item in found.components]
    return tuple(sorted(every, key=lambda line: (-line.found.avoided.likely, line.slug)))


def _as_range(bar: Bar) -> Range:
    return Range(bar.low, (bar.low + bar.high) / 2, bar.high)
