"""Whether a browser sent a request on purpose: from our own page, and of the same session.

Every request that may change something is checked before its handler runs, wherever it is
routed; a handler that must not be is marked with another `Protection`, which takes the session
away from it. There are no exceptions by path.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from registry.errors import InvalidInput
from web.auth.cookies import read_cookie
from web.fields import FORM_TYPE, form_fields

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE: Final = ("same-origin", "none")
FOREIGN: Final = "This form was not sent from a page of this registry."
STALE: Final = "This form belongs to another session: open the page again and send it once more."

AnyRequest = Request[Any, Any, Any]


class Protection(StrEnum):
    """How a handler is protected, as its `opt["protection"]` says; `SESSION` where it says none.

    `SESSION`: sent from our own pages and, with a session cookie, holding the session's token.
    `ORIGIN`: sent from our own pages; cookies are not read. For forms of public pages, which are
    the same for everybody and so hold no token.
    `PROGRAM`: cookies are not read, and anybody may send it: tokens or signatures tell who.
    """

    SESSION = "session"
    ORIGIN = "origin"
    PROGRAM = "program"


def protection_of(handler: BaseRouteHandler) -> Protection:
    """Return how a handler is protected."""
    return Protection(handler.opt.get("protection", Protection.SESSION))


def csrf_token(secret: str) -> str:
    """Return the token of a session for forms; it does not tell the id that it is made from."""
    return hmac.new(secret.encode(), b"form of this session", hashlib.sha256).hexdigest()


def forgery_guard(base_url: str) -> Callable[[Any, BaseRouteHandler], Awaitable[None]]:
    """Return the guard of an application that is public at `base_url` (may be empty)."""

    async def refuse_forged(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        protection = protection_of(handler)
        if not isinstance(connection, Request) or connection.method in SAFE_METHODS:
            return
        if protection is Protection.PROGRAM:
            return
        if not is_own_form(connection.headers, base_url or str(connection.base_url)):
            raise PermissionDeniedException(FOREIGN)
        if protection is Protection.SESSION:
            await _check_token(connection, base_url)

    return refuse_forged


async def _check_token(request: AnyRequest, base_url: str) -> None:
    secret = read_cookie(request, "session", base_url)
    if not secret:
        return
    sent = request.headers.get(HEADER) or await _sent_token(request)
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), csrf_token(secret).encode()):
        raise PermissionDeniedException(STALE)


async def _sent_token(request: AnyRequest) -> str:
    content_type = request.headers.get("content-type", "")
    body = await request.body()  # kept by the request, for the handler
    if content_type.startswith("multipart/form-data"):
        value = (await request.form()).get(FIELD, "")
        return value if isinstance(value, str) else ""
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        return ""
    try:
        return form_fields(content_type, body).get(FIELD, "")
    except InvalidInput:
        return ""


def is_own_form(headers: Mapping[str, str], base_url: str) -> bool:
    """Say whether a browser sent a form from a page of this site.

    Fetch metadata decides where a browser sends it; else the origin must be that of the address
    under which we are asked, or of the public one.
    """
    if site := headers.get("sec-fetch-site", ""):
        return site in SAME_SITE
    origin = urlsplit(headers.get("origin", ""))
    known = {headers.get("host", ""), urlsplit(base_url).netloc} - {""}
    return origin.scheme in {"http", "https"} and origin.netloc in known
