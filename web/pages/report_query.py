"""The address of a report: what it is about, what is looked at, and the links to rows."""

from collections.abc import Container
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from registry.lineage.vocabulary import GROUPS, KINDS, PERIODS, TAGS
from registry.reports.matrix import MatrixChoice
from registry.reports.portfolio import PARAMETERS, Portfolio, portfolio_of, portfolio_pairs
from registry.reports.selecting import FIELDS, RowFilter, filter_pairs
from web.pages.query import Pairs
from web.pages.view import View

STORED: Final = "report"
REPORTS: Final = "/reports"
# What of the page itself stands in the address, besides the portfolio.
CHOICES: Final = ("group", "period", "tag", "kind", "sort")


class ReportAddress(Struct, frozen=True):
    """What a report is about, by its parameters: a stored one by its key, or the portfolio.

    `assumed` are the assumptions about savings, which every link of the page keeps.
    """

    stored: str
    portfolio: Portfolio
    assumed: tuple[tuple[str, str], ...] = ()

    @property
    def pairs(self) -> Pairs:
        """The parameters that say what the report is about."""
        about = [(STORED, self.stored)] if self.stored else portfolio_pairs(self.portfolio)
        return [*about, *self.assumed]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not self.stored and self.portfolio.is_empty


class Linker(Struct, frozen=True):
    """Makes the links of one report in the language of its page."""

    view: View
    address: ReportAddress

    def page(self, *more: tuple[str, str]) -> str:
        """Return the address of the report, with more parameters."""
        return self._link(REPORTS, more)

    def without(self, names: Container[str]) -> str:
        """Return the address of the report without some of its parameters."""
        pairs = [pair for pair in self.address.pairs if pair[0] not in names]
        return f"{self.view.language.link(REPORTS)}?{urlencode(pairs)}"

    def rows(self, wanted: RowFilter) -> str:
        """Return the address of the rows that a number counts."""
        return self._link(f"{REPORTS}/rows", filter_pairs(wanted))

    def freeze(self) -> str:
        """Return the address at which the report is frozen."""
        return self._link("/account/snapshots/new", ())

    def edit(self) -> str:
        """Return the address of the form that the portfolio can be changed with."""
        return self._link(f"{REPORTS}/new", ())

    def pdf(self) -> str:
        """Return the address of the report as a PDF."""
        return self._link(f"{REPORTS}/report.pdf", ())

    def keep(self) -> str:
        """Return the address of the form that keeps the report under an account."""
        return self._link("/account/reports/new", ())

    def api(self, path: str, *more: tuple[str, str]) -> str:
        """Return the address of the same at the API."""
        return f"{path}?{urlencode([*self.address.pairs, *more])}"

    def _link(self, path: str, more: Pairs | tuple[tuple[str, str], ...]) -> str:
        query = urlencode([*self.address.pairs, *more])
        return f"{self.view.language.link(path)}?{query}"


def address_of(view: View) -> ReportAddress:
    """Return what a report is about, or raise `InvalidInput` naming the parameter."""
    stored = view.first(STORED)
    portfolio = Portfolio() if stored else portfolio_of(view.pairs)
    known = {*PARAMETERS, *CHOICES, *FIELDS, STORED, "after", "at", "done"}
    # In one order: the query string does not come in the order in which it was sent.
    assumed = tuple(sorted(pair for pair in view.pairs if pair[0] not in known and pair[1].strip()))
    return ReportAddress(stored, portfolio, assumed)


def choice_of(view: View) -> MatrixChoice:
    """Return what the matrix shows; values that make no sense are left out."""
    group, tag, kind = view.first("group"), view.first("tag"), view.first("kind")
    period = view.first("period")
    return MatrixChoice(
        group=group if group in GROUPS else GROUPS[0],
        tag=tag if tag in TAGS else TAGS[0],
        kind=kind if kind in KINDS else "",
        period=period if period in PERIODS else PERIODS[0],
    )
