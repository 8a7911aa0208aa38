"""What the API returns of reuse, made of the read models of lineage."""

from datetime import datetime

from msgspec import Struct

from registry.disputes.readmodels import LabelView
from registry.lineage.readmodels import (
    EdgeView,
    EvidenceView,
    LineageNode,
    LookupHit,
    MatrixCell,
    MatrixQuery,
    MethodView,
    ReuseSummary,
    TimeToReuse,
)
from web.api.dispute_items import DisputeItem


class EdgeItem(EdgeView, frozen=True, kw_only=True):
    """An edge in a list: who reuses whose code, and how that is known."""

    api_url: str
    html_url: str


class ReuseListing(Struct, frozen=True, kw_only=True):
    """One page of edges; `by_tag` counts all that match, tag by tag: never add them.

    `as_of` is the time of the newest crawl, `rule_version` the method in force.
    """

    items: tuple[EdgeItem, ...]
    by_tag: dict[str, int]
    next: str | None
    as_of: datetime
    rule_version: int


class EvidenceResource(EvidenceView, frozen=True, kw_only=True):
    """All about one edge; `proof` can be verified with git alone, without this registry.

    `disputes` are the objections to it, the newest first, `labels` what the organisations on its
    sides say of it (confirmed or denied).
    """

    disputes: tuple[DisputeItem, ...] = ()
    labels: tuple[LabelView, ...] = ()
    api_url: str
    html_url: str
    proof_url: str


class ComponentReuseResource(Struct, frozen=True, kw_only=True):
    """The edges of a component, newest first; `is_cut` says that there are more than 500.

    Also edges that are not counted are here: mirrors, those inside the organisation, and those
    that no longer stand. `summary` is what is counted, tag by tag.
    """

    summary: tuple[ReuseSummary, ...]
    reused_by: tuple[EdgeItem, ...]
    reuses: tuple[EdgeItem, ...]
    undirected: tuple[EdgeItem, ...]
    is_cut: bool
    api_url: str
    html_url: str


class LineageResource(Struct, frozen=True, kw_only=True):
    """The family of a component as a tree, depth first; `parent` is a slug, or the name of a
    source without a repository.

    `unplaced` are edges of which nobody knows who was first. `common_upstream` counts families
    that share code with this one only because both took it from a third.
    """

    nodes: tuple[LineageNode, ...]
    unplaced: tuple[EdgeItem, ...]
    common_upstream: int
    is_cut: bool
    api_url: str
    html_url: str


class CellItem(MatrixCell, frozen=True, kw_only=True):
    """A cell of a matrix; `reuse_url` gives the edges behind it."""

    reuse_url: str


class MatrixResource(Struct, frozen=True, kw_only=True):
    """A matrix of one tag; cells with nothing in them are left out.

    `inputs_digest` is a hash over the keys of all edges in it: the same edges, the same hash.
    """

    query: MatrixQuery
    cells: tuple[CellItem, ...]
    labels: dict[str, str]
    edges: int
    unknown_direction: int
    unplaced: int
    inputs_digest: str
    rule_version: int
    has_demo: bool
    as_of: datetime


class Partner(Struct, frozen=True, kw_only=True):
    """Another country, with the number of pairs of component and organisation."""

    country: str
    pairs: int
    reuse_url: str


class CountryReuseResource(Struct, frozen=True, kw_only=True):
    """What a country gives to others and takes from them: measured reuse alone."""

    code: str
    gives: tuple[Partner, ...]
    takes: tuple[Partner, ...]
    latest: tuple[EdgeItem, ...]
    time_to_reuse: tuple[TimeToReuse, ...]
    as_of: datetime
    api_url: str
    html_url: str


class MethodResource(MethodView, frozen=True, kw_only=True):
    """The thresholds in force, and how right each detector was on a labelled set."""

    api_url: str
    html_url: str


class LookupRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Things to look for, at most 1,000 in all."""

    blobs: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    purls: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    swhids: tuple[str, ...] = ()


class HitItem(LookupHit, frozen=True, kw_only=True):
    """A component that holds some of what was asked for."""

    api_url: str
    html_url: str


class LookupResource(Struct, frozen=True, kw_only=True):
    """Components, most found first; `third_party` maps asked-for blobs to known packages."""

    asked: int
    known: int
    hits: tuple[HitItem, ...]
    third_party: dict[str, str]
    is_cut: bool
