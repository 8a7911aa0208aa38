"""The one place where errors become answers: a page for people, problem+json for programs.

What a program asked for is told by the path (`/api/…`) or by the Accept header. Unexpected errors
get an incident id that is in the log too; nothing else of them leaves the process.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from registry.catalogue.readmodels import Link
from registry.errors import (
    Conflict,
    Forbidden,
    Gone,
    Incomplete,
    InvalidInput,
    NotFound,
    RegistryError,
    Unauthenticated,
    Unavailable,
)
from registry.logs import get_logger
from web.i18n.languages import language_of
from web.pages.view import Context, Site, View, english_path
from web.services import Moved

STATUS: Final[tuple[tuple[type[RegistryError], int], ...]] = (
    (Gone, 410),
    (NotFound, 404),
    (InvalidInput, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (Conflict, 409),
    (Unavailable, 503),
)
# Addresses that only programs ask for.
PROGRAMS: Final = ("/api/", "/v1/", "/oai", "/feeds/", "/badge/", "/mcp")
PROBLEM: Final = "application/problem+json"
RETRY_AFTER: Final = 30
MAX_DETAIL: Final = 500
# Statuses whose page has its own words; others are told in the words of their class.
WORDED: Final = (400, 401, 403, 404, 405, 410, 429, 500, 503)

AnyRequest = Request[Any, Any, Any]


class ErrorContext(Context, frozen=True, kw_only=True):
    """Variables of `error.html`; `incident` is set on errors that we did not foresee.

    `removed_why` and `removed_at` tell of what was removed on purpose.
    """

    template: ClassVar[str] = "error.html"
    status: int
    detail: str
    near: tuple[Link, ...]
    sign_in: str
    incident: str | None
    retry_after: int | None
    removed_why: str
    removed_at: datetime | None


def exception_handlers(site: Site) -> ExceptionHandlersMap:
    """Return the handlers of an application."""

    def registry_error(request: AnyRequest, error: RegistryError) -> Response[Any]:
        if isinstance(error, Unauthenticated) and _is_page(site, request):
            return Redirect(_sign_in(site, request), headers={"Cache-Control": "no-store"})
        if isinstance(error, Moved) and (there := _moved_to(site, request, error.slug)):
            return Redirect(there, status_code=301)
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
        if status == 500:
            return unexpected(request, error)
        gone = error if isinstance(error, Gone) else None
        return _answer(
            site, request, status, str(error), _missing(error), headers=_headers(error), gone=gone
        )

    def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
        if error.status_code >= 500:
            return unexpected(request, error)
        return _answer(
            site, request, error.status_code, error.detail, error.extra, headers=error.headers
        )

    def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
        incident = secrets.token_hex(4)
        # Bound here and not at import, so that logging is set up by then.
        log = get_logger(__name__)
        log.error("request failed", incident=incident, path=request.url.path, exc_info=error)
        return _answer(site, request, 500, "", incident=incident)

    return {RegistryError: registry_error, HTTPException: http_error, Exception: unexpected}


def wants_problem(request: AnyRequest) -> bool:
    """Say whether a program asks: by the path, or because it accepts JSON and no HTML."""
    accept = request.headers.get("accept", "")
    is_api = request.url.path.startswith(PROGRAMS)
    return is_api or ("json" in accept and "text/html" not in accept)


def _missing(error: RegistryError) -> list[dict[str, str]]:
    """Name each thing that a form asks for and that is not known."""
    missing = error.missing if isinstance(error, Incomplete) else {}
    return [
        {"in": "resource", "location": key, "code": "not_known", "detail": why}
        for key, why in missing.items()
    ]


def _headers(error: RegistryError) -> dict[str, str]:
    if isinstance(error, Unavailable):
        return {"Retry-After": str(max(1, round(error.retry_after or RETRY_AFTER)))}
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="registry"'}  # RFC 6750, 3
    if isinstance(error, Moved):
        return {"Link": f'<{error.slug}>; rel="successor-version"'}
    return {}


def _answer(
    site: Site,
    request: AnyRequest,
    status: int,
    detail: str,
    extra: Any = None,
    *,
    headers: Mapping[str, str] | None = None,
    incident: str | None = None,
    gone: Gone | None = None,
) -> Response[Any]:
    detail = "".join(x if x.isprintable() else "�" for x in detail)[:MAX_DETAIL]
    if wants_problem(request):
        response = _problem(request, status, detail, extra, incident)
    else:
        response = _page(site, request, status, detail, incident, headers or {}, gone)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(
    request: AnyRequest, status: int, detail: str, extra: Any, incident: str | None
) -> Response[Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error",
        "status": status,
        "instance": request.url.path,
    }
    if detail:
        body["detail"] = detail
    if extra:
        body["errors"] = extra
    if incident:
        body["incident"] = incident
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM)


def _page(
    site: Site,
    request: AnyRequest,
    status: int,
    detail: str,
    incident: str | None,
    headers: Mapping[str, str],
    gone: Gone | None,
) -> Response[Any]:
    language = language_of(request.url.path, site.languages)
    path = english_path(request.url.path, language)
    view = View(site, language, path, [])
    context = ErrorContext(
        status=status,
        detail=detail if status not in WORDED or status in {400, 403} else "",
        near=_near(site, path) if status == 404 else (),
        sign_in=_sign_in(site, request) if status in {401, 403} else "",
        incident=incident,
        retry_after=int(headers["Retry-After"]) if "Retry-After" in headers else None,
        removed_why=gone.category if gone else "",
        removed_at=gone.since if gone else None,
    )
    response: Response[Any] = view.render(context, status=status)
    response.media_type = MediaType.HTML
    return response


def _is_page(site: Site, request: AnyRequest) -> bool:
    """Say whether a person asks for a page, who can sign in and come back to it."""
    asks = request.method == "GET" and not wants_problem(request)
    return asks and site.services.accounts is not None


def _moved_to(site: Site, request: AnyRequest, slug: str) -> str:
    """Return the address of the same page of a component under its present slug, if it is one."""
    language = language_of(request.url.path, site.languages)
    parts = english_path(request.url.path, language).split("/")
    if parts[1] != "components":
        return ""
    path = language.link("/".join([*parts[:2], slug, *parts[3:]]))
    return f"{path}?{request.url.query}" if request.url.query else path


def _sign_in(site: Site, request: AnyRequest) -> str:
    """Return the address of the sign-in page, from which one comes back; empty without one."""
    if site.services.accounts is None:
        return ""
    url, page = request.url, language_of(request.url.path, site.languages).link("/sign-in")
    path = f"{url.path}?{url.query}" if url.query else url.path
    return f"{page}?{urlencode({'next': path})}" if request.method == "GET" else page


def _near(site: Site, path: str) -> tuple[Link, ...]:
    """Return components with a similar name; none if even that fails on a bad day."""
    parts = path.strip("/").split("/")
    if parts[0] != "components" or len(parts) < 2:
        return ()
    try:
        return tuple(site.services.catalogue.near_slugs(parts[1]))
    except RegistryError:
        return ()
