"""Components in the formats of other catalogues: one, or all."""

from typing import Any, Final

from litestar import Controller, Response, get

from registry.publishing.exports.forms import ExportForm
from registry.publishing.exports.publiccode import PROFILES
from web.api import examples, kinds
from web.api.call import Call, CallDependency, slug_in
from web.api.cursors import cursor, number_of
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.api.parameters import Values, mistake, refused
from web.limits import EXPORT_COST

PROFILE: Final = kinds.choice(
    "profile",
    "Whose tools a publiccode.yml is for: the latest version of the standard, or those that know "
    "version 0.4 only. Of `.publiccode.yml` alone.",
    PROFILES,
    example="latest",
)
PAGE: Final = (kinds.limit(most=500, default=100), kinds.AFTER)


def component_export(call: Call, slug: str, form: ExportForm) -> Response[Any]:
    """Answer with a component as a file."""
    values = call.read((PROFILE,) if form.name == "publiccode" else ())
    found = call.services.publishing.export(
        slug_in(slug, "component"), form, call.base_url, values.one("profile")
    )
    return call.file(
        found.content, Form(form.media_type), name=form.file_name, last_modified=found.updated_at
    )


def refuse_profile(values: Values) -> None:
    """Raise the error that says that only one form has profiles, where one was sent."""
    if values.one("profile") is not None:
        detail = "profile: only .publiccode.yml has profiles"
        raise refused([mistake("profile", "invalid", detail)])


class CatalogueExportsApi(Controller):
    """The whole catalogue for open-data portals."""

    tags = ["Components"]

    @get(
        "/components.dcat.jsonld",
        sync_to_thread=True,
        operation_id="export_components_dcat",
        summary="Export the catalogue as DCAT-AP",
        opt={"form": Form.JSON_LD, "cost": EXPORT_COST},
        responses=specs(str, "A catalogue in JSON-LD, page by page."),
        operation_class=described(PAGE, examples.JSON_LD, only=True),
    )
    def export_dcat(self, call: CallDependency) -> Response[Any]:
        """Return components by number as a `dcat:Catalog`; `hydra:next` leads to the next page."""
        values = call.read(PAGE)
        after = number_of(values.one("after"))

        def next_url(place: int) -> str:
            return call.next_url(values, cursor(place)) or ""

        content, place = call.services.publishing.dcat_page(
            after, values.one("limit", 100), call.base_url, next_url
        )
        following = None if place is None else next_url(place)
        return call.file(
            content, Form.JSON_LD, name="catalogue.jsonld", headers=call.links(values, following)
        )
