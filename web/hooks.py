"""`/hooks/{forge}/{key}`: where forges tell of pushes; a message is a hint, and nothing more.

Who is not the forge learns nothing: an unknown address and a wrong signature look the same.
"""

from typing import Any, Final, Protocol

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.webhooks.hooks import Received
from web.auth.forgery import Protection

REFUSED: Final = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "detail": "There is no such hook, or the message is not signed with its secret.",
}


class Hooks(Protocol):
    """What takes the messages of forges."""

    def receive(self, forge: str, key: str, headers: dict[str, str], body: bytes) -> Received:
        """Take a message, and have the repository that it is about looked at."""


def hook_receiver(hooks: Hooks) -> HTTPRouteHandler:
    """Return the handler that gives what forges send to `hooks`."""

    @post(
        "/hooks/{forge:str}/{key:str}",
        sync_to_thread=True,
        include_in_schema=False,
        opt={"action": Action.RECEIVE_WEBHOOK, "protection": Protection.PROGRAM},
    )
    def receive(
        request: Request[Any, Any, Any], forge: FromPath[str], key: FromPath[str], body: RawBody
    ) -> Response[dict[str, Any]]:
        """Answer 202 with what became of a message, or 401."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        outcome = hooks.receive(forge, key, headers, body)
        if outcome == "refused":
            return Response(REFUSED, status_code=401, media_type="application/problem+json")
        return Response({"outcome": outcome}, status_code=202)

    return receive
