"""What the web asks about reuse."""

from collections.abc import Iterator, Mapping
from typing import Protocol

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


class Lineage(Protocol):
    """Who reuses whose code: what can be asked.

    A key or slug that is not known raises `NotFound`; a question that cannot be answered raises
    `InvalidInput`. Cursors (`after`, `next`) are opaque to the web.
    """

    def reuse(self, query: ReuseQuery) -> ReusePage:
        """Return one page of the edges that the query asks for, newest first."""

    def edges(self, query: ReuseQuery) -> Iterator[EdgeView]:
        """Yield all edges that the query asks for, whatever its `limit` and `after` say."""

    def totals(self) -> Mapping[str, int]:
        """Return how many edges are counted, by tag."""

    def latest(self, limit: int = 5) -> tuple[EdgeView, ...]:
        """Return the counted, measured edges between countries that were found last."""

    def evidence(self, key: str) -> EvidenceView:
        """Return all about one edge, whatever its state."""

    def summary(self, slug: str) -> tuple[ReuseSummary, ...]:
        """Return how often a component is reused, a row for each tag that there is."""

    def edges_of(self, slug: str) -> ComponentReuse:
        """Return the edges of a component in both directions."""

    def lineage(self, slug: str) -> LineageTree:
        """Return the family of a component as a dated tree, depth first."""

    def matrix(self, query: MatrixQuery) -> Matrix:
        """Return who reuses whose code, group by group, for one tag."""

    def country(self, code: str) -> CountryReuse:
        """Return what a country gives and takes; empty for one of which nothing is known."""

    def lookup(self, query: LookupQuery) -> LookupAnswer:
        """Return which components hold the asked-for files, commits, packages or repositories."""

    def method(self) -> MethodView:
        """Return the thresholds in force, and what the evaluation found."""
