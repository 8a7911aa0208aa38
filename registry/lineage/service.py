"""Lineage as its readers use it: one object over the database and the index of third-party code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from registry.db.session import Database
from registry.lineage.evaluation import read_figures
from registry.lineage.reading import reuse, totals
from registry.lineage.reading.asked import asked_of
from registry.lineage.reading.country import load_country
from registry.lineage.reading.evidence import load_evidence
from registry.lineage.reading.lookup import look_up
from registry.lineage.reading.matrix import load_matrix
from registry.lineage.reading.method import method_view
from registry.lineage.reading.tree import load_tree
from registry.lineage.readmodels import (
    ComponentReuse,
    CountryReuse,
    EdgeView,
    EvidenceView,
    LineageTree,
    LookupAnswer,
    LookupQuery,
    Matrix,
    MatrixQuery,
    MethodView,
    ReusePage,
    ReuseQuery,
    ReuseSummary,
)
from registry.lineage.rules import RULES


class ThirdPartyIndex(Protocol):
    """What lookups and the method page ask of the background index."""

    @property
    def packages(self) -> Sequence[str]:
        """The packages that are known, by name and version."""

    @property
    def files(self) -> int:
        """The number of file contents that are known."""

    @property
    def fingerprints(self) -> int:
        """The number of code fingerprints that are known."""

    def package_of_file(self, value: int) -> str | None:
        """Return the package that publishes a file, by its `file_hash`."""


class Lineage:
    """Answers every question about reuse.

    A key or slug that is not known raises `NotFound`; a question that cannot be answered raises
    `InvalidInput` saying how to mend it. Numbers of different tags are never added together.
    """

    def __init__(self, database: Database, background: ThirdPartyIndex) -> None:
        self._database = database
        self._background = background

    def reuse(self, query: ReuseQuery) -> ReusePage:
        """Return one page of the edges that the query asks for, newest first."""
        with self._database.read() as session:
            return reuse.load_page(session, query)

    def edges(self, query: ReuseQuery) -> Iterator[EdgeView]:
        """Yield all edges that the query asks for, whatever its `limit` and `after` say."""
        with self._database.read() as session:
            yield from reuse.iterate(session, query)

    def totals(self) -> Mapping[str, int]:
        """Return how many edges are counted, by tag: for the home page."""
        with self._database.read() as session:
            return totals.totals(session)

    def latest(self, limit: int = 5) -> tuple[EdgeView, ...]:
        """Return the counted, measured edges between countries that were found last."""
        with self._database.read() as session:
            return reuse.load_latest(session, limit)

    def evidence(self, key: str) -> EvidenceView:
        """Return all about one edge, whatever its state, or raise `NotFound`."""
        with self._database.read() as session:
            return load_evidence(session, key)

    def summary(self, slug: str) -> tuple[ReuseSummary, ...]:
        """Return how often a component is reused, a row for each tag that there is."""
        with self._database.read() as session:
            return totals.summary(session, slug)

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component in both directions, or raise `NotFound`."""
        with self._database.read() as session:
            return reuse.load_component(session, slug)

    def lineage(self, slug: str) -> LineageTree:
        """Return the family of a component as a dated tree, depth first, or raise `NotFound`."""
        with self._database.read() as session:
            return load_tree(session, slug)

    def matrix(self, query: MatrixQuery) -> Matrix:
        """Return who reuses whose code, group by group, for one tag."""
        with self._database.read() as session:
            return load_matrix(session, query)

    def country(self, code: str) -> CountryReuse:
        """Return what a country gives and takes; empty for one of which nothing is known."""
        with self._database.read() as session:
            return load_country(session, code)

    def lookup(self, query: LookupQuery) -> LookupAnswer:
        """Return which components hold the asked-for files, commits, packages or repositories."""
        asked = asked_of(query)
        with self._database.read() as session:
            return look_up(session, asked, self._background.package_of_file)

    def method(self) -> MethodView:
        """Return the thresholds in force, and what the evaluation found."""
        return method_view(
            RULES,
            read_figures(),
            packages=len(self._background.packages),
            hashes=self._background.files + self._background.fingerprints,
        )
