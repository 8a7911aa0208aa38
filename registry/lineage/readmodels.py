"""What pages, API and command line read of lineage: frozen structs, never table rows."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class End(Struct, frozen=True, kw_only=True):
    """One end of an edge: a component, or a source of code without a repository.

    `slug` is that of the component, `None` for a source without a repository, which then has
    its `name` and perhaps a `reference` to look it up. Country and organisation are as they were
    when the edge was first seen.
    """

    name: str
    slug: str | None = None
    url: str | None = None
    reference: str | None = None
    organisation: str | None = None
    organisation_slug: str | None = None
    country: str | None = None
    region: str | None = None


class EdgeView(Struct, frozen=True, kw_only=True):
    """A claim of reuse in a list; where `direction` is `unknown` the ends are only two ends.

    `kind`, `tag` and `state` are values of `EdgeKind`, `EdgeTag`, `EdgeState`; `confidence` is
    verified, likely or possible; `strength` holds the counts that the detector measured;
    `is_internal` says that both ends are of one organisation, `is_mirror` that the reuser has no
    commit of its own: neither is counted as reuse. `is_confirmed` says that the reuser confirms it.
    """

    key: str
    kind: str
    tag: str
    state: str
    origin: End
    reuser: End
    direction: str = "known"
    direction_basis: str = ""
    locator: str = ""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    found_at: datetime | None = None
    changed_at: datetime | None = None
    strength: dict[str, Any] = {}
    confidence: str = "possible"
    rule_version: int = 1
    is_mirror: bool = False
    is_internal: bool = False
    is_confirmed: bool = False
    is_demo: bool = False


class EdgeEventView(Struct, frozen=True, kw_only=True):
    """A line in the history of an edge."""

    at: datetime
    state: str
    reason: str


class EvidenceView(Struct, frozen=True, kw_only=True):
    """All about one edge: the claim, its proof and its history.

    `checked_at` is when both repositories were last looked at; `others` are the edges of other
    kinds between the same two ends. `partial` names the ends (`origin`, `reuser`) of which only a
    part could be read: there may be more evidence than what is shown.
    """

    edge: EdgeView
    proof: dict[str, Any]
    proof_digest: str
    events: tuple[EdgeEventView, ...] = ()
    others: tuple[EdgeView, ...] = ()
    checked_at: datetime | None = None
    partial: tuple[str, ...] = ()
    origin_licence: str | None = None
    reuser_licence: str | None = None


class ReuseQuery(Struct, frozen=True, kw_only=True):
    """A question for edges: values of one filter are alternatives, filters add up.

    Edges inside one organisation, mirrors, and edges that are only possible are left out unless
    asked for; without `state` so are withdrawn and superseded ones. `component` and
    `organisation` are slugs at either end, `origin_organisation` and `reuser_organisation` at one;
    `since` and `until` ask for the first evidence, `changed_since` for the last change of the
    edge. A filter on one end leaves out edges whose direction is not known, unless `direction` is
    unknown: then either end may be the one. `foreign` asks for two different countries. `sort` is
    first_seen or changed.
    """

    origin_country: tuple[str, ...] = ()
    reuser_country: tuple[str, ...] = ()
    origin_region: tuple[str, ...] = ()
    reuser_region: tuple[str, ...] = ()
    origin_organisation: str | None = None
    reuser_organisation: str | None = None
    origin: str | None = None
    reuser: str | None = None
    component: str | None = None
    organisation: str | None = None
    direction: str | None = None
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    foreign: bool | None = None
    with_internal: bool = False
    with_mirrors: bool = False
    with_possible: bool = False
    sort: str = "first_seen"
    limit: int = 20
    after: str | None = None


class ReusePage(Struct, frozen=True, kw_only=True):
    """One page of edges, newest first; `by_tag` counts all that match, tag by tag."""

    items: tuple[EdgeView, ...]
    by_tag: dict[str, int]
    next: str | None = None


class LineageNode(Struct, frozen=True, kw_only=True):
    """A repository in a lineage tree, depth first.

    `moment` is the first evidence of its reuse (of the root: its first commit); `edge` is the key
    of the edge to the parent and `kinds` all kinds of evidence for it; `also_from` are further
    origins that the tree does not draw. `is_clamped` says that its date was before its parent's.
    """

    slug: str | None
    name: str
    organisation: str | None
    country: str | None
    region: str | None
    depth: int
    parent: str | None = None
    moment: datetime | None = None
    edge: str | None = None
    kinds: tuple[str, ...] = ()
    tag: str | None = None
    state: str | None = None
    direction: str = "known"
    is_mirror: bool = False
    is_current: bool = False
    is_clamped: bool = False
    also_from: tuple[tuple[str, str], ...] = ()


class LineageTree(Struct, frozen=True, kw_only=True):
    """The family of a component as a dated tree; `unplaced` are edges without a direction.

    Descent is shared commits, shared or similar files, and attribution: a dependency is no child.
    `common_upstream` counts families that share code with this one only because both took it from
    a third. `is_cut` says that the family is larger than what is here.
    """

    nodes: tuple[LineageNode, ...]
    unplaced: tuple[EdgeView, ...] = ()
    common_upstream: int = 0
    is_cut: bool = False


class MatrixQuery(Struct, frozen=True, kw_only=True):
    """A question for a matrix; `group` is country, region or organisation, `period` all, year or
    quarter. One tag at a time, so that tags are never added together."""

    group: str = "country"
    period: str = "all"
    tag: str = "measured"
    kind: tuple[str, ...] = ()
    origin_country: tuple[str, ...] = ()
    reuser_country: tuple[str, ...] = ()


class MatrixCell(Struct, frozen=True, kw_only=True):
    """How much `reuser` reuses of `origin`, by evidence that began in `period`.

    `pairs` counts pairs of a component of `origin` and an organisation of `reuser`, so that many
    forks of one organisation count once; `edges` are the rows behind them and `components` the
    components of `origin`. A pair with evidence of two periods is in both: never add periods.
    """

    origin: str
    reuser: str
    period: str
    pairs: int
    components: int
    edges: int


class Matrix(Struct, frozen=True, kw_only=True):
    """Cells, sorted; `labels` name the groups; `inputs_digest` is over the keys of all edges.

    `edges` counts the rows in the cells. Apart from them stand `unknown_direction`, edges that
    nobody can put in a row or column, and `unplaced`, those that lack a group or a date.
    """

    query: MatrixQuery
    cells: tuple[MatrixCell, ...]
    labels: dict[str, str]
    inputs_digest: str
    rule_version: int
    edges: int
    unknown_direction: int = 0
    unplaced: int = 0
    has_demo: bool = False


class TimeToReuse(Struct, frozen=True, kw_only=True):
    """Days from the first commit of a component to its first reuse by another country."""

    slug: str
    name: str
    country: str | None
    days: int
    reuser_country: str | None
    edge: str


class CountryReuse(Struct, frozen=True, kw_only=True):
    """What a country gives and takes: (other country, pairs) of measured edges, most first."""

    code: str
    gives: tuple[tuple[str, int], ...]
    takes: tuple[tuple[str, int], ...]
    latest: tuple[EdgeView, ...]
    time_to_reuse: tuple[TimeToReuse, ...]


class LookupQuery(Struct, frozen=True, kw_only=True):
    """Things to look for, at most 1,000 in all: git ids, package URLs, repository URLs, SWHIDs.

    `fingerprints` are those of a piece of code (`registry.domain.fingerprints`).
    """

    blobs: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    purls: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    swhids: tuple[str, ...] = ()
    fingerprints: tuple[int, ...] = ()


class LookupHit(Struct, frozen=True, kw_only=True):
    """A component that holds some of what was asked for.

    `found` counts the asked-for ids that it holds, `samples` are up to five of them with where
    they stand (id, path or name). `first_seen` is the earliest time.
    """

    slug: str
    name: str
    organisation: str | None
    country: str | None
    region: str | None
    found: int
    samples: tuple[tuple[str, str], ...] = ()
    first_seen: datetime | None = None


class LookupAnswer(Struct, frozen=True, kw_only=True):
    """The components, most found first; `third_party` maps asked-for blobs to known packages.

    `known` counts the things asked for that at least one component holds. `is_cut` says that more
    components hold some than are here.
    """

    asked: int
    known: int
    hits: tuple[LookupHit, ...]
    third_party: dict[str, str] = {}
    is_cut: bool = False


class DetectorMethod(Struct, frozen=True, kw_only=True):
    """How one kind of evidence was measured on the labelled set; `None` where nothing was.

    `right` and `wrong` count what it found, `missed` labelled reuse that it did not find: they
    are the support of `precision`, with its 95 % interval from `low` to `high`, and of `recall`,
    from `recall_low` to `recall_high`.
    """

    kind: str
    tag: str
    right: int | None = None
    wrong: int | None = None
    missed: int | None = None
    precision: float | None = None
    recall: float | None = None
    low: float | None = None
    high: float | None = None
    recall_low: float | None = None
    recall_high: float | None = None


class CalibrationTier(Struct, frozen=True, kw_only=True):
    """What became of one tier of confidence: of `edges` that people judged, `right` were right.

    `stated` is the mean probability that was said of them; `low` and `high` are the 95 % interval
    of the share that is right.
    """

    tier: str
    edges: int
    right: int
    stated: float
    low: float
    high: float


class MethodView(Struct, frozen=True, kw_only=True):
    """The method as it is in force: thresholds by name, and what the evaluation found.

    `repositories` and `pairs` of the labelled set `truth` were in a catalogue of `catalogue`
    components; `brier` and `calibration_error` are 0 where confidence says exactly what is true.
    """

    rule_version: int
    thresholds: dict[str, float]
    detectors: tuple[DetectorMethod, ...]
    evaluated_at: str | None = None
    truth: str | None = None
    repositories: int | None = None
    pairs: int | None = None
    catalogue: int | None = None
    calibration: tuple[CalibrationTier, ...] = ()
    brier: float | None = None
    calibration_error: float | None = None
    background_packages: int = 0
    background_hashes: int = 0


class ReuseSummary(Struct, frozen=True, kw_only=True):
    """How often a component is reused, one row per tag: never added together."""

    tag: str
    edges: int
    organisations: int
    countries: int
    foreign_countries: int


class ComponentReuse(Struct, frozen=True, kw_only=True):
    """All edges of a component: who reuses it, what it reuses, and those without a direction.

    Mirrors, edges inside the organisation and edges that no longer stand are here too, each with
    its marks. `summary` is what is counted. `is_cut` says that only the newest are here.
    """

    slug: str
    name: str
    summary: tuple[ReuseSummary, ...]
    reused_by: tuple[EdgeView, ...]
    reuses: tuple[EdgeView, ...]
    undirected: tuple[EdgeView, ...]
    is_cut: bool = False
