"""`registry report`: which countries reuse a portfolio of components, with the rows behind it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import click

from registry.adoption.savings.table import saving_items
from registry.cli.build import Registry, read_settings
from registry.cli.files import write_whole
from registry.cli.funding import funding_of
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.errors import InvalidInput
from registry.reports.exporting import exported
from registry.reports.figures import Figures, figures_of
from registry.reports.keeping import NewReport, SavedView
from registry.reports.listing import joined, portfolio_in_csv
from registry.reports.portfolio import PARAMETERS, Portfolio, portfolio_of, portfolio_query
from registry.reports.savings.assumptions import PARAMETERS as ASSUMED
from registry.reports.savings.assumptions import Assumptions, assumptions_of
from registry.reports.savings.figures import ComponentSavings, Savings
from registry.reports.selecting import RowFilter, select
from registry.reports.sentences import headline_sentence, remark_sentence
from registry.reports.service import Report, Reports
from registry.reports.table import COLUMNS, row_items

_HELP: Final = {
    "q": "All that a search for these words finds.",
    "organisation": "All components of an organisation, by its slug.",
    "body": "All components that a joint body governs, by its slug.",
    "topic": "All components with this topic or category.",
    "country": "All components of a country (ISO 3166-1).",
    "component": "A component, by its slug.",
    "url": "A component, by the address of its repository.",
}
_SAVED: Final = (
    "component", "person_months", "organisations", "avoided_low", "avoided_likely",
    "avoided_high", "replacement_likely", "official",
)  # fmt: skip
_FIGURES: Final = (
    "tag", "organisations", "countries", "foreign_countries", "repositories", "families",
    "components", "unknown", "edges",
)  # fmt: skip


def portfolio_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which components a report is about."""
    for name in reversed(PARAMETERS):
        flag = click.option(f"--{name}", name, multiple=name != "q", help=_HELP[name])
        command = flag(command)
    saved = click.option("--report", "report", help="A saved report, by its key.")
    return saved(command)


def asked_portfolio(given: dict[str, Any], reports: Reports) -> Portfolio:
    """Return the portfolio of the options, or of the saved report that they name.

    Raises `InvalidInput` where there are none, and where both are given.
    """
    pairs = [("q", given["q"])] if given["q"] else []
    for name in PARAMETERS:
        if name != "q":
            pairs += [(name, value) for value in given[name]]
    if key := given["report"]:
        if pairs:
            raise InvalidInput("--report is a whole portfolio: leave the other options out")
        return reports.saved(key).portfolio
    if not pairs:
        flags = ", ".join(f"--{name}" for name in (*PARAMETERS, "report"))
        raise InvalidInput(f"say what the report is about: {flags}")
    return reports.named(portfolio_of(pairs))


@click.group()
def report() -> None:
    """Report on who reuses a portfolio of components, measured."""


@report.command()
@portfolio_options
@format_option
def show(style: str, **given: Any) -> None:
    """Show the figures of a report; as CSV or NDJSON the rows that they are made of.

    Numbers of different kinds of evidence stand side by side and are never added. What was asked
    for and brought no component is named on standard error, with the reason; where nothing of it
    is known, the exit code is 3.
    """
    found = _asked_report(given)
    _tell(found)
    if style in {"csv", "ndjson"}:
        show_rows(row_items(found.data.rows), COLUMNS, style)
    else:
        _show_figures(found, style)
    if found.remarks and not found.data.components:
        raise click.exceptions.Exit(3)


def _show_figures(found: Report, style: str) -> None:
    figures = figures_of(found.data)
    if style == "json":
        show_record(figures, style)
    else:
        show_rows(figures.tags, _FIGURES, style)
    _talk_about(found, figures)


@report.command()
@portfolio_options
@click.option(
    "--assume", multiple=True, help="An input of the method, such as kappa=1.5 or rate=CA:9000."
)
@format_option
def savings(style: str, assume: tuple[str, ...], **given: Any) -> None:
    """Estimate what reuse saved, as ranges: see docs/savings.md for the method and its inputs.

    Replacement and avoided cost answer different questions and are never added. As CSV or NDJSON
    one row for each component.
    """
    registry = Registry(read_settings())
    asked = asked_assumptions(assume)
    found = _asked_report(given, registry)
    result = registry.savings.of(found, asked)
    if style == "json":
        show_record(result, style)
    else:
        show_rows([_saved(item) for item in result.components], _SAVED, style)
    _talk_about_savings(result)
    _talk_about_reported(found)


def asked_assumptions(texts: Iterable[str]) -> Assumptions:
    """Return what `--assume` says, or raise `InvalidInput` naming what is wrong."""
    return assumptions_of([_assumption(text) for text in texts])


