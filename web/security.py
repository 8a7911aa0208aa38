"""The outermost layer: which hosts are answered, which headers every answer carries.

It wraps the whole application, so that errors, static files and unknown paths are covered too.
"""

from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from registry.settings import WebSettings

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS: Final = "max-age=31536000; includeSubDomains"
MAX_TARGET: Final = 8192
BAD_HOST: Final = b"This host name is not served here.\n"
TOO_LONG: Final = b"The address is too long.\n"


def allowed_hosts(settings: WebSettings) -> frozenset[str]:
    """Return the host names, without ports, that requests may carry."""
    if settings.allowed_hosts:
        return frozenset(host.lower() for host in settings.allowed_hosts)
    named = (urlsplit(settings.base_url).hostname or "").lower()
    listening = () if settings.host in {"0.0.0.0", "::"} else (settings.host.lower(),)  # noqa: S104
    return frozenset({*LOOPBACK, *listening, named} - {""})


def host_name(header: str) -> str:
    """Return a Host header without its port, in lower case."""
    if header.startswith("["):
        return header.partition("]")[0].lower() + "]"
    return header.partition(":")[0].lower().rstrip(".")


def is_known_origin(origin: str, hosts: frozenset[str]) -> bool:
    """Say whether an Origin header names one of these hosts, on any port."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and host_name(parts.netloc) in hosts


class Gate:
    """ASGI wrapper: checks the host, answers HEAD from GET, adds the security headers."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._hosts = allowed_hosts(settings)
        extra = {"strict-transport-security": HSTS}
        secure = settings.base_url.startswith("https://")
        headers = {**HEADERS, **(extra if secure else {})}
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await _plain(self._with_headers(send), refusal)
            return
        if scope["method"] == "HEAD":
            # A copy: the server reads its own scope to know that HEAD gets no body. Ranges are for
            # GET alone (RFC 9110 §14.2).
            kept = [pair for pair in scope["headers"] if pair[0] != b"range"]
            scope = cast("Scope", {**scope, "method": "GET", "headers": kept})
        await self._app(scope, receive, self._with_headers(send))

    def _refusal(self, scope: Scope) -> bytes | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or host_name(hosts[0].decode("latin-1")) not in self._hosts:
            return BAD_HOST
        length = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        return TOO_LONG if length > MAX_TARGET else None

    def _with_headers(self, send: Send) -> Send:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [pair for pair in self._headers if pair[0] not in present]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        return secured


async def _plain(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
