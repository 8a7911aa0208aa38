"""Public bodies: the list, and the page of each."""

from typing import ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentQuery,
    CountryView,
    OrganisationView,
)
from registry.publishing.ownership_views import Ownership
from web.pages.components import follow_href
from web.pages.paging import page_links, with_query
from web.pages.view import Context, ViewDependency, feed_links

PAGE_SIZE: Final = 50
SHOWN_COMPONENTS: Final = 10


class OrganisationsContext(Context, frozen=True, kw_only=True):
    """Variables of `organisations.html`; `chosen` is the code of the country, or empty."""

    template: ClassVar[str] = "organisations.html"
    organisations: tuple[OrganisationView, ...]
    countries: tuple[CountryView, ...]
    chosen: str
    first_href: str | None
    next_href: str | None


class OrganisationContext(Context, frozen=True, kw_only=True):
    """Variables of `organisation.html`."""

    template: ClassVar[str] = "organisation.html"
    organisation: OrganisationView
    components: tuple[ComponentCard, ...]
    owners: tuple[Ownership, ...]
    can_claim: bool
    has_adopters: bool
    has_savings: bool
    follow: str | None


class OrganisationPages(Controller):
    """`/organisations`."""

    path = "/organisations"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency) -> Response[bytes]:
        """List organisations, of one country or of all."""
        catalogue = view.services.catalogue
        chosen, after = view.first("country").upper(), view.first("after") or None
        found, following = catalogue.organisations(chosen or None, after, PAGE_SIZE)
        first_href, next_href = page_links(view, following)
        context = OrganisationsContext(
            organisations=tuple(found),
            countries=tuple(x for x in catalogue.countries() if x.organisations),
            chosen=chosen,
            first_href=first_href,
            next_href=next_href,
        )
        is_demo = any(x.is_demo for x in found)
        twin = with_query("/api/v1/organisations", [("country", chosen)] if chosen else [])
        return view.render(context, is_demo=is_demo, twin=twin)

    @get("/{slug:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """Show an organisation with what it publishes."""
        catalogue = view.services.catalogue
        organisation = catalogue.organisation(slug)
        query = ComponentQuery(
            organisation=(organisation.slug,),
            sort="updated",
            limit=SHOWN_COMPONENTS,
            lang=view.language.code,
        )
        ownership = view.services.ownership
        context = OrganisationContext(
            organisation=organisation,
            components=catalogue.search(query).items,
            owners=ownership.of_organisation(organisation.slug) if ownership else (),
            can_claim=ownership is not None,
            has_adopters=view.services.adopters is not None,
            has_savings=view.services.reported_savings is not None,
            follow=follow_href(view, f"/organisations/{organisation.slug}"),
        )
        twin = f"/api/v1/organisations/{organisation.slug}"
        feeds = feed_links(f"/feeds/organisations/{organisation.slug}")
        return view.render(context, is_demo=organisation.is_demo, twin=twin, feeds=feeds)
