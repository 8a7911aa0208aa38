"""One need as everybody sees it, and its dated statements."""

from typing import Any, ClassVar

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.adoption.needs.readmodels import NeedView, StatementView
from web.pages.needs import PATH, needs_of
from web.pages.view import Context, View, ViewDependency, bounded_id, feed_links


class NeedContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/need.html`."""

    template: ClassVar[str] = "needs/need.html"
    need: NeedView


class StatementContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/statement.html`; `address` is where it stays."""

    template: ClassVar[str] = "needs/statement.html"
    need: NeedView
    statement: StatementView
    address: str
    json_href: str


class NeedPages(Controller):
    """`/needs/{number}`."""

    path = PATH
    include_in_schema = False

    @get("/{need:int}", sync_to_thread=True)
    def show(self, view: ViewDependency, need: FromPath[int]) -> Response[bytes]:
        """Show a need, who joined, and what is offered."""
        found = needs_of(view).need(bounded_id(need))
        twin, feeds = f"/api/v1/needs/{found.item.id}", feed_links("/feeds/needs")
        return view.render(NeedContext(need=found), twin=twin, feeds=feeds)

    @get("/{need:int}/statement", sync_to_thread=True)
    def show_last(self, view: ViewDependency, need: FromPath[int]) -> Response[Any]:
        """Show the last statement of a need."""
        return _statement(view, bounded_id(need), None)

    @get("/{need:int}/statement/{which:int}", sync_to_thread=True)
    def show_one(
        self, view: ViewDependency, need: FromPath[int], which: FromPath[int]
    ) -> Response[Any]:
        """Show one statement, which never changes."""
        return _statement(view, bounded_id(need), bounded_id(which))

    @get("/{need:int}/statement/{which:int}/json", sync_to_thread=True)
    def copy(
        self, view: ViewDependency, need: FromPath[int], which: FromPath[int]
    ) -> Response[bytes]:
        """Give a copy of a statement that anybody can check."""
        found = needs_of(view).statement(bounded_id(need), bounded_id(which))
        body = msgspec.json.encode({"document": found.document, "digest": found.digest})
        return Response(body, media_type="application/json")


def _statement(view: View, number: int, which: int | None) -> Response[bytes]:
    found = needs_of(view).statement(number, which)
    path = f"{PATH}/{number}/statement/{found.number}"
    context = StatementContext(
        need=needs_of(view).need(number),
        statement=found,
        address=view.site.base_url + path,
        json_href=f"{path}/json",
    )
    return view.render(context)
