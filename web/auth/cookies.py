"""The cookies of accounts: of a session, and of a sign-in that is under way.

Both are `HttpOnly` and `SameSite=Lax`, without a domain, for the whole site. Over https they are
`Secure` and carry the prefix `__Host-`, which keeps sibling sub-domains from setting them
(draft-ietf-httpbis-rfc6265bis, 4.1.3). Browsers refuse both over plain http, so a registry that
is served at an http address, which is for loopback, uses the names without the prefix.
"""

from typing import Any, Final, Literal

from litestar import Request
from litestar.datastructures import Cookie

Name = Literal["session", "sign-in"]
PREFIX: Final = "__Host-"


def cookie_name(name: Name, base_url: str) -> str:
    """Return under which name a cookie is kept at this address."""
    return name if base_url.startswith("http://") else PREFIX + name


def read_cookie(request: Request[Any, Any, Any], name: Name, base_url: str) -> str:
    """Return what the browser sent, empty when nothing, or when it sent the cookie twice."""
    wanted = cookie_name(name, base_url)
    sent = "; ".join(
        value.decode("latin-1") for key, value in request.scope["headers"] if key == b"cookie"
    )
    pairs = [part.strip().partition("=") for part in sent.split(";")]
    values = [value for key, _, value in pairs if key == wanted]
    return values[0] if len(values) == 1 else ""


def secret_cookie(name: Name, base_url: str, value: str, seconds: int | None = None) -> Cookie:
    """Return a cookie for one of our secrets; without `seconds` it ends with the browser."""
    return Cookie(
        key=cookie_name(name, base_url),
        value=value,
        max_age=seconds,
        path="/",
        secure=not base_url.startswith("http://"),
        httponly=True,
        samesite="lax",
    )


def cleared(name: Name, base_url: str) -> Cookie:
    """Return the cookie that removes one."""
    return secret_cookie(name, base_url, "", 0)
