"""The actor of a request: the session of a browser, or the token of a program.

A visitor who brings neither costs no look into the database. Handlers ask for the dependency
`actor`, or for `visit` where they need the session itself; what either of them read makes the
answer private (`PrivateAnswers`).
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from registry.accounts.actors import VISITOR, Actor
from registry.accounts.authorise import admit
from registry.errors import Unauthenticated
from web.auth.cookies import read_cookie
from web.auth.forgery import Protection, csrf_token, protection_of
from web.services import Services, ServicesDependency

PRIVATE: Final = "private, no-store"
_READ: Final = "read_who_asks"
_ACTOR: Final = "actor_of_token"
BEARER: Final = "bearer"

AnyRequest = Request[Any, Any, Any]


class Visit(Struct, frozen=True):
    """Who asks, and the session in which: its number and the token that its forms send."""

    actor: Actor = VISITOR
    session: int | None = None
    csrf: str = ""


VisitDependency: TypeAlias = NamedDependency[SkipValidation[Visit]]
ActorDependency: TypeAlias = NamedDependency[SkipValidation[Actor]]


def auth_dependencies(base_url: str) -> dict[str, Provide]:
    """Return the dependencies `visit` and `actor` of an application."""
    return {
        "visit": Provide(_visit_provider(base_url), sync_to_thread=True),
        "actor": Provide(_provide_actor, sync_to_thread=False),
    }


def _visit_provider(base_url: str) -> Callable[..., Visit]:
    def provide_visit(request: AnyRequest, services: ServicesDependency) -> Visit:
        protection = protection_of(request.route_handler)
        if protection is Protection.SESSION:
            visit = _of_browser(request, services, base_url)
        elif protection is Protection.PROGRAM:
            visit = Visit(actor_of_token(request, services))
        else:
            visit = Visit()
        if (action := request.route_handler.opt.get("action")) is not None:
            admit(visit.actor, action)
        return visit

    return provide_visit


def _provide_actor(visit: VisitDependency) -> Actor:
    return visit.actor


def _of_browser(request: AnyRequest, services: Services, base_url: str) -> Visit:
    secret = read_cookie(request, "session", base_url)
    mark_private(request)
    found = services.accounts.signed_in(secret) if secret and services.accounts else None
    if found is None:  # a form that anybody may send works with a session that is over, too
        return Visit(csrf=csrf_token(secret) if secret else "")
    return Visit(found.actor, found.session, csrf_token(secret))


def actor_of_token(request: AnyRequest, services: Services) -> Actor:
    """Return the actor of the token that a program brought, a visitor where it brought none.

    Raises `Unauthenticated` for a token that is not in force.
    """
    sent = request.headers.get("authorization")
    if sent is None:
        return VISITOR
    mark_private(request)
    state = request.scope["state"]
    if _ACTOR not in state:
        state[_ACTOR] = _of_token(sent, services)
    actor: Actor = state[_ACTOR]
    return actor


def _of_token(sent: str, services: Services) -> Actor:
    scheme, _, token = sent.partition(" ")
    if scheme.lower() != BEARER or services.accounts is None:
        raise Unauthenticated("send `Authorization: Bearer` with an API token")
    return services.accounts.actor_of_token(token.strip())


def mark_private(request: AnyRequest) -> None:
    """Note that the answer depends on who asks, so that nobody keeps it for others."""
    request.scope["state"][_READ] = True


class PrivateAnswers(ASGIMiddleware):
    """Forbids to keep answers for which it was read who asks, errors too."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Handle one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["state"].get(_READ):
                MutableScopeHeaders.from_message(message)["Cache-Control"] = PRIVATE
            await send(message)

        await next_app(scope, receive, guarded)
