"""Headers that every answer of the API carries, errors too."""

from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

COMPRESSION: Final = CompressionConfig(backend="gzip", minimum_size=1000)
API_VERSION: Final = "1.0.0"
ALLOWANCE: Final = "api_allowance"
EXPOSED: Final = (
    "API-Version, ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "Retry-After, Total-Count"
)
HEADERS: Final = {
    "API-Version": API_VERSION,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
}


class ApiHeaders(ASGIMiddleware):
    """Adds the version, the permission for other origins, and the client's allowance."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Handle one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                allowance = scope["state"].get(ALLOWANCE)
                told = allowance.headers() if allowance else {}
                for name, value in (HEADERS | told).items():
                    headers[name] = value
            await send(message)

        await next_app(scope, receive, with_headers)
