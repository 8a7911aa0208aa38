"""From the read models of lineage to what the API returns, with links."""

from typing import Any, Final

from msgspec.structs import asdict

from registry.disputes.readmodels import LabelView
from registry.lineage.reading.matrix import cell_query
from registry.lineage.readmodels import (
    ComponentReuse,
    CountryReuse,
    EdgeView,
    EvidenceView,
    LineageTree,
    LookupAnswer,
    LookupHit,
    Matrix,
    MatrixCell,
    MatrixQuery,
    ReuseQuery,
)
from web.api.call import Call
from web.api.dispute_items import DisputeItem
from web.api.exports import Column, column
from web.api.reuse_query import query_string
from web.api.reuse_structs import (
    CellItem,
    ComponentReuseResource,
    CountryReuseResource,
    EdgeItem,
    EvidenceResource,
    HitItem,
    LineageResource,
    LookupResource,
    MatrixResource,
    Partner,
)


def edge_item(call: Call, edge: EdgeView) -> EdgeItem:
    """Return an edge with its links."""
    return EdgeItem(**asdict(edge), **_evidence_links(call, edge.key))


def evidence_resource(
    call: Call,
    view: EvidenceView,
    disputes: tuple[DisputeItem, ...] = (),
    labels: tuple[LabelView, ...] = (),
) -> EvidenceResource:
    """Return all about an edge with its links."""
    key = view.edge.key
    return EvidenceResource(
        **asdict(view), **_evidence_links(call, key), disputes=disputes, labels=labels,
        proof_url=call.api_url("evidence", key, "proof"),
    )  # fmt: skip


def _evidence_links(call: Call, key: str) -> dict[str, Any]:
    return {
        "api_url": call.api_url("evidence", key),
        "html_url": call.page_url("evidence", key),
    }


def component_reuse_resource(
    call: Call, found: ComponentReuse, tags: tuple[str, ...]
) -> ComponentReuseResource:
    """Return the edges of a component, of the chosen tags alone where some are chosen."""

    def items(edges: tuple[EdgeView, ...]) -> tuple[EdgeItem, ...]:
        return tuple(edge_item(call, x) for x in edges if not tags or x.tag in tags)

    return ComponentReuseResource(
        summary=tuple(row for row in found.summary if not tags or row.tag in tags),
        reused_by=items(found.reused_by),
        reuses=items(found.reuses),
        undirected=items(found.undirected),
        is_cut=found.is_cut,
        api_url=call.api_url("components", found.slug, "reuse"),
        html_url=call.page_url("components", found.slug, "reuse"),
    )


def lineage_resource(call: Call, slug: str, tree: LineageTree) -> LineageResource:
    """Return the family of a component with its links."""
    return LineageResource(
        nodes=tree.nodes,
        unplaced=tuple(edge_item(call, edge) for edge in tree.unplaced),
        common_upstream=tree.common_upstream,
        is_cut=tree.is_cut,
        api_url=call.api_url("components", slug, "lineage"),
        html_url=call.page_url("components", slug, "lineage"),
    )


def matrix_resource(call: Call, matrix: Matrix) -> MatrixResource:
    """Return a matrix whose every cell leads to the edges behind it."""
    known = {name: getattr(matrix, name) for name in Matrix.__struct_fields__ if name != "cells"}
    return MatrixResource(
        cells=tuple(cell_item(call, matrix.query, cell) for cell in matrix.cells),
        as_of=call.services.as_of(),
        **known,
    )


def cell_item(call: Call, query: MatrixQuery, cell: MatrixCell) -> CellItem:
    """Return a cell with the address of the edges behind it."""
    return CellItem(**asdict(cell), reuse_url=reuse_url(call, cell_query(query, cell)))


def reuse_url(call: Call, query: ReuseQuery) -> str:
    """Return the address of a list of edges."""
    return f"{call.api_url('reuse')}?{query_string(query)}"


def country_reuse_resource(call: Call, found: CountryReuse) -> CountryReuseResource:
    """Return what a country gives and takes; each number leads to its edges."""

    def partner(origin: str, reuser: str, pairs: int) -> Partner:
        query = ReuseQuery(
            tag=("measured",),
            direction="known",
            origin_country=(origin,),
            reuser_country=(reuser,),
        )
        other = reuser if origin == found.code else origin
        return Partner(country=other, pairs=pairs, reuse_url=reuse_url(call, query))

    return CountryReuseResource(
        code=found.code,
        gives=tuple(partner(found.code, other, pairs) for other, pairs in found.gives),
        takes=tuple(partner(other, found.code, pairs) for other, pairs in found.takes),
        latest=tuple(edge_item(call, edge) for edge in found.latest),
        time_to_reuse=found.time_to_reuse,
        as_of=call.services.as_of(),
        api_url=call.api_url("countries", found.code, "reuse"),
        html_url=call.page_url("countries", found.code),
    )


def lookup_resource(call: Call, answer: LookupAnswer) -> LookupResource:
    """Return the components that hold something, with their links."""
    return LookupResource(
        asked=answer.asked,
        known=answer.known,
        hits=tuple(_hit_item(call, hit) for hit in answer.hits),
        third_party=answer.third_party,
        is_cut=answer.is_cut,
    )


def _hit_item(call: Call, hit: LookupHit) -> HitItem:
    return HitItem(
        **asdict(hit),
        api_url=call.api_url("components", hit.slug),
        html_url=call.page_url("components", hit.slug),
    )


def _end_columns(end: str) -> tuple[Column, ...]:
    def value(field: str) -> Any:
        return lambda item: getattr(getattr(item, end), field)

    names = ("name", "slug", "url", "reference", "organisation", "organisation_slug", "country",
             "region")  # fmt: skip
    return tuple(Column(f"{end}_{name}", end, value(name)) for name in names)


def _strength(item: EdgeItem) -> str:
    return "; ".join(f"{name}={value}" for name, value in sorted(item.strength.items()))


REUSE_COLUMNS: Final = (
    *map(column, ("key", "kind", "tag", "state", "confidence", "direction", "direction_basis")),
    *_end_columns("origin"),
    *_end_columns("reuser"),
    *map(column, ("locator", "first_seen", "last_seen", "found_at", "changed_at")),
    Column("strength", "strength", _strength),
    *map(column, ("rule_version", "is_mirror", "is_internal", "is_demo", "api_url", "html_url")),
)
MATRIX_COLUMNS: Final = tuple(
    map(column, ("origin", "reuser", "period", "pairs", "components", "edges", "reuse_url"))
)
