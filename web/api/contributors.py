"""Who works on a component, by organisation."""

from typing import Any, Final

from litestar import Controller, Response, get
from msgspec.structs import asdict

from registry.governance.measures.approval_rows import ApprovalRow, approval_rows
from registry.governance.measures.readmodels import ContributionQuery, Contributions, ShareRow
from registry.governance.measures.rows import share_rows
from web.api import contributor_examples, kinds
from web.api.call import Call, CallDependency, slug_in
from web.api.components import Slug
from web.api.contributor_structs import ContributorsResource
from web.api.exports import column, csv_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.limits import EXPORT_COST

SWITCHES: Final = (
    kinds.boolean("with_merges", "Count merge commits too.", example="true"),
    kinds.boolean("with_bots", "Count commits of bots too.", example="true"),
    kinds.boolean("with_inherited", "Count the history that a fork inherited too.", example="true"),
)
ONE: Final = (*SWITCHES, kinds.fields(ContributorsResource.__struct_fields__))
FILE: Final = (*SWITCHES, kinds.fields(ShareRow.__struct_fields__))
APPROVALS: Final = (*SWITCHES, kinds.fields(ApprovalRow.__struct_fields__))
COLUMNS: Final = tuple(map(column, ShareRow.__struct_fields__))


class ContributorsApi(Controller):
    """The contributors of one component."""

    path = "/components"
    tags = ["Governance"]

    @get(
        "/{slug:str}/contributors",
        sync_to_thread=True,
        operation_id="get_component_contributors",
        summary="Get which organisations work on a component",
        responses=specs(
            ContributorsResource, "The shares.", contributor_examples.COMPONENT,
            can_be_missing=True,
        ),
        operation_class=described(ONE),
    )  # fmt: skip
    def get_contributors(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return shares of commits by organisation, of all the time and of the last 547 days.

        `wrote` goes by the domain of the author's address, `behalf` by affiliations on record.
        Shares of a lens and `unattributed` add up to 1. Merges, bots and inherited history are
        left out unless asked for. Anybody can write any address: `verified` says what is proven.
        """
        values = call.read(ONE)
        found = _found(call, slug, values)
        place = ("components", found.slug, "contributors")
        body = ContributorsResource(
            **asdict(found), api_url=call.api_url(*place), html_url=call.page_url(*place)
        )
        return call.resource(body, values, last_modified=found.counted_at)

    @get(
        "/{slug:str}/contributors.csv",
        sync_to_thread=True,
        operation_id="export_component_contributors_csv",
        summary="Export the contributors of a component as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, contributor_examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each lens, period or year, and organisation."""
        values = call.read(FILE)
        rows = share_rows(_found(call, slug, values))
        return call.export(csv_file(rows, COLUMNS, values.one("fields", ())), Form.CSV)

    @get(
        "/{slug:str}/approvals.csv",
        sync_to_thread=True,
        operation_id="export_component_approvals_csv",
        summary="Export who approved the work on a component as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(APPROVALS, contributor_examples.APPROVALS_CSV, only=True),
    )
    def export_approvals(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return own commits by what is recorded on them beside the author, and who approved.

        `coverage` tells on how many anything is recorded; on the rest nothing is, which does not
        mean that nobody reviewed them.
        """
        values = call.read(APPROVALS)
        rows = approval_rows(_found(call, slug, values))
        columns = map(column, ApprovalRow.__struct_fields__)
        return call.export(csv_file(rows, columns, values.one("fields", ())), Form.CSV)


def _found(call: Call, slug: str, values: Values) -> Contributions:
    name = slug_in(slug, "component")
    call.catalogue.component(name)  # it knows renames
    query = ContributionQuery(**{x.name: values.one(x.name, False) for x in SWITCHES})
    return call.services.measures.contributions(name, query)
