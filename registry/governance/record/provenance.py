"""Where a record can be read, and who entered it."""

from typing import Any

from registry.catalogue.readmodels import Link
from registry.db.tables import Organisation
from registry.entered import told
from registry.governance.record.readmodels import Provenance


def provenance(row: Any, entered: Organisation | None) -> Provenance:
    """Return where a record can be read, and who entered it."""
    return Provenance(
        url=row.source_url, on=told(row, "source_on"), sha256=row.source_sha256,
        entered_by=Link(entered.slug, entered.name) if entered else None,
        entered_at=row.entered_at,
    )  # fmt: skip
