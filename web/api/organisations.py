"""Organisations: the public bodies of the catalogue."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter

from web.api import examples, kinds
from web.api.adopters import OPEN_CATALOGI, organisation_open_catalogi
from web.api.answers import selected
from web.api.call import Call, CallDependency, slug_in
from web.api.cursors import cursor, place_of
from web.api.exports import MAX_ROWS, ORGANISATION_COLUMNS, csv_file, ndjson_file
from web.api.inventories import (
    INVENTORY_SUFFIX,
    OMB_SUFFIX,
    organisation_code_json,
    organisation_omb,
)
from web.api.items import organisation_item
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.structs import OrganisationItem, OrganisationPage
from web.limits import EXPORT_COST

FIELDS: Final = kinds.fields(OrganisationItem.__struct_fields__)
COUNTRY: Final = kinds.country(
    "country", "Country of the organisation (ISO 3166-1 alpha-2).", example="CA"
)
LIST: Final = (COUNTRY, kinds.limit(), kinds.AFTER, FIELDS)
FILE: Final = (COUNTRY, FIELDS)


class OrganisationsApi(Controller):
    """Lists of organisations and single organisations."""

    tags = ["Organisations"]

    @get(
        "/organisations",
        sync_to_thread=True,
        operation_id="list_organisations",
        summary="List organisations",
        responses=specs(OrganisationPage, "A page of organisations.", examples.ORGANISATIONS),
        operation_class=described(LIST),
    )
    def list_organisations(self, call: CallDependency) -> Response[Any]:
        """Return organisations by slug, of one country or of all."""
        return organisations(call)

    @get(
        "/organisations.csv",
        sync_to_thread=True,
        operation_id="export_organisations_csv",
        summary="Export organisations as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(FILE, examples.CSV, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return every organisation, up to 10,000."""
        values = call.read(FILE)
        items = _all(call, values.one("country"))
        columns, fields = ORGANISATION_COLUMNS, values.one("fields", ())
        return call.export(csv_file(items, columns, fields), Form.CSV)

    @get(
        "/organisations.ndjson",
        sync_to_thread=True,
        operation_id="export_organisations_ndjson",
        summary="Export organisations as NDJSON",
        opt={"form": Form.NDJSON, "cost": EXPORT_COST},
        responses=specs(str, "One JSON object per line."),
        operation_class=described(FILE, examples.NDJSON, only=True),
    )
    def export_ndjson(self, call: CallDependency) -> Response[Any]:
        """Return every organisation, up to 10,000, one JSON object per line."""
        values = call.read(FILE)
        items = _all(call, values.one("country"))
        return call.export(ndjson_file(items, values.one("fields", ())), Form.NDJSON)

    @get(
        "/organisations/{slug:str}",
        sync_to_thread=True,
        operation_id="get_organisation",
        summary="Get an organisation",
        responses=specs(OrganisationItem, "The organisation.", can_be_missing=True),
        operation_class=described((FIELDS,), examples.CSV),
    )
    def get_organisation(
        self,
        call: CallDependency,
        slug: Annotated[str, PathParameter(description="Slug of the organisation.")],
    ) -> Response[Any]:
        """Return an organisation; its components are `/components?organisation=<slug>`.

        With `.code.json` after the slug it is the inventory of the organisation: the agency index
        of SHARE IT 2.0.0. With `.omb.csv` it is `inventory.csv` without filters. With
        `.openCatalogi.yaml` it is the file in which an organisation names the software that it owns
        and states to use.
        """
        if slug.endswith(INVENTORY_SUFFIX):
            return organisation_code_json(call, slug.removesuffix(INVENTORY_SUFFIX))
        if slug.endswith(OMB_SUFFIX):
            return organisation_omb(call, slug.removesuffix(OMB_SUFFIX))
        if slug.endswith(OPEN_CATALOGI):
            return organisation_open_catalogi(call, slug.removesuffix(OPEN_CATALOGI))
        values = call.read((FIELDS,))
        view = call.catalogue.organisation(slug_in(slug, "organisation"))
        item = organisation_item(call, view)
        return call.resource(item, values, last_modified=view.last_crawled_at)


def organisations(call: Call) -> Response[Any]:
    """Answer with a page of organisations."""
    values = call.read(LIST)
    after, limit = place_of(values.one("after")), values.one("limit", 20)
    found, place = call.catalogue.organisations(values.one("country"), after, limit)
    following = call.next_url(values, cursor(place))
    fields = values.one("fields", ())
    items: Any = tuple(selected(organisation_item(call, view), fields) for view in found)
    page = OrganisationPage(items=items, next=following)
    return call.json(page, headers=call.links(values, following))


def _all(call: Call, country: str | None) -> Iterator[OrganisationItem]:
    place: str | None = None
    for _ in range(MAX_ROWS // kinds.MAX_LIMIT):
        found, place = call.catalogue.organisations(country, place, kinds.MAX_LIMIT)
        yield from (organisation_item(call, view) for view in found)
        if place is None:
            return
