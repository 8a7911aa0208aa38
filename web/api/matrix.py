"""Numbers made of edges: matrices, what a country gives and takes, and how it was measured."""

import re
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter
from msgspec.structs import asdict

from registry.domain.countries import COUNTRIES
from registry.errors import NotFound
from registry.lineage.readmodels import Matrix, MatrixQuery
from registry.lineage.vocabulary import GROUPS, PERIODS, TAGS
from web.api import kinds, reuse_examples
from web.api.call import Call, CallDependency
from web.api.exports import csv_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.api.reuse_items import (
    MATRIX_COLUMNS,
    cell_item,
    country_reuse_resource,
    matrix_resource,
)
from web.api.reuse_query import FROM, KIND, TO
from web.api.reuse_structs import CountryReuseResource, MatrixResource, MethodResource
from web.limits import EXPORT_COST, LIST_COST

PARAMETERS: Final = (
    kinds.choice(
        "group",
        "What rows and columns are; country by default.",
        GROUPS,
        example="region",
    ),
    kinds.choice(
        "period",
        "By when the reuse began; all by default. A pair with evidence of two periods is in both: "
        "never add periods.",
        PERIODS,
        example="year",
    ),
    kinds.choice(
        "tag",
        "How it is known: one tag at a time, measured by default.",
        TAGS,
        example="measured",
    ),
    KIND,
    FROM,
    TO,
)
MATRIX_FIELDS: Final = kinds.fields(MatrixResource.__struct_fields__)
COUNTRY_FIELDS: Final = kinds.fields(CountryReuseResource.__struct_fields__)
METHOD_FIELDS: Final = kinds.fields(MethodResource.__struct_fields__)
_CODE: Final = re.compile("[A-Za-z]{2}", re.ASCII)


class MatrixApi(Controller):
    """Numbers made of edges."""

    tags = ["Reuse"]

    @get(
        "/matrix",
        sync_to_thread=True,
        operation_id="get_matrix",
        summary="Get who reuses whose code in numbers",
        opt={"forms": (Form.JSON, Form.CSV)},
        responses=specs(MatrixResource, "The cells.", reuse_examples.MATRIX),
        operation_class=described((*PARAMETERS, MATRIX_FIELDS), reuse_examples.MATRIX_CSV),
    )
    def get_matrix(self, call: CallDependency) -> Response[Any]:
        """Return the cells of a matrix: pairs of a component and an organisation that reuses it.

        Each cell has the address of the edges behind it. Edges of unknown direction are in no
        cell: `unknown_direction` counts them, `unplaced` those without a group or date.
        """
        if call.form is not Form.JSON:
            call.pay(EXPORT_COST - LIST_COST)
            return _matrix_file(call)
        values = call.read((*PARAMETERS, MATRIX_FIELDS))
        resource = matrix_resource(call, _matrix(call, values))
        return call.resource(resource, values, last_modified=resource.as_of)

    @get(
        "/matrix.csv",
        sync_to_thread=True,
        operation_id="export_matrix_csv",
        summary="Export a matrix as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(PARAMETERS, reuse_examples.MATRIX_CSV, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return the cells of a matrix, one a line."""
        return _matrix_file(call)

    @get(
        "/countries/{code:str}/reuse",
        sync_to_thread=True,
        operation_id="get_country_reuse",
        summary="Get what a country gives and takes",
        responses=specs(
            CountryReuseResource, "The reuse.", reuse_examples.COUNTRY, can_be_missing=True
        ),
        operation_class=described((COUNTRY_FIELDS,)),
    )
    def get_country_reuse(
        self,
        call: CallDependency,
        code: Annotated[str, PathParameter(description="ISO 3166-1 alpha-2 code.")],
    ) -> Response[Any]:
        """Return measured reuse between a country and others; empty where none was found."""
        values = call.read((COUNTRY_FIELDS,))
        if not _CODE.fullmatch(code) or code.upper() not in COUNTRIES:
            raise NotFound("there is no country of this code")
        found = call.services.lineage.country(code.upper())
        resource = country_reuse_resource(call, found)
        return call.resource(resource, values, last_modified=resource.as_of)

    @get(
        "/method",
        sync_to_thread=True,
        operation_id="get_method",
        summary="Get how reuse is measured",
        responses=specs(MethodResource, "The method.", reuse_examples.METHOD),
        operation_class=described((METHOD_FIELDS,)),
    )
    def get_method(self, call: CallDependency) -> Response[Any]:
        """Return the thresholds in force, and how right each detector was on a labelled set."""
        values = call.read((METHOD_FIELDS,))
        view = call.services.lineage.method()
        resource = MethodResource(
            **asdict(view), api_url=call.api_url("method"), html_url=call.page_url("method")
        )
        return call.resource(resource, values)


def _matrix(call: Call, values: Values) -> Matrix:
    query = MatrixQuery(
        group=values.one("group", "country"),
        period=values.one("period", "all"),
        tag=values.one("tag", "measured"),
        kind=values.many("kind"),
        origin_country=values.many("from"),
        reuser_country=values.many("to"),
    )
    return call.services.lineage.matrix(query)


def _matrix_file(call: Call) -> Response[Any]:
    matrix = _matrix(call, call.read(PARAMETERS))
    cells = (cell_item(call, matrix.query, cell) for cell in matrix.cells)
    as_of = call.services.as_of()
    return call.export(csv_file(cells, MATRIX_COLUMNS), Form.CSV, last_modified=as_of)
