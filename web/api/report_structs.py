"""What the API returns of reports, made of the read models of reports."""

from datetime import datetime

from msgspec import Struct

from registry.lineage.readmodels import MatrixCell
from registry.reports.figures import (
    FirstReuse,
    Share,
    TagFigures,
)
from registry.reports.portfolio import Portfolio, Remark
from registry.reports.rows import Coverage, EdgeRow


class CountedItem(Struct, frozen=True, kw_only=True):
    """A number with the address of the rows that it counts."""

    value: int
    rows_url: str


class ShareItem(Share, frozen=True, kw_only=True):
    """So many (`count`) of so many (`of`), with the address of the rows."""

    share: float | None
    rows_url: str


class HeadlineItem(Struct, frozen=True, kw_only=True):
    """The numbers of the sentence.

    `by_strongest` counts each known organisation once, under its strongest evidence; `unknown`
    counts reusing repositories of no known organisation.
    """

    sentence: str
    components: int
    reused: CountedItem
    organisations: CountedItem
    countries: CountedItem
    by_strongest: dict[str, CountedItem]
    unknown: CountedItem


class TagItem(TagFigures, frozen=True, kw_only=True):
    """How often the portfolio is reused by evidence of one tag: never add tags."""

    rows_url: str


class StepItem(Struct, frozen=True, kw_only=True):
    """What is new in a quarter (pairs of a component and an organisation), and in all so far."""

    tag: str
    period: str
    new: int
    total: int
    rows_url: str


class ReportCell(MatrixCell, frozen=True, kw_only=True):
    """A cell of the matrix with the address of its rows."""

    rows_url: str


class ReportMatrixItem(Struct, frozen=True, kw_only=True):
    """The matrix; `edges` counts the rows in its cells, `unplaced` those in none."""

    group: str
    period: str
    tag: str
    kind: str
    cells: tuple[ReportCell, ...]
    edges: int
    unplaced: int


class ReportComponentItem(Struct, frozen=True, kw_only=True):
    """A component of the portfolio: known organisations that reuse it by tag, and more."""

    slug: str
    name: str
    url: str
    organisation: str | None
    country: str | None
    repository_state: str
    organisations: dict[str, int]
    countries: int
    first: FirstReuse | None
    contributed: int | None
    api_url: str
    rows_url: str


class ReportResource(Struct, frozen=True, kw_only=True):
    """A report: the figures of a portfolio. A public, measured lower bound.

    `remarks` say what became of what was asked for and is not plain. `firsts` are days from the
    first commit to the first measured reuse abroad, `first_days` their median. What each figure
    counts stands in the documentation of reports.
    """

    portfolio: Portfolio
    remarks: tuple[Remark, ...]
    headline: HeadlineItem
    tags: tuple[TagItem, ...]
    matrix: ReportMatrixItem
    growth: tuple[StepItem, ...]
    firsts: tuple[FirstReuse, ...]
    first_days: float | None
    contributed: ShareItem
    commits: int
    active: ShareItem
    shared: ShareItem
    disputed: CountedItem
    ended: CountedItem
    left_out: dict[str, CountedItem]
    components: tuple[ReportComponentItem, ...]
    coverage: Coverage
    rule_version: int
    as_of: datetime
    html_url: str


class RowItem(EdgeRow, frozen=True, kw_only=True):
    """A row of a report; `evidence_url` gives all about it, with its proof."""

    month: str | None
    evidence_url: str


class RowListing(Struct, frozen=True, kw_only=True):
    """One page of rows, by the key of their edge; `total` counts all that match."""

    items: tuple[RowItem, ...]
    total: int
    next: str | None
    as_of: datetime
    rule_version: int
