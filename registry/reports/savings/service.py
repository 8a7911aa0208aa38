"""Savings of a report as the web and the command line ask for them."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from msgspec import Struct

from registry.db.session import Database
from registry.reports.portfolio import portfolio_query
from registry.reports.savings.assumptions import Assumptions
from registry.reports.savings.figures import Savings, savings_of
from registry.reports.savings.inputs import ComponentInputs, load_inputs
from registry.reports.savings.pairs import Pairs, pairs_of
from registry.reports.service import Report

MOST_KEPT: Final = 16
"""Reports whose inputs stay in memory, so that a changed assumption reads nothing anew."""


class Basis(Struct, frozen=True):
    """What the savings of a report rest on, whatever is assumed, and of which data."""

    version: str
    inputs: dict[str, ComponentInputs]
    pairs: Pairs


class ReportSavings:
    """Reckons the savings of reports; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, Basis] = OrderedDict()
        self._lock = Lock()

    def of(self, report: Report, asked: Assumptions) -> Savings:
        """Return the savings of a report under some assumptions."""
        basis = self.basis(report)
        return savings_of(report.data.components, basis.inputs, basis.pairs, asked)

    def basis(self, report: Report) -> Basis:
        """Return what the savings of a report rest on."""
        key = portfolio_query(report.portfolio)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept.version != report.data.version:
            with self._database.read() as session:
                inputs = load_inputs(session, report.data.components)
            kept = Basis(report.data.version, inputs, pairs_of(report.data.rows))
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept
