"""Components: the catalogue's entries as lists, single resources and their parts."""

from typing import Annotated, Any, Final, TypeAlias

from litestar import Controller, Response, get
from litestar.params import PathParameter

from registry.catalogue.readmodels import ComponentDetail
from registry.publishing.exports.forms import BY_SUFFIX
from web.api import examples, kinds
from web.api.answers import selected
from web.api.call import Call, CallDependency, slug_in
from web.api.component_exports import PROFILE, component_export, refuse_profile
from web.api.component_files import LIST, component_file
from web.api.component_query import answer, question
from web.api.items import component_item, component_page, component_resource
from web.api.negotiation import LIST_FORMS, Form
from web.api.openapi import described, specs
from web.api.parameters import Values
from web.api.structs import (
    Activity,
    ComponentPage,
    ComponentResource,
    Dependencies,
    Forks,
    Metadata,
    Releases,
    Submodule,
)
from web.limits import EXPORT_COST, LIST_COST

ONE: Final = (kinds.fields(ComponentResource.__struct_fields__), kinds.LANG, PROFILE)
PART: Final = (kinds.LANG,)
Slug: TypeAlias = Annotated[str, PathParameter(description="Slug of the component.")]


class ComponentsApi(Controller):
    """Lists of components, single components and their parts."""

    tags = ["Components"]

    @get(
        "/components",
        sync_to_thread=True,
        operation_id="list_components",
        summary="Search components",
        opt={"forms": LIST_FORMS},
        responses=specs(ComponentPage, "A page of components.", examples.COMPONENTS),
        operation_class=described(LIST, examples.FILES),
    )
    def list_components(self, call: CallDependency) -> Response[Any]:
        """Return a page of components, with the number of components per value of each filter.

        The same address with `.csv`, `.ndjson`, `.atom` or `.feed.json` after `components` gives
        the answer as a file or a feed: whole, up to 10,000 components, where no `limit` is sent.
        """
        return components(call)

    @get(
        "/components/{slug:str}",
        sync_to_thread=True,
        operation_id="get_component",
        summary="Get a component",
        responses=specs(ComponentResource, "The component.", can_be_missing=True, also=(409,)),
        operation_class=described(ONE, examples.EXPORTS),
    )
    def get_component(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a component; what else is known of it is linked to in `parts`.

        With one of these after the slug it is a file in the format of other catalogues:
        `.publiccode.yml` (with `profile`), `.code.json` (SHARE IT 2.0.0), `.codemeta.json`
        (CodeMeta 3.1), `.citation.cff`, `.schema.jsonld` (schema.org), `.dcat.jsonld` (DCAT-AP
        and ADMS-AP). What is not known is left out; where publiccode.yml or CITATION.cff makes it
        mandatory the answer is 409, and `errors` names each key.
        """
        name, _, suffix = slug.partition(".")
        if suffix in BY_SUFFIX:
            return component_export(call, name, BY_SUFFIX[suffix])
        detail, values = _detail(call, slug, ONE)
        refuse_profile(values)
        resource = component_resource(call, detail)
        return call.resource(resource, values, last_modified=detail.updated_at)

    @get(
        "/components/{slug:str}/dependencies",
        sync_to_thread=True,
        operation_id="get_component_dependencies",
        summary="Get what a component depends on",
        responses=specs(Dependencies, "The dependencies.", can_be_missing=True),
        operation_class=described(PART),
    )
    def get_dependencies(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return dependencies (at most 2,000) with their manifest, packages and submodules."""
        detail, values = _detail(call, slug, PART)
        body = Dependencies(
            dependencies=detail.dependencies,
            packages=detail.packages,
            submodules=tuple(Submodule(*submodule) for submodule in detail.submodules),
        )
        return call.resource(body, values, last_modified=detail.updated_at)

    @get(
        "/components/{slug:str}/metadata",
        sync_to_thread=True,
        operation_id="get_component_metadata",
        summary="Get every field of a component with its source",
        responses=specs(Metadata, "The fields and documents.", can_be_missing=True),
        operation_class=described(PART),
    )
    def get_metadata(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return each field with the document and line that it was read from, and what differs."""
        detail, values = _detail(call, slug, PART)
        body = Metadata(fields=detail.fields, documents=detail.documents, listings=detail.listings)
        return call.resource(body, values, last_modified=detail.updated_at)

    @get(
        "/components/{slug:str}/activity",
        sync_to_thread=True,
        operation_id="get_component_activity",
        summary="Get the activity of a component",
        responses=specs(Activity, "The activity.", can_be_missing=True),
        operation_class=described(PART),
    )
    def get_activity(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the number and times of commits, and the newest lines of the crawl log."""
        detail, values = _detail(call, slug, PART)
        repository = detail.repository
        body = Activity(
            activity=detail.card.activity,
            commit_count=repository.commit_count,
            first_commit_at=repository.first_commit_at,
            last_commit_at=repository.last_commit_at,
            last_checked_at=repository.last_checked_at,
            last_crawled_at=repository.last_crawled_at,
            events=detail.events,
        )
        return call.resource(body, values)

    @get(
        "/components/{slug:str}/releases",
        sync_to_thread=True,
        operation_id="get_component_releases",
        summary="Get the releases of a component",
        responses=specs(Releases, "The releases.", can_be_missing=True),
        operation_class=described(PART),
    )
    def get_releases(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the fifty newest releases, and how many there are."""
        detail, values = _detail(call, slug, PART)
        body = Releases(items=detail.releases, total=detail.release_count)
        return call.resource(body, values, last_modified=detail.updated_at)

    @get(
        "/components/{slug:str}/forks",
        sync_to_thread=True,
        operation_id="get_component_forks",
        summary="Get the forks of a component",
        responses=specs(Forks, "The forks.", can_be_missing=True),
        operation_class=described(PART),
    )
    def get_forks(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return components that are forks or variants of this one (at most 200)."""
        detail, values = _detail(call, slug, PART)
        body = Forks(items=tuple(component_item(call, card) for card in detail.forks))
        return call.resource(body, values)


def components(call: Call) -> Response[Any]:
    """Answer with a page as JSON, or with a file where the client accepts that rather."""
    if call.form is not Form.JSON:
        call.pay(EXPORT_COST - LIST_COST)
        return component_file(call, call.form)
    values = call.read(LIST)
    asked = question(values)
    page = answer(call.catalogue, asked)
    if call.services.demand is not None:
        call.services.demand.note(asked, page)
    following = call.next_url(values, page.next)
    fields = values.one("fields", ())
    items = tuple(selected(component_item(call, card), fields) for card in page.items)
    return call.json(
        component_page(page, items, following),
        last_modified=call.services.as_of(),
        headers=call.links(values, following),
    )


def _detail(call: Call, slug: str, known: Any) -> tuple[ComponentDetail, Values]:
    values = call.read(known)
    name = slug_in(slug, "component")
    return call.catalogue.component(name, values.one("lang", "en")), values
