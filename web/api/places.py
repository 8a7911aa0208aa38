"""Countries with what was crawled of them, and completion of what is being typed."""

import re
from typing import Annotated, Any, Final

from litestar import Controller, Response, get
from litestar.params import PathParameter

from registry.errors import NotFound
from registry.search.port import MAX_SUGGESTIONS, Suggestion
from web.api import kinds
from web.api.answers import selected
from web.api.call import Call, CallDependency
from web.api.items import country_item
from web.api.openapi import described, specs
from web.api.structs import CountryItem, CountryList, SuggestionItem, Suggestions

FIELDS: Final = kinds.fields(CountryItem.__struct_fields__)
SUGGEST: Final = (
    kinds.text("q", "What is typed so far.", required=True, max_length=100, example="for"),
    kinds.limit(MAX_SUGGESTIONS, MAX_SUGGESTIONS),
)
_CODE: Final = re.compile("[A-Za-z]{2}", re.ASCII)


class CountriesApi(Controller):
    """Countries."""

    tags = ["Countries"]

    @get(
        "/countries",
        sync_to_thread=True,
        operation_id="list_countries",
        summary="List countries",
        responses=specs(CountryList, "Every country that has an organisation here."),
        operation_class=described((FIELDS,)),
    )
    def list_countries(self, call: CallDependency) -> Response[Any]:
        """Return countries by code, with the number of their components per region."""
        return countries(call)

    @get(
        "/countries/{code:str}",
        sync_to_thread=True,
        operation_id="get_country",
        summary="Get a country",
        responses=specs(CountryItem, "The country.", can_be_missing=True),
        operation_class=described((FIELDS,)),
    )
    def get_country(
        self,
        call: CallDependency,
        code: Annotated[str, PathParameter(description="ISO 3166-1 alpha-2 code.")],
    ) -> Response[Any]:
        """Return a country."""
        values = call.read((FIELDS,))
        bare = code.removesuffix(".json")
        if not _CODE.fullmatch(bare):
            raise NotFound("there is no country of this code")
        return call.resource(country_item(call, call.catalogue.country(bare.upper())), values)


class SearchApi(Controller):
    """Completion."""

    tags = ["Search"]

    @get(
        "/search/suggest",
        sync_to_thread=True,
        operation_id="suggest_components",
        summary="Complete what is being typed",
        responses=specs(Suggestions, "Completions, the best first."),
        operation_class=described(SUGGEST),
    )
    def suggest(self, call: CallDependency) -> Response[Any]:
        """Return at most eight names and words that begin with what was typed."""
        values = call.read(SUGGEST)
        found = call.catalogue.suggest(values.one("q"), values.one("limit", MAX_SUGGESTIONS))
        return call.json(Suggestions(items=tuple(_suggestion(call, x) for x in found)))


def countries(call: Call) -> Response[Any]:
    """Answer with every country."""
    fields = call.read((FIELDS,)).one("fields", ())
    found = call.catalogue.countries()
    items: Any = tuple(selected(country_item(call, view), fields) for view in found)
    return call.json(CountryList(items=items))


def _suggestion(call: Call, found: Suggestion) -> SuggestionItem:
    slug = found.slug
    return SuggestionItem(
        text=found.text,
        slug=slug,
        api_url=call.api_url("components", slug) if slug else None,
        html_url=call.page_url("components", slug) if slug else None,
    )