def _assumption(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name not in ASSUMED:
        raise InvalidInput(
            f"--assume {text[:60]!r}: write one of {', '.join(ASSUMED)} as name=value"
        )
    return name, value


def _saved(item: ComponentSavings) -> dict[str, Any]:
    """Return a line of the table; the JSON form holds every digit."""
    spread, again = item.avoided, item.replacement
    return {
        "component": item.slug,
        "person_months": None if item.months is None else round(item.months, 1),
        "organisations": item.reusers,
        "avoided_low": round(spread.low) if item.reusers else None,
        "avoided_likely": round(spread.likely) if item.reusers else None,
        "avoided_high": round(spread.high) if item.reusers else None,
        "replacement_likely": None if again is None else round(again.likely),
        "official": None if item.official is None else round(item.official),
    }


def _talk_about_savings(found: Savings) -> None:
    for name, spread in (("Replacement", found.replacement), ("Avoided", found.avoided)):
        if spread is None:
            talk.print(f"{name} cost: not known.")
            continue
        talk.print(
            f"{name} cost: EUR {spread.low:,.0f} to {spread.high:,.0f} (P10, P90), "
            f"likely {spread.likely:,.0f} (P50).",
            markup=False,
        )
    if found.official is not None:
        talk.print(f"Rule of code.gov, without a range: EUR {found.official:,.0f}. Never add them.")
    for name, count in sorted(found.left_out.items()):
        talk.print(f"Left out of the avoided cost, {name}: {count:,}", markup=False)
    for code, count in found.countries.items():
        talk.print(f"No rate is known for {code} ({count:,}): --assume rate={code}:9000")


def _talk_about_reported(found: Report) -> None:
    """Say what organisations report, line by line: amounts are never added up."""
    for line in saving_items(found.data.reported):
        figure = f"{line['low']:,}"
        if line["high"] != line["low"]:
            figure += f" to {line['high']:,}"
        talk.print(
            f"Reported apart by {line['organisation_name']}: {figure} {line['currency']} "
            f"({line['class']}), {line['since']}, grade {line['grade']} of 4, "
            f"saving {line['number']}.",
            markup=False,
        )


@report.command()
@portfolio_options
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: its ending (csv, ndjson, json, xlsx) says what it is.",
)
def export(target: Path, **given: Any) -> None:
    """Write a report into a file: rows as CSV or NDJSON, figures as JSON, all as XLSX.

    CSV and NDJSON hold every row, also those that no figure counts, with the reason.
    """
    found = _asked_report(given)
    _tell(found)
    data = exported(found, target.suffix.removeprefix(".").lower())
    write_whole(target, data)
    talk.print(f"{target}: {len(found.data.rows):,} rows.", markup=False)


@report.command()
@portfolio_options
@click.option("--title", required=True, help="What the report is called.")
@click.option("--programme", default="", help="The programme that paid.")
@click.option("--since", default="", help="First day (ISO).")
@click.option("--until", default="", help="Last day (ISO).")
@click.option(
    "--csv",
    "source",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of addresses or components.",
)
@click.option(
    "--funding",
    multiple=True,
    metavar="LINE",
    help="Who paid how much: PAYER;AMOUNT;CURRENCY, and first and last day (ISO) where known.",
)
@format_option
def create(
    style: str, title: str, programme: str, since: str, until: str, source: Path | None,
    funding: tuple[str, ...], **given: Any,
) -> None:  # fmt: skip
    """Keep a report that belongs to no account; its key stands for it from then on.

    A line of funding is such as "City of Ghent;250000.50;EUR;2021-01-01;2023-12-31"; a payer with a
    semicolon in its name stands in quotes. It is shown with the report and goes into no number.
    """
    listed = portfolio_in_csv(source.read_bytes()) if source else Portfolio()
    reports = Registry(read_settings()).reports
    is_asked = not source or any(given[name] for name in (*PARAMETERS, "report"))
    asked = joined(asked_portfolio(given, reports), listed) if is_asked else reports.named(listed)
    new = NewReport(title=title, portfolio=asked, programme=programme,
                    since=since, until=until, funding=funding_of(funding))  # fmt: skip
    show_record(_line(reports.keep_as_operator(new)), style)


@report.command("list")
@format_option
def list_saved(style: str) -> None:
    """List every saved report, the last changed first."""
    saved = Registry(read_settings()).reports.list_all()
    show_rows(map(_line, saved), ("key", "title", "programme", "account", "updated_at"), style)


@report.command()
@click.argument("key")
def delete(key: str) -> None:
    """Delete a saved report, whoever keeps it."""
    Registry(read_settings()).reports.delete_as_operator(key)
    talk.print(f"{key} was deleted.", markup=False)


def _line(saved: SavedView) -> dict[str, Any]:
    return {
        "key": saved.key, "title": saved.title, "programme": saved.programme,
        "since": saved.since, "until": saved.until, "funding": saved.funding,
        "account": saved.account, "updated_at": saved.updated_at,
        "portfolio": portfolio_query(saved.portfolio),
    }  # fmt: skip


def _asked_report(given: dict[str, Any], registry: Registry | None = None) -> Report:
    reports = (registry or Registry(read_settings())).reports
    return reports.report(asked_portfolio(given, reports))


def _tell(found: Report) -> None:
    for remark in found.remarks:
        talk.print(remark_sentence(remark), style="yellow", markup=False)


def _talk_about(found: Report, figures: Figures) -> None:
    talk.print(headline_sentence(figures.headline), markup=False)
    coverage = found.data.coverage
    counted = len(select(found.data.rows, RowFilter()))
    talk.print(
        f"Public, measured lower bound, from {coverage.crawled:,} of {coverage.repositories:,} "
        f"repositories ({coverage.failed:,} failed); private copies cannot be seen. "
        f"{counted:,} of {len(found.data.rows):,} rows are counted. "
        f"Method {found.data.rule_version}."
    )
