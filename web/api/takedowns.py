"""Takedowns: what was removed from view, when and why."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from registry.publishing.takedowns import TakedownView
from web.api import kinds
from web.api.call import CallDependency
from web.api.cursors import cursor, number_of
from web.api.openapi import described, specs

LIST: Final = (kinds.limit(), kinds.AFTER)


class TakedownItem(TakedownView, frozen=True, kw_only=True):
    """A component or repository that was removed from view; its page answers 410 until it is back.

    `slug` is empty where no component was there yet.
    """

    html_url: str | None


class TakedownPage(Struct, frozen=True, kw_only=True):
    """Takedowns, the newest first."""

    items: tuple[TakedownItem, ...]
    next: str | None


class TakedownsApi(Controller):
    """The public log of takedowns."""

    tags = ["Publishing"]

    @get(
        "/takedowns",
        sync_to_thread=True,
        operation_id="list_takedowns",
        summary="List takedowns",
        responses=specs(
            TakedownPage,
            "A page of takedowns.",
            TakedownPage(
                items=(
                    TakedownItem(
                        id=3,
                        slug="city-forms",
                        category="court_order",
                        note="",
                        taken_down_at=datetime.fromisoformat("2026-08-02T09:30:00Z"),
                        lifted_at=None,
                        html_url="https://registry.example/components/city-forms",
                    ),
                ),
                next="https://registry.example/api/v1/takedowns?after=Mw",
            ),
        ),
        operation_class=described(LIST),
    )
    def list_takedowns(self, call: CallDependency) -> Response[Any]:
        """Return what was removed from view, also what came back, the newest first."""
        values = call.read(LIST)
        found, following = call.services.removals.takedowns(
            after=number_of(values.one("after")) or None, limit=values.one("limit", 20)
        )
        next_url = call.next_url(values, cursor(following))
        items = tuple(
            TakedownItem(
                id=x.id, slug=x.slug, category=x.category, note=x.note,
                taken_down_at=x.taken_down_at, lifted_at=x.lifted_at,
                html_url=call.page_url("components", x.slug) if x.slug else None,
            )
            for x in found
        )  # fmt: skip
        body = TakedownPage(items=items, next=next_url)
        return call.json(body, headers=call.links(values, next_url))
