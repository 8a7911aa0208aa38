"""The read side of the Software Catalog API v1 at `/v1`, for harvesters that speak it.

Source: the published description (Developers Italia, 1.0.0). `links` are relative query strings
with every parameter kept, as its servers send them.
"""

import base64
import binascii
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import FromPath

from registry.errors import Gone, InvalidInput, NotFound
from registry.publishing.software import ROOT, CatalogQuery, Listed, Place
from web.api import kinds
from web.api.call import Call, CallDependency, call_provider
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.parameters import Parameter, Values
from web.limits import RateLimiter

PREFIX: Final = "/v1"
PROBLEM: Final = "application/problem+json"


def _cursor(text: str) -> Place:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        at, key = msgspec.json.decode(raw, type=tuple[datetime, str])
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise ValueError("is no cursor that this registry gave out") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)), key


def _text(place: Place) -> str:
    at, key = place
    packed = msgspec.json.encode((at.astimezone(UTC).isoformat(), key))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _place(name: str) -> Parameter:
    plain = kinds.text(name, "A cursor.", max_length=255)
    return Parameter(
        name=name, description="A cursor.", parse=_cursor, schema=plain.schema, max_length=255
    )


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 100):
        raise ValueError("must be a number from 1 to 100")
    return int(text)


SIZE: Final = Parameter(
    name="page[size]", description="Items of a page.", parse=_size, schema=kinds.limit().schema
)
LIST: Final = (
    SIZE,
    _place("page[after]"),
    _place("page[before]"),
    kinds.moment("from", "Created at this time or later."),
    kinds.moment("to", "Created at this time or earlier."),
    kinds.boolean("all", "Also what is not active."),
)
SOFTWARE: Final = (*LIST, kinds.text("url", "Only software with this URL.", max_length=255))


class SoftwareCatalogApi(Controller):
    """Software, publishers and the one catalogue that this registry is."""

    include_in_schema = False

    @get("/status", sync_to_thread=True, status_code=204)
    def show_status(self, call: CallDependency) -> None:
        """Say that the API answers."""
        call.read(())

    @get("/software", sync_to_thread=True)
    def list_software(self, call: CallDependency) -> Response[Any]:
        """Return the components with a publiccode.yml of their own."""
        return _software(call)

    @get("/software/{key:str}", sync_to_thread=True)
    def show_software(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return one piece of software."""
        call.read(())
        return call.json(call.services.publishing.software.one_software(key))

    @get("/software/{key:str}/analysis", sync_to_thread=True)
    def show_analysis(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return the reuse that was measured."""
        call.read(())
        return call.json(call.services.publishing.software.analysis(key, call.base_url))

    @get("/publishers", sync_to_thread=True)
    def list_publishers(self, call: CallDependency) -> Response[Any]:
        """Return the organisations."""
        return _publishers(call)

    @get("/publishers/{key:str}", sync_to_thread=True)
    def show_publisher(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return one organisation, by its id or its slug."""
        call.read(())
        return call.json(call.services.publishing.software.publisher(key))

    @get("/catalogs", sync_to_thread=True)
    def list_catalogs(self, call: CallDependency) -> Response[Any]:
        """Return this registry."""
        values = call.read(LIST)
        one = call.services.publishing.software.catalogue(call.base_url)
        is_first = not (values.one("page[after]") or values.one("page[before]"))
        return _page(call, values, Listed((one,) if is_first else ()))

    @get("/catalogs/{key:str}", sync_to_thread=True)
    def show_catalog(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return this registry."""
        call.read(())
        return call.json(_catalogue(call, key))

    @get("/catalogs/{key:str}/software", sync_to_thread=True)
    def list_catalog_software(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return all software: there is one catalogue."""
        _catalogue(call, key)
        return _software(call)

    @get("/catalogs/{key:str}/publishers", sync_to_thread=True)
    def list_catalog_publishers(self, call: CallDependency, key: FromPath[str]) -> Response[Any]:
        """Return all publishers: there is one catalogue."""
        _catalogue(call, key)
        return _publishers(call)


def _catalogue(call: Call, key: str) -> dict[str, Any]:
    one = call.services.publishing.software.catalogue(call.base_url)
    if key not in {one["id"], ROOT}:
        raise NotFound(f"there is no catalogue {key[:255]!r}")
    return one


def _software(call: Call) -> Response[Any]:
    values = call.read(SOFTWARE)
    return _page(call, values, call.services.publishing.software.software(_query(values)))


def _publishers(call: Call) -> Response[Any]:
    values = call.read(LIST)
    return _page(call, values, call.services.publishing.software.publishers(_query(values)))


def _query(values: Values) -> CatalogQuery:
    return CatalogQuery(
        size=values.one("page[size]", 25),
        after=values.one("page[after]"),
        before=values.one("page[before]"),
        since=values.one("from"),
        until=values.one("to"),
        url=values.one("url"),
        with_inactive=values.one("all", False),
    )


def _page(call: Call, values: Values, found: Listed) -> Response[Any]:
    links = {
        "prev": _link(values, "page[before]", found.previous),
        "next": _link(values, "page[after]", found.following),
    }
    return call.json({"data": list(found.items), "links": links})


def _link(values: Values, name: str, place: Place | None) -> str | None:
    """Return the query of another page with all other parameters, or `None` at the end."""
    if place is None:
        return None
    kept = [pair for pair in values.pairs if pair[0] not in {"page[after]", "page[before]"}]
    return "?" + urlencode([*kept, (name, _text(place))])


def software_catalog_router(limiter: RateLimiter) -> Router:
    """Return the routes of `/v1`; what a client pays for here it shares with `/api/v1`."""
    return Router(
        PREFIX,
        route_handlers=[SoftwareCatalogApi],
        dependencies={"call": Provide(call_provider(limiter))},
        exception_handlers={
            ValidationException: _invalid,
            InvalidInput: _invalid,
            NotFound: _not_found,
            HTTPException: _refused,
        },
        middleware=[ApiHeaders(), DefineMiddleware(CompressionMiddleware, config=COMPRESSION)],
    )


def _invalid(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer 422 in the words of the API, each parameter with what is wrong."""
    extra = getattr(error, "extra", None)
    told = [x for x in extra if isinstance(x, dict)] if isinstance(extra, list) else []
    sent = dict(request.query_params.items())
    errors = [
        {
            "field": x.get("location") or "query",
            "rule": x.get("code", "invalid").replace("_", ""),
            "value": str(sent.get(x.get("location", ""), ""))[:255],
        }
        for x in told[:10]
    ]
    detail = str(getattr(error, "detail", error))
    return _error(422, "invalid request", detail, validationErrors=errors)


def _not_found(_: Request[Any, Any, Any], error: NotFound) -> Response[Any]:
    if isinstance(error, Gone):  # a tombstone tells harvesters more than a silence
        return _error(410, "gone", str(error))
    return _error(404, "not found", str(error))


def _refused(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code
    response = _error(status, HTTPStatus(status).phrase, error.detail or HTTPStatus(status).phrase)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _error(status: int, title: str, detail: str, **more: Any) -> Response[Any]:
    shown = "".join(x if x.isprintable() else "�" for x in detail)[:2048] or title
    body = {"title": title, "detail": shown, "status": status}
    body |= {name: value for name, value in more.items() if value}
    return Response(
        msgspec.json.encode(body), status_code=status, media_type=PROBLEM,
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip
