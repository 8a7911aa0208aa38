"""Examples of answers about snapshots for the OpenAPI document; all in them is invented."""

from datetime import UTC, datetime
from typing import Final

from registry.reports.snapshots.citing import Citation
from web.api.examples import BASE
from web.api.snapshot_structs import (
    Asked,
    ChangedColumn,
    DifferenceCount,
    RowDifferenceItem,
    SnapshotDifferences,
    SnapshotFile,
    SnapshotItem,
    SnapshotPage,
    SnapshotResource,
)

_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_ID: Final = "s-20260601-0a1b2c3d4e5f6071"
_BEFORE: Final = "s-20260301-9f8e7d6c5b4a3928"
_PAGE: Final = f"{BASE}/snapshots/{_ID}"
_EDGE: Final = "ev_0a1b2c3d4e5f60718293a4b5"
SNAPSHOTS: Final = SnapshotPage(
    items=(SnapshotItem(_ID, _AT, 41, 167, f"{BASE}/api/v1/snapshots/{_ID}", _PAGE),), next=None
)
SNAPSHOT: Final = SnapshotResource(
    id=_ID,
    digest="0a1b2c3d4e5f6071" + "0" * 48,
    as_of="2026-06-01T12:00:00+00:00",
    made_at=_AT,
    method={"edges": 1, "savings": "1"},
    portfolio=(Asked("organisation", "example-city"),),
    assumptions=(Asked("rate", "FI:6200"),),
    components=41,
    rows=167,
    proofs=150,
    figures={"headline": {"components": 41, "reused": 12, "organisations": 9, "countries": 4}},
    citation=Citation(
        f"Public Code Registry (2026): Report on the reuse of public code. {_PAGE}",
        f"@misc{{{_ID},\n  url = {{{_PAGE}}}\n}}",
        "cff-version: 1.2.0\n",
        '{"@context": "https://schema.org", "@type": "Dataset"}',
    ),
    files=(SnapshotFile("rows.csv", f"{_PAGE}/files/rows.csv"),),
    bundle_url=f"{_PAGE}/files/{_ID}.zip",
    is_outdated=False,
    html_url=_PAGE,
)
COMPARED: Final = SnapshotDifferences(
    before=_BEFORE,
    after=_ID,
    warnings=(),
    components_added=(),
    components_removed=(),
    counts=(DifferenceCount("changed", "dispute", 1),),
    items=(
        RowDifferenceItem(
            edge=_EDGE,
            change="changed",
            reason="dispute",
            columns=(ChangedColumn("state", "current", "disputed"),),
            evidence_url=f"{BASE}/api/v1/evidence/{_EDGE}",
        ),
    ),
    next=None,
)
ATOM: Final = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'
)
