"""Adopters and reuse instructions: who states to use a component, and how to be provable."""

from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from registry.adoption.instructions import ReuseInstructions
from registry.adoption.readmodels import AdoptionView
from registry.errors import NotFound
from web.api import kinds
from web.api.call import CallDependency, slug_in
from web.api.components import Slug
from web.api.cursors import cursor, number_of
from web.api.openapi import described, specs

LIST: Final = (kinds.limit(), kinds.AFTER)


class AdopterPage(Struct, frozen=True, kw_only=True):
    """Statements in force, the newest first: declared, and never added to what is measured."""

    items: tuple[AdoptionView, ...]
    next: str | None


class AdoptersApi(Controller):
    """Who states to use what."""

    tags = ["Reuse"]

    @get(
        "/components/{slug:str}/adopters",
        sync_to_thread=True,
        operation_id="list_adopters",
        summary="List who states to use a component",
        responses=specs(AdopterPage, "A page of statements.", can_be_missing=True),
        operation_class=described(LIST),
    )
    def list_adopters(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the statements of verified organisations; each ends after twelve months."""
        values = call.read(LIST)
        port = call.services.adopters
        if port is None:
            raise NotFound("this registry takes no statements of adopters")
        component = call.catalogue.component(slug_in(slug, "component")).card.slug
        after = number_of(values.one("after")) or None
        items, place = port.list(component=component, after=after, limit=values.one("limit", 20))
        following = call.next_url(values, cursor(place))
        page = AdopterPage(items=tuple(items), next=following)
        return call.json(page, headers=call.links(values, following))

    @get(
        "/components/{slug:str}/reuse-instructions",
        sync_to_thread=True,
        operation_id="get_reuse_instructions",
        summary="Get what to write into a copy",
        responses=specs(ReuseInstructions, "Texts, duties and commands.", can_be_missing=True),
        operation_class=described(),
    )
    def get_instructions(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the text that names the source, so that reuse can be proven."""
        call.read(())
        if call.services.reuse_actions is None:
            raise NotFound("this registry records no reuse")
        return call.json(call.services.reuse_actions.instructions(slug_in(slug, "component")))
