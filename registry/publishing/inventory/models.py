"""What an inventory holds: rows, totals, and the question that is asked of it.

Source of what is asked: the minimum reporting list of the Office of Management and Budget to
M-16-21 and the SHARE IT Act (GSA/data.gov#6224): how often code is reused, whether it is
maintained, whether it takes feedback, how its use is exempted, under which licence it is.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

from registry.publishing.exports.feedback import Channel

USAGE_BASES: Final = ("stated", "licence", "unknown")
ACTIVITIES: Final = ("active", "quiet", "archived", "unknown")
SORTS: Final = ("name", "changed", "reuse")
# What is asked of usage: a basis, or whether an exemption is stated.
USAGES: Final = (*USAGE_BASES, "exempt")
# How far reuse is measured: found, looked for and not found, not looked for yet.
REUSES: Final = ("found", "none", "not_measured")
FEEDBACKS: Final = ("some", "none")
MAX_ROWS: Final = 10_000


class InventoryQuery(Struct, frozen=True, kw_only=True):
    """Which rows of an inventory are asked for; `after` counts rows from the start."""

    activity: str | None = None
    usage: str | None = None
    feedback: str | None = None
    reuse: str | None = None
    sort: str = SORTS[0]
    after: int = 0
    limit: int = 50


class InventoryRow(Struct, frozen=True, kw_only=True):
    """One component; what is not known is `None`, never 0: a number here is a measurement.

    `usage_basis` says whether the use types are stated in a code.json, follow from a licence that
    is approved, or are unknown. `activity` and `last_commit_at` were measured at `read_at`;
    `status` and `maintenance` are what documents declare. Numbers with `reusing_` are measured,
    those with `attributed_` and `declared_` stand beside and are never added. `metadata_known` of
    `metadata_asked` mandatory keys of a code.json are known.
    """

    component: str
    name: str
    repository_url: str
    licence: str | None
    usage_types: tuple[str, ...]
    reusing_organisations: int | None
    reusing_countries: int | None
    forks: int | None
    copies: int | None
    dependents: int | None
    activity: str
    last_commit_at: datetime | None
    maintenance: str | None
    feedback_url: str | None
    evidence_url: str
    usage_basis: str
    exemption_text: str | None
    contract_numbers: tuple[str, ...]
    state: str
    status: str | None
    read_at: datetime | None
    feedback: tuple[Channel, ...]
    attributed_organisations: int
    declared_organisations: int
    metadata_known: int
    metadata_asked: int
    is_demo: bool

    @property
    def feedback_text(self) -> str:
        """All channels in one cell: the kind of each, `=`, its address; spaces between."""
        return " ".join(f"{channel.kind}={channel.url}" for channel in self.feedback)


class InventoryTotals(Struct, frozen=True, kw_only=True):
    """The numbers of the whole inventory, whatever is filtered.

    `reused` are components that others were measured to reuse, by `reusing_organisations`
    organisations (all unknown ones are one) in `reusing_countries` countries, each counted once.
    `repositories` are those of the organisation, listed or not; `unread` of them were never read.
    """

    components: int = 0
    active: int = 0
    quiet: int = 0
    archived: int = 0
    activity_unknown: int = 0
    gone: int = 0
    with_feedback: int = 0
    usage_stated: int = 0
    usage_by_licence: int = 0
    usage_unknown: int = 0
    exempt: int = 0
    reused: int = 0
    not_measured: int = 0
    reusing_organisations: int = 0
    reusing_countries: int = 0
    declared: int = 0
    repositories: int = 0
    unread: int = 0


class Inventory(Struct, frozen=True, kw_only=True):
    """A page of an inventory: `matching` rows answer the question, `next` is the place after."""

    rows: tuple[InventoryRow, ...]
    totals: InventoryTotals
    matching: int
    next: int | None
