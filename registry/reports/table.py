"""The rows of a report as columns: the same names in CSV, NDJSON, spreadsheets and at the API."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from registry.reports.rows import EdgeRow, ReportComponent

# What each column means stands in docs/reports.md.
COLUMNS: Final = (
    "edge", "evidence", "kind", "locator", "tag", "state", "confidence", "probability",
    "is_counted", "left_out", "is_disputed", "has_ended", "is_confirmed", "origin",
    "origin_organisation",
    "origin_country", "origin_region", "reuser", "reuser_name", "reuser_family", "organisation",
    "organisation_name", "country", "region", "first_seen", "last_seen", "month", "share",
    "share_basis", "is_active", "contributed", "rule_version", "is_demo",
)  # fmt: skip
COMPONENT_COLUMNS: Final = (
    "slug", "name", "url", "organisation", "organisation_name", "country", "region", "licence",
    "activity", "repository_state", "first_commit_on", "last_crawled_on", "family",
    "contributions_counted", "is_demo",
)  # fmt: skip


def row_items(rows: Iterable[EdgeRow]) -> Iterator[dict[str, Any]]:
    """Yield each row with its columns in their order; days as ISO text."""
    for row in rows:
        values = msgspec.to_builtins(row) | {"month": row.month}
        yield {name: values[name] for name in COLUMNS}


def component_items(components: Iterable[ReportComponent]) -> Iterator[dict[str, Any]]:
    """Yield each component of the portfolio with its columns in their order."""
    for item in components:
        values = msgspec.to_builtins(item)
        yield {name: values[name] for name in COMPONENT_COLUMNS}
