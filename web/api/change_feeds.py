"""Feeds of what changed: of everything, of a component, an organisation or a country.

They tell of the change log and of edges, the newest first. The time of an entry is that of the
event; its id is made of the number of the change, or of the key of the edge, and never changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import FromPath
from msgspec.structs import replace

from registry.adoption.drift.readmodels import FixQuery
from registry.db.tables.change import ChangeKind
from registry.errors import NotFound
from registry.lineage.readmodels import ReuseQuery
from registry.publishing.changes import ChangeView
from web.api.call import Call, CallDependency, call_provider, slug_in
from web.api.drift_items import fix_entry, fix_item
from web.api.feeds import Entry, atom_feed, json_feed, tag_id
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.negotiation import Form
from web.api.reuse_files import edge_entry
from web.api.reuse_items import edge_item
from web.limits import RateLimiter
from web.services import Moved

PREFIX: Final = "/feeds"
ENTRIES: Final = 50
FIXES: Final = "fixes-missing"
FORMS: Final[Mapping[str, Form]] = {"atom": Form.ATOM, "json": Form.JSON_FEED}
# Name of a feed → the changes that it tells of, and its title.
FEEDS: Final[Mapping[str, tuple[tuple[ChangeKind, ...], str]]] = {
    "new": ((ChangeKind.CREATED,), "new components"),
    "updated": (
        (ChangeKind.UPDATED, ChangeKind.LICENCE, ChangeKind.MOVED, ChangeKind.REMOVED),
        "changed components",
    ),
    "licence-change": ((ChangeKind.LICENCE,), "other licences"),
}
# What happened, in words; `before` and `after` are values of the change.
SENTENCES: Final[Mapping[str, str]] = {
    ChangeKind.CREATED: "{name} was added to the catalogue",
    ChangeKind.UPDATED: "{name} was updated",
    ChangeKind.LICENCE: "{name} is under another licence: {after} (before: {before})",
    ChangeKind.MOVED: "{name} has another address: {after} (before: {before})",
    ChangeKind.REUSE: "The reuse of {name} was counted anew",
    ChangeKind.REMOVED: "{name} is not listed any more",
}


class FeedsApi(Controller):
    """`/feeds/….atom` and `/feeds/….json`."""

    include_in_schema = False

    @get("/{name:str}", sync_to_thread=True)
    def show_all(self, call: CallDependency, name: FromPath[str]) -> Response[Any]:
        """Tell of the whole catalogue: new, updated, licence-change, reuse, or fixes-missing."""
        call.read(())
        name, form = _form(name)
        if name == "reuse":
            return _answer(call, form, "reuse", "reuse", _edges(call), "reuse")
        if name == FIXES:
            return _fixes(call, form, "", FixQuery())
        if name not in FEEDS:
            known = ", ".join((*FEEDS, "reuse", FIXES))
            raise NotFound(f"there is no feed {name[:80]!r}: use {known}")
        kinds, title = FEEDS[name]
        found = call.services.publishing.changes.newest(kinds, limit=ENTRIES)
        return _answer(call, form, name, title, _entries(call, found), "")

    @get("/components/{slug:str}/{name:str}", sync_to_thread=True)
    def show_component_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that a component misses (`fixes-missing`), also when it has them."""
        call.read(())
        form = _fixes_form(name)
        slug = call.catalogue.component(slug_in(slug, "component")).card.slug
        return _fixes(call, form, f"components/{slug}", FixQuery(component=slug))

    @get("/organisations/{slug:str}/{name:str}", sync_to_thread=True)
    def show_organisation_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that the forks of an organisation miss (`fixes-missing`)."""
        call.read(())
        form = _fixes_form(name)
        body = call.catalogue.organisation(slug_in(slug, "organisation"))
        return _fixes(call, form, f"organisations/{body.slug}", FixQuery(organisation=body.slug))

    @get("/components/{slug:str}", sync_to_thread=True)
    def show_component(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of a component; also that it is not listed any more."""
        call.read(())
        name, form = _form(slug)
        name = slug_in(name, "component")
        found = call.services.publishing.changes.newest(slug=name, limit=ENTRIES)
        title = found[0].name if found else name
        if not found or found[0].kind != ChangeKind.REMOVED:
            title = call.catalogue.component(name).card.name.value  # it knows renames
        page = f"components/{name}"
        return _answer(call, form, page, title, _entries(call, found), page)

    @get("/organisations/{slug:str}", sync_to_thread=True)
    def show_organisation(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of the components of an organisation."""
        call.read(())
        name, form = _form(slug)
        body = call.catalogue.organisation(slug_in(name, "organisation"))
        found = call.services.publishing.changes.newest(organisation=body.slug, limit=ENTRIES)
        page = f"organisations/{body.slug}"
        return _answer(call, form, page, body.name, _entries(call, found), page)

    @get("/countries/{code:str}", sync_to_thread=True)
    def show_country(self, call: CallDependency, code: FromPath[str]) -> Response[Any]:
        """Tell of the components of a country, by its ISO 3166-1 code in capitals."""
        call.read(())
        name, form = _form(code)
        place = call.catalogue.country(name)
        found = call.services.publishing.changes.newest(country=place.code, limit=ENTRIES)
        page = f"countries/{place.code}"
        return _answer(call, form, page, place.code, _entries(call, found), page)


def _form(name: str) -> tuple[str, Form]:
    """Return the name of a feed without its suffix, and the form that the suffix asks for."""
    stem, _, suffix = name.rpartition(".")
    if not stem or suffix not in FORMS:
        raise NotFound("a feed ends in .atom or .json")
    return stem, FORMS[suffix]


def _entries(call: Call, found: Sequence[ChangeView]) -> list[Entry]:
    return [_entry(call, change) for change in found]


def _entry(call: Call, change: ChangeView) -> Entry:
    told = {x: str(change.detail.get(x) or "not known") for x in ("before", "after")}
    terms = (("change", change.kind), ("country", change.country))
    return Entry(
        key=f"change/{change.seq}",
        title=SENTENCES[change.kind].format(name=change.name or change.slug, **told),
        updated=change.at,
        html_url=call.page_url("components", change.slug),
        related=change.repository_url,
        author=change.organisation,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def _edges(call: Call) -> list[Entry]:
    page = call.services.lineage.reuse(ReuseQuery(sort="changed", limit=ENTRIES))
    as_of = call.services.as_of()
    return [edge_entry(edge_item(call, edge), as_of) for edge in page.items]


def _fixes_form(name: str) -> Form:
    stem, form = _form(name)
    if stem != FIXES:
        raise NotFound(f"there is no feed {stem[:80]!r} here: use {FIXES}")
    return form


def _fixes(call: Call, form: Form, page: str, query: FixQuery) -> Response[Any]:
    """Answer with missed fixes, ended ones among them: an entry says how it stands now."""
    asked = replace(query, state=("missing", "muted", "ended"), limit=ENTRIES)
    found = call.services.drifts.fixes(asked).items
    as_of = call.services.as_of()
    entries = [fix_entry(fix_item(call, view), as_of) for view in found]
    name = f"{page}/{FIXES}" if page else FIXES
    return _answer(call, form, name, "missed fixes", entries, page or FIXES)


def _answer(
    call: Call, form: Form, name: str, title: str, entries: Sequence[Entry], page: str
) -> Response[Any]:
    """Answer with a feed of this name; `page` is where people read of the same."""
    suffix = next(key for key, value in FORMS.items() if value is form)
    links = [
        ("self", form.value, f"{call.base_url}{PREFIX}/{name}.{suffix}"),
        ("alternate", "text/html", f"{call.base_url}/{page}"),
    ]
    newest = max((entry.updated for entry in entries), default=None)
    if form is Form.JSON_FEED:
        parts = json_feed(iter(entries), base_url=call.base_url, title=title, links=links)
    else:
        parts = atom_feed(
            iter(entries),
            base_url=call.base_url,
            key=tag_id(call.base_url, f"feeds/{name}"),
            title=title,
            links=links,
            fallback=call.services.as_of(),
        )
    return call.export(parts, form, last_modified=newest)


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
