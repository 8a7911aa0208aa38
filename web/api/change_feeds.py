"""Feeds of what changed: of everything, of a component, an organisation or a country.

They tell of the change log, of edges, objections and open needs, the newest first. The time of an
entry is that of the event; its id is made of the number of the change, objection or need, or of
the key of the edge, and never changes. A feed goes on at `rel="next"` (RFC 5005 §3) or `next_url`
(JSON Feed).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import FromPath
from msgspec.structs import replace

from registry.adoption.drift.readmodels import FixQuery
from registry.adoption.needs.readmodels import NeedItem, NeedQuery
from registry.db.tables.change import ChangeKind
from registry.disputes.readmodels import DisputeView
from registry.errors import NotFound
from registry.lineage.readmodels import ReuseQuery
from registry.publishing.changes import ChangeView
from web.api import kinds
from web.api.call import Call, CallDependency, call_provider, slug_in
from web.api.cursors import cursor, number_of
from web.api.drift_items import fix_entry, fix_item
from web.api.feeds import Entry, atom_feed, json_feed, tag_id
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.needs import needs_of
from web.api.negotiation import Form
from web.api.parameters import Values
from web.api.reuse_files import edge_entry
from web.api.reuse_items import edge_item
from web.api.reuse_query import answer
from web.limits import RateLimiter
from web.services import Moved

PREFIX: Final = "/feeds"
ENTRIES: Final = 50
FIXES: Final = "fixes-missing"
PAGE: Final = (kinds.limit(default=ENTRIES), kinds.AFTER)
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
# Of an edge that is disputed, or is not any more; `state` is the one that it has since.
EDGE_SENTENCE: Final = "Evidence about {name} is now: {state}"
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
        """Tell of all: new, updated, licence-change, reuse, disputes, needs, fixes-missing."""
        name, form = _form(name)
        if name in OTHERS:
            page = OTHERS[name](call, call.read(PAGE))
            return _answer(call, form, name, name, page, name)
        if name not in FEEDS:
            known = ", ".join((*FEEDS, *OTHERS))
            raise NotFound(f"there is no feed {name[:80]!r}: use {known}")
        kinds_told, title = FEEDS[name]
        return _answer(call, form, name, title, _changes(call, kinds_told), "")

    @get("/components/{slug:str}/{name:str}", sync_to_thread=True)
    def show_component_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that a component misses (`fixes-missing`), also when it has them."""
        form = _fixes_form(name)
        slug = call.catalogue.component(slug_in(slug, "component")).card.slug
        found = _fixes(call, call.read(PAGE), FixQuery(component=slug))
        place = f"components/{slug}"
        return _answer(call, form, f"{place}/{FIXES}", "missed fixes", found, f"{place}/drift")

    @get("/organisations/{slug:str}/{name:str}", sync_to_thread=True)
    def show_organisation_fixes(
        self, call: CallDependency, slug: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Tell of the fixes that the forks of an organisation miss (`fixes-missing`)."""
        form = _fixes_form(name)
        body = call.catalogue.organisation(slug_in(slug, "organisation"))
        found = _fixes(call, call.read(PAGE), FixQuery(organisation=body.slug))
        place = f"organisations/{body.slug}"
        return _answer(call, form, f"{place}/{FIXES}", "missed fixes", found, place)

    @get("/components/{slug:str}", sync_to_thread=True)
    def show_component(self, call: CallDependency, slug: FromPath[str]) -> Response[Any]:
        """Tell of a component; also that it is not listed any more."""
        name, form = _form(slug)
        name = slug_in(name, "component")
        found = _changes(call, slug=name)
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
        return _answer(call, form, page, body.name, _changes(call, organisation=body.slug), page)

    @get("/countries/{code:str}", sync_to_thread=True)
    def show_country(self, call: CallDependency, code: FromPath[str]) -> Response[Any]:
        """Tell of the components of a country, by its ISO 3166-1 code in capitals."""
        name, form = _form(code)
        place = call.catalogue.country(name)
        page = f"countries/{place.code}"
        return _answer(call, form, page, place.code, _changes(call, country=place.code), page)


class Page(NamedTuple):
    """A page of a feed: what was asked, its entries, and the cursor of the next one."""

    values: Values
    entries: Sequence[Entry]
    following: str | None


def _form(name: str) -> tuple[str, Form]:
    """Return the name of a feed without its suffix, and the form that the suffix asks for."""
    stem, _, suffix = name.rpartition(".")
    if not stem or suffix not in FORMS:
        raise NotFound("a feed ends in .atom or .json")
    return stem, FORMS[suffix]


def _changes(call: Call, told: Sequence[ChangeKind] = (), **place: str) -> Page:
    """Return a page of the change log, the newest first."""
    values = call.read(PAGE)
    limit = values.one("limit", ENTRIES)
    found = call.services.publishing.changes.newest(
        told, before=number_of(values.one("after")) or None, limit=limit + 1, **place
    )
    following = cursor(found[limit - 1].seq) if len(found) > limit else None
    return Page(values, [_entry(call, change) for change in found[:limit]], following)


def _entry(call: Call, change: ChangeView) -> Entry:
    told = {x: str(change.detail.get(x) or "not known") for x in ("before", "after", "state")}
    sentence = EDGE_SENTENCE if "evidence" in change.detail else SENTENCES[change.kind]
    terms = (("change", change.kind), ("country", change.country))
    return Entry(
        key=f"change/{change.seq}",
        title=sentence.format(name=change.name or change.slug, **told),
        updated=change.at,
        html_url=call.page_url("components", change.slug),
        related=change.repository_url,
        author=change.organisation,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def _edges(call: Call, values: Values) -> Page:
    query = ReuseQuery(
        sort="changed", limit=values.one("limit", ENTRIES), after=values.one("after")
    )
    page = answer(call.services.lineage, query)
    as_of = call.services.as_of()
    return Page(values, [edge_entry(edge_item(call, x), as_of) for x in page.items], page.next)


def _disputes(call: Call, values: Values) -> Page:
    found, following = call.services.disputes.log(
        after=number_of(values.one("after")) or None, limit=values.one("limit", ENTRIES)
    )
    return Page(values, [_objection(call, x) for x in found], cursor(following))


def _objection(call: Call, found: DisputeView) -> Entry:
    about = found.edge.key if found.edge else (found.component and found.component.name) or ""
    return Entry(
        key=f"dispute/{found.id}",
        title=f"Objection {found.id} to {about} is {found.state}",
        updated=found.reviewed_at or found.answered_at or found.created_at,
        html_url=call.page_url("disputes", str(found.id)),
        author=found.by.name if found.by else None,
        summary=found.reply or found.reason,
        categories=(("category", found.category), ("state", found.state)),
    )


def _needs(call: Call, values: Values) -> Page:
    found, following = needs_of(call).list(
        NeedQuery(
            state="open",
            after=number_of(values.one("after")) or None,
            limit=values.one("limit", ENTRIES),
        )
    )
    return Page(values, [_need(call, x) for x in found], cursor(following))


def _need(call: Call, found: NeedItem) -> Entry:
    terms = (("country", found.country), *(("function", x) for x in found.functions))
    return Entry(
        key=f"need/{found.id}",
        title=found.title,
        updated=found.updated_at,
        html_url=call.page_url("needs", str(found.id)),
        author=found.organisation.name if found.organisation else None,
        summary=f"Joined by {found.joined}, offers: {found.offers}",
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


def _fixes_form(name: str) -> Form:
    stem, form = _form(name)
    if stem != FIXES:
        raise NotFound(f"there is no feed {stem[:80]!r} here: use {FIXES}")
    return form


def _fixes(call: Call, values: Values, query: FixQuery | None = None) -> Page:
    """Return missed fixes, ended ones among them: an entry says how it stands now."""
    asked = replace(
        query or FixQuery(),
        state=("missing", "muted", "ended"),
        limit=values.one("limit", ENTRIES),
        after=number_of(values.one("after")) or None,
    )  # fmt: skip
    found = call.services.drifts.fixes(asked)
    as_of = call.services.as_of()
    entries = [fix_entry(fix_item(call, view), as_of) for view in found.items]
    return Page(values, entries, cursor(found.next))


OTHERS: Final[Mapping[str, Callable[[Call, Values], Page]]] = {
    "reuse": _edges,
    "disputes": _disputes,
    "needs": _needs,
    FIXES: _fixes,
}


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
