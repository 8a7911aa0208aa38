"""What the API takes and returns of snapshots."""

from datetime import datetime
from typing import Any, Final

from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from msgspec import Struct

from registry.reports.snapshots.citing import Citation
from registry.reports.snapshots.service import Listed

MAX_QUERY: Final = 5_000


class SnapshotRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report as in the address of `/api/v1/reports/savings`, what comes after the `?`."""

    query: str


SNAPSHOT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["query"],
    properties={
        "query": Schema(
            type=OpenAPIType.STRING,
            min_length=1,
            max_length=MAX_QUERY,
            description="A report as in the address of `/api/v1/reports/savings`, what comes after "
            "the `?`: the portfolio or the key of a saved report, and the assumptions.",
        )
    },
    additional_properties=False,
    examples=[{"query": "organisation=example-city&rate=FI:6200"}],
)


class SnapshotItem(Listed, frozen=True):
    """A snapshot in a list."""

    api_url: str
    html_url: str


class SnapshotPage(Struct, frozen=True, kw_only=True):
    """A page of snapshots, the newest first."""

    items: tuple[SnapshotItem, ...]
    next: str | None


class SnapshotFile(Struct, frozen=True):
    """A file of a snapshot; what it holds stands in README.txt of the bundle."""

    name: str
    url: str


class Asked(Struct, frozen=True):
    """A parameter that a report was asked for with."""

    name: str
    value: str


class SnapshotResource(Struct, frozen=True, kw_only=True):
    """A frozen report: it never changes; `id` follows from `digest`, the SHA-256 of its content.

    `figures` holds every number by its name, savings as `[low, likely, high]` in euro.
    `is_outdated` says that components or edges changed since. `bundle_url` is one file that
    `registry report verify` checks without anything else.
    """

    id: str
    digest: str
    as_of: str | None
    made_at: datetime
    method: dict[str, Any]
    portfolio: tuple[Asked, ...]
    assumptions: tuple[Asked, ...]
    components: int
    rows: int
    proofs: int
    figures: dict[str, Any]
    citation: Citation
    files: tuple[SnapshotFile, ...]
    bundle_url: str
    is_outdated: bool
    html_url: str


class ChangedColumn(Struct, frozen=True):
    """A column of a row with its value in both snapshots."""

    name: str
    before: Any
    after: Any


class RowDifferenceItem(Struct, frozen=True, kw_only=True):
    """A row that was added, removed or changed from one snapshot to another, and why."""

    edge: str
    change: str
    reason: str
    columns: tuple[ChangedColumn, ...]
    evidence_url: str


class DifferenceCount(Struct, frozen=True):
    """How many rows differ in a way, for a reason."""

    change: str
    reason: str
    rows: int


class SnapshotDifferences(Struct, frozen=True, kw_only=True):
    """What differs from an earlier snapshot (`before`) to a later one (`after`).

    `warnings` say what makes them hard to compare, as another method; `counts` are of all rows.
    """

    before: str
    after: str
    warnings: tuple[str, ...]
    components_added: tuple[str, ...]
    components_removed: tuple[str, ...]
    counts: tuple[DifferenceCount, ...]
    items: tuple[RowDifferenceItem, ...]
    next: str | None
