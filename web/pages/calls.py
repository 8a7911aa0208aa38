"""Calls for partners as everybody reads them: the list, and one call."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.adoption.calls.readmodels import CallQuery, CallView
from registry.adoption.calls.service import Calls
from registry.db.tables import CallKind
from registry.domain.countries import COUNTRIES
from registry.errors import NotFound
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, bounded_id, feed_links

PATH: Final = "/calls"
KINDS: Final = tuple(x.value for x in CallKind)


class CallsContext(Context, frozen=True, kw_only=True):
    """Variables of `calls/list.html`."""

    template: ClassVar[str] = "calls/list.html"
    calls: tuple[CallView, ...]
    query: CallQuery
    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    first_href: str | None
    next_href: str | None


class CallContext(Context, frozen=True, kw_only=True):
    """Variables of `calls/call.html`."""

    template: ClassVar[str] = "calls/call.html"
    call: CallView


class CallsPages(Controller):
    """`/calls` and `/calls/{number}`."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency) -> Response[bytes]:
        """List the open calls."""
        query = query_of(view)
        found, following = calls_of(view).list(query)
        first_href, next_href = page_links(view, following)
        context = CallsContext(
            calls=found,
            query=query,
            kinds=KINDS,
            countries=tuple(sorted(COUNTRIES, key=view.language.country)),
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, twin="/api/v1/calls", feeds=feed_links("/feeds/calls"))

    @get("/{number:int}", sync_to_thread=True)
    def show(self, view: ViewDependency, number: FromPath[int]) -> Response[Any]:
        """Show one call, open or not."""
        call = calls_of(view).call(bounded_id(number))
        return view.render(CallContext(call=call), twin=f"/api/v1/calls/{call.id}")


def calls_of(view: View) -> Calls:
    """Return the calls of this instance."""
    if view.services.calls is None:
        raise NotFound("This registry keeps no calls.")
    return view.services.calls


def open_calls(
    view: View, *, component: str | None = None, body: str | None = None
) -> tuple[CallView, ...]:
    """Return the open calls about a component or a body, for the page of it."""
    if view.services.calls is None:
        return ()
    return view.services.calls.list(CallQuery(limit=50, component=component, body=body))[0]


def query_of(view: View) -> CallQuery:
    """Return what the address asks for; what is in no list is passed over."""
    kind, country = view.first("kind"), view.first("country").upper()
    return CallQuery(
        kind=kind if kind in KINDS else None,
        country=country if country in COUNTRIES else None,
        component=view.first("component")[:120] or None,
        body=view.first("body")[:120] or None,
        after=row_after(view),
    )
