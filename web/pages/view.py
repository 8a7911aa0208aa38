"""One request for a page: its language and address, and the way to answer it.

Pages are rendered in the handler's thread, never on the event loop, so that a long page holds up
nobody else, and so that the entity tag is that of the bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit

import jinja2
from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Struct
from msgspec.structs import replace

from registry.errors import NotFound
from web.assets.manifest import Assets
from web.i18n.languages import TRANSLATED, Language
from web.limits import RateLimiter
from web.pages.query import Pairs, checked_pairs
from web.pages.templating import environment
from web.services import Services

MAX_INT64: Final = 2**63 - 1
CACHE: Final = "public, max-age=60"
# The option of a handler whose answers are sent as they are, to whoever would take them compressed.
NOT_COMPRESSED: Final = "not_compressed"
# Pages that belong to a link of the navigation with another address.
AREAS: Final[Mapping[str, str]] = {
    "bodies": "/organisations",
    "calls": "/organisations",
    "components": "/search",
    "data": "/reports",
    "disputes": "/reuse",
    "evidence": "/reuse",
    "fixes-missing": "/reuse",
    "invitations": "/account",
    "lookup": "/reuse",
    "matrix": "/reuse",
    "needs": "/search",
    "operator": "/account",
    "proposals": "/account",
    "reuse-actions": "/reuse",
    "sign-in": "/account",
    "snapshots": "/reports",
}


class Context(Struct, frozen=True, kw_only=True):
    """Base of what a template is given; one struct per template, its fields are its variables."""

    template: ClassVar[str]


class Alternate(Struct, frozen=True):
    """The same page in a language."""

    code: str
    autonym: str
    href: str
    absolute: str
    is_current: bool


class NavItem(Struct, frozen=True):
    """A link of the main navigation; `current` is the value of `aria-current`, if any."""

    name: str
    href: str
    current: Literal["page", "true", ""]


class FeedLink(Struct, frozen=True):
    """A feed that tells of the same as a page; `media` is its media type."""

    name: str
    media: str
    href: str


def feed_links(path: str) -> tuple[FeedLink, ...]:
    """Return the links to the feed at a path, in every form that it has."""
    return (
        FeedLink("Atom", "application/atom+xml", f"{path}.atom"),
        FeedLink("JSON Feed", "application/feed+json", f"{path}.json"),
    )


class Chrome(Struct, frozen=True, kw_only=True):
    """What the layout around every page shows; the variable `page` of each template."""

    language: str
    direction: str
    nav: tuple[NavItem, ...]
    alternates: tuple[Alternate, ...]
    canonical: str
    twin: str | None
    feeds: tuple[FeedLink, ...]
    stylesheets: tuple[str, ...]
    script: str
    icon: str
    suggest: str | None
    has_api: bool
    has_accounts: bool
    is_demo: bool
    is_indexed: bool
    as_of: datetime
    version: str


class Site:
    """What all requests share: services, languages with their templates, assets, API paths."""

    def __init__(self, services: Services, languages: Sequence[Language], assets: Assets) -> None:
        self.services = services
        self.languages = tuple(languages)
        self.assets = assets
        self.limiter = RateLimiter(shared=services.buckets, area="pages")
        self.api_paths: frozenset[str] = frozenset()
        self._environments = {x.code: environment(x) for x in self.languages}

    def templates(self, language: Language) -> jinja2.Environment:
        """Return the templates in a language."""
        return self._environments[language.code]

    def offers(self, path: str) -> bool:
        """Say whether the API has a path; segments in braces match anything."""
        wanted = path.split("/")
        return any(_matches(known, wanted) for known in self._paths_by_length.get(len(wanted), ()))

    @cached_property
    def _paths_by_length(self) -> dict[int, list[list[str]]]:
        """The API's paths in segments: pages ask a dozen times, and there are some hundreds."""
        found: dict[int, list[list[str]]] = {}
        for path in sorted(self.api_paths):
            parts = path.split("/")
            found.setdefault(len(parts), []).append(parts)
        return found

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash; empty where the port is not known yet."""
        settings = self.services.settings
        if settings.base_url:
            return settings.base_url.rstrip("/")
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"http://{host}:{settings.port}" if settings.port else ""


def _matches(known: list[str], wanted: list[str]) -> bool:
    return all(a == b or a.startswith("{") for a, b in zip(known, wanted, strict=True))


@dataclass(frozen=True)
class View:
    """One request for a page in one language."""

    site: Site
    language: Language
    path: str
    pairs: Pairs
    etag: str | None = None

    @property
    def services(self) -> Services:
        """The services of this instance."""
        return self.site.services

    def first(self, name: str) -> str:
        """Return the first value of a query parameter, trimmed; empty where there is none."""
        return next((value.strip() for key, value in self.pairs if key == name), "")

    def render(
        self,
        context: Context,
        *,
        status: int = 200,
        is_demo: bool = False,
        twin: str | None = None,
        feeds: tuple[FeedLink, ...] = (),
        is_indexed: bool = True,
    ) -> Response[bytes]:
        """Answer with a page; `twin` is the path of the same data at the API."""
        indexed = is_indexed and status == 200
        chrome = self.chrome(is_demo=is_demo, twin=twin, feeds=feeds, is_indexed=indexed)
        # A lone surrogate in crawled text becomes a question mark instead of an error.
        body = self.html(context, chrome).encode(errors="replace")
        if status != 200:
            return Response(
                body,
                status_code=status,
                media_type=MediaType.HTML,
                headers={"Cache-Control": "no-store", "Content-Language": self.language.code},
            )
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            "ETag": tag,
            "Last-Modified": format_datetime(chrome.as_of, usegmt=True),
            "Cache-Control": CACHE,
            "Content-Language": self.language.code,
        }
        if self.etag is not None and tag in {x.strip() for x in self.etag.split(",")}:
            return Response(b"", status_code=304, media_type=MediaType.HTML, headers=headers)
        return Response(body, media_type=MediaType.HTML, headers=headers)

    def html(self, context: Context, chrome: Chrome) -> str:
        """Return the HTML of a page."""
        values = {name: getattr(context, name) for name in context.__struct_fields__}
        template = self.site.templates(self.language).get_template(context.template)
        return template.render(page=chrome, **values)

    def chrome(
        self,
        *,
        is_demo: bool = False,
        twin: str | None = None,
        feeds: tuple[FeedLink, ...] = (),
        is_indexed: bool = True,
    ) -> Chrome:
        """Return what the layout needs to know of this request."""
        site, assets = self.site, self.site.assets
        suggest = "/api/v1/search/suggest"
        return Chrome(
            language=self.language.code,
            direction=self.language.direction,
            nav=self._nav(),
            alternates=tuple(self._alternate(x) for x in site.languages),
            canonical=site.base_url + self.language.link(self.path) + self._query(),
            twin=twin if twin and site.offers(urlsplit(twin).path) else None,
            feeds=self.offered(feeds),
            stylesheets=assets.stylesheets,
            script=assets.script,
            icon=assets.icon,
            suggest=suggest if site.offers(suggest) else None,
            has_api=bool(site.api_paths),
            has_accounts=self.services.accounts is not None,
            is_demo=is_demo,
            is_indexed=is_indexed,
            as_of=self.services.as_of(),
            version=self.services.version,
        )

    def offered(self, feeds: tuple[FeedLink, ...]) -> tuple[FeedLink, ...]:
        """Return those feeds that this instance has, in the language of the page."""
        code = self.language.code
        asked = f"?lang={code}" if code in TRANSLATED else ""
        return tuple(
            replace(x, href=x.href + asked) if x.href.startswith("/feeds/") else x
            for x in feeds
            if self.site.offers(urlsplit(x.href).path)
        )

    def _nav(self) -> tuple[NavItem, ...]:
        pages = ["search", "reuse", "organisations", "countries", "publish"]
        if self.services.reports is not None:
            pages.insert(pages.index("publish"), "reports")
        if self.site.api_paths:
            pages.append("api")
        if self.services.accounts is not None:
            pages.append("account")
        return tuple(
            NavItem(name, self.language.link(f"/{name}"), self._current(f"/{name}"))
            for name in pages
        )

    def _current(self, target: str) -> Literal["page", "true", ""]:
        if self.path == target:
            return "page"
        inside = self.path.startswith(f"{target}/")
        area = AREAS.get(self.path.split("/")[1], "")
        return "true" if inside or target == area else ""

    def _alternate(self, language: Language) -> Alternate:
        href = language.link(self.path) + self._query()
        return Alternate(
            language.code,
            language.autonym,
            href,
            self.site.base_url + href,
            language.code == self.language.code,
        )

    def _query(self) -> str:
        return f"?{urlencode(self.pairs)}" if self.pairs else ""


ViewDependency: TypeAlias = NamedDependency[SkipValidation[View]]


def view_of(site: Site, language: Language, request: Request[Any, Any, Any]) -> View:
    """Return the view of a request; raises `InvalidInput` on a query string that is refused."""
    return View(
        site,
        language,
        english_path(request.url.path, language),
        checked_pairs(request.query_params),
        request.headers.get("if-none-match"),
    )


def english_path(path: str, language: Language) -> str:
    """Return the path of a page without the prefix of its language."""
    return path.removeprefix(language.prefix).rstrip("/") or "/"


def bounded_id(value: int) -> int:
    """Return a row id that a database can hold, or raise `NotFound`."""
    if not 0 < value <= MAX_INT64:
        raise NotFound(f"There is nothing with the number {str(value)[:30]}.")
    return value
