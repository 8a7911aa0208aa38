"""The rows of a report: one for each edge of reuse, with all that the figures are made of.

A row says the same on every instance: components and organisations stand by their slugs. Every
figure of a report is a pure function of rows and components (`registry.reports.figures`), so that
whoever holds the exported rows can make it again.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Final

from msgspec import Struct

from registry.adoption.savings.models import SavingView

# Why a row is in no figure, the first that holds; each but the last is a mark of the edge itself.
WITHDRAWN: Final = "withdrawn"
SUPERSEDED: Final = "superseded"
POSSIBLE: Final = "possible"
INTERNAL: Final = "internal"
MIRROR: Final = "mirror"
DIRECTION: Final = "direction_unknown"
LEFT_OUT: Final = (WITHDRAWN, SUPERSEDED, POSSIBLE, INTERNAL, MIRROR, DIRECTION)


class ReportComponent(Struct, frozen=True, kw_only=True, gc=False):
    """A component of the portfolio; `component_id` and `repository_id` hold on this instance alone.

    `family` is the slug of the first known repository among those that share commits with it, so
    that all forks of one history have the same. `repository_state` and `activity` are those of the
    catalogue; `contributions_counted` says that contributions to it were counted.
    """

    component_id: int
    repository_id: int
    slug: str
    name: str
    url: str
    organisation: str | None = None
    organisation_name: str | None = None
    country: str | None = None
    region: str | None = None
    licence: str | None = None
    activity: str = "unknown"
    repository_state: str = "active"
    first_commit_on: date | None = None
    last_crawled_on: date | None = None
    family: str = ""
    contributions_counted: bool = False
    is_demo: bool = False


class EdgeRow(Struct, frozen=True, kw_only=True, gc=False):
    """One edge: that `reuser` reuses `origin`, with the evidence for it.

    `edge` is the key of its evidence page, `evidence` the SHA-256 of its proof. `kind`, `tag`,
    `state` and `confidence` are the words of lineage, `locator` tells edges of one kind between the
    same ends apart (a package, a path). `is_counted` says that the figures count it,
    otherwise `left_out` says why not (`LEFT_OUT`). `is_disputed` and `has_ended` (the reuse was
    taken out of the code again) leave it counted.

    Organisations, countries and regions are those when the edge was first seen; `None` is not
    known. `first_seen` is the first evidence (UTC). `share` is f, the part of the origin's code
    that was taken, from 0 to 1, and `share_basis` what it was measured on: `commits` (shared
    commits among those of the origin) or `files` and `fingerprints` (those shared among those of
    the smaller side). `probability` is P, that a claim of this kind is right, as the evaluation of
    the method found; `None` where none was made. `is_active` says that the reuser still has the
    code, and work on it within a year. `contributed` counts commits of the reusing organisation in
    the origin, `None` where that was not counted or the organisation is not known.
    """

    edge: str
    evidence: str
    kind: str
    tag: str
    state: str
    confidence: str
    origin: str
    reuser: str
    reuser_name: str
    is_counted: bool
    left_out: str = ""
    locator: str = ""
    is_disputed: bool = False
    has_ended: bool = False
    is_confirmed: bool = False
    origin_organisation: str | None = None
    origin_country: str | None = None
    origin_region: str | None = None
    organisation: str | None = None
    organisation_name: str | None = None
    country: str | None = None
    region: str | None = None
    reuser_family: str = ""
    first_seen: date | None = None
    last_seen: date | None = None
    share: float | None = None
    share_basis: str = ""
    probability: float | None = None
    is_active: bool | None = None
    contributed: int | None = None
    rule_version: int = 1
    is_demo: bool = False

    @property
    def month(self) -> str | None:
        """The month of the adoption (`YYYY-MM`): that of the first evidence."""
        return None if self.first_seen is None else f"{self.first_seen:%Y-%m}"

    @property
    def origin_place(self) -> str | None:
        """The region of the component, or its country where no region is known."""
        return self.origin_region or self.origin_country

    @property
    def place(self) -> str | None:
        """The region of the reuser, or its country where no region is known."""
        return self.region or self.country

    @property
    def is_foreign(self) -> bool | None:
        """Whether two different countries are at the ends; `None` where one is not known."""
        if self.country is None or self.origin_country is None:
            return None
        return self.country != self.origin_country


class Coverage(Struct, frozen=True, kw_only=True):
    """What was looked at: repositories of the whole catalogue, and countries by how many of them.

    `crawled` were read at least once, `failed` of the others ended with an error, `pending` were
    not tried yet, `gone` are there no longer. `attributed` counts the crawled ones of which an
    organisation is known.
    """

    repositories: int = 0
    crawled: int = 0
    failed: int = 0
    pending: int = 0
    gone: int = 0
    attributed: int = 0
    by_country: Mapping[str, int] = {}


class ReportData(Struct, frozen=True, kw_only=True, dict=True):
    """All that a report is made of: the portfolio's components, their rows, and the coverage.

    Components are sorted by slug and rows by edge. `version` names the state of the catalogue, so
    that the same version gives the same data; `as_of` is the time of its newest crawl. `reported`
    are savings that organisations report of the components, which no number here is made of.
    """

    components: tuple[ReportComponent, ...]
    rows: tuple[EdgeRow, ...]
    coverage: Coverage
    rule_version: int
    version: str
    as_of: datetime | None
    reported: tuple[SavingView, ...] = ()

    @cached_property
    def is_demo(self) -> bool:
        """Whether anything of it is made up for the demonstration."""
        return any(x.is_demo for x in self.components) or any(x.is_demo for x in self.rows)

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries of the components and of the ends of their rows."""
        named = {x.country for x in self.components} | {x.country for x in self.rows}
        return frozenset(code for code in named if code is not None)


def share_taken(kind: str, strength: Mapping[str, object]) -> tuple[float | None, str]:
    """Return f and what it was measured on; nothing where an edge does not hold it."""
    if kind == "shared_commits":
        shared, own = _number(strength, "commits"), _number(strength, "own_commits_origin")
        if shared is not None and own is not None and shared + own > 0:
            return round(min(1.0, shared / (shared + own)), 5), "commits"
    basis = {"shared_files": "files", "similar_files": "fingerprints"}.get(kind)
    contained = _number(strength, "containment")
    if basis is None or contained is None:
        return None, ""
    return min(1.0, max(0.0, contained)), basis


def _number(strength: Mapping[str, object], name: str) -> float | None:
    value = strength.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def why_left_out(
    *, state: str, confidence: str, direction: str, is_confirmed: bool, is_internal: bool,
    is_mirror: bool,
) -> str:  # fmt: skip
    """Return why an edge is not counted, or an empty text: the rule of `registry.db.edges`."""
    reasons = (
        (state == "withdrawn", WITHDRAWN),
        (state == "superseded", SUPERSEDED),
        (confidence == "possible" and not is_confirmed, POSSIBLE),
        (is_internal, INTERNAL),
        (is_mirror, MIRROR),
        (direction != "known", DIRECTION),
    )
    return next((reason for holds, reason in reasons if holds), "")
