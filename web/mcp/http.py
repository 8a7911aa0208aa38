"""`/mcp`: the same server over HTTP, for anybody, under the limits of the API.

It is for programs and not for pages of others in a browser, so that a foreign Origin is refused;
cookies are not read. Only POST: there are no sessions and no streams.
"""

from typing import Any, Final

from litestar import Request, asgi
from litestar.concurrency import sync_to_thread
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Message, Receive, Scope, Send

from registry.accounts.actors import Actor
from registry.errors import Forbidden, NotFound, Unavailable
from web.auth.visit import actor_of_token
from web.extras import MISSING, has_mcp
from web.limits import LIST_COST, Allowance, RateLimiter, client_of, refused
from web.mcp.toolbox import Sources
from web.security import allowed_hosts, is_known_origin
from web.services import Services

PATH: Final = "/mcp"


def sources_of(services: Services) -> Sources:
    """Return what the tools ask, of what the web is given."""
    return Sources(
        catalogue=services.catalogue,
        lineage=services.lineage,
        disputes=services.disputes,
        publiccode=services.publiccode,
        reuse=services.reuse_actions,
        base_url=services.settings.base_url.rstrip("/"),
        as_of=services.as_of,
    )


class _Payer:
    """Takes what one client's request costs, from the allowance that it has for the API."""

    def __init__(self, limiter: RateLimiter, client: str, per_minute: int) -> None:
        self._limiter, self._client, self._per_minute = limiter, client, per_minute
        self.allowance: Allowance | None = None

    def take(self, cost: int) -> Allowance | None:
        """Pay, and return what is left; None where nothing is limited."""
        if not self._per_minute:
            return None
        self.allowance = self._limiter.take(self._client, self._per_minute, cost)
        return self.allowance

    def rest(self, cost: int) -> None:
        """Pay the rest of what a tool costs; raises `Unavailable` where it is too much."""
        left = self.take(cost)
        if left is not None and left.retry_after is not None:
            raise Unavailable(
                f"More than {left.limit} requests a minute (this tool counts as {cost + 1}): "
                f"try again in {left.retry_after} s."
            )


def mcp_route(services: Services, limiter: RateLimiter) -> ASGIRouteHandler:
    """Return the handler of `/mcp`; without the extra it says which one is missing."""
    hosts = allowed_hosts(services.settings)
    server: Any = None
    if has_mcp():
        from web.mcp.server import build_server

        server = build_server(sources_of(services), services.version)

    @asgi(PATH, copy_scope=False)
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request: Request[Any, Any, Any] = Request(scope)
        _check(request, hosts)
        actor = await sync_to_thread(actor_of_token, request, services)
        payer = _Payer(limiter, _client(request, actor), services.settings.requests_per_minute)
        allowance = await sync_to_thread(payer.take, LIST_COST)
        if allowance is not None and allowance.retry_after is not None:
            raise refused(allowance)
        if server is None:
            raise NotFound(MISSING)
        from web.mcp.server import PAY, answer_http

        inner: Any = {**scope, PAY: payer.rest}
        await answer_http(server, inner, receive, _with_headers(send, payer))

    return answer


def _check(request: Request[Any, Any, Any], hosts: frozenset[str]) -> None:
    origins = request.headers.getall("origin", [])
    if any(not is_known_origin(origin, hosts) for origin in origins):
        raise Forbidden("pages of other sites may not ask here: the Origin is not this registry's")
    if request.method != "POST":
        raise MethodNotAllowedException(
            "There are no sessions and no streams here: send each message by POST.",
            headers={"Allow": "POST"},
        )


def _client(request: Request[Any, Any, Any], actor: Actor) -> str:
    if actor.account is not None:
        return f"account {actor.account}"
    return client_of(request.client and request.client.host)


def _with_headers(send: Send, payer: _Payer) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers["Cache-Control"] = "no-store"
            for name, value in (payer.allowance.headers() if payer.allowance else {}).items():
                headers[name] = value
        await send(message)

    return told
