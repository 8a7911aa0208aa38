"""Feeds of what changed: of everything, of a component, an organisation or a country.

They tell of the change log, of edges, disputes, needs, calls and missed fixes, the newest first. A
feed goes on at `rel="next"` (RFC 5005 §3) or `next_url` (JSON Feed).
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import FromPath

from registry.adoption.drift.readmodels import FixQuery
from registry.db.tables.change import ChangeKind
from registry.errors import NotFound
from web.api.body_feed import decisions_page
from web.api.call import Call, CallDependency, call_provider, slug_in
from web.api.feed_pages import CHANGES, FIXES, OTHERS, Page, changes, fixes, language_of
from web.api.feeds import atom_feed, json_feed, tag_id
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.negotiation import Form
from web.i18n.happenings import feed_name
from web.limits import RateLimiter
from web.services import Moved

PREFIX: Final = "/feeds"
FORMS: Final[Mapping[str, Form]] = {"atom": Form.ATOM, "json": Form.JSON_FEED}
# Name of a feed → the changes that it tells of.
FEEDS: Final[Mapping[str, tuple[ChangeKind, ...]]] = {
    "new": (ChangeKind.CREATED,),
    "updated": (
        ChangeKind.UPDATED,
        ChangeKind.RELEASE,
        ChangeKind.LICENCE,
        ChangeKind.MOVED,
        ChangeKind.REMOVED,
    ),
    "licence-change": (ChangeKind.LICENCE,),
}


class FeedsApi(Controller):
    """`/feeds/….atom` and `/feeds/….json`."""

    include_in_schema = False

    @get("/{name:str}", sync_to_thread=True)
    def show_all(self, call: CallDependency, name: FromPath[str]) -> Response[Any]:
        """Tell of all: new, updated, licence-change, reuse, disputes, needs, calls, and so on."""
        name, form = _form(name)
        if name in OTHERS:
            page = OTHERS[name](call, call.read(CHANGES))
            return _answer(call, form, name, _title(name, page), page, name)
        if name not in FEEDS:
            known = ", ".join((*FEEDS, *OTHERS))
            raise NotFound(f"there is no feed {name[:80]!r}: use {known}")
        page = changes(call, FEEDS[name])
        return _answer(call, form, name, _title(name, page), page, "")

    @get("/components/{slug:str}/{name:str}", sync_to_thread=True)
    def show_component_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that a component misses (`fixes-missing`), also when it has them."""
        form = _fixes_form(name)
        slug = call.catalogue.component(slug_in(slug, "component")).card.slug
        found = fixes(call, call.read(CHANGES), FixQuery(component=slug))
        place = f"components/{slug}"
        return _answer(
            call, form, f"{place}/{FIXES}", _title(FIXES, found), found, f"{place}/drift"
        )

    @get("/organisations/{slug:str}/{name:str}", sync_to_thread=True)
    def show_organisation_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that the forks of an organisation miss (`fixes-missing`)."""
        form = _fixes_form(name)
        body = call.catalogue.organisation(slug_in(slug, "organisation"))
        found = fixes(call, call.read(CHANGES), FixQuery(organisation=body.slug))
        place = f"organisations/{body.slug}"
        return _answer(call, form, f"{place}/{FIXES}", _title(FIXES, found), found, place)

    @get("/components/{slug:str}", sync_to_thread=True)
    def show_component(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of a component; also that it is not listed any more."""
        name, form = _form(slug)
        name = slug_in(name, "component")
        found = changes(call, slug=name)
        latest = call.services.publishing.changes.newest(slug=name, limit=1)
        title = latest[0].name if latest else name
        if not latest or latest[0].kind != ChangeKind.REMOVED:
            title = call.catalogue.component(name).card.name.value  # it knows renames
        page = f"components/{name}"
        return _answer(call, form, page, title, found, page)

    @get("/organisations/{slug:str}", sync_to_thread=True)
    def show_organisation(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of the components of an organisation."""
        name, form = _form(slug)
        body = call.catalogue.organisation(slug_in(name, "organisation"))
        page = f"organisations/{body.slug}"
        return _answer(call, form, page, body.name, changes(call, organisation=body.slug), page)

    @get("/bodies/{slug:str}", sync_to_thread=True)
    def show_body(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of the decisions of a body: proposed, put to the vote, decided."""
        name, form = _form(slug)
        title, found = decisions_page(call, slug_in(name, "body"))
        return _answer(call, form, f"bodies/{name}", title, found, f"bodies/{name}")

    @get("/countries/{code:str}", sync_to_thread=True)
    def show_country(self, call: CallDependency, code: FromPath[str]) -> Response[Any]:
        """Tell of the components of a country, by its ISO 3166-1 code in capitals."""
        name, form = _form(code)
        place = call.catalogue.country(name)
        page = f"countries/{place.code}"
        return _answer(call, form, page, place.code, changes(call, country=place.code), page)


def _title(name: str, page: Page) -> str:
    return feed_name(language_of(page.values), name)


def _form(name: str) -> tuple[str, Form]:
    """Return the name of a feed without its suffix, and the form that the suffix asks for."""
    stem, _, suffix = name.rpartition(".")
    if not stem or suffix not in FORMS:
        raise NotFound("a feed ends in .atom or .json")
    return stem, FORMS[suffix]


def _fixes_form(name: str) -> Form:
    stem, form = _form(name)
    if stem != FIXES:
        raise NotFound(f"there is no feed {stem[:80]!r} here: use {FIXES}")
    return form


def _answer(call: Call, form: Form, name: str, title: str, page: Page, place: str) -> Response[Any]:
    """Answer with a page of the feed of this name; `place` is where people read of the same."""
    suffix = next(key for key, value in FORMS.items() if value is form)
    address = f"{call.base_url}{PREFIX}/{name}.{suffix}"
    links = [
        ("self", form.value, _with(address, page.values.with_cursor(page.values.one("after")))),
        ("alternate", "text/html", f"{call.base_url}/{place}"),
    ]
    if page.values.one("after"):
        links.append(("first", form.value, _with(address, page.values.with_cursor(None))))
    if page.following:
        links.append(("next", form.value, _with(address, page.values.with_cursor(page.following))))
    newest = max((entry.updated for entry in page.entries), default=None)
    entries = iter(page.entries)
    if form is Form.JSON_FEED:
        parts = json_feed(entries, base_url=call.base_url, title=title, links=links)
    else:
        parts = atom_feed(
            entries,
            base_url=call.base_url,
            key=tag_id(call.base_url, f"feeds/{name}"),
            title=title,
            links=links,
            fallback=call.services.as_of(),
        )
    return call.export(parts, form, last_modified=newest)


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def feeds_router(limiter: RateLimiter) -> Router:
    """Return the routes of `/feeds`; what a client pays for here it shares with `/api/v1`."""
    return Router(
        PREFIX,
        route_handlers=[FeedsApi],
        dependencies={"call": Provide(call_provider(limiter))},
        exception_handlers={Moved: _moved},
        middleware=[ApiHeaders(), DefineMiddleware(CompressionMiddleware, config=COMPRESSION)],
    )


def _moved(request: Request[Any, Any, Any], error: Moved) -> Response[Any]:
    """Answer 301 to the feed of the component under its present slug."""
    stem, _, suffix = request.url.path.rpartition(".")
    part = f"/{FIXES}" if stem.endswith(f"/{FIXES}") else ""
    location = f"{PREFIX}/components/{error.slug}{part}.{suffix}"
    return Response(b"", status_code=301, headers={"Location": location})
