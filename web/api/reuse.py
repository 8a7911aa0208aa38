"""Reuse: lists of edges, and all about one edge with its proof."""

import re
from typing import Annotated, Any, Final, TypeAlias

from litestar import Controller, Response, get
from litestar.params import PathParameter

from registry.errors import NotFound
from registry.lineage.rules import RULES
from web.api import kinds, reuse_examples
from web.api.answers import selected
from web.api.call import Call, CallDependency
from web.api.dispute_items import dispute_item
from web.api.negotiation import LIST_FORMS, Form
from web.api.openapi import described, specs
from web.api.reuse_files import LIST, reuse_file
from web.api.reuse_items import edge_item, evidence_resource
from web.api.reuse_query import answer, question
from web.api.reuse_structs import EvidenceResource, ReuseListing
from web.limits import EXPORT_COST, LIST_COST

ONE: Final = (kinds.fields(EvidenceResource.__struct_fields__),)
Key: TypeAlias = Annotated[str, PathParameter(description="Key of the edge, such as ev_0a1b….")]
_KEY: Final = re.compile(r"ev_[a-z0-9]{1,37}", re.ASCII)


class ReuseApi(Controller):
    """Lists of edges."""

    tags = ["Reuse"]

    @get(
        "/reuse",
        sync_to_thread=True,
        operation_id="list_reuse",
        summary="List who reuses whose code",
        opt={"forms": LIST_FORMS},
        responses=specs(ReuseListing, "A page of edges.", reuse_examples.REUSE),
        operation_class=described(LIST, reuse_examples.FILES),
    )
    def list_reuse(self, call: CallDependency) -> Response[Any]:
        """Return a page of edges, newest first, with the number that match for each tag.

        The same address with `.csv`, `.ndjson`, `.atom` or `.feed.json` after `reuse` gives the
        answer as a file or a feed: whole, up to 10,000 edges, where neither `limit` nor `after`
        is sent.
        """
        return reuse(call)


class EvidenceApi(Controller):
    """Single edges."""

    tags = ["Reuse"]

    @get(
        "/evidence/{key:str}",
        sync_to_thread=True,
        operation_id="get_evidence",
        summary="Get all about one edge",
        responses=specs(
            EvidenceResource, "The edge.", reuse_examples.EVIDENCE, can_be_missing=True
        ),
        operation_class=described(ONE),
    )
    def get_evidence(self, call: CallDependency, key: Key) -> Response[Any]:
        """Return an edge, whatever its state, with its proof, its history and objections.

        What a member of an organisation on one side wrote in an objection is here at once, of
        others only once an operator has accepted it.
        """
        values = call.read(ONE)
        view = call.services.lineage.evidence(key_in(key))
        disputes = call.services.disputes
        found, _ = disputes.log(evidence=view.edge.key)
        items = tuple(dispute_item(call, x) for x in found)
        resource = evidence_resource(call, view, items, disputes.labels(view.edge.key))
        return call.resource(resource, values, last_modified=view.edge.changed_at)

    @get(
        "/evidence/{key:str}/proof",
        sync_to_thread=True,
        operation_id="get_evidence_proof",
        summary="Get the proof of an edge",
        responses=specs(
            dict[str, Any], "The proof.", reuse_examples.EVIDENCE.proof, can_be_missing=True
        ),
        operation_class=described(),
    )
    def get_proof(self, call: CallDependency, key: Key) -> Response[Any]:
        """Return the proof alone: anybody can verify it with git and the two repositories."""
        call.read(())
        view = call.services.lineage.evidence(key_in(key))
        return call.json(view.proof, last_modified=view.edge.changed_at)


def reuse(call: Call) -> Response[Any]:
    """Answer with a page as JSON, or with a file where the client accepts that rather."""
    if call.form is not Form.JSON:
        call.pay(EXPORT_COST - LIST_COST)
        return reuse_file(call, call.form)
    values = call.read(LIST)
    page = answer(call.services.lineage, question(values))
    following = call.next_url(values, page.next)
    fields = values.one("fields", ())
    items: Any = tuple(selected(edge_item(call, edge), fields) for edge in page.items)
    as_of = call.services.as_of()
    body = ReuseListing(
        items=items, by_tag=page.by_tag, next=following, as_of=as_of, rule_version=RULES.version
    )
    return call.json(body, last_modified=as_of, headers=call.links(values, following))


def key_in(text: str) -> str:
    """Return the key of an edge from a path, without `.json`, or raise `NotFound`."""
    key = text.removesuffix(".json")
    if not _KEY.fullmatch(key):
        raise NotFound("there is no evidence of this key")
    return key
