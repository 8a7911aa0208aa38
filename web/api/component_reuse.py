"""The reuse of one component: its edges in both directions, and its family as a tree."""

from typing import Any, Final

from litestar import Controller, Response, get

from registry.errors import NotFound
from registry.lineage.readmodels import ComponentReuse
from web.api import kinds, reuse_examples
from web.api.call import Call, CallDependency, slug_in
from web.api.components import Slug
from web.api.negotiation import LIST_FORMS, Form
from web.api.openapi import described, specs
from web.api.reuse_files import edges_file, order, whole_component
from web.api.reuse_items import component_reuse_resource, edge_item, lineage_resource
from web.api.reuse_query import TAG
from web.api.reuse_structs import ComponentReuseResource, EdgeItem, LineageResource
from web.limits import EXPORT_COST, LIST_COST

REUSE: Final = (TAG, kinds.fields(ComponentReuseResource.__struct_fields__))
FILE: Final = (TAG, kinds.fields(EdgeItem.__struct_fields__))
TREE: Final = (kinds.fields(LineageResource.__struct_fields__),)


class ComponentReuseApi(Controller):
    """Parts of a component that tell of reuse."""

    path = "/components"
    tags = ["Reuse"]

    @get(
        "/{slug:str}/reuse",
        sync_to_thread=True,
        operation_id="get_component_reuse",
        summary="Get who reuses a component and what it reuses",
        opt={"forms": LIST_FORMS},
        responses=specs(ComponentReuseResource, "The edges.", can_be_missing=True),
        operation_class=described(REUSE, reuse_examples.FILES),
    )
    def get_reuse(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the edges of a component in both directions, with what is counted of them.

        As a file (`.csv`, `.ndjson`, `.atom`, or by `Accept`) they are one list: the columns of
        both ends tell which way each goes, and `fields` are those of an edge.
        """
        if call.form is not Form.JSON:
            call.pay(EXPORT_COST - LIST_COST)
            return _file(call, slug, call.form)
        values = call.read(REUSE)
        found = _edges(call, slug_in(slug, "component"))
        return call.resource(component_reuse_resource(call, found, values.many("tag")), values)

    @get(
        "/{slug:str}/reuse.csv",
        sync_to_thread=True,
        operation_id="export_component_reuse_csv",
        summary="Export the reuse of a component as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, reuse_examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the edges of a component; formulas of spreadsheets get a quote before."""
        return _file(call, slug, Form.CSV)

    @get(
        "/{slug:str}/reuse.ndjson",
        sync_to_thread=True,
        operation_id="export_component_reuse_ndjson",
        summary="Export the reuse of a component as NDJSON",
        opt={"form": Form.NDJSON, "cost": EXPORT_COST},
        responses=specs(str, "One JSON object per line.", can_be_missing=True),
        operation_class=described(FILE, reuse_examples.NDJSON, only=True),
    )
    def export_ndjson(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the edges of a component, one JSON object per line."""
        return _file(call, slug, Form.NDJSON)

    @get(
        "/{slug:str}/reuse.atom",
        sync_to_thread=True,
        operation_id="export_component_reuse_atom",
        summary="Follow the reuse of a component as an Atom feed",
        opt={"form": Form.ATOM, "cost": EXPORT_COST},
        responses=specs(str, "An Atom feed (RFC 4287).", can_be_missing=True),
        operation_class=described(FILE, reuse_examples.ATOM, only=True),
    )
    def export_atom(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the edges of a component as a feed, the latest changed first."""
        return _file(call, slug, Form.ATOM)

    @get(
        "/{slug:str}/lineage",
        sync_to_thread=True,
        operation_id="get_component_lineage",
        summary="Get the family of a component",
        responses=specs(
            LineageResource, "The family.", reuse_examples.LINEAGE, can_be_missing=True
        ),
        operation_class=described(TREE),
    )
    def get_lineage(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the repositories that the code came from and went to, as a tree by first evidence.

        A dependency is no member of the family. `also_from` are further origins of a node.
        """
        values = call.read(TREE)
        name = slug_in(slug, "component")
        try:
            tree = call.services.lineage.lineage(name)
        except NotFound:
            _say_where_it_is(call, name)
            raise
        return call.resource(lineage_resource(call, name, tree), values)


def _file(call: Call, slug: str, form: Form) -> Response[Any]:
    values = call.read(FILE)
    name = slug_in(slug, "component")
    _edges(call, name)
    query = whole_component(name, values.many("tag"), order(form))
    items = (edge_item(call, edge) for edge in call.services.lineage.edges(query))
    return edges_file(call, form, values, items, resource=f"components/{name}/reuse")


def _edges(call: Call, slug: str) -> ComponentReuse:
    try:
        return call.services.lineage.edges_of(slug)
    except NotFound:
        _say_where_it_is(call, slug)
        raise


def _say_where_it_is(call: Call, slug: str) -> None:
    """Raise the catalogue's own error for a component that is not there: it knows renames."""
    call.catalogue.component(slug)
