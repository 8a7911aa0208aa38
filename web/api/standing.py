"""Where components and bodies stand: ladder, index, risks, stewardship; who works for a body."""

from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter
from msgspec.structs import asdict

from registry.governance.measures.approval_rows import ApprovalRow, approval_rows
from registry.governance.measures.commitments import CommitmentRow, commitment_rows
from registry.governance.measures.readmodels import ShareRow
from registry.governance.measures.rows import share_rows, standing_rows
from registry.governance.measures.standing import Standing, StandingRow
from web.api import kinds, standing_examples
from web.api.call import CallDependency, slug_in
from web.api.components import Slug
from web.api.exports import column, csv_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.standing_structs import BodyMeasuresResource, StandingResource
from web.limits import EXPORT_COST

BodySlug = Annotated[str, PathParameter(description="Slug of the body.")]
ONE: Final = (kinds.fields(StandingResource.__struct_fields__),)
BODY: Final = (kinds.fields(BodyMeasuresResource.__struct_fields__),)
FILE: Final = (kinds.fields(StandingRow.__struct_fields__),)
COMMITMENTS: Final = (kinds.fields(CommitmentRow.__struct_fields__),)
APPROVALS: Final = (kinds.fields(ApprovalRow.__struct_fields__),)
SHARES: Final = (kinds.fields(ShareRow.__struct_fields__),)


class ComponentStandingApi(Controller):
    """Where one component stands."""

    path = "/components"
    tags = ["Governance"]

    @get(
        "/{slug:str}/governance",
        sync_to_thread=True,
        operation_id="get_component_governance",
        summary="Get where a component stands in co-governance",
        responses=specs(
            StandingResource, "Ladder, index, risks, signals.", standing_examples.COMPONENT,
            can_be_missing=True,
        ),
        operation_class=described(ONE),
    )  # fmt: skip
    def get_standing(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the rung that records or commits show, the index with its sides, risks, health.

        The index has a value where 0.6 of work, merges, votes and money is known; `missing` names
        what is not. A risk is `raised`, `clear` or `not_known`, with what shows it.
        """
        values = call.read(ONE)
        found = _of_component(call, slug)
        place = ("components", found.slug, "governance")
        body = StandingResource(
            **asdict(found),
            declared=call.services.measures.declared(found.slug),
            api_url=call.api_url(*place),
            html_url=call.page_url(*place),
        )
        return call.resource(body, values)

    @get(
        "/{slug:str}/governance.csv",
        sync_to_thread=True,
        operation_id="export_component_governance_csv",
        summary="Export where a component stands as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, standing_examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each rung, side, risk and signal."""
        values = call.read(FILE)
        rows = standing_rows(_of_component(call, slug))
        columns = map(column, StandingRow.__struct_fields__)
        return call.export(csv_file(rows, columns, values.one("fields", ())), Form.CSV)


class BodyMeasuresApi(Controller):
    """What is measured of one body."""

    path = "/bodies"
    tags = ["Governance"]

    @get(
        "/{slug:str}/measures",
        sync_to_thread=True,
        operation_id="get_body_measures",
        summary="Get who works on what a body governs, and where it stands",
        responses=specs(
            BodyMeasuresResource, "Shares, and where it stands.", standing_examples.BODY,
            can_be_missing=True,
        ),
        operation_class=described(BODY),
    )  # fmt: skip
    def get_measures(self, call: CallDependency, slug: BodySlug) -> Response[Any]:
        """Return shares of the own commits of its components together, by both lenses.

        `standing` is what `/components/{slug}/governance` has of a component. `commitments` are
        the roles on record beside what was measured of each: their shares of a lens add up to 1.
        """
        values = call.read(BODY)
        work, standing, commitments = call.services.measures.body_measures(slug_in(slug, "body"))
        body = BodyMeasuresResource(
            **asdict(work),
            standing=standing,
            commitments=commitments,
            api_url=call.api_url("bodies", work.slug, "measures"),
            html_url=call.page_url("bodies", work.slug),
        )
        return call.resource(body, values)

    @get(
        "/{slug:str}/measures.csv",
        sync_to_thread=True,
        operation_id="export_body_measures_csv",
        summary="Export who works on what a body governs as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(SHARES, standing_examples.SHARES, only=True),
    )
    def export_measures(self, call: CallDependency, slug: BodySlug) -> Response[Any]:
        """Return a line for each lens, period or year, and organisation."""
        values = call.read(SHARES)
        work = call.services.measures.body_measures(slug_in(slug, "body")).work
        columns = map(column, ShareRow.__struct_fields__)
        return call.export(csv_file(share_rows(work), columns, values.one("fields", ())), Form.CSV)

    @get(
        "/{slug:str}/approvals.csv",
        sync_to_thread=True,
        operation_id="export_body_approvals_csv",
        summary="Export who approved the work on what a body governs as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(APPROVALS, standing_examples.APPROVALS, only=True),
    )
    def export_approvals(self, call: CallDependency, slug: BodySlug) -> Response[Any]:
        """Return own commits by what is recorded on them beside the author, and who approved."""
        values = call.read(APPROVALS)
        work = call.services.measures.body_measures(slug_in(slug, "body")).work
        columns = map(column, ApprovalRow.__struct_fields__)
        rows = csv_file(approval_rows(work), columns, values.one("fields", ()))
        return call.export(rows, Form.CSV)

    @get(
        "/{slug:str}/commitments.csv",
        sync_to_thread=True,
        operation_id="export_body_commitments_csv",
        summary="Export commitments against measured effort as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(COMMITMENTS, standing_examples.COMMITMENTS, only=True),
    )
    def export_commitments(self, call: CallDependency, slug: BodySlug) -> Response[Any]:
        """Return who has which role on record, a line for each lens and period measured."""
        values = call.read(COMMITMENTS)
        found = call.services.measures.body_measures(slug_in(slug, "body")).commitments
        columns = map(column, CommitmentRow.__struct_fields__)
        rows = csv_file(commitment_rows(found), columns, values.one("fields", ()))
        return call.export(rows, Form.CSV)


def _of_component(call: CallDependency, slug: str) -> Standing:
    name = slug_in(slug, "component")
    call.catalogue.component(name)  # it knows renames
    return call.services.measures.standing(name)
