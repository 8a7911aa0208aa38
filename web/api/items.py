"""From the read models to what the API returns, with links."""

from typing import Any

from msgspec.structs import asdict

from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    CountryView,
    OrganisationView,
    RepositoryView,
    SearchPage,
)
from web.api.call import Call
from web.api.structs import (
    ComponentItem,
    ComponentPage,
    ComponentResource,
    CountryItem,
    OrganisationItem,
    Parts,
    RegionCount,
    RepositoryItem,
)


def component_item(call: Call, card: ComponentCard) -> ComponentItem:
    """Return a card with its links."""
    return ComponentItem(**asdict(card), **_component_links(call, card.slug))


def component_page(page: SearchPage, items: tuple[Any, ...], following: str | None) -> Any:
    """Return a page of items that may be cut down to chosen fields."""
    return ComponentPage(
        items=items,
        total=page.total,
        total_is_exact=page.total_is_exact,
        next=following,
        facets=page.facets,
        suggestion=page.suggestion,
        degraded=page.degraded,
    )


def component_resource(call: Call, detail: ComponentDetail) -> ComponentResource:
    """Return a component with links to its parts."""
    slug = detail.card.slug
    taken = set(ComponentResource.__struct_fields__) & set(ComponentDetail.__struct_fields__)
    names = taken - set(ComponentCard.__struct_fields__)
    parts = {name: call.api_url("components", slug, name) for name in Parts.__struct_fields__}
    return ComponentResource(
        **asdict(detail.card),
        **_component_links(call, slug),
        **{name: getattr(detail, name) for name in names},
        parts=Parts(**parts),
    )


def _component_links(call: Call, slug: str) -> dict[str, Any]:
    return {
        "api_url": call.api_url("components", slug),
        "html_url": call.page_url("components", slug),
    }


def organisation_item(call: Call, view: OrganisationView) -> OrganisationItem:
    """Return an organisation with its links."""
    api, html = (url("organisations", view.slug) for url in (call.api_url, call.page_url))
    return OrganisationItem(**asdict(view), api_url=api, html_url=html)


def repository_item(call: Call, view: RepositoryView) -> RepositoryItem:
    """Return a repository with its links."""
    return RepositoryItem(
        **asdict(view),
        api_url=call.api_url("repositories", str(view.id)),
        html_url=call.page_url("crawls", "repositories", str(view.id)),
    )


def country_item(call: Call, view: CountryView) -> CountryItem:
    """Return a country with its links."""
    api, html = (url("countries", view.code) for url in (call.api_url, call.page_url))
    regions = tuple(RegionCount(*region) for region in view.regions)
    return CountryItem(**asdict(view) | {"regions": regions}, api_url=api, html_url=html)
