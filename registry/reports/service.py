"""Reports as the web and the command line use them: one object over the database."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Final, Protocol

from msgspec import Struct
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import SavedReport
from registry.errors import Unavailable
from registry.reports import keeping
from registry.reports.figures import Figures, figures_of
from registry.reports.keeping import NewReport, SavedView
from registry.reports.loading import catalogue_version, load_report
from registry.reports.matrix import MatrixChoice, ReportMatrix, matrix_of
from registry.reports.naming import with_slugs
from registry.reports.portfolio import MAX_COMPONENTS, Portfolio, Remark, portfolio_query
from registry.reports.resolving import Resolved, check_size, resolve
from registry.reports.rows import ReportData

# Rows of reports that are kept in memory in all: about 1 KB each.
MAX_KEPT_ROWS: Final = 200_000
_PAGE: Final = 100


class Searching(Protocol):
    """What is asked of the catalogue."""

    def search(self, query: ComponentQuery) -> SearchPage:
        """Return one page of the components that a search finds."""


class Report(Struct, frozen=True, kw_only=True, dict=True):
    """A portfolio as it was asked for, what became of it, and all that a report is made of."""

    portfolio: Portfolio
    remarks: tuple[Remark, ...]
    data: ReportData

    @cached_property
    def figures(self) -> Figures:
        """The figures, made once: no assumption about savings changes them."""
        return figures_of(self.data)

    @cached_property
    def _matrices(self) -> dict[MatrixChoice, ReportMatrix]:
        return {}

    def matrix(self, choice: MatrixChoice) -> ReportMatrix:
        """Return a matrix, made once; raises `InvalidInput` for a choice that there is not."""
        if choice not in self._matrices:
            self._matrices[choice] = matrix_of(self.data.rows, choice)
        return self._matrices[choice]


class Reports:
    """Answers what a portfolio's components are reused for, and by whom.

    Reports are kept in memory while the catalogue stays as it is, so that a changed assumption
    reads nothing anew.
    """

    def __init__(
        self, database: Database, catalogue: Searching, clock: Clock, *,
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._allow_http_hosts = allow_http_hosts
        self._kept: OrderedDict[str, Report] = OrderedDict()
        self._lock = Lock()

    def report(self, portfolio: Portfolio) -> Report:
        """Return the report on a portfolio; one that holds nothing has no component and no row.

        Raises `InvalidInput` where the portfolio has more than 5,000 components.
        """
        key = portfolio_query(portfolio)
        with self._database.read() as session:
            version = catalogue_version(session)
            kept = self._recall(key, version)
            if kept is not None:
                return kept
            found = self._resolve(session, portfolio)
            data = load_report(session, found.component_ids)
        report = Report(portfolio=portfolio, remarks=found.remarks, data=data)
        self._keep(key, report)
        return report

    def named(self, portfolio: Portfolio) -> Portfolio:
        """Return a portfolio whose organisations and bodies, given by name, stand by their slugs.

        Raises `InvalidInput` where several have a name.
        """
        with self._database.read() as session:
            return with_slugs(session, portfolio)

    def saved(self, key: str) -> SavedView:
        """Return a saved report, or raise `NotFound`; whoever knows its key may read it."""
        with self._database.read() as session:
            return keeping.view_of(keeping.find(session, key))

    def own(self, actor: Actor, key: str) -> SavedView:
        """Return a saved report of the actor, or raise `NotFound`."""
        authorise(actor, Action.KEEP_REPORT)
        with self._database.read() as session:
            return keeping.view_of(keeping.own(session, actor.account, key))

    def list_own(self, actor: Actor) -> tuple[SavedView, ...]:
        """Return the saved reports of the actor, the last changed first."""
        authorise(actor, Action.KEEP_REPORT)
        return self._listed(col(SavedReport.account_id) == actor.account)

    def list_all(self) -> tuple[SavedView, ...]:
        """Return every saved report, the last changed first: for the operator."""
        return self._listed()

    def _listed(self, *conditions: ColumnElement[bool]) -> tuple[SavedView, ...]:
        order = (col(SavedReport.updated_at).desc(), col(SavedReport.id).desc())
        with self._database.read() as session:
            rows = session.exec(select(SavedReport).where(*conditions).order_by(*order))
            return tuple(map(keeping.view_of, rows))

    def keep(self, actor: Actor, new: NewReport) -> SavedView:
        """Keep a report under the account of the actor; raises `WrongField`, `Conflict`."""
        authorise(actor, Action.KEEP_REPORT)
        with self._database.write() as session:
            return keeping.view_of(keeping.keep(session, actor.account, new, self._clock()))

    def keep_as_operator(self, new: NewReport) -> SavedView:
        """Keep a report that belongs to no account; raises `WrongField`."""
        with self._database.write() as session:
            return keeping.view_of(keeping.keep(session, None, new, self._clock()))

    def change(self, actor: Actor, key: str, new: NewReport) -> SavedView:
        """Change a saved report of the actor; raises `WrongField`, `NotFound`."""
        authorise(actor, Action.KEEP_REPORT)
        with self._database.write() as session:
            row = keeping.own(session, actor.account, key)
            keeping.change(row, new, self._clock())
            session.add(row)
            return keeping.view_of(row)

    def delete(self, actor: Actor, key: str) -> None:
        """Delete a saved report of the actor, or raise `NotFound`."""
        authorise(actor, Action.KEEP_REPORT)
        with self._database.write() as session:
            session.delete(keeping.own(session, actor.account, key))

    def delete_as_operator(self, key: str) -> None:
        """Delete a saved report whoever keeps it, or raise `NotFound`."""
        with self._database.write() as session:
            session.delete(keeping.find(session, key))

    def resolve(self, portfolio: Portfolio) -> Resolved:
        """Return the components of a portfolio and what became of each part of it."""
        with self._database.read() as session:
            return self._resolve(session, portfolio)

    def _resolve(self, session: Session, portfolio: Portfolio) -> Resolved:
        return resolve(session, portfolio, self._found, allow_http_hosts=self._allow_http_hosts)

    def _found(self, words: str) -> Sequence[str]:
        """Return the slugs of what a search finds, at most as many as a report holds.

        Raises `Unavailable` while the index is down: what the tables alone find is another
        portfolio, and its numbers would be taken for those of the search.
        """
        slugs: list[str] = []
        after: str | None = None
        while len(slugs) <= MAX_COMPONENTS:
            page = self._catalogue.search(ComponentQuery(q=words, limit=_PAGE, after=after))
            if page.degraded:
                raise Unavailable(
                    "the search index is down, and what a search finds now may be another "
                    "portfolio: try again later, or name components instead of words",
                    retry_after=60,
                )
            check_size(page.total)
            slugs += [item.slug for item in page.items]
            after = page.next
            if after is None:
                break
        return slugs

    def _recall(self, key: str, version: str) -> Report | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.data.version != version:
                return None
            self._kept.move_to_end(key)
            return kept

    def _keep(self, key: str, report: Report) -> None:
        with self._lock:
            self._kept[key] = report
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._kept_rows() > MAX_KEPT_ROWS:
                self._kept.popitem(last=False)

    def _kept_rows(self) -> int:
        return sum(len(report.data.rows) for report in self._kept.values())
