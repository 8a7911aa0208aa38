"""Lineage as its readers use it: one object over the database and the index of third-party code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from registry.clock import Clock
from registry.db.session import Database
from registry.lineage.readmodels import (
    ComponentReuse,
    CountryReuse,
    DisputeCase,
    DisputeView,
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


class ThirdPartyIndex(Protocol):
    """What lookups and the method page ask of the background index."""

    packages: Sequence[str]

    @property
    def files(self) -> int:
        """The number of file contents that are known."""

    @property
    def fingerprints(self) -> int:
        """The number of code fingerprints that are known."""

    def package_of_file(self, value: int) -> str | None:
        """Return the package that publishes a file, by its `file_hash`."""


class Lineage:
    """Answers every question about reuse, and takes objections.

    A key or slug that is not known raises `NotFound`; a question that cannot be answered raises
    `InvalidInput` saying how to mend it. Numbers of different tags are never added together.
    """

    def __init__(self, database: Database, background: ThirdPartyIndex, clock: Clock) -> None:
        self._database = database
        self._background = background
        self._clock = clock

    def reuse(self, query: ReuseQuery) -> ReusePage:
        """Return one page of the edges that the query asks for, newest first."""
        raise NotImplementedError

    def edges(self, query: ReuseQuery) -> Iterator[EdgeView]:
        """Yield all edges that the query asks for, whatever its `limit` and `after` say."""
        raise NotImplementedError

    def totals(self) -> Mapping[str, int]:
        """Return how many edges are counted, by tag: for the home page."""
        raise NotImplementedError

    def latest(self, limit: int = 5) -> tuple[EdgeView, ...]:
        """Return the counted, measured edges between countries that were found last."""
        raise NotImplementedError

    def evidence(self, key: str) -> EvidenceView:
        """Return all about one edge, whatever its state, or raise `NotFound`."""
        raise NotImplementedError

    def summary(self, slug: str) -> tuple[ReuseSummary, ...]:
        """Return how often a component is reused, a row for each tag that there is."""
        raise NotImplementedError

    def summaries(self, slugs: Sequence[str]) -> Mapping[str, tuple[ReuseSummary, ...]]:
        """Return the summaries of many components in one query; without reuse, none."""
        raise NotImplementedError

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component in both directions, or raise `NotFound`."""
        raise NotImplementedError

    def lineage(self, slug: str) -> LineageTree:
        """Return the family of a component as a dated tree, depth first, or raise `NotFound`."""
        raise NotImplementedError

    def matrix(self, query: MatrixQuery) -> Matrix:
        """Return who reuses whose code, group by group, for one tag."""
        raise NotImplementedError

    def country(self, code: str) -> CountryReuse:
        """Return what a country gives and takes; empty for one of which nothing is known."""
        raise NotImplementedError

    def lookup(self, query: LookupQuery) -> LookupAnswer:
        """Return which components hold the asked-for files, commits, packages or repositories."""
        raise NotImplementedError

    def method(self) -> MethodView:
        """Return the thresholds in force, and what the evaluation found."""
        raise NotImplementedError

    def dispute(self, key: str, category: str, reason: str) -> int:
        """Take an objection to an edge for review and return its number.

        `category` is one of `registry.lineage.disputes.CATEGORIES`. Nothing is shown or counted
        differently before an operator has accepted it. Raises `Conflict` when too many are open.
        """
        raise NotImplementedError

    def disputes(self, state: str | None = "open", limit: int = 100) -> tuple[DisputeCase, ...]:
        """Return objections, the oldest first; with their text: only for those who review."""
        raise NotImplementedError

    def review_dispute(self, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Accept an objection, so that its edge is disputed and no longer counted, or reject it."""
        raise NotImplementedError
